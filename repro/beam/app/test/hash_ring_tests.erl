%% Tests of the module hash_ring and of the driver's ports, with the real driver in this VM.
-module(hash_ring_tests).

-include_lib("eunit/include/eunit.hrl").
-include("hash_ring.hrl").

-export([known_answers_case/0, lifecycle_case/0, errors_case/0, modes_case/0, long_case/0, stray_calls_case/0, bytes_case/0]).
-export([nodes_case/0, callers_case/0, long_work_case/0, stop_case/0, many_rings_case/0]).
-export([plain_form_case/0, other_bytes_case/0, rings_belong_to_a_port_case/0, closed_while_busy_case/0]).
-export([no_driver_case/0, ring_numbers_are_reused_case/0, many_senders_case/0, large_names_case/0]).

%% Published answers of the C library hash-ring. A deployment that moves from there must get the same.
-define(KNOWN, [{<<"keyA">>, <<"slotA">>}, {<<"keyBBBB">>, <<"slotA">>}, {<<"keyB_">>, <<"slotB">>}]).

all_test_() ->
    {foreach, fun start/0, fun stop/1, [
        {atom_to_list(Name), {timeout, 120, fun() -> ?MODULE:Name() end}}
     || {Name, 0} <- ?MODULE:module_info(exports), lists:suffix("_case", atom_to_list(Name))
    ]}.

start() ->
    {ok, Pid} = hash_ring:start_link(),
    unlink(Pid),
    Pid.

stop(_) ->
    hash_ring:stop(),
    ?assertEqual(undefined, whereis(hash_ring)).


known_answers_case() ->
    ok = hash_ring:create_ring(r, 8),
    [ok = hash_ring:add_node(r, Node) || Node <- ["slotA", <<"slotB">>]],
    [?assertEqual({ok, Node}, hash_ring:find_node(r, Key)) || {Key, Node} <- ?KNOWN],
    ok = hash_ring:remove_node(r, "slotA"),
    [?assertEqual({ok, <<"slotB">>}, hash_ring:find_node(r, Key)) || {Key, _} <- ?KNOWN].

lifecycle_case() ->
    ?assertEqual({error, ring_not_found}, hash_ring:delete_ring("r")),
    ?assertEqual({error, ring_not_found}, hash_ring:add_node("r", "a")),
    ?assertEqual(ok, hash_ring:create_ring("r", 8)),
    ?assertEqual({error, ring_exists}, hash_ring:create_ring("r", 8)),
    ?assertEqual(ok, hash_ring:delete_ring("r")),
    ?assertEqual({error, ring_not_found}, hash_ring:find_node("r", "k")),
    ?assertEqual(ok, hash_ring:create_ring("r", 8)).

errors_case() ->
    [?assertEqual({error, bad_argument}, hash_ring:create_ring(r, Replicas)) || Replicas <- [-1, 0, 1 bsl 20 + 1, 1 bsl 40]],
    ?assertEqual({error, bad_argument}, hash_ring:create_ring(r, 1, 5)),
    ok = hash_ring:create_ring(r, 1),
    ?assertEqual({error, node_not_found}, hash_ring:find_node(r, "k")),
    ?assertEqual({error, node_not_found}, hash_ring:remove_node(r, "a")),
    ?assertEqual({error, bad_argument}, hash_ring:add_node(r, "")),
    ok = hash_ring:add_node(r, "a"),
    ?assertEqual({error, node_exists}, hash_ring:add_node(r, "a")),
    ?assertEqual({ok, <<"a">>}, hash_ring:find_node(r, "")).

%% What no function of the module sends must not end the server, and with it all rings.
stray_calls_case() ->
    ok = hash_ring:create_ring(r, 1),
    Stray = [hello, {}, {r}, {hello, r}, {add_node, r, "text"}, {find_node, r, 1}, {find_nodes, r, <<>>, many}, {find_nodes, r, 1, 1},
             {set_mode, r, 1.5}, {create_ring, s, 1.5, 1}, {create_ring, s, 1, one}],
    [?assertMatch({error, _}, gen_server:call(hash_ring, Request)) || Request <- Stray],
    hash_ring ! hello,
    ?assertEqual({error, node_not_found}, hash_ring:find_node(r, "k")).

