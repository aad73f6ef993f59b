%% Tests of the module hash_ring and of the driver's ports, with the real driver in this VM.
-module(hash_ring_tests).

-include_lib("eunit/include/eunit.hrl").
-include("hash_ring.hrl").

-export([known_answers_case/0, lifecycle_case/0, errors_case/0, modes_case/0, long_case/0, stray_calls_case/0, bytes_case/0]).
-export([nodes_case/0, callers_case/0, long_work_case/0, stop_case/0, many_rings_case/0]).
-export([rings_do_not_wait_case/0, killed_case/0, killed_for_good_case/0, ring_numbers_are_reused_case/0]).
-export([application_case/0, process_of_ring_case/0]).
-export([plain_form_of_driver/0, other_bytes_of_driver/0, rings_belong_to_a_port_of_driver/0, closed_while_busy_of_driver/0]).
-export([none_of_driver/0, too_many_of_driver/0, without_ports/0, many_senders_of_driver/0, large_names_of_driver/0]).
-export([closed_by_a_stranger_of_driver/0]).
-export([without_library/0, none_of_nif/0, resource_of_nif/0, dirty_of_nif/0, wrong_types_of_nif/0, freed_on_a_thread_of_nif/0, upgrade_of_nif/0]).

%% Published answers of the C library hash-ring. A deployment that moves from there must get the same.
-define(KNOWN, [{<<"keyA">>, <<"slotA">>}, {<<"keyBBBB">>, <<"slotA">>}, {<<"keyB_">>, <<"slotB">>}]).

%% Each backend answers alike.
all_test_() ->
    [
        {foreach, fun() -> start(Backend) end, fun stop/1, [
            {lists:concat([Backend, " ", Name]), {timeout, 120, fun() -> ?MODULE:Name() end}}
         || {Name, 0} <- ?MODULE:module_info(exports),
            Suffix <- ["_case", lists:concat(["_of_", Backend])],
            lists:suffix(Suffix, atom_to_list(Name))
        ]}
     || Backend <- [driver, nif]
    ].

start(Backend) ->
    ok = application:set_env(hash_ring, backend, Backend),
    start().

start() ->
    {ok, Pid} = hash_ring:start_link(),
    unlink(Pid),
    Pid.

stop(_) ->
    hash_ring:stop(),
    ?assertEqual(undefined, whereis(hash_ring)),
    ?assertEqual([], terms()).

terms() ->
    [Key || {{hash_ring, _} = Key, _} <- persistent_term:get()].

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
             {add_node, "text"}, {find_node, 1}, {find_nodes, <<>>, -1}, {set_mode, 1.5}, {set_mode, 256}, {create_ring, s, 1.5, 1}, {create_ring, s, 1, one}],
    Process = ets:lookup_element(hash_ring, r, 2),
    [?assertMatch({error, _}, gen_server:call(Server, Request)) || Server <- [hash_ring, Process], Request <- Stray],
    [Server ! hello || Server <- [hash_ring, Process]],
    [gen_server:cast(Server, hello) || Server <- [hash_ring, Process]],
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

