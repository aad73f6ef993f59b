%% @doc What a call with a monitor (gen_server:call) and without one (gen_call:call) costs, between two VMs.
%%
%% usage: erl -noshell -pa LIB/ebin -pa SCENARIOS -run calls main
%% Prints three Markdown tables: times, traffic, and what happens when the server dies. repro/beam/measure puts
%% them into results.md.
%%
%% Starts both VMs itself, so the calling VM needs no name and no cookie. The VMs talk over loopback, where a message
%% is cheap. Over a network the traffic in the second table matters more than the times in the first.
-module(calls).
-behaviour(gen_server).

-export([main/0]).
-export([start_server/0, times/1, traffic/1, death/1]).
-export([init/1, handle_call/3, handle_cast/2]).

-define(SERVER, calls_server).
-define(ROUNDS, 101).
-define(BLOCK, 500).
-define(COUNTED, 10000).
-define(TIMEOUT, 2000).

-type kind() :: gen_server | gen_call.

-spec main() -> no_return().
main() ->
    {A, _} = vms:start(peer:random_name("calls_a")),
    try
        peer:call(A, erlang, apply, [fun measure/0, []], infinity)
    of
        ok -> halt(0)
    catch
        Class:Reason:Stack ->
            io:format(standard_error, "~ts", [erl_error:format_exception(Class, Reason, Stack)]),
            halt(1)
    end.

-spec measure() -> ok.
measure() ->
    {B, Node} = vms:start(peer:random_name("calls_b")),
    pong = net_adm:ping(Node),
    ok = peer:call(B, ?MODULE, start_server, []),
    To = {?SERVER, Node},
    Times = times(To),
    io:format("One call, in microseconds: ~b rounds of ~b calls each.~n~n", [?ROUNDS, ?BLOCK]),
    io:format("| | median | half of the rounds | all rounds |~n|---|---|---|---|~n"),
    [begin
         Spread = spread([Time || #{Kind := Time} <- Times]),
         io:format("| `~ts:call` | ~.1f | ~.1f to ~.1f | ~.1f to ~.1f |~n", [Kind | Spread])
     end || Kind <- kinds()],
    Ratios = [With / Without || #{gen_server := With, gen_call := Without} <- Times],
    io:format("| `gen_call` is faster by a factor of | ~.2f | ~.2f to ~.2f | ~.2f to ~.2f |~n", spread(Ratios)),
    io:format("~nTraffic of one call, from ~b calls, as counted by the distribution's socket.~n~n", [?COUNTED]),
    io:format("| | messages sent | messages received | bytes sent | bytes received |~n|---|---|---|---|---|~n"),
    [io:format("| `~ts:call` | ~.2f | ~.2f | ~.1f | ~.1f |~n", [Kind | Counts]) || {Kind, Counts} <- traffic(To)],
    io:format("~nThe server is killed during the call; the timeout is ~b ms.~n~n", [?TIMEOUT]),
    io:format("| | the caller exits with | after |~n|---|---|---|~n"),
    [begin
         {Reason, Ms} = death({Kind, B, To}),
         io:format("| `~ts:call` | `~w` | ~b ms |~n", [Kind, Reason, Ms])
     end || Kind <- kinds()],
    peer:stop(B).

-spec kinds() -> [kind()].
kinds() ->
    [gen_server, gen_call].

%% In microseconds. The kinds alternate, and each is first in every other round, so that a disturbance hits both
%% alike.
-spec times(gen_call:server_ref()) -> [#{kind() => float()}].
times(To) ->
    [block(Kind, To, ?BLOCK) || Kind <- kinds()],
    [maps:from_list([{Kind, time(Kind, To)} || Kind <- in_turn(Round)]) || Round <- lists:seq(1, ?ROUNDS)].

-spec in_turn(pos_integer()) -> [kind()].
in_turn(Round) when Round rem 2 =:= 0 -> kinds();
in_turn(_) -> lists:reverse(kinds()).

-spec time(kind(), gen_call:server_ref()) -> float().
time(Kind, To) ->
    {Us, ok} = timer:tc(fun() -> block(Kind, To, ?BLOCK) end),
    Us / ?BLOCK.

-spec block(kind(), gen_call:server_ref(), non_neg_integer()) -> ok.
block(_, _, 0) ->
    ok;
block(Kind, To, Count) ->
    pong = Kind:call(To, ping, ?TIMEOUT),
    block(Kind, To, Count - 1).

%% Per call: messages sent and received, bytes sent and received. The distribution does not batch: each signal is
%% one packet for the socket. The kernel may make any number of segments of them.
-spec traffic(gen_call:server_ref()) -> [{kind(), [float()]}].
traffic({_, Node} = To) ->
    {Node, Socket} = lists:keyfind(Node, 1, erlang:system_info(dist_ctrl)),
    Read = fun() ->
        {ok, Counts} = inet:getstat(Socket, [send_cnt, recv_cnt, send_oct, recv_oct]),
        [proplists:get_value(Key, Counts) || Key <- [send_cnt, recv_cnt, send_oct, recv_oct]]
    end,
    [begin
         Before = Read(),
         ok = block(Kind, To, ?COUNTED),
         {Kind, [(Then - Now) / ?COUNTED || {Then, Now} <- lists:zip(Read(), Before)]}
     end || Kind <- kinds()].

-spec death({kind(), pid(), gen_call:server_ref()}) -> {Reason :: term(), Ms :: integer()}.
death({Kind, VM, To}) ->
    Start = erlang:monotonic_time(millisecond),
    Reason = try Kind:call(To, die, ?TIMEOUT) catch exit:{Why, _} -> Why end,
    Ms = erlang:monotonic_time(millisecond) - Start,
    ok = peer:call(VM, ?MODULE, start_server, []),
    {Reason, Ms}.

%% The median, both quartiles, the least and the greatest.
-spec spread([number()]) -> [number()].
spread(Values) ->
    Sorted = lists:sort(Values),
    [lists:nth(round(Part * (length(Sorted) - 1)) + 1, Sorted) || Part <- [0.5, 0.25, 0.75, 0.0, 1.0]].

%% The server: an ordinary gen_server.

-spec start_server() -> ok.
start_server() ->
    {ok, _} = gen_server:start({local, ?SERVER}, ?MODULE, [], []),
    ok.

-spec init([]) -> {ok, []}.
init([]) ->
    {ok, []}.

-spec handle_call(ping | die, gen_server:from(), []) -> {reply, pong, []}.
handle_call(ping, _, State) ->
    {reply, pong, State};
handle_call(die, _, _) ->
    exit(self(), kill).

-spec handle_cast(term(), []) -> {noreply, []}.
handle_cast(_, State) ->
    {noreply, State}.
