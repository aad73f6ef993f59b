%% usage: erl -noshell -pa APP/ebin -pa TESTS -pa SCENARIOS -run run main MODULE...
%% Runs the EUnit tests of these modules. Exit: 0 all passed, 1 a test failed.
-module(run).

-export([main/1]).

-spec main([string()]) -> no_return().
main(Modules) ->
    %% Tests kill processes on purpose: without their crash reports, EUnit's output is readable.
    ok = logger:set_primary_config(level, none),
    halt(
        case eunit:test([list_to_atom(Module) || Module <- Modules], [verbose]) of
            ok -> 0;
            _ -> 1
        end
    ).
