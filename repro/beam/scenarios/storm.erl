%% A storm in one VM: bursts of added and removed nodes while many processes look up keys, others misuse the backend, and
%% the hash_ring server is killed and restarts. Afterwards each ring must place its keys as a new ring of the same
%% nodes does in the driver, where the model checks it. The backend must hold no memory.
-module(storm).

-export([run/3, at_rest/0]).
-export_type([result/0]).

-type result() :: #{finds := integer(), changes := integer(), misuses := integer(), restarts := integer(), moved := integer()}.

-define(RINGS, 6).
-define(FINDERS, 24).
-define(ABUSERS, 4).
-define(KEYS, 300).
-define(LAG_MAX, 5000).

-define(FINDS, 1).
-define(CHANGES, 2).
-define(MISUSES, 3).
-define(RESTARTS, 4).

%% Runs for Milliseconds. The seed determines every choice, but not the order in which processes run.
-spec run(integer(), pos_integer(), pid()) -> result().
run(Seed, Milliseconds, Tracer) ->
    Tally = counters:new(4, []),
    Finders = [worker(Seed, I, fun() -> finder(Tally, Tracer) end) || I <- lists:seq(1, ?FINDERS)],
    Abusers = [worker(Seed, -I, fun() -> abuser(Tally) end) || I <- lists:seq(1, ?ABUSERS)],
    Killer = worker(Seed, 0, fun() -> killer(Tally, Milliseconds) end),
    Self = self(),
    Churners = [
        worker(Seed, 1000 + I, fun() -> Self ! {ring, I, churner(I, Tally)} end)
     || I <- lists:seq(1, ?RINGS)
    ],
    timer:sleep(Milliseconds),
    stop([Killer]),
    stop(Churners),
    Rings = [receive {ring, I, Ring} -> {I, Ring} end || I <- lists:seq(1, ?RINGS)],
    stop(Finders),
    stop(Abusers),
    Moved = lists:sum([moved(I, Ring) || {I, Ring} <- Rings]),
    #{
        finds => counters:get(Tally, ?FINDS),
        changes => counters:get(Tally, ?CHANGES),
        misuses => counters:get(Tally, ?MISUSES),
        restarts => counters:get(Tally, ?RESTARTS),
        moved => Moved
    }.

%% The bytes that drivers and NIFs hold. Without rings, our driver holds none. The minimum of several samples: an async thread
%% may still be freeing the rings of a port that has just closed, while leaked memory stays.
-spec at_rest() -> non_neg_integer() | unknown.
at_rest() ->
    lists:min([held() || _ <- lists:seq(1, 10), timer:sleep(30) =:= ok]).

held() ->
    case erlang:system_info({allocator_sizes, driver_alloc}) of
        false -> unknown;
        Instances -> lists:sum([blocks(Carriers) || {instance, _, Kinds} <- Instances, {_, Carriers} <- Kinds])
    end.

blocks(Carriers) ->
    lists:sum([element(2, Size) || {blocks, Blocks} <- Carriers, {driver_alloc, Sizes} <- Blocks, Size <- Sizes, element(1, Size) =:= size]).

worker(Seed, Number, Work) ->
    spawn_monitor(fun() ->
        rand:seed(exsss, {Seed, Number, 1}),
        Work()
    end).

stop(Workers) ->
    [Pid ! stop || {Pid, _} <- Workers],
    [receive {'DOWN', Monitor, process, _, Reason} -> normal = Reason end || {_, Monitor} <- Workers].

stopped() ->
    receive
        stop -> true
    after 0 -> false
    end.

pick(List) ->
    lists:nth(rand:uniform(length(List)), List).

%% The only process that changes its ring, so it knows the right answer to each change, unless the server is killed.
churner(I, Tally) ->
    Ring = {pick([1, 3, 16, 50, 100]), pick([1, 2]), pick([1, 2])},
    case make(I, Ring) of
        ok -> churner(I, Ring, [], Tally);
        gone -> again(I, Tally)
    end.

churner(I, Ring, Nodes, Tally) ->
    case stopped() of
        true ->
            {Ring, Nodes};
        false ->
            case burst(I, Nodes, pick([add_node, remove_node]), rand:uniform(12), Tally) of
                gone -> again(I, Tally);
                Changed -> churner(I, Ring, Changed, Tally)
            end
    end.

again(I, Tally) ->
    timer:sleep(5),
    case stopped() of
        true ->
            self() ! stop,
            case make(I, {1, 1, 1}) of
                ok -> {{1, 1, 1}, []};
                gone -> again(I, Tally)
            end;
        false ->
            churner(I, Tally)
    end.

