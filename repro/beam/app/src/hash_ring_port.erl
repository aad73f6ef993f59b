%% @private
%% @doc One ring in the linked-in driver: a process that owns one port with one ring. driver/protocol.h specifies the
%% wire format.
%%
%% The port answers in the order of the requests; a queue keeps the callers in that order.
-module(hash_ring_port).
-behaviour(gen_server).

-export([start/3]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, code_change/3]).

%% How to read the answer to a command.
-type meaning() :: done | node | nodes.

-record(state, {
    port :: port(),
    ring :: non_neg_integer(),
    callers = queue:new() :: queue:queue({gen_server:from(), meaning()}),
    ends = false :: boolean() % once all callers have their answers
}).

-define(MAX, 16#ffffffff).

%% Links the new process to the caller once it has its ring. Driver is the name of one that is loaded.
-spec start(Driver :: string(), Replicas :: 1..16#100000, Hash :: 1..4) -> {ok, pid()} | {error, hash_ring:reason()}.
start(Driver, Replicas, Hash) ->
    case gen_server:start(?MODULE, {self(), Driver, <<16#81, Replicas:32, Hash>>}, []) of
        {ok, Pid} -> {ok, Pid};
        {error, {shutdown, Reason}} -> {error, Reason}
    end.

-spec init({pid(), string(), binary()}) -> {ok, #state{}} | {stop, {shutdown, hash_ring:reason()}}.
init({Owner, Driver, Create}) ->
    try open_port({spawn_driver, Driver}, [binary]) of
        Port ->
            _ = monitor(port, Port),
            true = port_command(Port, Create),
            receive
                {Port, {data, <<0, Ring:32>>}} ->
                    link(Owner),
                    {ok, #state{port = Port, ring = Ring}};
                {Port, {data, <<Status, _/binary>>}} ->
                    {stop, {shutdown, reason(Status)}}
            end
    catch
        error:enomem -> {stop, {shutdown, no_memory}};
        error:system_limit -> {stop, {shutdown, too_many_rings}}
    end.

-spec handle_call(term(), gen_server:from(), #state{}) -> {reply, term(), #state{}} | {noreply, #state{}}.
handle_call({set_mode, Mode}, From, #state{ring = Ring} = State) when is_integer(Mode), Mode >= 0, Mode =< 255 ->
    {noreply, send(<<16#86, Ring:32, Mode>>, From, done, State)};
handle_call({add_node, Node}, From, State) when is_binary(Node), byte_size(Node) =< ?MAX ->
    {noreply, send(command(16#83, Node, State), From, done, State)};
handle_call({remove_node, Node}, From, State) when is_binary(Node), byte_size(Node) =< ?MAX ->
    {noreply, send(command(16#84, Node, State), From, done, State)};
handle_call({find_node, Key}, From, State) when is_binary(Key), byte_size(Key) =< ?MAX ->
    {noreply, send(command(16#85, Key, State), From, node, State)};
handle_call({find_nodes, Key, Count}, From, #state{ring = Ring} = State) when
    is_binary(Key), byte_size(Key) =< ?MAX, is_integer(Count), Count >= 0, Count =< ?MAX
->
    {noreply, send([<<16#87, Ring:32, (byte_size(Key)):32, Count:32>>, Key], From, nodes, State)};
%% A stray call must not end the ring.
handle_call(_, _, State) ->
    {reply, {error, bad_argument}, State}.

command(Opcode, Text, #state{ring = Ring}) ->
    [<<Opcode, Ring:32, (byte_size(Text)):32>>, Text].

send(Bytes, From, Meaning, #state{port = Port, callers = Callers} = State) ->
    true = port_command(Port, Bytes),
    State#state{callers = queue:in({From, Meaning}, Callers)}.

-spec handle_cast(term(), #state{}) -> {noreply, #state{}} | {stop, normal, #state{}}.
handle_cast('end', State) ->
    end_if_idle(State#state{ends = true});
handle_cast(_, State) ->
    {noreply, State}.

-spec handle_info(term(), #state{}) -> {noreply, #state{}} | {stop, normal | {port_closed, term()}, #state{}}.
handle_info({Port, {data, Bytes}}, #state{port = Port} = State) ->
    {{value, {From, Meaning}}, Callers} = queue:out(State#state.callers),
    gen_server:reply(From, read(Bytes, Meaning)),
    end_if_idle(State#state{callers = Callers});
%% Somebody has closed the port. Its exit signal has the reason normal, which ends nobody.
handle_info({'DOWN', _, port, Port, Reason}, #state{port = Port} = State) ->
    {stop, {port_closed, Reason}, State};
handle_info(_, State) ->
    {noreply, State}.

end_if_idle(#state{ends = Ends, callers = Callers} = State) ->
    case Ends andalso queue:is_empty(Callers) of
        true -> {stop, normal, State};
        false -> {noreply, State}
    end.

read(<<0>>, done) -> ok;
read(<<0, Node/binary>>, node) -> {ok, Node};
read(<<0, Nodes/binary>>, nodes) -> {ok, [Node || <<Size:32, Node:Size/binary>> <= Nodes]};
read(<<Status>>, _) -> {error, reason(Status)}.

reason(1) -> bad_argument;
reason(2) -> ring_not_found;
reason(3) -> node_exists;
reason(4) -> node_not_found;
reason(5) -> too_many_points;
reason(6) -> no_memory;
reason(7) -> not_md5;
reason(8) -> ring_not_empty.

-spec code_change(term(), #state{}, term()) -> {ok, #state{}}.
code_change(_, State, _) ->
    {ok, State}.
