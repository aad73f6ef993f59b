%% @private
%% The route manager links itself to the hash_ring server, so both end together. They restart in this order.
-module(hash_ring_sup).
-behaviour(supervisor).

-export([start_link/0, init/1]).

-spec start_link() -> supervisor:startlink_ret().
start_link() ->
    supervisor:start_link({local, ?MODULE}, ?MODULE, []).

-spec init([]) -> {ok, {supervisor:sup_flags(), [supervisor:child_spec()]}}.
init([]) ->
    %% To erase what belongs to a ring takes a fraction of a millisecond, so the time depends on the number of rings.
    Ring = #{id => hash_ring, start => {hash_ring, start_link, []}, shutdown => infinity},
    Routes =
        case application:get_env(hash_ring, routes) of
            {ok, Options} -> [#{id => route_manager, start => {route_manager, restart_link, [Options]}}];
            undefined -> []
        end,
    {ok, {#{strategy => one_for_all, intensity => 5, period => 10}, [Ring | Routes]}}.
