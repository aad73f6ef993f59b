%% @private
%% @doc One ring in native functions. Any process looks up keys in it, without a message and without a lock. A process
%% makes its changes, one after another.
%%
%% A ring is a resource of the VM: it is freed when the last term that refers to it is collected.
-module(hash_ring_nif).
-behaviour(gen_server).

-on_load(loaded/0).

-export([load/0, is_loaded/0, start/2, find_node/2, find_nodes/3]).
-export([create/2, add_node/2, remove_node/2, set_mode/2, bytes_used/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, code_change/3]).
-export_type([ring/0]).

-opaque ring() :: reference().
-type answer() :: ok | {error, hash_ring:reason() | busy}.

-define(NOT_LOADED, erlang:nif_error(not_loaded)).
-define(MAX, 16#ffffffff).

%% A release loads this module even where nobody uses the NIF, and its library need not be there. An upgrade of a module
%% whose library is loaded must not lose it.
loaded() ->
    case load() of
        ok -> ok;
        Error ->
            case erlang:module_loaded(?MODULE) andalso ?MODULE:is_loaded() of
                true -> Error;
                false -> ok
            end
    end.

-spec load() -> ok | {error, {atom(), string()}}.
load() ->
    erlang:load_nif(filename:join(hash_ring:priv_dir(), "hash_ring_nif"), 0).

-spec is_loaded() -> boolean().
is_loaded() ->
    try create(0, 0) of
        {error, bad_argument} -> true
    catch
        error:not_loaded -> false
    end.

%% The process takes the same calls as that of hash_ring_port.
-spec start(Replicas :: 1..16#100000, Hash :: 1..4) -> {ok, pid(), ring()} | {error, hash_ring:reason()}.
start(Replicas, Hash) ->
    case create(Replicas, Hash) of
        {ok, Ring} ->
            {ok, Process} = gen_server:start_link(?MODULE, Ring, []),
            {ok, Process, Ring};
        Error ->
            Error
    end.

%% The native functions. They fail with badarg if an argument is of another type. The names of nodes, keys: binaries.

-spec create(Replicas :: non_neg_integer(), Hash :: non_neg_integer()) -> {ok, ring()} | {error, bad_argument | no_memory}.
create(_Replicas, _Hash) ->
    ?NOT_LOADED.

%% Adding and removing run on a dirty scheduler. A change fails with busy while another process changes the same ring.
-spec add_node(ring(), binary()) -> answer().
add_node(_Ring, _Node) ->
    ?NOT_LOADED.

-spec remove_node(ring(), binary()) -> answer().
remove_node(_Ring, _Node) ->
    ?NOT_LOADED.

-spec set_mode(ring(), non_neg_integer()) -> answer().
set_mode(_Ring, _Mode) ->
    ?NOT_LOADED.

-spec find_node(ring(), binary()) -> {ok, binary()} | {error, hash_ring:reason()}.
find_node(_Ring, _Key) ->
    ?NOT_LOADED.

-spec find_nodes(ring(), binary(), 0..16#ffffffff) -> {ok, [binary()]} | {error, hash_ring:reason()}.
find_nodes(_Ring, _Key, _Count) ->
    ?NOT_LOADED.

%% How many bytes of the VM's memory the ring holds.
-spec bytes_used(ring()) -> {ok, non_neg_integer()} | {error, busy}.
bytes_used(_Ring) ->
    ?NOT_LOADED.

%% The process that changes the ring

-spec init(ring()) -> {ok, ring()}.
init(Ring) ->
    {ok, Ring}.

-spec handle_call(term(), gen_server:from(), ring()) -> {reply, term(), ring()}.
handle_call(Request, _, Ring) ->
    {reply, answer(Request, Ring), Ring}.

answer({add_node, Node}, Ring) when is_binary(Node) -> add_node(Ring, Node);
answer({remove_node, Node}, Ring) when is_binary(Node) -> remove_node(Ring, Node);
answer({set_mode, Mode}, Ring) when is_integer(Mode), Mode >= 0, Mode =< 255 -> set_mode(Ring, Mode);
%% From a caller that looked for the ring's persistent term before it was there, or after.
answer({find_node, Key}, Ring) when is_binary(Key) -> find_node(Ring, Key);
answer({find_nodes, Key, Count}, Ring) when is_binary(Key), is_integer(Count), Count >= 0, Count =< ?MAX ->
    find_nodes(Ring, Key, Count);
answer(_, _) -> {error, bad_argument}. % a stray call must not end the ring

-spec handle_cast(term(), ring()) -> {noreply, ring()} | {stop, normal, ring()}.
handle_cast('end', Ring) ->
    {stop, normal, Ring};
handle_cast(_, Ring) ->
    {noreply, Ring}.

-spec handle_info(term(), ring()) -> {noreply, ring()}.
handle_info(_, Ring) ->
    {noreply, Ring}.

-spec code_change(term(), ring(), term()) -> {ok, ring()}.
code_change(_, Ring, _) ->
    {ok, Ring}.