%% `gone`: the server was killed, and its rings are lost.
make(I, {Replicas, Hash, Mode}) ->
    try
        ok = hash_ring:create_ring(I, Replicas, Hash),
        Hash =:= 2 andalso (ok = hash_ring:set_mode(I, Mode)),
        ok
    catch
        exit:_ -> gone
    end.

burst(_, Nodes, _, 0, _) ->
    timer:sleep(rand:uniform(10)),
    Nodes;
burst(I, Nodes, Change, Left, Tally) ->
    Node = iolist_to_binary(["node", integer_to_list(rand:uniform(40))]),
    Known = lists:member(Node, Nodes),
    try hash_ring:Change(I, Node) of
        ok when Change =:= add_node, not Known -> changed(I, [Node | Nodes], Change, Left, Tally);
        ok when Change =:= remove_node, Known -> changed(I, lists:delete(Node, Nodes), Change, Left, Tally);
        {error, node_exists} when Change =:= add_node, Known -> burst(I, Nodes, Change, Left - 1, Tally);
        {error, node_not_found} when Change =:= remove_node, not Known -> burst(I, Nodes, Change, Left - 1, Tally);
        {error, ring_not_found} -> gone
    catch
        exit:_ -> gone
    end.

changed(I, Nodes, Change, Left, Tally) ->
    counters:add(Tally, ?CHANGES, 1),
    burst(I, Nodes, Change, Left - 1, Tally).

finder(Tally, Tracer) ->
    case stopped() of
        true ->
            ok;
        false ->
            [find(Tally) || _ <- lists:seq(1, 20)],
            timer:sleep(case tracer:lag(Tracer) > ?LAG_MAX of true -> 50; false -> rand:uniform(4) end),
            finder(Tally, Tracer)
    end.

find(Tally) ->
    Ring = rand:uniform(?RINGS),
    Key = rand:bytes(rand:uniform(24) - 1),
    try
        case rand:uniform(10) of
            1 -> {_, _} = hash_ring:find_nodes(Ring, Key, rand:uniform(4));
            _ -> {_, _} = hash_ring:find_node(Ring, Key)
        end,
        counters:add(Tally, ?FINDS, 1)
    catch
        exit:_ -> timer:sleep(1)
    end.

%% Kills the server at any moment: its port closes, and the VM unloads the driver with its last port.
killer(Tally, Milliseconds) ->
    receive
        stop -> ok
    after Milliseconds * 3 div 5 ->
        Server = whereis(hash_ring),
        Server =/= undefined andalso exit(Server, kill),
        counters:add(Tally, ?RESTARTS, 1),
        killer(Tally, Milliseconds)
    end.

%% Misuses the backend in a separate process, which may be killed together with its port or ring.
abuser(Tally) ->
    case stopped() of
        true ->
            ok;
        false ->
            {Pid, Monitor} = spawn_monitor(fun misuse/0),
            rand:uniform(2) =:= 1 andalso kill(Pid, rand:uniform(30)),
            receive
                {'DOWN', Monitor, process, Pid, _} -> counters:add(Tally, ?MISUSES, 1)
            end,
            timer:sleep(rand:uniform(20)),
            abuser(Tally)
    end.

kill(Pid, Milliseconds) ->
    timer:sleep(Milliseconds),
    exit(Pid, kill).

misuse() ->
    case application:get_env(hash_ring, backend) of
        {ok, driver} -> misuse_port();
        {ok, nif} -> misuse_ring()
    end.

%% Several processes look up keys and make changes at once in a ring that the VM then collects.
misuse_ring() ->
    {ok, Ring} = hash_ring_nif:create(pick([1, 100, 6000]), rand:uniform(4)),
    Self = self(),
    [
        spawn_link(fun() ->
            rand:seed(exsss, Seed),
            [nonsense(Ring) || _ <- lists:seq(1, 50)],
            Self ! done
        end)
     || Seed <- [rand:uniform(1 bsl 32) || _ <- lists:seq(1, 3)]
    ],
    [nonsense(Ring) || _ <- lists:seq(1, 20)],
    receive
        done -> ok
    after 5 -> ok
    end.

