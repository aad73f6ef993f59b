-module(gen_call_tests).
-behaviour(gen_server).
-include_lib("eunit/include/eunit.hrl").

-export([start/0, start/1, kill/1]).
-export([init/1, handle_call/3, handle_cast/2]).

-dialyzer({no_improper_lists, other_messages_stay/1}). % it forges a reply to an unknown alias
-dialyzer({no_return, callers_get_their_own_answers/1}). % its callers end with exit/1

-define(NAME, gen_call_tests_server).
-define(TIMEOUT, {timeout, {gen_call, call, [_, _, _]}}).

%% The server: an ordinary gen_server.

start() ->
    start(?NAME).

start(Name) ->
    {ok, Pid} = gen_server:start({local, Name}, ?MODULE, [], []),
    Pid.

kill(Pid) ->
    Monitor = monitor(process, Pid),
    exit(Pid, kill),
    receive {'DOWN', Monitor, process, Pid, _} -> ok end.

init([]) ->
    {ok, []}.

handle_call({echo, Term}, _, Held) -> {reply, Term, Held};
handle_call(hold, From, Held) -> {noreply, [From | Held]};
handle_call(held, _, Held) -> {reply, length(Held), Held};
handle_call(release, _, Held) ->
    [gen_server:reply(From, late) || From <- Held],
    {reply, ok, []};
handle_call({delegate, Term}, From, Held) ->
    spawn(fun() -> gen_server:reply(From, Term) end),
    {noreply, Held};
handle_call(watchers, {Caller, _}, Held) ->
    {monitored_by, Watchers} = process_info(self(), monitored_by),
    {reply, lists:member(Caller, Watchers), Held};
handle_call(die, _, Held) ->
    {stop, {shutdown, dead}, Held}.

handle_cast(_, Held) ->
    {noreply, Held}.

local_test_() ->
    {foreach, fun start/0, fun kill/1, [
        fun(Pid) -> {timeout, 120, fun() -> Test(Pid) end} end || Test <- [
            fun every_kind_of_reference/1, fun unregistered_names_exit/1, fun calling_oneself_exits/1,
            fun the_timeout_must_be_a_number/1,
            fun no_monitor/1, fun timeout_has_the_form_of_gen_server/1, fun late_reply_is_dropped/1,
            fun replies_never_stay_in_the_mailbox/1, fun other_messages_stay/1, fun death_is_a_timeout/1,
            fun a_dead_pid_is_a_timeout/1, fun callers_get_their_own_answers/1
        ]
    ]}.

every_kind_of_reference(Pid) ->
    yes = global:register_name(?NAME, Pid),
    [?assertEqual({Server, here}, gen_call:call(Server, {echo, {Server, here}}))
     || Server <- [Pid, ?NAME, {?NAME, node()}, {global, ?NAME}, {via, global, ?NAME}]],
    ?assertEqual(there, gen_call:call(Pid, {delegate, there}, 5000)).

unregistered_names_exit(Pid) ->
    [?assertExit({noproc, {gen_call, call, [Server, request, 17]}}, gen_call:call(Server, request, 17))
     || Server <- [nobody, {nobody, node()}, {global, nobody}, {via, global, nobody}]],
    Port = open_port({spawn, "cat"}, []),
    register(nobody, Port),
    ?assertExit({noproc, _}, gen_call:call(nobody, request)),
    port_close(Port),
    ?assertExit({{nodedown, 'b@nowhere'}, {gen_call, call, _}}, gen_call:call({?NAME, 'b@nowhere'}, request)),
    ?assertError(function_clause, gen_call:call({?NAME, Pid}, request)),
    ?assertEqual([], messages()).

calling_oneself_exits(_) ->
    ?assertExit({calling_self, {gen_call, call, _}}, gen_call:call(self(), request)),
    ?assertEqual([], messages()).

the_timeout_must_be_a_number(Pid) ->
    [?assertError(function_clause, gen_call:call(Pid, {echo, 1}, Timeout)) || Timeout <- [infinity, -1, 1.0]].

no_monitor(Pid) ->
    ?assert(gen_server:call(Pid, watchers)),
    ?assertNot(gen_call:call(Pid, watchers)).

timeout_has_the_form_of_gen_server(Pid) ->
    ?assertExit({timeout, {gen_call, call, [Pid, hold, 1]}}, gen_call:call(Pid, hold, 1)),
    ?assertExit({timeout, {gen_server, call, [Pid, hold, 1]}}, gen_server:call(Pid, hold, 1)).

