%% @private
%% @doc One ring in native functions. Any process looks up keys in it, without a message and without a lock. A process
%% makes its changes, one after another.
%%
%% A ring is a resource of the VM: it is freed when the last term that refers to it is collected.
-module(hash_ring_nif).
-behaviour(gen_server).

-on_load(loaded/0).

-export([load/0, is_loaded/0, start/3, find_node/2, find_nodes/3]).
-export([create/2, add_node/2, remove_node/2, set_mode/2, bytes_used/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2, code_change/3]).
-export_type([ring/0]).

-opaque ring() :: reference().
-type answer() :: ok | {error, hash_ring:reason() | busy}.

-define(NOT_LOADED, erlang:nif_error(not_loaded)).

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

%% The process takes the same calls as that of hash_ring_port. While it lives, the persistent term Key is
%% {Process, Ring}, unless somebody erases that before.
-spec start(Key :: term(), Replicas :: 1..16#100000, Hash :: 1..4) -> {ok, pid()} | {error, hash_ring:reason()}.
start(Key, Replicas, Hash) ->
    case create(Replicas, Hash) of
        {ok, Ring} -> gen_server:start_link(?MODULE, {Key, Ring}, []);
        Error -> Error
    end.

%% The native functions. They fail with badarg if an argument is of another type. The names of nodes, keys: binaries.

-spec create(Replicas :: non_neg_integer(), Hash :: non_neg_integer()) -> {ok, ring()} | {error, bad_argument | no_memory}.
create(_Replicas, _Hash) ->
    ?NOT_LOADED.

%% Changes, on a dirty scheduler. A change fails with busy while another process changes the same ring.
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

-spec init({term(), ring()}) -> {ok, {term(), ring()}}.
init({Key, Ring} = State) ->
    %% To end in terminate/2 with the server, which has no time to erase anything if it is killed.
    process_flag(trap_exit, true),
    persistent_term:put(Key, {self(), Ring}),
    {ok, State}.

-spec handle_call(term(), gen_server:from(), {term(), ring()}) -> {reply, term(), {term(), ring()}}.
handle_call(Request, _, {_, Ring} = State) ->
    {reply, change(Request, Ring), State}.

change({add_node, Node}, Ring) when is_binary(Node) -> add_node(Ring, Node);
change({remove_node, Node}, Ring) when is_binary(Node) -> remove_node(Ring, Node);
change({set_mode, Mode}, Ring) when is_integer(Mode), Mode >= 0, Mode =< 255 -> set_mode(Ring, Mode);
change(_, _) -> {error, bad_argument}. % a stray call must not end the ring

-spec handle_cast(term(), {term(), ring()}) -> {noreply, {term(), ring()}} | {stop, normal, {term(), ring()}}.
handle_cast('end', State) ->
    {stop, normal, State};
handle_cast(_, State) ->
    {noreply, State}.

-spec handle_info(term(), {term(), ring()}) -> {noreply, {term(), ring()}}.
handle_info(_, State) ->
    {noreply, State}.

-spec terminate(term(), {term(), ring()}) -> ok.
terminate(_, {Key, Ring}) ->
    case persistent_term:get(Key, none) of
        {_, Ring} -> persistent_term:erase(Key);
        _ -> true % erased before; by now it may be another ring's
    end,
    ok.

-spec code_change(term(), {term(), ring()}, term()) -> {ok, {term(), ring()}}.
code_change(_, State, _) ->
    {ok, State}.
