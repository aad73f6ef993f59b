%% Clients that call a service through route_manager without pause, and retry each call until it is answered.
-module(clients).

-export([start/2, stop/1]).
-export_type([tally/0]).

-type tally() :: #{answered := integer(), retried := integer(), wrong := integer(), unanswered := integer()}.

-define(ANSWERED, 1).
-define(RETRIED, 2). %% answered, but not at the first try
-define(WRONG, 3). %% got the answer to another client's request
-define(UNANSWERED, 4). %% given up after ?PATIENCE milliseconds

-define(TIMEOUT, 500).
-define(PATIENCE, 30000).

%% Starts Count clients in this VM. They run until stop/1.
-spec start(route_manager:service(), pos_integer()) -> pid().
start(Service, Count) ->
    Tally = counters:new(4, []),
    spawn(fun() ->
        Clients = [spawn_link(fun() -> client(Service, Tally) end) || _ <- lists:seq(1, Count)],
        receive
            {stop, From} ->
                Monitors = [monitor(process, Client) || Client <- Clients],
                [Client ! stop || Client <- Clients],
                [receive {'DOWN', Monitor, process, _, _} -> ok end || Monitor <- Monitors],
                From ! {self(), read(Tally)}
        end
    end).

-spec stop(pid()) -> tally().
stop(Pid) ->
    Pid ! {stop, self()},
    receive
        {Pid, Tally} -> Tally
    end.

read(Tally) ->
    #{
        answered => counters:get(Tally, ?ANSWERED),
        retried => counters:get(Tally, ?RETRIED),
        wrong => counters:get(Tally, ?WRONG),
        unanswered => counters:get(Tally, ?UNANSWERED)
    }.

client(Service, Tally) ->
    Request = {self(), make_ref()},
    ask(Service, Request, Tally, erlang:monotonic_time(millisecond) + ?PATIENCE, first),
    receive
        stop -> ok
    after 1 -> client(Service, Tally)
    end.

ask(Service, Request, Tally, Deadline, Try) ->
    try route_manager:call(Service, Request, Request, ?TIMEOUT) of
        {Request, _Node} ->
            counters:add(Tally, ?ANSWERED, 1),
            Try =:= first orelse counters:add(Tally, ?RETRIED, 1);
        _ ->
            counters:add(Tally, ?WRONG, 1)
    catch
        exit:_ ->
            case erlang:monotonic_time(millisecond) < Deadline of
                true ->
                    timer:sleep(5),
                    ask(Service, Request, Tally, Deadline, again);
                false ->
                    counters:add(Tally, ?UNANSWERED, 1)
            end
    end.
