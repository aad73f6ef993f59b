-module(route_manager_tests).
-include_lib("eunit/include/eunit.hrl").

-define(LOCAL, {rm_here, node()}).
-define(FAR, [{rm_far, 'a@nowhere'}, {rm_far, 'b@nowhere'}, {rm_far, 'c@nowhere'}]).

%% Each test runs with fake_hash_ring and, if the module hash_ring is in the code path, with each of its backends.
local_test_() ->
    Rings = [fake | [Backend || is_list(code:which(hash_ring)), Backend <- [driver, nif]]],
    [{setup, fun() -> setup(Ring) end, fun teardown/1, fun(Got) -> {timeout, 120, fun() -> Test(Got) end} end}
     || Ring <- Rings,
        Test <- [
            fun up_down_and_up_again/1, fun routes_that_are_up_are_not_polled/1, fun other_routes_stay_up/1,
            fun name_on_the_ring/1, fun found_by_hash/1, fun keys_as_digits/1, fun round_robin_is_fair/1, fun calls/1, fun no_route/1,
            fun call_has_one_time_for_all/1, fun other_rings_are_left_alone/1, fun ring_of_a_service_is_taken/1, fun routes_survive_a_restart/1,
            fun stray_calls_are_answered/1,
            fun routes_left_out_go_down/1, fun late_poll_answers_are_ignored/1, fun changed_under_a_reader/1,
            fun ends_with_hash_ring/1, fun hash_ring_ends_with_it/1, fun refused_change_ends_both/1,
            fun needs_hash_ring/1, fun wrong_routes_crash_only_the_caller/1, fun unknown_messages_are_ignored/1
        ]].

setup(Ring) ->
    #{level := Level} = logger:get_primary_config(),
    ok = logger:set_primary_config(level, none),
    start_ring(Ring),
    {Ring, Level}.

teardown({Ring, Level}) ->
    [kill(Name) || Name <- [route_manager, hash_ring, rm_here, rm_there]],
    [fake_hash_ring:stop() || Ring =:= fake],
    ok = logger:set_primary_config(level, Level).

start_ring(fake) ->
    fake_hash_ring:start();
start_ring(Backend) ->
    {ok, Pid} = hash_ring:start_link(Backend),
    unlink(Pid),
    Pid.

