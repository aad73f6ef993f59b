%% The ring whose removal jumps to where the report's did, in one VM and without anything around it.
%%
%% usage: erl -noshell -pa SCENES -pa LIB/ebin -run signature main LIB
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