late_reply_is_dropped(Pid) ->
    ?assertExit(?TIMEOUT, gen_call:call(Pid, hold, 1)),
    ?assertEqual(1, gen_call:call(Pid, held)),
    %% A later message of the same process has arrived, so the late reply would have, too.
    ?assertEqual(ok, gen_call:call(Pid, release)),
    ?assertEqual([], messages()).

replies_never_stay_in_the_mailbox(Pid) ->
    Outcomes = [try gen_call:call(Pid, {echo, I}, 0) of I -> reply catch exit:?TIMEOUT -> timeout end
                || I <- lists:seq(1, 20000)],
    ?assertEqual(synced, gen_call:call(Pid, {echo, synced})),
    ?assertEqual([], messages()),
    %% Both outcomes occurred, so the test met replies just before and just after the timeout.
    ?assertEqual([reply, timeout], lists:usort(Outcomes)).

other_messages_stay(Pid) ->
    Others = [{[alias | make_ref()], other}, {make_ref(), other}, {'$gen_call', {self(), make_ref()}, other}, other],
    [self() ! Other || Other <- Others],
    ?assertEqual(mine, gen_call:call(Pid, {echo, mine})),
    ?assertEqual(Others, messages()),
    [receive Other -> ok end || Other <- Others].

death_is_a_timeout(Pid) ->
    ?assertExit(?TIMEOUT, gen_call:call(Pid, die, 100)),
    ?assertNot(is_process_alive(Pid)),
    ?assertExit({{shutdown, dead}, {gen_server, call, _}}, gen_server:call(start(), die)).

a_dead_pid_is_a_timeout(Pid) ->
    kill(Pid),
    ?assertExit(?TIMEOUT, gen_call:call(Pid, {echo, 1}, 1)),
    ?assertExit({noproc, _}, gen_call:call(?NAME, {echo, 1}, 1)).

callers_get_their_own_answers(Pid) ->
    Caller = fun(I) ->
        [{I, J} = gen_call:call(Pid, {Kind, {I, J}}) || J <- lists:seq(1, 50), Kind <- [echo, delegate]],
        exit({I, messages()})
    end,
    Callers = [{I, spawn_monitor(fun() -> Caller(I) end)} || I <- lists:seq(1, 200)],
    [receive {'DOWN', Monitor, process, Child, Result} -> ?assertEqual({I, []}, Result) end
     || {I, {Child, Monitor}} <- Callers].

remote_test_() ->
    {timeout, 120, [{atom_to_list(Test), {timeout, 120, fun() -> vms:run(fun() -> remote(Test) end) end}}
                    || Test <- [answers, death, late, disconnected]]}.

remote(Test) ->
    {VM, Node} = vms:start(),
    pong = net_adm:ping(Node),
    Pid = peer:call(VM, ?MODULE, start, []),
    try
        remote(Test, VM, Node, Pid)
    after
        vms:stop(VM)
    end.

remote(answers, _, Node, Pid) ->
    [?assertEqual(Server, gen_call:call(Server, {echo, Server})) || Server <- [Pid, {?NAME, Node}]],
    ?assert(gen_server:call(Pid, watchers)),
    ?assertNot(gen_call:call(Pid, watchers)),
    ?assertExit(?TIMEOUT, gen_call:call({nobody, Node}, request, 100));
remote(death, VM, Node, Pid) ->
    ?assertExit(?TIMEOUT, gen_call:call({?NAME, Node}, die, 1000)),
    ?assertNot(peer:call(VM, erlang, is_process_alive, [Pid])),
    Next = peer:call(VM, ?MODULE, start, []),
    ?assertExit({{shutdown, dead}, _}, gen_server:call(Next, die));
remote(late, _, Node, Pid) ->
    ?assertExit(?TIMEOUT, gen_call:call({?NAME, Node}, hold, 1)),
    ?assertEqual(1, gen_call:call(Pid, held)),
    ?assertEqual(ok, gen_call:call(Pid, release)),
    ?assertEqual([], messages());
remote(disconnected, _, Node, Pid) ->
    ?assert(erlang:disconnect_node(Node)),
    vms:eventually(fun() -> nodes() =:= [] end),
    [?assertExit({{nodedown, Node}, {gen_call, call, [Server, request, 5000]}}, gen_call:call(Server, request))
     || Server <- [{?NAME, Node}, Pid]],
    %% The calls did not reconnect in the background, either.
    ?assertEqual([], nodes()),
    ?assertEqual(pong, net_adm:ping(Node)),
    ?assertEqual(again, gen_call:call(Pid, {echo, again})).

messages() ->
    {messages, Messages} = process_info(self(), messages),
    Messages.
