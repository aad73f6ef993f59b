%% The incident of 2014, replayed: a service in several VMs, and beside it a cluster whose VMs route calls to
%% it over a ring. The service is updated: in one VM after another its process goes away and comes back.
%%
%% usage: erl -noshell -pa SCENES -run incident main LIB FOLDER
%% LIB is the folder of the application hash_ring with the driver to be tried; each VM of the cluster runs, and
%% dumps core, in a folder of its own below FOLDER. Prints what happens, and at the end one line for each VM of
%% the cluster: `front1 died`, or `front1 lived: ...`.
-module(incident).

-export([main/1]).

-define(SERVICE, session).
-define(SERVICES, 4).
-define(FRONTS, 2).
%% 28,000 points: the report's index, 27979, asks for no fewer than 27,980.
-define(REPLICAS, 7000).
-define(CLIENTS, 8).

-type front() :: {Name :: string(), vms:vm(), node()}.

-spec main([string()]) -> no_return().
main([Lib, Folder]) ->
    Services = [vms:start("service" ++ integer_to_list(I)) || I <- lists:seq(1, ?SERVICES)],
    [ok = vms:call(VM, session, start, []) || {VM, _} <- Services],
    say("~b VMs with the service", [?SERVICES]),
    Nodes = [Node || {_, Node} <- Services],
    Fronts = [start_front("front" ++ integer_to_list(I), Lib, Folder, Nodes) || I <- lists:seq(1, ?FRONTS)],
    [wait(fun() -> is_up(Front, Nodes) end) || Front <- Fronts],
    say("~b VMs beside them, each with a ring of ~b routes of ~b replicas", [?FRONTS, ?SERVICES, ?REPLICAS]),
    Clients = [{Front, vms:call(VM, clients, start, [?SERVICE, ?CLIENTS])} || {_, VM, _} = Front <- Fronts],
    timer:sleep(500),
    say("calls from ~b processes in each; now the service is updated", [?CLIENTS]),
    [update(Service, Nodes, Fronts) || Service <- Services],
    timer:sleep(500),
    [tell(Front, Pid) || {Front, Pid} <- Clients],
    halt(0).

-spec start_front(string(), string(), string(), [node()]) -> front().
start_front(Name, Lib, Folder, Nodes) ->
    Options = #{routes => [{?SERVICE, Node} || Node <- Nodes], interval => 200, replicas => ?REPLICAS},
    {VM, Node} = vms:start(Name, #{folder => filename:join(Folder, Name), paths => [filename:join([Lib, "ebin"])]}),
    ok = vms:call(VM, application, load, [hash_ring]),
    ok = vms:call(VM, application, set_env, [hash_ring, routes, Options]),
    ok = vms:call(VM, application, start, [hash_ring]),
    {Name, VM, Node}.

%% The process goes away; when every VM beside it has noticed, or died of it, it comes back.
update({VM, Node}, Nodes, Fronts) ->
    say("  ~s: the service stops", [Node]),
    ok = vms:call(VM, session, stop, []),
    [wait(fun() -> not lives(Front) orelse is_up(Front, Nodes -- [Node]) end) || Front <- Fronts],
    ok = vms:call(VM, session, start, []),
    [wait(fun() -> not lives(Front) orelse is_up(Front, Nodes) end) || Front <- Fronts],
    say("  ~s: the service is back; alive: ~s", [Node, [[Name, " "] || {Name, _, _} = Front <- Fronts, lives(Front)]]).

lives({_, VM, _}) ->
    vms:lives(VM).

%% Just these routes are up. A VM that dies while it is asked has none.
is_up({_, VM, _}, Nodes) ->
    try
        Routes = vms:call(VM, route_manager, routes, []),
        lists:sort([Node || {{_, Node}, up} <- Routes]) =:= lists:sort(Nodes)
    catch
        _:_ -> false
    end.

tell({Name, VM, _} = Front, Clients) ->
    case lives(Front) of
        false ->
            say("~s died", [Name]);
        true ->
            #{answered := Answered, retried := Retried, wrong := Wrong, unanswered := Unanswered} =
                vms:call(VM, clients, stop, [Clients]),
            say("~s lived: ~b calls answered, ~b of them not at the first try; ~b wrong, ~b unanswered", [
                Name, Answered, Retried, Wrong, Unanswered
            ])
    end.

wait(Condition) ->
    vms:eventually(Condition).

say(Format, Arguments) ->
    io:format(Format ++ "~n", Arguments).
