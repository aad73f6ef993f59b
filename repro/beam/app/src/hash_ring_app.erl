%% @private
-module(hash_ring_app).
-behaviour(application).

-export([start/2, stop/1]).

-spec start(application:start_type(), term()) -> {ok, pid()} | {error, term()}.
start(_Type, _Arguments) ->
    ok = application:unset_env(hash_ring, configured), % of an earlier start
    hash_ring_sup:start_link().

-spec stop(term()) -> ok.
stop(_State) ->
    ok.
