%% @doc Consistent-hash rings in a linked-in driver. driver/protocol.h specifies the wire format.
%%
%% The name of a ring is any term; nodes and keys are any bytes. This server owns the rings: they end with it. All
%% callers share its one port, which answers in the order of the requests; a queue keeps the callers in that order.
%% Errors are {error, Reason} and leave the rings unchanged; repro/beam/README.md lists the reasons.
%%
%% Moving from the binding of the library hash-ring: every key stays where it is, and these answers differ.
%%
%% <pre>
%% call                 there                                      here
%% create_ring          ok, whatever the arguments; a name that    {error, bad_argument | no_memory | ring_exists}
%%                      is taken loses its ring
%% add_node             ok, if the node is there already           {error, node_exists}
%% remove_node          ok, if the node is not there               {error, node_not_found}
%% set_mode             {error, cant_set_mode}                     {error, not_md5 | bad_argument}
%%                      ok, in a ring with nodes: its keys         {error, ring_not_empty}
%%                      move, its nodes stay
%% find_node            {error, unknown_error}, in an empty ring   {error, node_not_found}
%%                      or with an empty key                       an empty key is on a node
%% find_nodes           {error, unknown_error}, in an empty ring   {ok, []}
%%                      a node with "|" in its name is two nodes   it is one
%% add_node and others  {error, unknown_error}                     the reason
%% all                  {error, ring_not_found}                    the same
%%                      exit, after five seconds                   no timeout
%% </pre>
-module(hash_ring).
-behaviour(gen_server).

-include("hash_ring.hrl").

