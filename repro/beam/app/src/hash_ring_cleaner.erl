%% @private
%% @doc Erases the persistent terms of the rings when their server ends, however it ends: they outlive processes.
%%
%% If each ring erased its own, the ends of many rings would be slow: for each term, the VM looks at each process.
-module(hash_ring_cleaner).
-behaviour(gen_server).

-export([start/0, stop/1, wait_for_end/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

%% Starts the process that cleans up after the caller. Each term is {hash_ring, Ring} with the value {Cleaner, _}. Returns
%% when there are no terms of earlier servers.
-spec start() -> pid().
start() ->
    {ok, Cleaner} = gen_server:start(?MODULE, self(), []),
    Cleaner.

%% Returns when the terms are erased.
-spec stop(pid()) -> ok.
stop(Cleaner) ->
    try
        gen_server:stop(Cleaner, normal, infinity)
    catch
        exit:_ -> forget(Cleaner) % somebody has killed it
    end.

%% @private
-spec init(pid()) -> {ok, none}.
init(Server) ->
    %% When an application stops, the VM kills all processes of its group.
    true = group_leader(whereis(init), self()),
    _ = monitor(process, Server),
    [wait_for_end(Earlier) || Earlier <- lists:usort([Of || {_, Of} <- terms()])],
    [persistent_term:erase(Key) || {Key, _} <- terms()],
    {ok, none}.

terms() ->
    [{Key, Of} || {{hash_ring, _} = Key, {Of, _}} <- persistent_term:get()].

%% Returns when the process has ended.
-spec wait_for_end(pid()) -> ok.
wait_for_end(Process) ->
    Monitor = monitor(process, Process),
    receive
        {'DOWN', Monitor, process, Process, _} -> ok
    end.

forget(Cleaner) ->
    [persistent_term:erase(Key) || {Key, Of} <- terms(), Of =:= Cleaner],
    ok.

%% @private
-spec handle_call(term(), gen_server:from(), none) -> {reply, {error, bad_argument}, none}.
handle_call(_, _, State) ->
    {reply, {error, bad_argument}, State}.

%% @private
-spec handle_cast(term(), none) -> {noreply, none}.
handle_cast(_, State) ->
    {noreply, State}.

%% @private
-spec handle_info(term(), none) -> {noreply, none} | {stop, normal, none}.
handle_info({'DOWN', _, process, _, _}, State) ->
    {stop, normal, State};
handle_info(_, State) ->
    {noreply, State}.

%% @private
-spec terminate(term(), none) -> ok.
terminate(_, _) ->
    forget(self()).