%% To delete a ring in the NIF takes longer, the more processes there are.
many_rings_case() ->
    Count = maps:get(application:get_env(hash_ring, backend, none), #{driver => 5000, nif => 500}),
    [ok = hash_ring:create_ring(N, 8) || N <- lists:seq(1, Count)],
    [ok = hash_ring:add_node(N, <<N:32>>) || N <- lists:seq(1, Count)],
    [ok = hash_ring:delete_ring(N) || N <- lists:seq(1, Count, 2)],
    [?assertEqual({ok, <<N:32>>}, hash_ring:find_node(N, "k")) || N <- lists:seq(2, Count, 2)].

%% A long change of one ring, and a ring whose process does not answer, do not hold up another.
rings_do_not_wait_case() ->
    [ok = hash_ring:create_ring(Ring, Replicas) || {Ring, Replicas} <- [{large, 500000}, {hung, 1}, {r, 1}]],
    ok = sys:suspend(ets:lookup_element(hash_ring, hung, 2)),
    Self = self(),
    spawn_link(fun() -> ok = hash_ring:add_node(large, "a"), Self ! added end),
    spawn_link(fun() -> ok = hash_ring:add_node(hung, "a"), Self ! added end),
    ok = hash_ring:add_node(r, "a"),
    ?assertEqual({ok, <<"a">>}, hash_ring:find_node(r, "k")),
    ok = hash_ring:create_ring(s, 1),
    ok = hash_ring:delete_ring(s),
    ok = sys:resume(ets:lookup_element(hash_ring, hung, 2)),
    [receive added -> ok end || _ <- [large, hung]].

%% The rings end with their server, however it ends.
killed_case() ->
    [ok = hash_ring:create_ring(Ring, 1) || Ring <- [r, s]],
    Processes = [ets:lookup_element(hash_ring, Ring, 2) || Ring <- [r, s]],
    gen_call_tests:kill(whereis(hash_ring)),
    {ok, Pid} = hash_ring:start_link(),
    unlink(Pid),
    ?assertEqual({error, ring_not_found}, hash_ring:find_node(r, "k")),
    ok = hash_ring:create_ring(r, 1),
    ok = hash_ring:add_node(r, "a"),
    vms:eventually(fun() -> not lists:any(fun is_process_alive/1, Processes) end),
    ?assertEqual({ok, <<"a">>}, hash_ring:find_node(r, "k")),
    ?assertEqual({error, ring_not_found}, hash_ring:find_node(s, "k")),
    gen_call_tests:kill(ets:lookup_element(hash_ring, r, 2)),
    vms:eventually(fun() -> not is_process_alive(Pid) end),
    start().

%% Nothing is left of the rings of a server that was killed, and never came back.
killed_for_good_case() ->
    [ok = hash_ring:create_ring(N, 1) || N <- lists:seq(1, 100)],
    Processes = [Process || {_, Process} <- ets:tab2list(hash_ring)],
    gen_call_tests:kill(whereis(hash_ring)),
    vms:eventually(fun() -> not lists:any(fun is_process_alive/1, Processes) andalso terms() =:= [] end).

%% A supervisor's shutdown takes the rings along. One of them is in a long change, another does not take messages.
application_case() ->
    ok = hash_ring:stop(),
    ok = application:start(hash_ring),
    [ok = hash_ring:create_ring(N, 1) || N <- lists:seq(1, 1000)],
    ok = hash_ring:create_ring(large, 1 bsl 18),
    ok = hash_ring:create_ring(hung, 1),
    ok = sys:suspend(ets:lookup_element(hash_ring, hung, 2)),
    Processes = [Process || {_, Process} <- ets:tab2list(hash_ring)],
    Callers = [spawn_monitor(fun() -> exit({Ring, hash_ring:add_node(Ring, "a")}) end) || Ring <- [large, hung]],
    timer:sleep(10),
    ok = application:stop(hash_ring),
    ?assertEqual([], terms()),
    ?assertEqual([], [Process || Process <- Processes, is_process_alive(Process)]),
    Reasons = [receive {'DOWN', Monitor, process, _, Reason} -> Reason end || {_, Monitor} <- Callers],
    ?assertMatch([_, {shutdown, _}], Reasons),
    ?assert(lists:member(element(1, hd(Reasons)), [shutdown, large])). % which is done on a fast machine

%% A lookup beside create_ring/2 may reach the process of a ring in the NIF.
process_of_ring_case() ->
    ok = hash_ring:create_ring(r, 10),
    Process = ets:lookup_element(hash_ring, r, 2),
    ?assertEqual({error, node_not_found}, gen_server:call(Process, {find_node, <<"k">>})),
    [ok = hash_ring:add_node(r, [Node]) || Node <- "abc"],
    ?assertEqual(hash_ring:find_node(r, "k"), gen_server:call(Process, {find_node, <<"k">>})),
    ?assertEqual(hash_ring:find_nodes(r, "k", 2), gen_server:call(Process, {find_nodes, <<"k">>, 2})).

%% The number of a deleted ring goes to a new ring. A request for the old ring must not reach the new one.
ring_numbers_are_reused_case() ->
    ok = hash_ring:create_ring(old, 1),
    ok = hash_ring:delete_ring(old),
    ok = hash_ring:create_ring(new, 1),
    ok = hash_ring:add_node(new, "a"),
    ?assertEqual({error, ring_not_found}, hash_ring:find_node(old, "k")).

none_of_driver() ->
    ok = hash_ring:stop(),
    {_, Monitor} = spawn_monitor(fun() ->
        process_flag(trap_exit, true),
        exit(hash_ring:start_link("/nowhere", "hash_ring_drv"))
    end),
    receive
        {'DOWN', Monitor, process, _, Reason} -> ?assertMatch({error, {driver, _}}, Reason)
    end.

too_many_of_driver() ->
    {VM, _} = vms:start(peer:random_name("ports"), #{arguments => ["+Q", "1024"]}),
    ok = vms:call(VM, ?MODULE, without_ports, []),
    vms:stop(VM).

without_ports() ->
    {ok, _} = hash_ring:start_link(driver),
    Made = fun Make(N) ->
        case hash_ring:create_ring(N, 1) of
            ok -> Make(N + 1);
            {error, too_many_rings} -> N
        end
    end(1),
    true = Made > 500,
    {error, ring_not_found} = hash_ring:find_node(Made, "k"),
    ok = hash_ring:delete_ring(1),
    %% The VM forgets a closed port a little later.
    vms:eventually(fun() -> hash_ring:create_ring(Made, 1) =:= ok end),
    ok = hash_ring:add_node(Made, "a"),
    {ok, <<"a">>} = hash_ring:find_node(Made, "k"),
    ok.

%% Tests of the native functions, without the module hash_ring.

%% Without its library the module can be loaded all the same, and the server says what is missing.
none_of_nif() ->
    ok = hash_ring:stop(),
    {VM, _} = vms:start(peer:random_name("none")),
    ok = vms:call(VM, ?MODULE, without_library, []),
    vms:stop(VM).

without_library() ->
    Folder = string:trim(os:cmd("mktemp -d")),
    {ok, _} = file:copy(code:which(hash_ring), filename:join(Folder, "hash_ring.beam")),
    {ok, _} = file:copy(code:which(hash_ring_nif), filename:join(Folder, "hash_ring_nif.beam")),
    [code:del_path(Path) || Path <- code:get_path(), filelib:is_file(filename:join(Path, "hash_ring.app"))],
    true = code:add_patha(Folder),
    {module, hash_ring_nif} = code:ensure_loaded(hash_ring_nif),
    process_flag(trap_exit, true),
    {error, {nif, Text}} = hash_ring:start_link(nif),
    {match, _} = re:run(Text, "hash_ring_nif.*No such file"),
    file:del_dir_r(Folder).

%% A ring lives as long as a term refers to it, in whatever process.
resource_of_nif() ->
    {ok, Ring} = hash_ring_nif:create(3, 1),
    ok = hash_ring_nif:add_node(Ring, <<"a">>),
    Self = self(),
    Finder = spawn_link(fun() -> receive go -> Self ! hash_ring_nif:find_node(Ring, <<"k">>) end end),
    erlang:garbage_collect(),
    Finder ! go,
    ?assertEqual({ok, <<"a">>}, receive Answer -> Answer end),
    Collected = [hash_ring_nif:create(100, Hash) || _ <- lists:seq(1, 1000), Hash <- [1, 2]],
    ?assert(lists:all(fun({Status, New}) -> Status =:= ok andalso hash_ring_nif:add_node(New, <<"a">>) =:= ok end, Collected)),
    ?assertEqual({ok, <<"a">>}, hash_ring_nif:find_node(Ring, <<"k">>)).

%% Long lookups beside changes of the same ring. Two changes at a time are refused.
dirty_of_nif() ->
    {ok, Ring} = hash_ring_nif:create(200, 1),
    [ok = hash_ring_nif:add_node(Ring, <<N:32>>) || N <- lists:seq(1, 1000)],
    Key = binary:copy(<<"k">>, 1000000),
    Expected = hash_ring_nif:find_node(Ring, Key),
    Finders = [spawn_monitor(fun() ->
        [Expected = hash_ring_nif:find_node(Ring, Key) || _ <- lists:seq(1, 20)],
        {ok, All} = hash_ring_nif:find_nodes(Ring, <<"k">>, 2000),
        true = length(All) >= 1000
    end) || _ <- lists:seq(1, 8)],
    Changers = [spawn_monitor(fun() ->
        [true = lists:member(hash_ring_nif:Change(Ring, <<"other">>),
                             [ok, {error, busy}, {error, node_exists}, {error, node_not_found}])
         || _ <- lists:seq(1, 100), Change <- [add_node, remove_node]]
    end) || _ <- lists:seq(1, 4)],
    [receive {'DOWN', Monitor, process, Pid, Reason} -> ?assertEqual(normal, Reason) end || {Pid, Monitor} <- Finders ++ Changers],
    {ok, Bytes} = hash_ring_nif:bytes_used(Ring),
    ?assert(Bytes > 200 * 1000 * 16).

%% The memory of a ring with one node, too, may be more than a scheduler can give back at once. The thread sleeps in between.
freed_on_a_thread_of_nif() ->
    Sleeps = sleeps_of_reaper(),
    {Owner, Monitor} = spawn_monitor(fun() ->
        {ok, Ring} = hash_ring_nif:create(1 bsl 18, 1),
        ok = hash_ring_nif:add_node(Ring, <<"a">>)
    end),
    receive {'DOWN', Monitor, process, Owner, Reason} -> ?assertEqual(normal, Reason) end,
    vms:eventually(fun() -> sleeps_of_reaper() > Sleeps end).

sleeps_of_reaper() ->
    Status = os:cmd("grep -sh -A99 hash_ring_reape /proc/" ++ os:getpid() ++ "/task/*/status"),
    {match, [Sleeps]} = re:run(Status, "\\nvoluntary_ctxt_switches:\\s*(\\d+)", [{capture, all_but_first, list}]),
    list_to_integer(Sleeps).

wrong_types_of_nif() ->
    {ok, Ring} = hash_ring_nif:create(1, 1),
    Wrong = [
        {find_node, [Not, <<"k">>]} || Not <- [make_ref(), self(), a, 1, <<"ring">>, #{}]] ++ [
        {Call, [Ring, Not]} || Call <- [find_node, add_node, remove_node], Not <- [a, "text", 1, <<1:3>>, Ring]] ++ [
        {find_nodes, [Ring, <<"k">>, Not]} || Not <- [-1, 1.0, 1 bsl 32, a]] ++ [
        {create, Arguments} || Arguments <- [[a, 1], [1, a], [-1, 1], [1, 1 bsl 40], [1.0, 1]]],
    [?assertError(badarg, apply(hash_ring_nif, Call, Arguments)) || {Call, Arguments} <- Wrong],
    [?assertEqual({error, bad_argument}, hash_ring_nif:create(A, B)) || {A, B} <- [{0, 1}, {1 bsl 20 + 1, 1}, {1, 0}, {1, 5}, {1, 257}]],
    [?assertEqual({error, bad_argument}, hash_ring_nif:set_mode(Ring, Mode)) || Mode <- [0, 3, 257]],
    ?assertEqual({error, bad_argument}, hash_ring_nif:add_node(Ring, <<>>)).

%% The module is upgraded while processes look up, change, create and drop rings, each time to another copy of the library:
%% the same file would be the same library.
upgrade_of_nif() ->
    Folder = string:trim(os:cmd("mktemp -d")),
    Module = module_with_any_library(),
    ok = hash_ring:create_ring(r, 3),
    [ok = hash_ring:add_node(r, Node) || Node <- ["a", "b"]],
    Owners = [{[Key], hash_ring:find_node(r, [Key])} || Key <- lists:seq(1, 50)],
    Large = [large_ring() || _ <- lists:seq(1, 5)],
    Workers = [spawn_monitor(fun() -> work(Work, Rings) end) || {Work, Rings} <- [
        {fun() -> [Owner = hash_ring:find_node(r, Key) || {Key, Owner} <- Owners] end, []},
        {fun() -> {ok, [_, _]} = hash_ring:find_nodes(r, binary:copy(<<"k">>, 200000), 2) end, []},
        {fun() -> ok = hash_ring:create_ring(s, 100), ok = hash_ring:add_node(s, "a"), ok = hash_ring:delete_ring(s) end, []},
        {fun erlang:garbage_collect/0, Large}]],
    erlang:garbage_collect(), % of Large
    Libraries = [upgrade(Module, filename:join(Folder, integer_to_list(N) ++ ".so")) || N <- lists:seq(1, 5)],
    [begin Worker ! stop, receive {'DOWN', Monitor, process, Worker, Reason} -> ?assertEqual(normal, Reason) end end
     || {Worker, Monitor} <- Workers],
    ?assert(lists:all(fun is_mapped/1, Libraries)), % those of old versions, too: they made rings
    [?assertEqual(Owner, hash_ring:find_node(r, Key)) || {Key, Owner} <- Owners],
    purge(),
    {module, _} = code:load_file(hash_ring_nif),
    persistent_term:erase(upgrade_of_nif),
    ok = file:del_dir_r(Folder).

%% Gives up one ring each time.
work(Work, Rings) ->
    Work(),
    receive stop -> ok after 1 -> work(Work, lists:nthtail(min(1, length(Rings)), Rings)) end.

%% Large enough to be destroyed on the library's thread.
large_ring() ->
    {ok, Ring} = hash_ring_nif:create(1, 1),
    [ok = hash_ring_nif:add_node(Ring, <<N:32>>) || N <- lists:seq(1, 1001)],
    Ring.

%% Loads the module with a copy of the library.
upgrade(Module, Library) ->
    {ok, _} = file:copy(filename:join(hash_ring:priv_dir(), "hash_ring_nif.so"), Library),
    persistent_term:put(upgrade_of_nif, filename:rootname(Library)),
    purge(),
    {module, _} = code:load_binary(hash_ring_nif, code:which(hash_ring_nif), Module),
    Library.

%% The module, but it loads the library that the persistent term names.
module_with_any_library() ->
    {ok, {_, [{abstract_code, {_, Forms}}]}} = beam_lib:chunks(code:which(hash_ring_nif), [abstract_code]),
    {ok, Tokens, _} = erl_scan:string("load() -> erlang:load_nif(persistent_term:get(upgrade_of_nif), 0)."),
    {ok, Load} = erl_parse:parse_form(Tokens),
    {ok, _, Module} = compile:forms([case Form of {function, _, load, 0, _} -> Load; _ -> Form end || Form <- Forms]),
    Module.

%% Waits until no process runs the old version.
purge() ->
    vms:eventually(fun() -> code:soft_purge(hash_ring_nif) end).

is_mapped(Library) ->
    {ok, Maps} = file:read_file("/proc/self/maps"),
    binary:match(Maps, list_to_binary(Library)) =/= nomatch.

%% Tests of the port, without the module hash_ring.

open() ->
    open_port({spawn_driver, "hash_ring_drv"}, [binary]).

ask(Port, Bytes) ->
    Port ! {self(), {command, Bytes}},
    receive {Port, {data, Answer}} -> Answer after 10000 -> error(no_answer) end.

%% As hash-ring's own Erlang module uses the port.
plain_form_of_driver() ->
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

other_bytes_of_driver() ->
    Port = open(),
    [?assertEqual(<<1>>, ask(Port, Bytes)) || Bytes <- [<<>>, <<0>>, <<1>>, <<5, 0:32>>, <<127>>, <<3, 0:32, 5:32, "abc">>]],
    [?assertEqual(<<1>>, ask(Port, Bytes)) || Bytes <- [<<128>>, <<255>>, <<16#81, 0:32>>]],
    ?assertEqual(<<2>>, ask(Port, <<16#82, 0:32>>)),
    ?assertEqual(<<1>>, ask(Port, binary:copy(<<3>>, 10000000))),
    port_close(Port).

rings_belong_to_a_port_of_driver() ->
    [A, B] = [open(), open()],
    <<R:32>> = ask(A, <<1, 8:32, 1>>),
    ?assertEqual(<<1>>, ask(B, <<5, R:32, 1:32, "k">>)),
    port_close(A),
    port_close(B).

%% The port closes while an async job uses its rings.
closed_while_busy_of_driver() ->
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
many_senders_of_driver() ->
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
large_names_of_driver() ->
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

%% A caller whose answer cannot come any more does not wait for ever.
closed_by_a_stranger_of_driver() ->
    ok = hash_ring:create_ring(r, 1 bsl 20),
    {links, Links} = process_info(ets:lookup_element(hash_ring, r, 2), links),
    [Port] = [Link || Link <- Links, is_port(Link)],
    {output, Created} = erlang:port_info(Port, output),
    {Caller, Monitor} = spawn_monitor(fun() -> hash_ring:add_node(r, "a") end),
    vms:eventually(fun() -> erlang:port_info(Port, output) > {output, Created} end),
    port_close(Port),
    receive
        {'DOWN', Monitor, process, Caller, Reason} -> ?assertMatch({{port_closed, _}, _}, Reason)
    end,
    vms:eventually(fun() -> whereis(hash_ring) =:= undefined end).
