%% @doc Dynamic routing: chooses, for a key, one of the nodes on which a service is up.
%%
%% A route is {Service, Node}: a process registered as Service on Node. Each service has a ring {route, Service} in
%% hash_ring, which holds the routes that are up. This server polls the configured routes that are down and monitors
%% those that are up. Lookups (find/2, next/1, call/3) read the ring or an ETS table and never wait for this server.
%%
%% This server and the hash_ring server are linked, so neither outlives the other and their views of the ring agree.
%% If hash_ring refuses a change, both end and restart.
%%
%% What is looked up for a key is its erlang:phash2/1, which all releases of Erlang compute alike. The option `keys' says
%% in which form:
%%
%% <pre>
%% words, the default    four bytes, the highest first: &lt;&lt;(erlang:phash2(Key)):32&gt;&gt;
%% digits                its decimal digits: integer_to_binary(erlang:phash2(Key))
%% </pre>
%%
%% The service of the 2014 report turned the hash into a binary, presumably its digits. With `digits', and as many
%% replicas as that service had, its keys stay on their routes: a route's bytes on the ring are those that
%% term_to_binary/1 made then, before Erlang/OTP 26. All nodes that should agree on routes need the same option.
-module(route_manager).
-behaviour(gen_server).

-include_lib("kernel/include/logger.hrl").

-export([start_link/1, restart_link/1, configure/1, routes/0, find/2, next/1, call/3, call/4]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, code_change/3]).
-export_type([service/0, route/0, keys/0, options/0]).

-define(ROUTES, route_manager_routes).
-define(TURNS, route_manager_turns).
-define(POLL_TIMEOUT, 3000).
-define(RING(Service), {route, Service}).
%% Readers look it up without a copy, and without a message to this server.
-define(KEYS, {?MODULE, keys}).

-type service() :: atom().
-type route() :: {service(), node()}.
-type keys() :: words | digits.
-type options() :: #{routes => [route()], interval => pos_integer(), replicas => pos_integer(), keys => keys()}.

-record(state, {
    configured = [] :: ordsets:ordset(route()),
    up = #{} :: #{route() => Monitor :: reference()},
    %% Polls outlive the configuration, so that a route that is removed and added again has one poll at a time.
    polls = #{} :: #{route() => Helper :: pid()},
    interval :: pos_integer(),
    replicas :: pos_integer()
}).

