%% @doc Consistent-hash rings, in native functions or in a linked-in driver.
%%
%% The name of a ring is any term; nodes and keys are any bytes. This server owns the rings: they end with it. Each
%% ring has a process of its own, so rings do not wait for one another. Errors are {error, Reason} and leave the rings
%% unchanged; repro/beam/README.md lists the reasons.
%%
%% The backend, in the application's environment, is where rings are and keys are looked up:
%%
%% <pre>
%% nif      in the caller's process, without a message or a lock; changes run on dirty schedulers. To delete a ring,
%%          the VM looks at each of its processes: half a microsecond for each
%% driver   in the process of the ring; what takes long, on an async thread of the VM. The VM has one, if it was
%%          not started with +A. A ring needs a port, and a VM has 65,536, if it was not started with +Q
%% </pre>
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

-export([start_link/0, start_link/1, start_link/2, stop/0, priv_dir/0]).
-export([create_ring/2, create_ring/3, delete_ring/1, set_mode/2]).
-export([add_node/2, remove_node/2, find_node/2, find_node/3, find_nodes/3]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2, code_change/3]).

-export_type([ring/0, reason/0, backend/0]).

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
    | ring_not_empty
    | too_many_rings.

%% {driver, Folder, Library}: the folder of the driver's shared library, and its name without ".so".
-type backend() :: nif | driver | {driver, Folder :: file:name(), Library :: string()}.

%% The table has a row {Ring, Process} for each ring.
-define(TABLE, ?MODULE).
%% The persistent term {Cleaner, Resource} of a ring in the NIF: see hash_ring_cleaner.
-define(NIF(Ring), {?MODULE, Ring}).
-define(MAX, 16#ffffffff).

%% @doc Starts the server with the backend of the application's environment, or with driver.
-spec start_link() -> gen_server:start_ret().
start_link() ->
    start_link(application:get_env(?MODULE, backend, driver)).

%% @doc Starts the server with this backend.
-spec start_link(backend()) -> gen_server:start_ret().
start_link(driver) ->
    start_link({driver, priv_dir(), "hash_ring_drv"});
start_link(Backend) ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, Backend, []).

%% @doc Starts the server with a driver, as hash-ring's binding does: its folder, and its name without ".so".
-spec start_link(file:name(), string()) -> gen_server:start_ret().
start_link(Folder, Library) ->
    start_link({driver, Folder, Library}).

%% @private
-spec priv_dir() -> file:filename().
priv_dir() ->
    case code:priv_dir(?MODULE) of
        {error, bad_name} -> filename:join([filename:dirname(code:which(?MODULE)), "..", "priv"]);
        Found -> Found
    end.

%% @doc Ends the server and all rings. Under a supervisor this is a restart: the server comes back without rings.
-spec stop() -> ok.
stop() ->
    try
        gen_server:stop(?MODULE, normal, infinity)
    catch
        exit:_ -> ok % it has already ended, or ends for another reason
    end.

%% @doc Creates a ring without nodes, whose hash is SHA-1.
%% Replicas is the number of points of each node, 1 to 2^20. Placement is hash-ring's with SHA-1; create_ring/3 takes
%% the hash: hash_ring.hrl has them. With ?HASH_RING_FUNCTION_SHA1 and ?HASH_RING_FUNCTION_MD5, each key is where the
%% library hash-ring has it.
-spec create_ring(ring(), integer()) -> ok | {error, reason()}.
create_ring(Ring, Replicas) ->
    create_ring(Ring, Replicas, ?HASH_RING_FUNCTION_SHA1).

%% @doc Creates a ring without nodes.
-spec create_ring(ring(), integer(), integer()) -> ok | {error, reason()}.
create_ring(Ring, Replicas, Hash) when is_integer(Replicas), is_integer(Hash) ->
    gen_server:call(?MODULE, {create_ring, Ring, Replicas, Hash}, infinity).