modes_case() ->
    ok = hash_ring:create_ring(sha1, 1),
    ok = hash_ring:create_ring(md5, 1, ?HASH_RING_FUNCTION_MD5),
    ?assertEqual({error, not_md5}, hash_ring:set_mode(sha1, ?HASH_RING_MODE_LIBMEMCACHED_COMPAT)),
    ?assertEqual(ok, hash_ring:set_mode(sha1, ?HASH_RING_MODE_NORMAL)),
    ?assertEqual(ok, hash_ring:set_mode(md5, ?HASH_RING_MODE_LIBMEMCACHED_COMPAT)),
    ?assertEqual({error, bad_argument}, hash_ring:set_mode(md5, 3)),
    ?assertEqual({error, bad_argument}, hash_ring:set_mode(md5, 256)),
    ok = hash_ring:add_node(md5, "a"),
    ?assertEqual(ok, hash_ring:set_mode(md5, ?HASH_RING_MODE_LIBMEMCACHED_COMPAT)),
    ?assertEqual({error, ring_not_empty}, hash_ring:set_mode(md5, ?HASH_RING_MODE_NORMAL)).

%% The library hash-ring digests the length modulo 256: it was seen to give this key to a.
long_case() ->
    Key = binary:copy(<<"x">>, 256),
    [begin
        ok = hash_ring:create_ring(Hash, 8, Hash),
        [ok = hash_ring:add_node(Hash, [Node]) || Node <- "abcde"],
        ?assertEqual({ok, Owner}, hash_ring:find_node(Hash, Key))
    end || {Hash, Owner} <- [{?HASH_RING_FUNCTION_SHA1, <<"a">>}, {?HASH_RING_FUNCTION_SHA1_WHOLE, <<"e">>}]],
    ok = hash_ring:create_ring(md5, 1, ?HASH_RING_FUNCTION_MD5_WHOLE),
    ?assertEqual(ok, hash_ring:set_mode(md5, ?HASH_RING_MODE_LIBMEMCACHED_COMPAT)),
    ?assertEqual({error, not_md5}, hash_ring:set_mode(?HASH_RING_FUNCTION_SHA1_WHOLE, ?HASH_RING_MODE_LIBMEMCACHED_COMPAT)).

%% Names that are ambiguous in the plain form of the protocol.
bytes_case() ->
    ok = hash_ring:create_ring(r, 3),
    Names = [<<0>>, <<1>>, <<"|">>, <<"a|b">>, <<"a">>, <<"b">>, <<0, 0, 0, 0>>, binary:copy(<<255>>, 100000)],
    [ok = hash_ring:add_node(r, Name) || Name <- Names],
    {ok, Found} = hash_ring:find_nodes(r, "k", 100),
    ?assertEqual(lists:sort(Names), lists:sort(Found)),
    [ok = hash_ring:remove_node(r, Name) || Name <- Names, Name =/= <<1>>],
    ?assertEqual({ok, <<1>>}, hash_ring:find_node(r, "k")).

nodes_case() ->
    ok = hash_ring:create_ring(r, 10),
    ?assertEqual({ok, []}, hash_ring:find_nodes(r, "k", 2)),
    [ok = hash_ring:add_node(r, [Node]) || Node <- "abc"],
    {ok, [First, _]} = hash_ring:find_nodes(r, "k", 2),
    ?assertEqual({ok, First}, hash_ring:find_node(r, "k")),
    ?assertEqual({ok, []}, hash_ring:find_nodes(r, "k", 0)),
    {ok, All} = hash_ring:find_nodes(r, "k", 1 bsl 40),
    ?assertEqual([<<"a">>, <<"b">>, <<"c">>], lists:sort(All)).

