%% Traces the messages to and from the driver's ports, in the driver's own order, and passes them to protocol_check
%% (model/check.c), which compares every answer with the model's. The traced processes need no change.
-module(tracer).

-export([start/1, check/1, lag/1]).

-define(DRIVER, hash_ring_drv).

-record(state, {
    checker :: port(),
    numbers = #{} :: #{port() => non_neg_integer()},
    next = 0 :: non_neg_integer()
}).

%% Traces all ports that are opened in this VM from now on. Program is the path of protocol_check.
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

%% The result for all answers so far: how many were compared, or the first difference.
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

%% The number of traced messages that are not processed yet. Callers slow down if it grows: the model is slow.
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
            send(State, $O, Next, []),
            loop(State#state{numbers = Numbers#{Port => Next}, next = Next + 1});
        {trace, Port, 'receive', {_, {command, Bytes}}} ->
            send_from(State, $C, Port, Bytes),
            loop(State);
        {trace, Port, send, {Port, {data, Bytes}}, _} ->
            send_from(State, $A, Port, Bytes),
            loop(State);
        {trace, Port, closed, _} ->
            send_from(State, $X, Port, []),
            loop(State#state{numbers = maps:remove(Port, State#state.numbers)});
        {check, From} ->
            send(State, $E, 0, []),
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

send_from(#state{numbers = Numbers} = State, Kind, Port, Bytes) ->
    case Numbers of
        #{Port := Number} -> send(State, Kind, Number, Bytes);
        #{} -> ok
    end.

send(#state{checker = Checker}, Kind, Number, Bytes) ->
    true = port_command(Checker, [Kind, <<Number:32>>, Bytes]).