%% @doc Deletes a ring with its nodes. Returns when the ring has ended. Calls that it has before are answered.
-spec delete_ring(ring()) -> ok | {error, reason()}.
delete_ring(Ring) ->
    case gen_server:call(?MODULE, {delete_ring, Ring}, infinity) of
        {deleted, Process} ->
            hash_ring_cleaner:wait_for_end(Process);
        Error ->
            Error
    end.

%% @doc Changes the mode of an MD5 ring: hash_ring.hrl has them. Only while the ring has no nodes.
-spec set_mode(ring(), integer()) -> ok | {error, reason()}.
set_mode(Ring, Mode) when is_integer(Mode) ->
    change(Ring, {set_mode, Mode}).

%% @doc Adds a node.
-spec add_node(ring(), iodata()) -> ok | {error, reason()}.
add_node(Ring, Node) ->
    change(Ring, {add_node, iolist_to_binary(Node)}).

%% @doc Removes a node.
-spec remove_node(ring(), iodata()) -> ok | {error, reason()}.
remove_node(Ring, Node) ->
    change(Ring, {remove_node, iolist_to_binary(Node)}).

%% @doc The node of a key.
-spec find_node(ring(), iodata()) -> {ok, binary()} | {error, reason()}.
find_node(Ring, Key) ->
    find_node(Ring, Key, infinity).

%% @doc The same, with a time limit in milliseconds. Exits as gen_server:call/3 does if there is no answer in time. The
%% ring is not changed by that. With the NIF, the answer is there at once.
-spec find_node(ring(), iodata(), timeout()) -> {ok, binary()} | {error, reason()}.
find_node(Ring, Key, Timeout) ->
    Bytes = bytes(Key),
    case nif(Ring) of
        none -> ask(Ring, {find_node, Bytes}, Timeout);
        Nif -> hash_ring_nif:find_node(Nif, Bytes)
    end.

%% @doc The first Count distinct nodes clockwise from the key, or all nodes if the ring has fewer.
-spec find_nodes(ring(), iodata(), non_neg_integer()) -> {ok, [binary()]} | {error, reason()}.
find_nodes(Ring, Key, Count) when is_integer(Count), Count >= 0 ->
    Bytes = bytes(Key),
    case nif(Ring) of
        none -> ask(Ring, {find_nodes, Bytes, min(Count, ?MAX)}, infinity);
        Nif -> hash_ring_nif:find_nodes(Nif, Bytes, min(Count, ?MAX))
    end.

bytes(Key) when is_binary(Key) -> Key;
bytes(Key) -> iolist_to_binary(Key).

%% Waits without a timeout: in a ring of millions of points a command can take long, and a caller that gave up would
%% not know whether its node was added.
change(Ring, Request) ->
    ask(Ring, Request, infinity).

ask(Ring, Request, Timeout) ->
    try ets:lookup(?TABLE, Ring) of
        [{_, Process}] -> call(Process, Request, Timeout);
        [] -> {error, ring_not_found}
    catch
        error:badarg -> exit({noproc, {?MODULE, element(1, Request), [Ring]}})
    end.

call(Process, Request, Timeout) ->
    try
        gen_server:call(Process, Request, Timeout)
    catch
        exit:{Reason, _} when Reason =:= noproc; Reason =:= normal -> {error, ring_not_found} % deleted meanwhile
    end.

%% A persistent term is read without a lock and without a copy. The table would copy the reference, which counts, and
%% that takes as long as the lookup itself.
nif(Ring) ->
    case persistent_term:get(?NIF(Ring), none) of
        {_, Nif} -> Nif;
        none -> none
    end.

%% The server

-type state() :: {backend(), Cleaner :: pid()}.

%% @private
-spec init(backend()) -> {ok, state()} | {stop, term()}.
init(Backend) ->
    case load(Backend) of
        ok ->
            process_flag(trap_exit, true), % or a supervisor's shutdown would not reach terminate/2
            ?TABLE = ets:new(?TABLE, [named_table, protected, {read_concurrency, true}]),
            {ok, {Backend, hash_ring_cleaner:start()}};
        Error ->
            {stop, Error}
    end.