start(Routes) ->
    {ok, Pid} = route_manager:start_link(#{routes => Routes, interval => 5, replicas => 16}),
    unlink(Pid),
    Pid.

kill(Name) when is_atom(Name) ->
    [gen_call_tests:kill(Pid) || Pid <- [whereis(Name)], is_pid(Pid)];
kill(Pid) ->
    gen_call_tests:kill(Pid).

up_down_and_up_again(_) ->
    Manager = start([?LOCAL]),
    [begin
         settles(?LOCAL, down),
         ?assertEqual([{error, no_route}, {error, no_route}], both_ways(rm_here, 1)),
         ?assertEqual([], on_ring(rm_here)),
         Pid = gen_call_tests:start(rm_here),
         settles(?LOCAL, up),
         ?assertEqual([{ok, ?LOCAL}, {ok, ?LOCAL}], both_ways(rm_here, 1)),
         ?assertEqual([?LOCAL], on_ring(rm_here)),
         watches(Manager, [Pid]),
         kill(Pid)
     end || _ <- lists:seq(1, 3)].

routes_that_are_up_are_not_polled(_) ->
    [Up, Down | _] = ?FAR,
    Manager = start([Up, Down]),
    comes_up(Up, self()),
    Polled = fun() -> Manager ! poll, route_manager:routes(), length(polls(Manager)) end,
    erlang:trace(Manager, true, [procs]),
    %% The route that is down is polled, so the trace works.
    vms:eventually(fun() -> Polled() > 0 end),
    comes_up(Down, self()),
    polls(Manager),
    ?assertEqual([0, 0, 0], [Polled() || _ <- [1, 2, 3]]).

other_routes_stay_up(_) ->
    start([?LOCAL, {rm_there, node()}]),
    gen_call_tests:start(rm_here),
    There = gen_call_tests:start(rm_there),
    settles(?LOCAL, up),
    settles({rm_there, node()}, up),
    [?assertEqual({ok, {Service, node()}}, route_manager:next(Service)) || Service <- [rm_here, rm_there], _ <- [1, 2]],
    kill(There),
    settles({rm_there, node()}, down),
    ?assertEqual({ok, ?LOCAL}, route_manager:find(rm_here, 1)).

%% Exactly these bytes: others would move keys to other nodes.
name_on_the_ring(_) ->
    start([{s, n}]),
    comes_up({s, n}, self()),
    ?assertEqual({ok, [<<131, 104, 2, 100, 0, 1, "s", 100, 0, 1, "n">>]}, hash_ring:find_nodes({route, s}, <<>>, 1)).

found_by_hash(_) ->
    start(?FAR),
    [comes_up(Route, self()) || Route <- ?FAR],
    ?assertEqual(?FAR, on_ring(rm_far)),
    Found = [begin
                 {ok, Name} = hash_ring:find_node({route, rm_far}, <<(erlang:phash2(Key)):32>>),
                 ?assertEqual({ok, binary_to_term(Name)}, route_manager:find(rm_far, Key)),
                 Name
             end || Key <- [{key, I} || I <- lists:seq(1, 500)]],
    ?assertEqual(3, length(lists:usort(Found))).

%% As the service of the 2014 report looked keys up. Keys are where that form has them, after a restart too.
keys_as_digits({Ring, _}) ->
    application:unset_env(hash_ring, configured),
    Options = #{routes => ?FAR, interval => 5, replicas => 16},
    InForms = fun(Key) -> {<<(erlang:phash2(Key)):32>>, integer_to_binary(erlang:phash2(Key))} end,
    Found = fun(Key) -> {ok, Route} = route_manager:find(rm_far, Key), {ok, name(Route)} end,
    On = fun(Bytes) -> hash_ring:find_node({route, rm_far}, Bytes) end,
    Keys = [{key, I} || I <- lists:seq(1, 100)],
    [begin
         {ok, Pid} = route_manager:Start(Options#{keys => digits}),
         unlink(Pid),
         [comes_up(Route, self()) || Route <- ?FAR],
         [?assertEqual(On(element(2, InForms(Key))), Found(Key)) || Key <- Keys],
         ?assert(lists:any(fun(Key) -> On(element(1, InForms(Key))) =/= Found(Key) end, Keys)),
         [kill(Name) || Name <- [route_manager, hash_ring]],
         start_ring(Ring)
     end || Start <- [start_link, restart_link]],
    %% Another start has the default again.
    start(?FAR),
    [comes_up(Route, self()) || Route <- ?FAR],
    [?assertEqual(On(element(1, InForms(Key))), Found(Key)) || Key <- Keys].

round_robin_is_fair(_) ->
    start(?FAR),
    [comes_up(Route, self()) || Route <- ?FAR],
    %% 3001 is not a multiple of three: no caller's own share is even, but the shares of all together are.
    Take = fun() -> exit([Route || _ <- lists:seq(1, 3001), {ok, Route} <- [route_manager:next(rm_far)]]) end,
    Takers = [spawn_monitor(Take) || _ <- lists:seq(1, 9)],
    Taken = lists:append([receive {'DOWN', Monitor, process, Pid, Routes} -> Routes end || {Pid, Monitor} <- Takers]),
    [?assertEqual(9003, length([R || R <- Taken, R =:= Route])) || Route <- ?FAR].

calls(_) ->
    start([?LOCAL]),
    gen_call_tests:start(rm_here),
    settles(?LOCAL, up),
    ?assertEqual(answer, route_manager:call(rm_here, key, {echo, answer})),
    ?assertExit({timeout, {gen_call, call, [{rm_here, _}, hold, _]}}, route_manager:call(rm_here, key, hold, 20)).

%% A ring that does not answer costs no more than the time that was given. One in the NIF always answers.
call_has_one_time_for_all({Ring, _}) ->
    start([?LOCAL]),
    gen_call_tests:start(rm_here),
    settles(?LOCAL, up),
    Stops = fun(Process, Who) ->
        ok = sys:suspend(Process),
        ?assertExit({timeout, {Who, call, [_, _ | _]}}, route_manager:call(rm_here, key, hold, 20)),
        ok = sys:resume(Process)
    end,
    case Ring of
        fake -> ok;
        driver -> Stops(ets:lookup_element(hash_ring, {route, rm_here}, 2), route_manager);
        nif -> Stops(ets:lookup_element(hash_ring, {route, rm_here}, 2), gen_call)
    end,
    ?assertEqual(answer, route_manager:call(rm_here, key, {echo, answer})).

%% Somebody else has a ring of the name of a service.
other_rings_are_left_alone(_) ->
    ok = hash_ring:create_ring(rm_here, 3),
    Manager = start([?LOCAL]),
    gen_call_tests:start(rm_here),
    settles(?LOCAL, up),
    ?assertEqual({ok, []}, hash_ring:find_nodes(rm_here, <<>>, 9)),
    ok = hash_ring:delete_ring(rm_here),
    ?assertEqual({ok, ?LOCAL}, route_manager:find(rm_here, 1)),
    ?assertEqual(Manager, whereis(route_manager)).

%% A user's ring with the name that a service's would have: nobody ends, and no ring is lost.
ring_of_a_service_is_taken(_) ->
    Ring = whereis(hash_ring),
    ok = hash_ring:create_ring({route, rm_there}, 3),
    ok = hash_ring:add_node({route, rm_there}, <<"user's">>),
    Clash = {error, {ring_exists, {route, rm_there}}},
    Routes = [{rm_there, node()}, {rm_away, node()}, ?LOCAL],
    {_, Monitor} = spawn_monitor(fun() -> exit(route_manager:start_link(#{routes => Routes})) end),
    receive {'DOWN', Monitor, process, _, Ended} -> ?assert(Ended =:= Clash orelse {error, Ended} =:= Clash) end,
    Manager = start([?LOCAL]),
    gen_call_tests:start(rm_here),
    settles(?LOCAL, up),
    ?assertEqual(Clash, route_manager:configure(Routes)),
    ?assertEqual({ok, ?LOCAL}, route_manager:find(rm_here, 1)),
    ?assertEqual({ok, <<"user's">>}, hash_ring:find_node({route, rm_there}, "k")),
    ?assertEqual({error, ring_not_found}, hash_ring:find_node({route, rm_away}, "k")),
    ok = hash_ring:delete_ring({route, rm_there}),
    ?assertEqual(ok, route_manager:configure(Routes)),
    ?assertEqual({Ring, Manager}, {whereis(hash_ring), whereis(route_manager)}).

%% As a supervisor starts it again.
routes_survive_a_restart({Ring, _}) ->
    Options = #{routes => [?LOCAL], interval => 5, replicas => 16},
    application:unset_env(hash_ring, configured),
    {ok, First} = route_manager:restart_link(Options),
    unlink(First),
    ?assertEqual([{?LOCAL, down}], route_manager:routes()),
    ok = route_manager:configure(?FAR),
    [kill(Name) || Name <- [route_manager, hash_ring]],
    start_ring(Ring),
    {ok, Second} = route_manager:restart_link(Options),
    unlink(Second),
    ?assertEqual([{Route, down} || Route <- ?FAR], route_manager:routes()),
    application:unset_env(hash_ring, configured).

stray_calls_are_answered(_) ->
    Manager = start([?LOCAL]),
    [?assertEqual({error, bad_request}, gen_server:call(route_manager, Request)) || Request <- [hello, {configure}, {}]],
    ?assertEqual(Manager, whereis(route_manager)).

no_route(_) ->
    start([]),
    ?assertEqual([], route_manager:routes()),
    ?assertEqual({error, no_route}, route_manager:find(rm_here, key)),
    ?assertEqual({error, no_route}, route_manager:next(rm_here)),
    ?assertExit({no_route, {route_manager, call, [rm_here, key, request, 5000]}},
                route_manager:call(rm_here, key, request)).

routes_left_out_go_down({Ring, _}) ->
    Manager = start(?FAR),
    Services = [spawn(fun() -> receive stop -> ok end end) || _ <- ?FAR],
    [comes_up(Route, Pid) || {Route, Pid} <- lists:zip(?FAR, Services)],
    [First, Second, Third] = ?FAR,
    ?assertEqual(ok, route_manager:configure([Second, Third, ?LOCAL])),
    ?assertEqual([{Second, up}, {Third, up}, {?LOCAL, down}], route_manager:routes()),
    ?assertEqual([Second, Third], on_ring(rm_far)),
    watches(Manager, tl(Services)),
    ?assertNot(lists:member({ok, First}, [route_manager:next(rm_far) || _ <- ?FAR])),
    ?assertEqual(ok, route_manager:configure([])),
    ?assertEqual([], route_manager:routes()),
    ?assertMatch({error, _}, hash_ring:find_node({route, rm_far}, <<>>)),
    watches(Manager, []),
    [kill(Pid) || Pid <- Services],
    ?assertEqual([], route_manager:routes()),
    [?assertEqual([{create_ring, {route, rm_far}, 16}]
                  ++ [{add_node, {route, rm_far}, name(Route)} || Route <- ?FAR]
                  ++ [{create_ring, {route, rm_here}, 16}]
                  ++ [{remove_node, {route, rm_far}, name(Route)} || Route <- ?FAR]
                  ++ [{delete_ring, {route, rm_far}}, {delete_ring, {route, rm_here}}],
                  fake_hash_ring:changes()) || Ring =:= fake],
    %% The service comes back, on a new ring.
    ?assertEqual(ok, route_manager:configure([?LOCAL])),
    gen_call_tests:start(rm_here),
    settles(?LOCAL, up).

late_poll_answers_are_ignored(_) ->
    [First | _] = ?FAR,
    Manager = start([First]),
    answer(First, self()),
    answer(First, self()),
    answer(lists:last(?FAR), self()),
    ?assertEqual([{First, up}], route_manager:routes()),
    ?assertEqual([First], on_ring(rm_far)),
    watches(Manager, [self()]),
    ?assertEqual(ok, route_manager:configure([])),
    answer(First, self()),
    ?assertEqual([], route_manager:routes()),
    watches(Manager, []).

changed_under_a_reader(_) ->
    [Route | _] = ?FAR,
    start([Route]),
    Reader = spawn_monitor(fun() -> read([{ok, Route}, {error, no_route}], 0) end),
    [begin
         comes_up(Route, self()),
         route_manager:configure(lists:duplicate(I rem 2, Route))
     end || I <- lists:seq(1, 300)],
    {Pid, Monitor} = Reader,
    Pid ! stop,
    receive {'DOWN', Monitor, process, Pid, Result} -> ?assertMatch({read, _}, Result) end.

read(Allowed, Count) ->
    [true, true] = [lists:member(Found, Allowed) || Found <- both_ways(rm_far, Count)],
    receive stop -> exit({read, Count}) after 0 -> read(Allowed, Count + 1) end.

ends_with_hash_ring({Ring, _}) ->
    Manager = start([?LOCAL]),
    gen_call_tests:start(rm_here),
    settles(?LOCAL, up),
    kill(hash_ring),
    vms:eventually(fun() -> not is_process_alive(Manager) end),
    vms:eventually(fun() -> both_ways(rm_here, 1) =:= [{error, no_route}, {error, no_route}] end),
    start_ring(Ring),
    start([?LOCAL]),
    settles(?LOCAL, up),
    ?assertEqual({ok, ?LOCAL}, route_manager:find(rm_here, 1)).

hash_ring_ends_with_it(_) ->
    Ring = whereis(hash_ring),
    kill(start([])),
    vms:eventually(fun() -> not is_process_alive(Ring) end).

%% Another process has added the route. The route manager's view of the ring is then wrong, so both restart.
refused_change_ends_both(_) ->
    Ring = whereis(hash_ring),
    Manager = start([?LOCAL]),
    ok = hash_ring:add_node({route, rm_here}, name(?LOCAL)),
    gen_call_tests:start(rm_here),
    vms:eventually(fun() -> not is_process_alive(Manager) andalso not is_process_alive(Ring) end).

needs_hash_ring(_) ->
    kill(hash_ring),
    {_, Monitor} = spawn_monitor(fun() ->
        process_flag(trap_exit, true),
        exit(route_manager:start_link(#{}))
    end),
    receive
        {'DOWN', Monitor, process, _, Reason} -> ?assertEqual({error, hash_ring_not_running}, Reason)
    end.

wrong_routes_crash_only_the_caller(_) ->
    Manager = start([?LOCAL]),
    [begin
         ?assertError(function_clause, route_manager:configure(Routes)),
         ?assertError(function_clause, route_manager:start_link(#{routes => Routes}))
     end || Routes <- [[{rm_here}], [{rm_here, "node"}], [{<<"rm_here">>, node()}]]],
    ?assertError(function_clause, route_manager:start_link(#{keys => list_to_atom("numbers")})), % of which Dialyzer knows nothing
    ?assertEqual([{?LOCAL, down}], route_manager:routes()),
    ?assertEqual(Manager, whereis(route_manager)).

unknown_messages_are_ignored(_) ->
    Manager = start([?LOCAL]),
    [Manager ! Stranger || Stranger <- [{make_ref(), late}, hello]],
    gen_server:cast(Manager, hello),
    %% A registered port is not a service, and a helper that was killed gives no answer.
    Port = open_port({spawn, "cat"}, []),
    register(rm_here, Port),
    Manager ! {{polled, ?LOCAL}, make_ref(), process, self(), killed},
    Manager ! poll,
    ?assertEqual([{?LOCAL, down}], route_manager:routes()),
    port_close(Port),
    ?assertEqual(Manager, whereis(route_manager)).

remote_test_() ->
    [{atom_to_list(Test), {timeout, 120, fun() -> vms:run(fun() -> remote(Test) end) end}}
     || Test <- [node_comes_and_goes, silent_node_delays_nothing, left_out_while_polled]].

remote(Test) ->
    ok = logger:set_primary_config(level, none),
    {VM, Node} = vms:start(),
    fake_hash_ring:start(),
    peer:call(VM, gen_call_tests, start, [rm_there]),
    try
        remote(Test, VM, {rm_there, Node})
    after
        try vms:stop(VM) catch _:_ -> ok end
    end.

remote(node_comes_and_goes, VM, {_, Node} = There) ->
    start([There]),
    settles(There, up),
    ?assertEqual(yes, route_manager:call(rm_there, key, {echo, yes})),
    peer:call(VM, gen_call_tests, kill, [peer:call(VM, erlang, whereis, [rm_there])]),
    settles(There, down),
    peer:call(VM, gen_call_tests, start, [rm_there]),
    settles(There, up),
    vms:stop(VM),
    settles(There, down),
    ?assertEqual({error, no_route}, route_manager:find(rm_there, key)),
    [Name, _] = string:split(atom_to_list(Node), "@"),
    {Again, Node} = vms:start(Name),
    try
        ?assertEqual([{There, down}], route_manager:routes()),
        peer:call(Again, gen_call_tests, start, [rm_there]),
        settles(There, up),
        ?assertEqual(yes, route_manager:call(rm_there, key, {echo, yes}))
    after
        vms:stop(Again)
    end;
remote(silent_node_delays_nothing, VM, {_, Node} = There) ->
    pong = net_adm:ping(Node),
    start([]),
    gen_call_tests:start(rm_here),
    Frozen = freeze(VM),
    %% Polled one after another, these routes would take a minute; configure/1 gives up after five seconds.
    Silent = [There | [{list_to_atom("rm_silent" ++ integer_to_list(I)), Node} || I <- lists:seq(1, 20)]],
    ok = route_manager:configure([?LOCAL | Silent]),
    settles(?LOCAL, up),
    ?assertEqual(lists:sort([{?LOCAL, up} | [{Route, down} || Route <- Silent]]), route_manager:routes()),
    port_close(Frozen),
    settles(There, up);
remote(left_out_while_polled, VM, {_, Node} = There) ->
    pong = net_adm:ping(Node),
    Manager = start([]),
    Frozen = freeze(VM),
    erlang:trace(Manager, true, [procs, 'receive']),
    [ok = route_manager:configure(Routes) || Routes <- [[There], [], [There], []]],
    port_close(Frozen),
    receive
        {trace, Manager, 'receive', {{polled, There}, _, process, _, {polled, Answer}}} -> ?assert(is_pid(Answer))
    end,
    ?assertEqual([], route_manager:routes()),
    ?assertEqual([], [Change || {add_node, _, _} = Change <- fake_hash_ring:changes()]),
    watches(Manager, []),
    ?assertMatch([_], polls(Manager)).

%% The helpers started since the last call, from the trace of the manager.
polls(Manager) ->
    Delivered = erlang:trace_delivered(Manager),
    receive {trace_delivered, Manager, Delivered} -> helpers(Manager) end.

helpers(Manager) ->
    receive {trace, Manager, spawn, Helper, _} -> [Helper | helpers(Manager)] after 0 -> [] end.

%% Stops the VM's process, so that it looks like an overloaded machine: connected but silent. It continues when the
%% returned port closes, also if this VM ends.
freeze(VM) ->
    Script = "kill -STOP $0; until grep -q '^State:.T' /proc/$0/status; do :; done; echo;"
             "cat >/dev/null; kill -CONT $0",
    Port = open_port({spawn_executable, "/bin/sh"}, [{args, ["-c", Script, peer:call(VM, os, getpid, [])]}]),
    receive {Port, {data, _}} -> Port end.

%% Pretends that a poll found the process, so that tests with several nodes need no VMs.
comes_up(Route, Pid) ->
    answer(Route, Pid),
    route_manager:routes().

answer(Route, Pid) ->
    route_manager ! {{polled, Route}, make_ref(), process, self(), {polled, Pid}}.

both_ways(Service, Key) ->
    [route_manager:find(Service, Key), route_manager:next(Service)].

settles(Route, State) ->
    vms:eventually(fun() -> lists:member({Route, State}, route_manager:routes()) end).

%% The bytes of a route on its ring. The default of term_to_binary/1 is another from OTP 26 on.
name(Route) ->
    term_to_binary(Route, [{minor_version, 1}]).

on_ring(Service) ->
    case hash_ring:find_nodes({route, Service}, <<>>, 100) of
        {ok, Names} -> lists:sort([binary_to_term(Name) || Name <- Names]);
        {error, _} -> []
    end.

%% The manager monitors these processes alone, once the helpers of its polls have ended.
watches(Manager, Pids) ->
    Expected = lists:sort([{process, Pid} || Pid <- Pids]),
    vms:eventually(fun() ->
        {monitors, Monitors} = process_info(Manager, monitors),
        lists:sort(Monitors) =:= Expected
    end).
