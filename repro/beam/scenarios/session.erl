%% The service of the incident: it says whom it answered, and where it ran.
-module(session).
-behaviour(gen_server).

-export([start/0, stop/0]).
-export([init/1, handle_call/3, handle_cast/2]).

-spec start() -> ok.
start() ->
    {ok, _} = gen_server:start({local, ?MODULE}, ?MODULE, [], []),
    ok.

%% As an update does: what it was doing is not finished.
-spec stop() -> ok.
stop() ->
    exit(whereis(?MODULE), kill),
    ok.

-spec init([]) -> {ok, []}.
init([]) ->
    {ok, []}.

-spec handle_call(term(), gen_server:from(), []) -> {reply, {term(), node()}, []}.
%% It takes a moment, so that an update hits calls in flight.
handle_call(Request, _From, State) ->
    timer:sleep(1),
    {reply, {Request, node()}, State}.

-spec handle_cast(term(), []) -> {noreply, []}.
handle_cast(_Message, State) ->
    {noreply, State}.