%% @doc Starts the server. Options: routes, default []; interval between polls in milliseconds, default 1000; replicas of
%% each route in its ring, default 128; keys, default words: see above.
-spec start_link(options()) -> gen_server:start_ret().
start_link(Options) ->
    Defaults = #{routes => [], interval => 1000, replicas => 128, keys => words},
    #{routes := Routes, keys := Keys} = All = maps:merge(Defaults, Options),
    gen_server:start_link({local, ?MODULE}, ?MODULE, All#{routes := checked(Routes), keys := checked_keys(Keys)}, []).

%% @doc The same for a supervisor: after a restart, the routes are those of the last configure/1.
-spec restart_link(options()) -> gen_server:start_ret().
restart_link(Options) ->
    case application:get_env(hash_ring, configured) of
        {ok, Routes} -> start_link(Options#{routes => Routes});
        undefined -> start_link(Options)
    end.

%% @doc Replaces all routes. Routes left out go down, new ones are polled at once, the others stay as they are. If the ring
%% of a new service cannot be made, because one of this name is there, nothing changes.
-spec configure([route()]) -> ok | {error, {hash_ring:reason(), hash_ring:ring()}}.
configure(Routes) ->
    gen_server:call(?MODULE, {configure, checked(Routes)}).

%% @doc The configured routes, and whether each is up.
-spec routes() -> [{route(), up | down}].
routes() ->
    gen_server:call(?MODULE, routes).

%% @doc The route for a key. May return a route whose process has just ended. Returns no_route while the servers restart.
-spec find(service(), Key :: term()) -> {ok, route()} | {error, no_route}.
find(Service, Key) ->
    find(Service, Key, infinity).

-spec find(service(), Key :: term(), timeout()) -> {ok, route()} | {error, no_route | timeout}.
find(Service, Key, Timeout) ->
    try hash_ring:find_node(?RING(Service), looked_up(Key), Timeout) of
        {ok, Name} -> {ok, binary_to_term(Name, [safe])};
        {error, _} -> {error, no_route}
    catch
        exit:{timeout, _} -> {error, timeout};
        exit:_ -> {error, no_route}
    end.

%% @doc The next route, round-robin, for requests without a key. All callers share one counter, so that the routes get
%% equal shares even if each caller makes few calls.
-spec next(service()) -> {ok, route()} | {error, no_route}.
next(Service) ->
    try
        [{Service, Routes}] = ets:lookup(?ROUTES, Service),
        Turn = ets:update_counter(?TURNS, Service, 1, {Service, -1}),
        {ok, element(Turn rem tuple_size(Routes) + 1, Routes)}
    catch
        error:{badmatch, []} -> {error, no_route};
        error:badarg -> {error, no_route}
    end.

%% @doc The same as call/4 with five seconds.
-spec call(service(), Key :: term(), Request :: term()) -> Reply :: term().
call(Service, Key, Request) ->
    call(Service, Key, Request, 5000).

%% @doc Sends the request to the route for the key with {@link gen_call:call/3}, and returns the reply. Timeout is for
%% all: finding the route, and the call. Like every failure of a call, no_route is an exit: any term may be a reply.
-spec call(service(), Key :: term(), Request :: term(), non_neg_integer()) -> Reply :: term().
call(Service, Key, Request, Timeout) ->
    Began = erlang:monotonic_time(millisecond),
    case find(Service, Key, Timeout) of
        {ok, Route} -> gen_call:call(Route, Request, max(0, Timeout - (erlang:monotonic_time(millisecond) - Began)));
        {error, Reason} -> exit({Reason, {?MODULE, call, [Service, Key, Request, Timeout]}})
    end.

%% Runs in the caller, so that a wrong configuration crashes only the caller and not the server with all rings.
-spec checked([route()]) -> ordsets:ordset(route()).
checked(Routes) ->
    ordsets:from_list([checked_route(Route) || Route <- Routes]).

-spec checked_route(route()) -> route().
checked_route({Service, Node} = Route) when is_atom(Service), is_atom(Node) -> Route.

-spec checked_keys(keys()) -> keys().
checked_keys(Keys) when Keys =:= words; Keys =:= digits -> Keys.

-spec looked_up(Key :: term()) -> binary().
looked_up(Key) ->
    case persistent_term:get(?KEYS, words) of
        words -> <<(erlang:phash2(Key)):32>>;
        digits -> integer_to_binary(erlang:phash2(Key))
    end.

%% gen_server

%% @private
-spec init(#{routes := ordsets:ordset(route()), interval := pos_integer(), replicas := pos_integer(), keys := keys()}) ->
    {ok, #state{}} | {stop, hash_ring_not_running | {hash_ring:reason(), hash_ring:ring()}}.
init(#{routes := Routes, interval := Interval, replicas := Replicas, keys := Keys}) ->
    case whereis(hash_ring) of
        undefined ->
            {stop, hash_ring_not_running};
        Ring ->
            link(Ring),
            ok = persistent_term:put(?KEYS, Keys),
            ?ROUTES = ets:new(?ROUTES, [named_table, protected, {read_concurrency, true}]),
            ?TURNS = ets:new(?TURNS, [named_table, public, {write_concurrency, true}]),
            erlang:send_after(Interval, self(), poll),
            State = #state{interval = Interval, replicas = Replicas},
            case make_rings(Routes, State) of
                ok ->
                    {ok, reconfigure(Routes, State)};
                {error, Reason} ->
                    unlink(Ring), % its rings stay
                    {stop, Reason}
            end
    end.

%% @private
-spec handle_call(term(), gen_server:from(), #state{}) -> {reply, term(), #state{}}.
handle_call({configure, Routes}, _, State) ->
    case make_rings(Routes, State) of
        ok ->
            ok = application:set_env(hash_ring, configured, Routes),
            {reply, ok, reconfigure(Routes, State)};
        Error ->
            {reply, Error, State}
    end;
handle_call(routes, _, #state{configured = Configured, up = Up} = State) ->
    {reply, [{Route, case Up of #{Route := _} -> up; #{} -> down end} || Route <- Configured], State};
handle_call(Request, _, State) ->
    ?LOG_INFO("ignore call: ~p", [Request]),
    {reply, {error, bad_request}, State}.

%% @private
-spec handle_cast(term(), #state{}) -> {noreply, #state{}}.
handle_cast(_, State) ->
    {noreply, State}.

%% @private
-spec handle_info(term(), #state{}) -> {noreply, #state{}}.
handle_info(poll, #state{interval = Interval} = State) ->
    erlang:send_after(Interval, self(), poll),
    {noreply, poll(State)};
handle_info({{polled, Route}, _, process, _, Answer}, #state{polls = Polls} = State) ->
    {noreply, polled(Route, Answer, State#state{polls = maps:remove(Route, Polls)})};
handle_info({{down, Route}, _, process, _, _}, State) ->
    {noreply, route_down(Route, State)};
handle_info(Message, State) ->
    ?LOG_INFO("ignore message: ~p", [Message]),
    {noreply, State}.

%% The rings of the services that are new: all or none.
-spec make_rings(ordsets:ordset(route()), #state{}) -> ok | {error, {hash_ring:reason(), hash_ring:ring()}}.
make_rings(New, #state{configured = Old, replicas = Replicas}) ->
    make_rings_of(ordsets:subtract(services(New), services(Old)), Replicas).

make_rings_of([], _) ->
    ok;
make_rings_of([Service | Others], Replicas) ->
    case hash_ring:create_ring(?RING(Service), Replicas) of
        ok ->
            Made = make_rings_of(Others, Replicas),
            [ok = hash_ring:delete_ring(?RING(Service)) || Made =/= ok],
            Made;
        {error, Reason} ->
            {error, {Reason, ?RING(Service)}}
    end.

%% The rings of new services are there.
-spec reconfigure(ordsets:ordset(route()), #state{}) -> #state{}.
reconfigure(New, #state{configured = Old} = State) ->
    Fewer = lists:foldl(fun route_down/2, State, ordsets:subtract(Old, New)),
    [ok = hash_ring:delete_ring(?RING(Service)) || Service <- ordsets:subtract(services(Old), services(New))],
    poll(Fewer#state{configured = New}).

-spec services(ordsets:ordset(route())) -> ordsets:ordset(service()).
services(Routes) ->
    lists:usort([Service || {Service, _} <- Routes]).

%% Each poll runs in its own process. A node that does not respond costs three seconds, which must not delay other
%% routes or callers of this server.
-spec poll(#state{}) -> #state{}.
poll(#state{configured = Configured, up = Up, polls = Polls} = State) ->
    Due = [Route || Route <- Configured, not is_map_key(Route, Up), not is_map_key(Route, Polls)],
    State#state{polls = maps:merge(Polls, maps:from_list([{Route, start_poll(Route)} || Route <- Due]))}.

%% The helper's exit reason is the answer, so that even a helper that crashes gives one.
-spec start_poll(route()) -> pid().
start_poll({Service, Node} = Route) ->
    {Helper, _} = spawn_opt(
        fun() -> exit({polled, rpc:call(Node, erlang, whereis, [Service], ?POLL_TIMEOUT)}) end,
        [{monitor, [{tag, {polled, Route}}]}]
    ),
    Helper.

%% Polls before monitoring, because a monitor sends nothing while the process is alive: it cannot show at once that
%% the process is there.
-spec polled(route(), term(), #state{}) -> #state{}.
polled(Route, {polled, Pid}, #state{configured = Configured, up = Up} = State) when is_pid(Pid) ->
    case ordsets:is_element(Route, Configured) andalso not is_map_key(Route, Up) of
        true ->
            route_up(Route, Pid, State);
        false ->
            ?LOG_INFO("ignore route_up: ~p ~p", [Route, Pid]),
            State
    end;
polled(_, _, State) ->
    State.

-spec route_up(route(), pid(), #state{}) -> #state{}.
route_up({Service, _} = Route, Pid, #state{up = Up} = State) ->
    Monitor = monitor(process, Pid, [{tag, {down, Route}}]),
    ok = hash_ring:add_node(?RING(Service), name(Route)),
    ?LOG_INFO("route_up: ~p ~p", [Route, Pid]),
    publish(Service, State#state{up = Up#{Route => Monitor}}).

-spec route_down(route(), #state{}) -> #state{}.
route_down({Service, _} = Route, #state{up = Up} = State) ->
    case maps:take(Route, Up) of
        {Monitor, Others} ->
            %% Flush, or a late 'DOWN' of this process could be mistaken for the end of its successor.
            demonitor(Monitor, [flush]),
            ok = hash_ring:remove_node(?RING(Service), name(Route)),
            ?LOG_INFO("route_down: ~p", [Route]),
            publish(Service, State#state{up = Others});
        error ->
            State
    end.

%% One row for each service, so that readers never see half a change.
-spec publish(service(), #state{}) -> #state{}.
publish(Service, #state{up = Up} = State) ->
    case lists:sort([Route || {Of, _} = Route <- maps:keys(Up), Of =:= Service]) of
        [] -> ets:delete(?ROUTES, Service);
        Routes -> ets:insert(?ROUTES, {Service, list_to_tuple(Routes)})
    end,
    State.

%% The default minor_version changes with OTP 26. Without a fixed one, nodes of different releases would encode the
%% same route as different bytes, and place keys on different nodes.
-spec name(route()) -> binary().
name(Route) ->
    term_to_binary(Route, [{minor_version, 1}]).

%% @private
-spec code_change(term(), #state{}, term()) -> {ok, #state{}}.
code_change(_, State, _) ->
    {ok, State}.
