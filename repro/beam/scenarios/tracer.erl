%% Sees everything that ports of the driver are sent and answer, in the order in which the driver saw it, and
%% holds it to the model of the protocol in C (protocol_check.c). Nothing in between knows of it.
-module(tracer).

-export([start/1, check/1, lag/1]).

-define(DRIVER, hash_ring_drv).

-record(state, {
    checker :: port(),
    numbers = #{} :: #{port() => non_neg_integer()},
    next = 0 :: non_neg_integer()
}).

%% From now on, for all ports yet to be opened in this VM.
-spec start(Program :: file:filename()) -> pid().
start(Program) ->
    Self = self(),
    Pid = spawn_opt(
        fun() ->
            Checker = open_port({spawn_executable, Program}, [{packet, 4}, binary, exit_status]),
            _ = erlang:trace(new_ports, true, [ports, send, 'receive']),
            Self ! {self(), started},
            loop(#state{checker = Checker})
        end,
        [link, {priority, high}, {message_queue_data, off_heap}]
    ),
    receive
        {Pid, started} -> Pid
    end.

%% What came of all that the ports have answered so far.
-spec check(pid()) -> {ok, Answers :: non_neg_integer()} | {difference, binary()}.
check(Pid) ->
    Delivered = erlang:trace_delivered(all),
    receive
        {trace_delivered, all, Delivered} -> ok
    end,
    Pid ! {check, self()},
    receive
        {Pid, <<"checked ", Answers/binary>>} -> {ok, binary_to_integer(Answers)};
        {Pid, Difference} -> {difference, Difference}
    end.

%% What it has yet to look at: who asks faster than the model answers should wait.
-spec lag(pid()) -> non_neg_integer().
lag(Pid) ->
    case process_info(Pid, message_queue_len) of
        {message_queue_len, Length} -> Length;
        undefined -> 0
    end.

loop(State) ->
    receive
        {trace, Port, open, _, ?DRIVER} ->
            #state{numbers = Numbers, next = Next} = State,
            tell(State, $O, Next, []),
            loop(State#state{numbers = Numbers#{Port => Next}, next = Next + 1});
        {trace, Port, 'receive', {_, {command, Bytes}}} ->
            tell_of(State, $C, Port, Bytes),
            loop(State);
        {trace, Port, send, {Port, {data, Bytes}}, _} ->
            tell_of(State, $A, Port, Bytes),
            loop(State);
        {trace, Port, closed, _} ->
            tell_of(State, $X, Port, []),
            loop(State#state{numbers = maps:remove(Port, State#state.numbers)});
        {check, From} ->
            tell(State, $E, 0, []),
            From ! {self(), answer(State#state.checker)},
            loop(State);
        {Port, {exit_status, Status}} when Port =:= State#state.checker ->
            exit({protocol_check, Status});
        _ ->
            loop(State)
    end.

answer(Checker) ->
    receive
        {Checker, {data, Line}} -> Line;
        {Checker, {exit_status, Status}} -> exit({protocol_check, Status})
    end.

tell_of(#state{numbers = Numbers} = State, Kind, Port, Bytes) ->
    case Numbers of
        #{Port := Number} -> tell(State, Kind, Number, Bytes);
        #{} -> ok
    end.

tell(#state{checker = Checker}, Kind, Number, Bytes) ->
    true = port_command(Checker, [Kind, <<Number:32>>, Bytes]).
