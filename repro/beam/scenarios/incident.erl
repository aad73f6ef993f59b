%% The incident of 2014, replayed. A service runs in several VMs. Other VMs, the front ends, each keep a ring of its
%% routes and call it. Then the service is updated: in one VM after another its process stops and starts again.
%%
%% usage: erl -noshell -pa SCENARIOS -run incident main LIB FOLDER [BACKEND]
%% LIB is the folder of the application hash_ring with the library to test. BACKEND is driver, the default, or nif. Each front end runs in its own folder
%% below FOLDER and leaves its core dump there. Prints the progress, then one line for each front end: `front1 died`
%% or `front1 lived: ...`.
-module(incident).

-export([main/1]).

-define(SERVICE, session).
-define(SERVICES, 4).
-define(FRONTS, 2).
%% 28,000 points in the ring: the index in the report, 27979, needs at least 27,980.
-define(REPLICAS, 7000).
-define(CLIENTS, 8).

-type front() :: {Name :: string(), vms:vm(), node()}.

-spec main([string()]) -> no_return().
main([Lib, Folder]) ->
    main([Lib, Folder, "driver"]);
main([Lib, Folder, Backend]) ->
    Services = [vms:start("service" ++ integer_to_list(I)) || I <- lists:seq(1, ?SERVICES)],
    [ok = vms:call(VM, session, start, []) || {VM, _} <- Services],
    say("started ~b VMs with the service", [?SERVICES]),
    Nodes = [Node || {_, Node} <- Services],
    Fronts = [start_front("front" ++ integer_to_list(I), Lib, Folder, Nodes, Backend) || I <- lists:seq(1, ?FRONTS)],
    [wait(fun() -> is_up(Front, Nodes) end) || Front <- Fronts],
    say("started ~b front-end VMs, each with a ring of ~b routes with ~b replicas", [?FRONTS, ?SERVICES, ?REPLICAS]),
    Clients = [{Front, vms:call(VM, clients, start, [?SERVICE, ?CLIENTS])} || {_, VM, _} = Front <- Fronts],
    timer:sleep(500),
    say("~b processes in each front end call the service; now the service is updated", [?CLIENTS]),
    [update(Service, Nodes, Fronts) || Service <- Services],
    timer:sleep(500),
    [report(Front, Pid) || {Front, Pid} <- Clients],
    halt(0).

-spec start_front(string(), string(), string(), [node()], string()) -> front().
start_front(Name, Lib, Folder, Nodes, Backend) ->
    Options = #{routes => [{?SERVICE, Node} || Node <- Nodes], interval => 200, replicas => ?REPLICAS},
    {VM, Node} = vms:start(Name, #{folder => filename:join(Folder, Name), paths => [filename:join([Lib, "ebin"])]}),
    ok = vms:call(VM, application, load, [hash_ring]),
    ok = vms:call(VM, application, set_env, [hash_ring, routes, Options]),
    ok = vms:call(VM, application, set_env, [hash_ring, backend, list_to_atom(Backend)]),
    ok = vms:call(VM, application, start, [hash_ring]),
    {Name, VM, Node}.

%% Stops the process, waits until every front end has removed its route or died, and starts it again.
update({VM, Node}, Nodes, Fronts) ->
    say("  ~s: the service stops", [Node]),
    ok = vms:call(VM, session, stop, []),
    [wait(fun() -> not lives(Front) orelse is_up(Front, Nodes -- [Node]) end) || Front <- Fronts],
    ok = vms:call(VM, session, start, []),
    [wait(fun() -> not lives(Front) orelse is_up(Front, Nodes) end) || Front <- Fronts],
    say("  ~s: the service is back; alive: ~s", [Node, [[Name, " "] || {Name, _, _} = Front <- Fronts, lives(Front)]]).

lives({_, VM, _}) ->
    vms:lives(VM).

%% Exactly these routes are up. False if the VM dies.
is_up({_, VM, _}, Nodes) ->
    try
        Routes = vms:call(VM, route_manager, routes, []),
        lists:sort([Node || {{_, Node}, up} <- Routes]) =:= lists:sort(Nodes)
    catch
        _:_ -> false
    end.

report({Name, VM, _} = Front, Clients) ->
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
