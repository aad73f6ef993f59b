%% @doc How many keys a VM looks up in a second, and how long one lookup takes while nodes come and go: in the NIF, in
%% the driver, and in rings written in Erlang.
%%
%% usage: erl -noshell -pa LIB/ebin -pa SCENARIOS -run lookups main [ROUNDS]
%% Prints two Markdown tables; repro/beam/measure puts them into results.md.
%%
%% Each ring has a VM of its own. The VMs take turns, so that a disturbance hits all alike.
-module(lookups).
-behaviour(gen_server).

-export([main/0, main/1]).
-export([start/1, lookups/2, latencies/2]).
-export([init/1, handle_call/3, handle_cast/2]).

-define(RINGS, [nif, driver, gen_server, ets]).
-define(NODES, 100).
-define(REPLICAS, 128).
-define(PROCESSES, [1, 2, 4, 32]).
-define(ROUNDS, 21).
-define(MILLISECONDS, 100). %% of a round: long enough for the VM to wake all its schedulers
-define(KEYS, 100).
-define(TIMED, 20000). %% lookups whose time is taken

-type ring() :: nif | driver | gen_server | ets.

-spec main() -> no_return().
main() ->
    main([integer_to_list(?ROUNDS)]).

-spec main([string()]) -> no_return().
main([Rounds]) ->
    VMs = [{Ring, started(Ring)} || Ring <- ?RINGS],
    io:format("| processes | NIF | driver | gen_server | ETS | NIF to driver | NIF to gen_server | NIF to ETS |~n"
              "|---|---|---|---|---|---|---|---|~n"),
    [compare(Processes, VMs, list_to_integer(Rounds)) || Processes <- ?PROCESSES],
    io:format("~n| ring | nodes | median | 99 % below | 99.9 % below | longest |~n|---|---|---|---|---|---|~n"),
    [
        io:format("| ~s | ~s | ~s |~n", [name(Ring), Nodes, lists:join(" | ", vms:call(VM, ?MODULE, latencies, [Ring, Nodes]))])
     || {Ring, VM} <- VMs, Ring =:= nif orelse Ring =:= driver, Nodes <- [stay, 'come and go']
    ],
    [vms:stop(VM) || {_, VM} <- VMs],
    halt(0).

started(Ring) ->
    {VM, _} = vms:start(peer:random_name("lookups")),
    ok = vms:call(VM, ?MODULE, start, [Ring]),
    VM.

name(nif) -> "NIF";
name(Ring) -> Ring.

compare(Processes, VMs, Rounds) ->
    Round = fun() -> maps:from_list([{Ring, vms:call(VM, ?MODULE, lookups, [Ring, Processes])} || {Ring, VM} <- VMs]) end,
    [_ | All] = [Round() || _ <- lists:seq(0, Rounds)], % without the first, which warms up
    Cells = [text("~b", spread([maps:get(Ring, Speeds) div 1000 || Speeds <- All])) || Ring <- ?RINGS],
    Ratios = [text("~.1f", spread([maps:get(nif, Speeds) / maps:get(Ring, Speeds) || Speeds <- All])) || Ring <- tl(?RINGS)],
    io:format("| ~b | ~s |~n", [Processes, lists:join(" | ", Cells ++ Ratios)]).

%% The median and both quartiles.
spread(Values) ->
    Sorted = lists:sort(Values),
    [lists:nth(round(Part * (length(Sorted) - 1)) + 1, Sorted) || Part <- [0.5, 0.25, 0.75]].

text(Number, Values) ->
    io_lib:format(lists:append([Number, " (", Number, " to ", Number, ")"]), Values).

%% In the VM of the ring

-spec start(ring()) -> ok.
start(gen_server) ->
    {ok, _} = gen_server:start({local, ?MODULE}, ?MODULE, list_to_tuple(points()), []),
    ok;
start(ets) ->
    Self = self(),
    Owner = spawn(fun() ->
        ets:new(?MODULE, [named_table, ordered_set, protected, {read_concurrency, true}]),
        ets:insert(?MODULE, points()),
        Self ! {made, self()},
        receive stop -> ok end
    end),
    receive {made, Owner} -> ok end;