%% Every caller has its own ring, so that an answer meant for another caller would fail the test.
callers_case() ->
    Callers = [
        spawn_monitor(fun() ->
            ok = hash_ring:create_ring(Ring, 2),
            Name = <<"node of ", (integer_to_binary(Ring))/binary>>,
            ok = hash_ring:add_node(Ring, Name),
            [{ok, Name} = hash_ring:find_node(Ring, <<Key:32>>) || Key <- lists:seq(1, 50)],
            [{ok, [Name]} = hash_ring:find_nodes(Ring, <<Key:32>>, 3) || Key <- lists:seq(1, 50)],
            ok = hash_ring:remove_node(Ring, Name),
            {error, node_not_found} = hash_ring:find_node(Ring, "k"),
            ok = hash_ring:delete_ring(Ring)
        end)
     || Ring <- lists:seq(1, 200)
    ],
    [receive {'DOWN', Monitor, process, Pid, Reason} -> ?assertEqual(normal, Reason) end || {Pid, Monitor} <- Callers].

%% Commands long enough for the async thread. Later requests are answered after them, in order.
long_work_case() ->
    ok = hash_ring:create_ring(r, 200000),
    Self = self(),
    Names = [<<"a">>, <<"b">>, <<"c">>],
    [spawn_link(fun() -> Self ! {Name, hash_ring:add_node(r, Name)} end) || Name <- Names],
    [receive {Name, Answer} -> ?assertEqual(ok, Answer) end || Name <- Names],
    ?assertEqual({error, node_exists}, hash_ring:add_node(r, "b")),
    {ok, Found} = hash_ring:find_nodes(r, "k", 3),
    ?assertEqual(Names, lists:sort(Found)),
    [ok = hash_ring:remove_node(r, Name) || Name <- Names],
    ?assertEqual({error, node_not_found}, hash_ring:find_node(r, "k")).

stop_case() ->
    ok = hash_ring:stop(),
    ok = hash_ring:stop(),
    ?assertExit({noproc, _}, hash_ring:create_ring(r, 1)),
    {ok, Pid} = hash_ring:start_link(),
    unlink(Pid),
    ?assertEqual({error, ring_not_found}, hash_ring:find_node(r, "k")).

many_rings_case() ->
    [ok = hash_ring:create_ring(N, 8) || N <- lists:seq(1, 5000)],
    [ok = hash_ring:add_node(N, <<N:32>>) || N <- lists:seq(1, 5000)],
    [ok = hash_ring:delete_ring(N) || N <- lists:seq(1, 5000, 2)],
    [?assertEqual({ok, <<N:32>>}, hash_ring:find_node(N, "k")) || N <- lists:seq(2, 5000, 2)].

%% The number of a deleted ring goes to a new ring. A request for the old ring must not reach the new one.
ring_numbers_are_reused_case() ->
    ok = hash_ring:create_ring(old, 1),
    ok = hash_ring:delete_ring(old),
    ok = hash_ring:create_ring(new, 1),
    ok = hash_ring:add_node(new, "a"),
    ?assertEqual({error, ring_not_found}, hash_ring:find_node(old, "k")).

no_driver_case() ->
    ok = hash_ring:stop(),
    {_, Monitor} = spawn_monitor(fun() ->
        process_flag(trap_exit, true),
        exit(hash_ring:start_link("/nowhere", "hash_ring_drv"))
    end),
    receive
        {'DOWN', Monitor, process, _, Reason} -> ?assertMatch({error, {driver, _}}, Reason)
    end.

%% Tests of the port, without the module hash_ring.

open() ->
    open_port({spawn_driver, "hash_ring_drv"}, [binary]).

ask(Port, Bytes) ->
    Port ! {self(), {command, Bytes}},
    receive {Port, {data, Answer}} -> Answer after 10000 -> error(no_answer) end.

%% As hash-ring's own Erlang module uses the port.
plain_form_case() ->
    Port = open(),
    <<R:32>> = ask(Port, <<1, 8:32, 1>>),
    <<0>> = ask(Port, <<3, R:32, 5:32, "slotA">>),
    <<0>> = ask(Port, <<3, R:32, 5:32, "slotB">>),
    <<0>> = ask(Port, <<3, R:32, 5:32, "slotB">>),
    [?assertEqual(Node, ask(Port, <<5, R:32, (byte_size(Key)):32, Key/binary>>)) || {Key, Node} <- ?KNOWN],
    ?assertEqual(<<"slotA|slotB">>, ask(Port, <<7, R:32, 4:32, 2:32, "keyA">>)),
    <<0>> = ask(Port, <<4, R:32, 5:32, "slotA">>),
    <<0>> = ask(Port, <<4, R:32, 5:32, "slotA">>),
    <<1>> = ask(Port, <<5, R:32, 0:32>>),
    NoRing = 16#ffffffff,
    [?assertEqual(<<NoRing:32>>, ask(Port, <<1, Replicas:32, Hash>>)) || {Replicas, Hash} <- [{0, 1}, {1 bsl 20 + 1, 1}, {8, 0}, {8, 5}]],
    <<1>> = ask(Port, <<3, NoRing:32, 5:32, "slotA">>),
    <<1>> = ask(Port, <<2, NoRing:32>>),
    <<0>> = ask(Port, <<6, R:32, 1>>),
    <<1>> = ask(Port, <<6, R:32, 2>>),
    <<0>> = ask(Port, <<2, R:32>>),
    <<1>> = ask(Port, <<2, R:32>>),
    port_close(Port).