%% This process loads the driver itself, so that the VM unloads it when the process ends.
load({driver, Folder, Library}) ->
    case erl_ddll:load(Folder, Library) of
        ok -> ok;
        {error, Error} -> {driver, erl_ddll:format_error(Error)}
    end;
load(nif) ->
    case hash_ring_nif:is_loaded() orelse hash_ring_nif:load() of
        {error, {_, Error}} -> {nif, Error};
        _ -> ok
    end;
load(Other) ->
    {no_such_backend, Other}.

%% @private
-spec handle_call(term(), gen_server:from(), state()) -> {reply, term(), state()}.
handle_call({create_ring, Ring, Replicas, Hash}, _, State) ->
    {reply, create(Ring, Replicas, Hash, State), State};
handle_call({delete_ring, Ring}, _, State) ->
    {reply, delete(Ring), State};
%% A stray call must not end all rings.
handle_call(_, _, State) ->
    {reply, {error, bad_argument}, State}.

create(Ring, Replicas, Hash, State) ->
    Valid = in_range(Replicas, 1 bsl 20) andalso in_range(Hash, ?HASH_RING_FUNCTION_MD5_WHOLE),
    case ets:member(?TABLE, Ring) of
        true -> {error, ring_exists};
        false when not Valid -> {error, bad_argument};
        false -> start(Ring, Replicas, Hash, State)
    end.

in_range(Value, Max) ->
    is_integer(Value) andalso Value >= 1 andalso Value =< Max.

start(Ring, Replicas, Hash, {nif, Cleaner}) ->
    case hash_ring_nif:start(Replicas, Hash) of
        {ok, Process, Nif} ->
            true = ets:insert_new(?TABLE, {Ring, Process}),
            persistent_term:put(?NIF(Ring), {Cleaner, Nif});
        Error ->
            Error
    end;
start(Ring, Replicas, Hash, {{driver, _, Library}, _}) ->
    case hash_ring_port:start(Library, Replicas, Hash) of
        {ok, Process} ->
            true = ets:insert_new(?TABLE, {Ring, Process}),
            ok;
        Error ->
            Error
    end.

delete(Ring) ->
    case ets:take(?TABLE, Ring) of
        [{_, Process}] ->
            persistent_term:erase(?NIF(Ring)),
            gen_server:cast(Process, 'end'),
            {deleted, Process};
        [] ->
            {error, ring_not_found}
    end.

%% @private
-spec handle_cast(term(), state()) -> {noreply, state()}.
handle_cast(_, State) ->
    {noreply, State}.

%% @private
%% A ring that was deleted ends with reason normal. If another ring or the route manager ends, so do all.
-spec handle_info(term(), state()) -> {noreply, state()} | {stop, term(), state()}.
handle_info({'EXIT', _, Reason}, State) when Reason =/= normal ->
    {stop, Reason, State};
handle_info(_, State) ->
    {noreply, State}.

%% @private
-spec terminate(term(), state()) -> ok.
terminate(_, {Backend, Cleaner}) ->
    Processes = [Process || {_, Process} <- ets:tab2list(?TABLE)],
    [exit(Process, shutdown) || Process <- Processes],
    [hash_ring_cleaner:wait_for_end(Process) || Process <- Processes],
    hash_ring_cleaner:stop(Cleaner),
    unload(Backend).

%% All ports are closed by now, so that the next process to load the driver gets a fresh copy.
unload({driver, _, Library}) ->
    _ = erl_ddll:unload(Library),
    ok;
unload(nif) ->
    ok.

%% @private
%% The processes of the rings are in no supervision tree, where a release upgrade would look for them.
-spec code_change(term(), state(), term()) -> {ok, state()}.
code_change(Old, {Backend, _} = State, Extra) ->
    Module =
        case Backend of
            nif -> hash_ring_nif;
            {driver, _, _} -> hash_ring_port
        end,
    [
        begin
            ok = sys:suspend(Process, infinity),
            ok = sys:change_code(Process, Module, Old, Extra, infinity),
            ok = sys:resume(Process, infinity)
        end
     || {_, Process} <- ets:tab2list(?TABLE)
    ],
    {ok, State}.
