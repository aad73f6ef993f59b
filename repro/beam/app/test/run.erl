%% usage: erl -noshell -pa APP/ebin -pa TESTS -pa SCENES -run run main MODULE...
%% Runs the tests of these modules. Exit: 0 all passed, 1 not.
-module(run).

-export([main/1]).

-spec main([string()]) -> no_return().
main(Modules) ->
    %% Tests end processes on purpose; what EUnit says is enough.
    ok = logger:set_primary_config(level, none),
    halt(
        case eunit:test([list_to_atom(Module) || Module <- Modules], [verbose]) of
            ok -> 0;
            _ -> 1
        end
    ).