other_bytes_case() ->
    Port = open(),
    [?assertEqual(<<1>>, ask(Port, Bytes)) || Bytes <- [<<>>, <<0>>, <<1>>, <<5, 0:32>>, <<127>>, <<3, 0:32, 5:32, "abc">>]],
    [?assertEqual(<<1>>, ask(Port, Bytes)) || Bytes <- [<<128>>, <<255>>, <<16#81, 0:32>>]],
    ?assertEqual(<<2>>, ask(Port, <<16#82, 0:32>>)),
    ?assertEqual(<<1>>, ask(Port, binary:copy(<<3>>, 10000000))),
    port_close(Port).

rings_belong_to_a_port_case() ->
    [A, B] = [open(), open()],
    <<R:32>> = ask(A, <<1, 8:32, 1>>),
    ?assertEqual(<<1>>, ask(B, <<5, R:32, 1:32, "k">>)),
    port_close(A),
    port_close(B).

%% The port closes while an async job uses its rings.
closed_while_busy_case() ->
    [
        begin
            Port = open(),
            <<R:32>> = ask(Port, <<1, 300000:32, 1>>),
            Port ! {self(), {command, <<3, R:32, 1:32, "a">>}},
            Pause > 0 andalso timer:sleep(Pause),
            port_close(Port)
        end
     || Pause <- [0, 0, 1, 10, 40, 80]
    ],
    Port = open(),
    ?assertMatch(<<_:32>>, ask(Port, <<1, 8:32, 1>>)),
    port_close(Port).

%% Long commands make the port busy and suspend its senders. Afterwards all of them must go on.
many_senders_case() ->
    Port = open(),
    Self = self(),
    <<R:32>> = ask(Port, <<1, 200000:32, 1>>),
    Find = <<5, R:32, 1:32, "k">>,
    Senders = [spawn_monitor(fun() -> [Port ! {Self, {command, Find}} || _ <- lists:seq(1, 200)] end) || _ <- lists:seq(1, 1000)],
    [port_command(Port, <<3, R:32, 1:32, Node>>) || Node <- "abcde"],
    [receive {'DOWN', Monitor, process, Pid, Reason} -> ?assertEqual(normal, Reason) end || {Pid, Monitor} <- Senders],
    ?assertEqual(200005, answers(Port, 200005)),
    port_close(Port).

answers(_, 0) ->
    0;
answers(Port, Left) ->
    receive
        {Port, {data, _}} -> 1 + answers(Port, Left - 1)
    after 10000 -> 0
    end.

%% Commands with long names go to the async thread, and the names come back whole.
large_names_case() ->
    Port = open(),
    <<R:32>> = ask(Port, <<1, 1:32, 1>>),
    Names = [binary:copy(<<Byte>>, 3000000) || Byte <- "abc"],
    [<<0>> = ask(Port, <<3, R:32, 3000000:32, Name/binary>>) || Name <- Names],
    Found = ask(Port, <<5, R:32, 1:32, "k">>),
    ?assert(lists:member(Found, Names)),
    ?assertEqual(9000002, byte_size(ask(Port, <<7, R:32, 1:32, 3:32, "k">>))),
    [<<0>> = ask(Port, <<4, R:32, 3000000:32, Name/binary>>) || Name <- Names],
    ?assertEqual(<<1>>, ask(Port, <<5, R:32, 1:32, "k">>)),
    port_close(Port).
