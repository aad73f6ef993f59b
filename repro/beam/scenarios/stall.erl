%% How long a command blocks a scheduler, and how long its answer takes, in rings of several sizes.
%%
%% usage: erl -noshell -pa SCENARIOS -run stall main LIB [POINTS]
%% LIB is the folder of the application hash_ring with the driver to measure. Rings have up to POINTS points,
%% default 1000000. The historical driver needs minutes for one change at 1,000,000 points: give it 100000.
%% Prints one Markdown table; repro/beam/measure puts it into results.md.
%%
%% A command to an idle port runs in the sender's own thread. So the time that port_command takes is the time for
%% which the scheduler can do nothing else. A command that the driver hands to an async thread returns at once and
%% is answered later.
-module(stall).

-export([main/1]).

-define(REPLICAS, 128).
-define(SIZES, [1000, 10000, 100000, 1000000]).
-define(ROUNDS, 101).

-spec main([string()]) -> no_return().
main([Lib]) ->
    main([Lib, integer_to_list(lists:max(?SIZES))]);
main([Lib, Most]) ->
    ok = erl_ddll:load(filename:join(Lib, "priv"), "hash_ring_drv"),
    io:format("| points | command | blocked: median | half of the rounds | 95 % below | longest | answered: median | longest |~n"
              "|---|---|---|---|---|---|---|---|~n"),
    [measure(Points) || Points <- ?SIZES, Points =< list_to_integer(Most)],
    halt(0).

measure(Points) ->
    Port = open_port({spawn_driver, "hash_ring_drv"}, [binary]),
    {<<0, Ring:32>>, _} = ask(Port, <<16#81, ?REPLICAS:32, 1>>),
    [{<<0>>, _} = ask(Port, named(16#83, Ring, node_name(I))) || I <- lists:seq(1, Points div ?REPLICAS)],
    Rounds = [round(Port, Ring, I) || I <- lists:seq(1, ?ROUNDS)],
    [io:format("| ~b | ~s | ~s |~n", [Points, Command, cells([maps:get(Command, Round) || Round <- Rounds])])
     || Command <- [add, remove, find, 'find 3']],
    port_close(Port).

%% One of each per round, so that a disturbance hits all commands alike.
round(Port, Ring, I) ->
    Key = <<I:32>>,
    {<<0>>, Add} = ask(Port, named(16#83, Ring, node_name(0))),
    {<<0, _/binary>>, Find} = ask(Port, named(16#85, Ring, Key)),
    {<<0, _/binary>>, Find3} = ask(Port, <<16#87, Ring:32, 4:32, 3:32, Key/binary>>),
    {<<0>>, Remove} = ask(Port, named(16#84, Ring, node_name(0))),
    #{add => Add, remove => Remove, find => Find, 'find 3' => Find3}.

cells(Times) ->
    {Blocked, Answered} = lists:unzip(Times),
    lists:join(" | ", [
        text(quantile(0.5, Blocked)),
        [text(quantile(0.25, Blocked)), " to ", text(quantile(0.75, Blocked))],
        text(quantile(0.95, Blocked)),
        text(lists:max(Blocked)),
        text(quantile(0.5, Answered)),
        text(lists:max(Answered))
    ]).

text(Nanoseconds) when Nanoseconds < 10000 -> io_lib:format("~.1f", [Nanoseconds / 1000]);
text(Nanoseconds) -> integer_to_list(round(Nanoseconds / 1000)).

quantile(Part, Values) ->
    lists:nth(round(Part * (length(Values) - 1)) + 1, lists:sort(Values)).

ask(Port, Bytes) ->
    Sent = erlang:monotonic_time(nanosecond),
    port_command(Port, Bytes),
    Returned = erlang:monotonic_time(nanosecond),
    receive
        {Port, {data, Answer}} -> {Answer, {Returned - Sent, erlang:monotonic_time(nanosecond) - Sent}}
    end.

named(Opcode, Ring, Name) ->
    <<Opcode, Ring:32, (byte_size(Name)):32, Name/binary>>.

node_name(I) ->
    <<"10.0.", (integer_to_binary(I div 256))/binary, ".", (integer_to_binary(I rem 256))/binary, ":11211">>.