start(Backend) ->
    ok = application:load(hash_ring),
    ok = application:set_env(hash_ring, backend, Backend),
    ok = application:start(hash_ring),
    ok = hash_ring:create_ring(ring, ?REPLICAS),
    [ok = hash_ring:add_node(ring, node_name(I)) || I <- lists:seq(1, ?NODES)],
    ok.

node_name(I) ->
    <<"node", (integer_to_binary(I))/binary>>.

points() ->
    lists:sort([{position([node_name(I), integer_to_binary(Replica)]), node_name(I)}
                || I <- lists:seq(1, ?NODES), Replica <- lists:seq(1, ?REPLICAS)]).

position(Bytes) ->
    <<Position:64, _/binary>> = crypto:hash(sha, Bytes),
    Position.

%% How many in a second, all processes together.
-spec lookups(ring(), pos_integer()) -> pos_integer().
lookups(Ring, Processes) ->
    Find = finder(Ring),
    Began = erlang:monotonic_time(microsecond),
    End = Began + ?MILLISECONDS * 1000,
    Keys = [<<Key:32>> || Key <- lists:seq(1, ?KEYS)],
    Workers = [spawn_monitor(fun() -> exit({made, until(End, Find, Keys, 0)}) end) || _ <- lists:seq(1, Processes)],
    Made = lists:sum([receive {'DOWN', Monitor, process, _, {made, Count}} -> Count end || {_, Monitor} <- Workers]),
    Made * 1000000 div (erlang:monotonic_time(microsecond) - Began).

until(End, Find, Keys, Made) ->
    case erlang:monotonic_time(microsecond) < End of
        true ->
            lists:foreach(Find, Keys),
            until(End, Find, Keys, Made + ?KEYS);
        false ->
            Made
    end.

finder(gen_server) -> fun(Key) -> {ok, _} = gen_server:call(?MODULE, Key) end;
finder(ets) -> fun find_in_table/1;
finder(_) -> fun(Key) -> {ok, _} = hash_ring:find_node(ring, Key) end.

find_in_table(Key) ->
    Position =
        case ets:next(?MODULE, position(Key) - 1) of
            '$end_of_table' -> ets:first(?MODULE);
            Next -> Next
        end,
    {ok, ets:lookup_element(?MODULE, Position, 2)}.

%% Microseconds, as text: the median, and so on.
-spec latencies(ring(), stay | 'come and go') -> [iodata()].
latencies(Ring, Nodes) ->
    Find = finder(Ring),
    Changer = spawn_link(fun() -> change(Nodes) end),
    Times = lists:sort([timed(Find, <<Key:32>>) || Key <- lists:seq(1, ?TIMED)]),
    Changer ! {stop, self()},
    receive {stopped, Changer} -> ok end,
    [io_lib:format("~.1f", [lists:nth(max(1, round(Part * ?TIMED)), Times) / 1000]) || Part <- [0.5, 0.99, 0.999, 1.0]].

timed(Find, Key) ->
    Began = erlang:monotonic_time(nanosecond),
    {ok, _} = Find(Key),
    erlang:monotonic_time(nanosecond) - Began.

change(Nodes) ->
    receive
        {stop, From} -> From ! {stopped, self()}
    after case Nodes of stay -> infinity; _ -> 0 end ->
        ok = hash_ring:add_node(ring, <<"another">>),
        ok = hash_ring:remove_node(ring, <<"another">>),
        change(Nodes)
    end.

%% The ring in a gen_server: a sorted tuple, searched by halving.

-spec init(tuple()) -> {ok, tuple()}.
init(Points) ->
    {ok, Points}.

-spec handle_call(binary(), gen_server:from(), tuple()) -> {reply, {ok, binary()}, tuple()}.
handle_call(Key, _, Points) ->
    {_, Node} = element(first(position(Key), Points, 1, tuple_size(Points) + 1), Points),
    {reply, {ok, Node}, Points}.

first(_, Points, Found, Found) when Found > tuple_size(Points) -> 1;
first(_, _, Found, Found) -> Found;
first(Position, Points, From, To) ->
    Middle = (From + To) div 2,
    case element(1, element(Middle, Points)) < Position of
        true -> first(Position, Points, Middle + 1, To);
        false -> first(Position, Points, From, Middle)
    end.

-spec handle_cast(term(), tuple()) -> {noreply, tuple()}.
handle_cast(_, Points) ->
    {noreply, Points}.