-export([start_link/0, start_link/2, stop/0]).
-export([create_ring/2, create_ring/3, delete_ring/1, set_mode/2]).
-export([add_node/2, remove_node/2, find_node/2, find_node/3, find_nodes/3]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

-export_type([ring/0, reason/0]).

-type ring() :: term().
-type reason() ::
    ring_not_found
    | ring_exists
    | node_exists
    | node_not_found
    | bad_argument
    | too_many_points
    | no_memory
    | not_md5
    | ring_not_empty.

%% How to read the answer to a command.
-type meaning() :: done | node | nodes | {created, ring()}.

-record(state, {
    driver :: string(),
    port :: port(),
    rings = #{} :: #{ring() => non_neg_integer() | creating},
    callers = queue:new() :: queue:queue({gen_server:from(), meaning()})
}).

-define(MAX, 16#ffffffff).

-spec start_link() -> gen_server:start_ret().
start_link() ->
    Path =
        case code:priv_dir(?MODULE) of
            {error, bad_name} -> filename:join([filename:dirname(code:which(?MODULE)), "..", "priv"]);
            Found -> Found
        end,
    start_link(Path, "hash_ring_drv").

%% Path is the folder of the shared library; Library is its name without ".so".
-spec start_link(file:name(), string()) -> gen_server:start_ret().
start_link(Path, Library) ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, {Path, Library}, []).

%% Under a supervisor this is a restart: the server comes back without rings.
-spec stop() -> ok.
stop() ->
    try
        gen_server:stop(?MODULE, normal, infinity)
    catch
        exit:_ -> ok % it has already ended, or ends for another reason
    end.

%% Replicas is the number of points of each node, 1 to 2^20. Placement is hash-ring's with SHA-1; create_ring/3 takes
%% the hash: hash_ring.hrl has them. With ?HASH_RING_FUNCTION_SHA1 and ?HASH_RING_FUNCTION_MD5, each key is where the
%% library hash-ring has it.
-spec create_ring(ring(), integer()) -> ok | {error, reason()}.
create_ring(Ring, Replicas) ->
    create_ring(Ring, Replicas, ?HASH_RING_FUNCTION_SHA1).

-spec create_ring(ring(), integer(), integer()) -> ok | {error, reason()}.
create_ring(Ring, Replicas, Hash) when is_integer(Replicas), is_integer(Hash) ->
    ask({create_ring, Ring, Replicas, Hash}).

-spec delete_ring(ring()) -> ok | {error, reason()}.
delete_ring(Ring) ->
    ask({delete_ring, Ring}).

%% Only while the ring has no nodes.
-spec set_mode(ring(), integer()) -> ok | {error, reason()}.
set_mode(Ring, Mode) when is_integer(Mode) ->
    ask({set_mode, Ring, Mode}).

-spec add_node(ring(), iodata()) -> ok | {error, reason()}.
add_node(Ring, Node) ->
    ask({add_node, Ring, iolist_to_binary(Node)}).

-spec remove_node(ring(), iodata()) -> ok | {error, reason()}.
remove_node(Ring, Node) ->
    ask({remove_node, Ring, iolist_to_binary(Node)}).

-spec find_node(ring(), iodata()) -> {ok, binary()} | {error, reason()}.
find_node(Ring, Key) ->
    find_node(Ring, Key, infinity).

%% Exits as gen_server:call/3 does if there is no answer in time. The ring is not changed by that.
-spec find_node(ring(), iodata(), timeout()) -> {ok, binary()} | {error, reason()}.
find_node(Ring, Key, Timeout) ->
    gen_server:call(?MODULE, {find_node, Ring, iolist_to_binary(Key)}, Timeout).

%% The first Count distinct nodes clockwise from the key, or all nodes if the ring has fewer.
-spec find_nodes(ring(), iodata(), non_neg_integer()) -> {ok, [binary()]} | {error, reason()}.
find_nodes(Ring, Key, Count) when is_integer(Count), Count >= 0 ->
    ask({find_nodes, Ring, iolist_to_binary(Key), min(Count, ?MAX)}).

%% Waits without a timeout: in a ring of millions of points a command can take long, and a caller that gave up would
%% not know whether its node was added.
ask(Request) ->
    gen_server:call(?MODULE, Request, infinity).

%% The server

-spec init({file:name(), string()}) -> {ok, #state{}} | {stop, term()}.
init({Path, Library}) ->
    %% This process loads the driver itself, so that the VM unloads it when the process ends.
    case erl_ddll:load(Path, Library) of
        ok -> {ok, #state{driver = Library, port = open_port({spawn_driver, Library}, [binary])}};
        {error, Error} -> {stop, {driver, erl_ddll:format_error(Error)}}
    end.

-spec handle_call(term(), gen_server:from(), #state{}) ->
    {reply, term(), #state{}} | {noreply, #state{}}.
handle_call({create_ring, Ring, _, _}, _From, State) when is_map_key(Ring, State#state.rings) ->
    {reply, {error, ring_exists}, State};
handle_call({create_ring, Ring, Replicas, Hash}, From, State) ->
    case in_range(Replicas, ?MAX) andalso in_range(Hash, 255) of
        true ->
            Rings = (State#state.rings)#{Ring => creating},
            Bytes = <<16#81, Replicas:32, Hash>>,
            {noreply, send(Bytes, From, {created, Ring}, State#state{rings = Rings})};
        false ->
            {reply, {error, bad_argument}, State}
    end;
handle_call(Request, From, State) ->
    case State#state.rings of
        #{element(2, Request) := Index} when is_integer(Index) -> command(Request, Index, From, State);
        _ -> {reply, {error, ring_not_found}, State}
    end.

%% Forgets the ring when the deletion is sent. By the time the answer arrives, another ring may have its number.
command({delete_ring, Ring}, Index, From, State) ->
    Rings = maps:remove(Ring, State#state.rings),
    {noreply, send(<<16#82, Index:32>>, From, done, State#state{rings = Rings})};
command({set_mode, _, Mode}, _, _, State) when Mode < 0; Mode > 255 ->
    {reply, {error, bad_argument}, State};
command({set_mode, _, Mode}, Index, From, State) when is_integer(Mode) ->
    {noreply, send(<<16#86, Index:32, Mode>>, From, done, State)};
command({_, _, Text}, _, _, State) when byte_size(Text) > ?MAX ->
    {reply, {error, bad_argument}, State};
command({_, _, Text, _}, _, _, State) when byte_size(Text) > ?MAX ->
    {reply, {error, bad_argument}, State};
command({add_node, _, Node}, Index, From, State) when is_binary(Node) ->
    {noreply, send([<<16#83, Index:32, (byte_size(Node)):32>>, Node], From, done, State)};
command({remove_node, _, Node}, Index, From, State) when is_binary(Node) ->
    {noreply, send([<<16#84, Index:32, (byte_size(Node)):32>>, Node], From, done, State)};
command({find_node, _, Key}, Index, From, State) when is_binary(Key) ->
    {noreply, send([<<16#85, Index:32, (byte_size(Key)):32>>, Key], From, node, State)};
command({find_nodes, _, Key, Count}, Index, From, State) when is_binary(Key), is_integer(Count) ->
    {noreply, send([<<16#87, Index:32, (byte_size(Key)):32, Count:32>>, Key], From, nodes, State)};
%% A stray call must not end all rings.
command(_, _, _, State) ->
    {reply, {error, bad_argument}, State}.

in_range(Value, Max) ->
    is_integer(Value) andalso Value >= 0 andalso Value =< Max.

send(Bytes, From, Meaning, #state{port = Port, callers = Callers} = State) ->
    true = port_command(Port, Bytes),
    State#state{callers = queue:in({From, Meaning}, Callers)}.

-spec handle_cast(term(), #state{}) -> {noreply, #state{}}.
handle_cast(_Message, State) ->
    {noreply, State}.

-spec handle_info(term(), #state{}) -> {noreply, #state{}}.
handle_info({Port, {data, Bytes}}, #state{port = Port} = State) ->
    {{value, {From, Meaning}}, Callers} = queue:out(State#state.callers),
    {Answer, Rings} = read(Bytes, Meaning, State#state.rings),
    gen_server:reply(From, Answer),
    {noreply, State#state{callers = Callers, rings = Rings}};
handle_info(_Message, State) ->
    {noreply, State}.

read(<<0, Index:32>>, {created, Ring}, Rings) -> {ok, Rings#{Ring := Index}};
read(<<Status, _/binary>>, {created, Ring}, Rings) -> {{error, reason(Status)}, maps:remove(Ring, Rings)};
read(<<0>>, done, Rings) -> {ok, Rings};
read(<<0, Node/binary>>, node, Rings) -> {{ok, Node}, Rings};
read(<<0, Nodes/binary>>, nodes, Rings) -> {{ok, [Node || <<Size:32, Node:Size/binary>> <= Nodes]}, Rings};
read(<<Status>>, _, Rings) -> {{error, reason(Status)}, Rings}.

reason(1) -> bad_argument;
reason(2) -> ring_not_found;
reason(3) -> node_exists;
reason(4) -> node_not_found;
reason(5) -> too_many_points;
reason(6) -> no_memory;
reason(7) -> not_md5;
reason(8) -> ring_not_empty.

-spec terminate(term(), #state{}) -> ok.
terminate(_Reason, #state{port = Port, driver = Driver}) ->
    %% Close the port before unloading the driver, so that the next process to load it gets a fresh copy.
    catch port_close(Port),
    _ = erl_ddll:unload(Driver),
    ok.
