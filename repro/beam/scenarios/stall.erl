%% How long commands keep a scheduler, over rings of many sizes, and how long their answers take.
%%
%% usage: erl -noshell -pa SCENES -run stall main LIB [POINTS]
%% POINTS: no ring of more than that; the historical driver takes minutes for some changes at 1,000,000.
%% A command to an idle port runs in the thread of who sends it, so that the time which sending takes is the
%% time for which the scheduler could do nothing else. What the driver hands to an async thread returns at once,
%% and is answered later.
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
    io:format("one command, in us: it keeps the scheduler / its answer comes; medians of ~b, and the longest~n", [?ROUNDS]),
    io:format("| points | add | remove | find | find 3 |~n|---|---|---|---|---|~n"),
    [row(Points) || Points <- ?SIZES, Points =< list_to_integer(Most)],
    halt(0).

row(Points) ->
    Port = open_port({spawn_driver, "hash_ring_drv"}, [binary]),
    {<<0, Ring:32>>, _} = ask(Port, <<16#81, ?REPLICAS:32, 1>>),
    [{<<0>>, _} = ask(Port, named(16#83, Ring, node_name(I))) || I <- lists:seq(1, Points div ?REPLICAS)],
    Rounds = [round(Port, Ring, I) || I <- lists:seq(1, ?ROUNDS)],
    io:format("| ~b | ~s |~n", [Points, lists:join(" | ", [cell([maps:get(Kind, Round) || Round <- Rounds]) || Kind <- [add, remove, find, find3]])]),
    port_close(Port).

%% In turn, so that what disturbs one disturbs all.
round(Port, Ring, I) ->
    Key = <<I:32>>,
    {<<0>>, Add} = ask(Port, named(16#83, Ring, node_name(0))),
    {<<0, _/binary>>, Find} = ask(Port, named(16#85, Ring, Key)),
    {<<0, _/binary>>, Find3} = ask(Port, <<16#87, Ring:32, 4:32, 3:32, Key/binary>>),
    {<<0>>, Remove} = ask(Port, named(16#84, Ring, node_name(0))),
    #{add => Add, remove => Remove, find => Find, find3 => Find3}.

cell(Times) ->
    {Kept, Answered} = lists:unzip(Times),
    io_lib:format("~s / ~s (~s / ~s)", [text(median(Kept)), text(median(Answered)), text(lists:max(Kept)), text(lists:max(Answered))]).

text(Nanoseconds) when Nanoseconds < 10000 -> io_lib:format("~.1f", [Nanoseconds / 1000]);
text(Nanoseconds) -> integer_to_list(round(Nanoseconds / 1000)).

median(Values) ->
    lists:nth((length(Values) + 1) div 2, lists:sort(Values)).

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
