%% The removal that makes the historical driver jump to an address with the same low half as in the report, in one VM.
%%
%% usage: erl -noshell -pa SCENARIOS -pa LIB/ebin -run signature main LIB
%% LIB is the folder of the application hash_ring with the driver to test. The VM crashes, or prints `survived` and
%% exits with 0.
-module(signature).

-export([main/1]).

-spec main([string()]) -> no_return().
main([Lib]) ->
    {ok, _} = hash_ring:start_link(filename:join(Lib, "priv"), "hash_ring_drv"),
    ok = hash_ring:create_ring(ring, 1000),
    [ok = hash_ring:add_node(ring, name(I)) || I <- lists:seq(0, 27)],
    io:format("28 nodes of 1000 replicas; removing ~s~n", [name(8)]),
    ok = hash_ring:remove_node(ring, name(8)),
    io:format("survived~n"),
    halt(0).

name(I) ->
    io_lib:format("10.0.0.~b:11211", [I]).
