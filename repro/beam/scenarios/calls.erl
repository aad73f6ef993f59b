%% @doc What a call costs with a monitor and without, measured between two VMs on loopback.
%%
%%     erl -noshell -pa EBIN -s calls main
%%
%% Both VMs are started for it, so that this one needs no name and no cookie. On loopback a message costs little:
%% what a network adds comes on top, and what counts there is the second table.
-module(calls).
-behaviour(gen_server).

-export([main/0]).
-export([start_server/0, times/1, traffic/1, price/1]).
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
    Us = fun(Kind) -> median([Time || #{Kind := Time} <- Times]) end,
    Ratios = lists:sort([With / Without || #{gen_server := With, gen_call := Without} <- Times]),
    io:format("one call, in us: medians of ~b rounds of ~b calls each, in turn~n", [?ROUNDS, ?BLOCK]),
    io:format("  ~-12ts ~7.1f~n", ["gen_server", Us(gen_server)]),
    io:format("  ~-12ts ~7.1f~n", ["gen_call", Us(gen_call)]),
    io:format("  ~-12ts ~7.2f   half of the rounds ~.2f to ~.2f, all ~.2f to ~.2f~n",
              ["ratio" | [quantile(Part, Ratios) || Part <- [0.5, 0.25, 0.75, 0.0, 1.0]]]),
    io:format("~non the wire, for each of ~b calls: what the socket of the distribution counts~n", [?COUNTED]),
    io:format("  ~-12ts ~9ts ~9ts ~11ts ~11ts~n", ["", "sent", "received", "bytes sent", "received"]),
    [io:format("  ~-12ts ~9.2f ~9.2f ~11.1f ~11.1f~n", [Kind | Counts]) || {Kind, Counts} <- traffic(To)],
    io:format("~nthe price: the server is killed during the call; timeout ~b ms~n", [?TIMEOUT]),
    [begin
         {Reason, Ms} = price({Kind, B, To}),
         io:format("  ~-12ts ~w after ~b ms~n", [Kind, Reason, Ms])
     end || Kind <- kinds()],
    peer:stop(B).

-spec kinds() -> [kind()].
kinds() ->
    [gen_server, gen_call].

%% In turn, and each first in every other round: what else the machine does hits both alike.
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

%% One signal is one packet handed to the socket: the distribution does not gather them. How many segments the
%% kernel makes of them is its own affair.
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

-spec price({kind(), pid(), gen_call:server_ref()}) -> {Reason :: term(), Ms :: integer()}.
price({Kind, VM, To}) ->
    Start = erlang:monotonic_time(millisecond),
    Reason = try Kind:call(To, die, ?TIMEOUT) catch exit:{Why, _} -> Why end,
    Ms = erlang:monotonic_time(millisecond) - Start,
    ok = peer:call(VM, ?MODULE, start_server, []),
    {Reason, Ms}.

-spec median([number()]) -> number().
median(Values) ->
    quantile(0.5, lists:sort(Values)).

-spec quantile(float(), [number()]) -> number().
quantile(Part, Sorted) ->
    lists:nth(round(Part * (length(Sorted) - 1)) + 1, Sorted).

%% The server, of the ordinary kind.

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
