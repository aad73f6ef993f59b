%% @doc A call without a monitor.
%%
%% gen_server:call/3 monitors the server during the call. To another node that costs two extra messages beside the
%% request and the reply. Use this module for a long-lived server that is monitored anyway and is known to be alive.
%% The price: if the server dies during a call, the caller gets a timeout instead of the reason. So the timeout is
%% always a number, never infinity.
%%
%% The request is the same message as gen_server:call/3 sends, so every gen_server answers it unchanged.
-module(gen_call).

-export([call/2, call/3]).
-export_type([server_ref/0]).

-type server_ref() :: pid() | atom() | {atom(), node()} | {global, term()} | {via, module(), term()}.

%% gen:reply/2 recognises an alias by this improper list.
-dialyzer({no_improper_lists, ask/3}).

%% @doc The same as call/3 with five seconds.
-spec call(server_ref(), term()) -> term().
call(Server, Request) ->
    call(Server, Request, 5000).

%% @doc Sends the request and returns the reply. Exits where gen_server:call/3 would, with a reason of the same form,
%% {Reason, {gen_call, call, Arguments}}. Three cases are timeouts here: a server that dies during the call, the pid of a
%% dead process, and a name that is not registered on a remote node. As with gen_server, a full send buffer of the
%% connection can delay the caller beyond the timeout.
-spec call(server_ref(), term(), non_neg_integer()) -> term().
call(Server, Request, Timeout) when is_integer(Timeout), Timeout >= 0 ->
    case ask(where(Server), Request, Timeout) of
        {ok, Reply} -> Reply;
        {error, Reason} -> exit({Reason, {?MODULE, call, [Server, Request, Timeout]}})
    end.

-spec where(server_ref()) -> pid() | port() | {atom(), node()} | undefined.
where(Pid) when is_pid(Pid) -> Pid;
where(Name) when is_atom(Name) -> whereis(Name);
where({global, Name}) -> global:whereis_name(Name);
where({via, Module, Name}) -> Module:whereis_name(Name);
where({Name, Node}) when Node =:= node() -> whereis(Name);
where({Name, Node}) when is_atom(Name), is_atom(Node) -> {Name, Node}.

-spec ask(pid() | port() | {atom(), node()} | undefined, term(), non_neg_integer()) ->
    {ok, term()} | {error, noproc | calling_self | timeout | {nodedown, node()}}.
ask(Self, _, _) when Self =:= self() ->
    {error, calling_self};
ask(To, Request, Timeout) when is_pid(To); is_tuple(To) ->
    %% The reply goes to an alias. Once the alias is inactive, the VM drops messages to it, so a reply after the
    %% timeout never reaches the caller's mailbox, where a later receive could mistake it for something else.
    Alias = alias([reply]),
    %% A monitored process is connected. If the connection is lost, fail at once (noconnect), because a reconnection
    %% attempt could take much longer than the timeout.
    case erlang:send(To, {'$gen_call', {self(), [alias | Alias]}, Request}, [noconnect]) of
        ok ->
            receive
                {[alias | Alias], Reply} -> {ok, Reply}
            after Timeout ->
                %% A reply may arrive between the timeout and unalias/1.
                unalias(Alias),
                receive
                    {[alias | Alias], Reply} -> {ok, Reply}
                after 0 -> {error, timeout}
                end
            end;
        noconnect ->
            unalias(Alias),
            {error, {nodedown, node_of(To)}}
    end;
ask(_, _, _) ->
    {error, noproc}.

-spec node_of(pid() | {atom(), node()}) -> node().
node_of({_, Node}) -> Node;
node_of(Pid) -> node(Pid).
