%% @doc A call without a monitor.
%%
%% gen_server:call/3 monitors the server for as long as the call lasts: to another node that is two signals more
%% on the wire, beside the request and the reply. A process that has been monitored for long anyway, is resident
%% in its node and is known to be alive does not need them. The price: if it dies with a call in flight, the
%% caller learns so by the timeout, and not why. Hence a timeout is a number here, and never infinity.
%%
%% The message is that of gen_server:call/3, so that any gen_server answers it and none needs to know.
-module(gen_call).

-export([call/2, call/3]).
-export_type([server_ref/0]).

-type server_ref() :: pid() | atom() | {atom(), node()} | {global, term()} | {via, module(), term()}.

%% gen:reply/2 knows an alias by this improper list, and it alone decides what a tag looks like.
-dialyzer({no_improper_lists, ask/3}).

-spec call(server_ref(), term()) -> term().
call(Server, Request) ->
    call(Server, Request, 5000).

%% Exits where gen_server:call/3 would exit, and with the same shape of reason; only that a process which dies
%% in the meantime, or a pid or a remote name that nobody has, is a timeout. A caller may wait for longer than
%% the timeout only where gen_server's may: while the connection takes no more data.
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
    %% The reply goes to the alias and not to the process. An alias no longer in force swallows what is sent
    %% to it: a reply that comes after the timeout never litters the caller's mailbox, where a later receive
    %% could take it for something else.
    Alias = alias([reply]),
    %% Who is monitored is connected. Where the connection has gone, trying to build it anew could take much
    %% longer than the timeout, so that we would rather know at once.
    case erlang:send(To, {'$gen_call', {self(), [alias | Alias]}, Request}, [noconnect]) of
        ok ->
            receive
                {[alias | Alias], Reply} -> {ok, Reply}
            after Timeout ->
                %% A reply may still slip in between the end of the wait and the end of the alias.
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