nonsense(Ring) ->
    Name = pick([<<>>, <<"a">>, <<"b|c">>, <<1>>, rand:bytes(rand:uniform(40))]),
    case rand:uniform(8) of
        1 -> badarg(pick([add_node, remove_node, find_node]), [Ring, pick([a, 1, "text", <<1:3>>, Ring])]);
        2 -> badarg(find_node, [pick([make_ref(), self(), <<>>]), Name]);
        3 -> hash_ring_nif:set_mode(Ring, rand:uniform(4) - 1);
        4 -> {ok, _} = hash_ring_nif:find_nodes(Ring, Name, pick([0, 1, 100, 16#ffffffff]));
        5 -> hash_ring_nif:find_node(Ring, binary:copy(<<"k">>, pick([1, 10, 300000])));
        6 -> hash_ring_nif:remove_node(Ring, Name);
        _ -> hash_ring_nif:add_node(Ring, Name)
    end.

badarg(Function, Arguments) ->
    try apply(hash_ring_nif, Function, Arguments) of
        Answer -> exit({not_refused, Function, Arguments, Answer})
    catch
        error:badarg -> ok
    end.

misuse_port() ->
    %% Adding a node of 6,000 replicas uses the async thread. With more, the model would take too long, because it
    %% scans.
    try open_port({spawn_driver, "hash_ring_drv"}, [binary]) of
        Port ->
            Commands = [<<1, (pick([1, 100, 6000])):32, 1>>, <<16#81, 10:32, 2>> | [nonsense() || _ <- lists:seq(1, 20)]],
            [port_command(Port, Command) || Command <- Commands],
            rand:uniform(2) =:= 1 andalso port_close(Port),
            receive
                done -> ok
            after 5 -> ok
            end
    catch
        error:_ -> ok
    end.

nonsense() ->
    Name = pick([<<>>, <<"a">>, <<"b|c">>, <<1>>, rand:bytes(rand:uniform(40))]),
    Framed = pick([0, 16#80]),
    Ring = pick([0, 0, 1, 2, 16#ffffffff]),
    case rand:uniform(8) of
        1 -> rand:bytes(rand:uniform(30) - 1);
        2 -> <<(Framed + 2), Ring:32>>;
        3 -> <<(Framed + 7), Ring:32, (byte_size(Name)):32, (rand:uniform(4) - 1):32, Name/binary>>;
        4 -> <<(Framed + 6), Ring:32, (rand:uniform(4) - 1)>>;
        _ -> <<(Framed + pick([3, 3, 4, 5])):8, Ring:32, (byte_size(Name)):32, Name/binary>>
    end.

%% How many keys have other owners than in a new ring of the same nodes, in a port of the driver, whatever the backend.
%% Deletes both rings.
moved(I, {{Replicas, Hash, Mode}, Nodes}) ->
    ok = erl_ddll:load(hash_ring:priv_dir(), "hash_ring_drv"),
    Port = open_port({spawn_driver, "hash_ring_drv"}, [binary]),
    <<0, Fresh:32>> = ask(Port, <<16#81, Replicas:32, Hash>>),
    Hash =:= 2 andalso (<<0>> = ask(Port, <<16#86, Fresh:32, Mode>>)),
    [<<0>> = ask(Port, [<<16#83, Fresh:32, (byte_size(Node)):32>>, Node]) || Node <- lists:sort(Nodes)],
    Keys = [<<Key:32>> || Key <- lists:seq(1, ?KEYS)],
    Count = length([Key || Key <- Keys, owners(I, Key) =/= owners(Port, Fresh, Key)]),
    port_close(Port),
    ok = erl_ddll:unload("hash_ring_drv"),
    ok = hash_ring:delete_ring(I),
    Count.

ask(Port, Bytes) ->
    true = port_command(Port, Bytes),
    receive
        {Port, {data, Answer}} -> Answer
    end.

%% Several owners only for some keys, because the model scans the ring for each of them.
owners(Ring, <<Key:32>> = Bytes) when Key rem 30 =:= 0 -> hash_ring:find_nodes(Ring, Bytes, 5);
owners(Ring, Bytes) -> hash_ring:find_node(Ring, Bytes).

owners(Port, Ring, <<Key:32>> = Bytes) when Key rem 30 =:= 0 ->
    <<0, Nodes/binary>> = ask(Port, <<16#87, Ring:32, 4:32, 5:32, Bytes/binary>>),
    {ok, [Node || <<Size:32, Node:Size/binary>> <= Nodes]};
owners(Port, Ring, Bytes) ->
    case ask(Port, <<16#85, Ring:32, 4:32, Bytes/binary>>) of
        <<0, Node/binary>> -> {ok, Node};
        <<4>> -> {error, node_not_found}
    end.
