%% The service of the incident. It answers a request with the request and its own node, so that clients can check
%% both.
-module(session).
-behaviour(gen_server).

-export([start/0, stop/0]).
-export([init/1, handle_call/3, handle_cast/2]).

-spec start() -> ok.
start() ->
    {ok, _} = gen_server:start({local, ?MODULE}, ?MODULE, [], []),
    ok.

%% Kills the process, as an update does: calls in progress get no answer.
-spec stop() -> ok.
stop() ->
    exit(whereis(?MODULE), kill),
    ok.

-spec init([]) -> {ok, []}.
init([]) ->
    {ok, []}.

-spec handle_call(term(), gen_server:from(), []) -> {reply, {term(), node()}, []}.
%% Sleeps for a moment, so that an update interrupts calls in progress.
handle_call(Request, _From, State) ->
    timer:sleep(1),
    {reply, {Request, node()}, State}.

-spec handle_cast(term(), []) -> {noreply, []}.
handle_cast(_Message, State) ->
    {noreply, State}.
