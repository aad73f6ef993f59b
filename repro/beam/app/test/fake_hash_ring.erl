%% @doc A fake hash_ring for tests of its callers. It records every request; its placement is arbitrary.
%%
%% start/0 also replaces the module hash_ring by a stand-in that calls this server, until stop/0. So the code under
%% test needs no hook for tests.
-module(fake_hash_ring).
-behaviour(gen_server).

-export([start/0, stop/0, changes/0, request/1]).
-export([init/1, handle_call/3, handle_cast/2]).

-define(FUNCTIONS, [{create_ring, 2}, {delete_ring, 1}, {add_node, 2}, {remove_node, 2}, {find_node, 2},
                    {find_node, 3}, {find_nodes, 3}]).

-type rings() :: #{Ring :: term() => ordsets:ordset(binary())}.
-record(state, {rings = #{} :: rings(), asked = [] :: [tuple()]}).

-spec start() -> pid().
start() ->
    {ok, hash_ring, Code} = compile:forms(stand_in(), [return_errors]),
    code:purge(hash_ring),
    {module, hash_ring} = code:load_binary(hash_ring, "stand-in", Code),
    {ok, Pid} = gen_server:start({local, hash_ring}, ?MODULE, [], []),
    Pid.

-spec stop() -> ok.
stop() ->
    case whereis(hash_ring) of
        undefined -> ok;
        Pid -> gen_server:stop(Pid)
    end,
    code:purge(hash_ring),
    code:delete(hash_ring),
    code:purge(hash_ring),
    ok.

%% The requests to change a ring, in order.
-spec changes() -> [tuple()].
changes() ->
    Changing = [create_ring, delete_ring, add_node, remove_node],
    [Request || Request <- request(asked), lists:member(element(1, Request), Changing)].

-spec request(tuple() | asked) -> term().
request(Request) ->
    gen_server:call(hash_ring, Request).

-spec stand_in() -> [erl_parse:abstract_form()].
stand_in() ->
    Anno = erl_anno:new(1),
    [{attribute, Anno, module, hash_ring}, {attribute, Anno, export, ?FUNCTIONS}
     | [stand_in(Function, Anno) || Function <- ?FUNCTIONS]].

-spec stand_in({atom(), arity()}, erl_anno:anno()) -> erl_parse:abstract_form().
stand_in({Name, Arity}, Anno) ->
    Arguments = [{var, Anno, list_to_atom("A" ++ integer_to_list(I))} || I <- lists:seq(1, Arity)],
    Request = {tuple, Anno, [{atom, Anno, Name} | Arguments]},
    Body = {call, Anno, {remote, Anno, {atom, Anno, ?MODULE}, {atom, Anno, request}}, [Request]},
    {function, Anno, Name, Arity, [{clause, Anno, Arguments, [], [Body]}]}.

%% gen_server

-spec init([]) -> {ok, #state{}}.
init([]) ->
    {ok, #state{}}.

-spec handle_call(tuple() | asked, gen_server:from(), #state{}) -> {reply, term(), #state{}}.
handle_call(asked, _, #state{asked = Asked} = State) ->
    {reply, lists:reverse(Asked), State};
handle_call(Request, _, #state{rings = Rings, asked = Asked}) ->
    {Reply, Then} = answer(Request, Rings),
    {reply, Reply, #state{rings = Then, asked = [Request | Asked]}}.

-spec handle_cast(term(), #state{}) -> {noreply, #state{}}.
handle_cast(_, State) ->
    {noreply, State}.

-spec answer(tuple(), rings()) -> {term(), rings()}.
answer({create_ring, Ring, _}, Rings) when not is_map_key(Ring, Rings) ->
    {ok, Rings#{Ring => []}};
answer({create_ring, _, _}, Rings) ->
    {{error, ring_exists}, Rings};
answer({find_node, Ring, Key, _Timeout}, Rings) ->
    answer({find_node, Ring, Key}, Rings);
answer(Request, Rings) ->
    Ring = element(2, Request),
    case Rings of
        #{Ring := Nodes} -> answer(Request, Nodes, Rings);
        #{} -> {{error, ring_not_found}, Rings}
    end.

-spec answer(tuple(), ordsets:ordset(binary()), rings()) -> {term(), rings()}.
answer({delete_ring, Ring}, _, Rings) ->
    {ok, maps:remove(Ring, Rings)};
answer({add_node, Ring, Node}, Nodes, Rings) ->
    case ordsets:is_element(Node, Nodes) of
        true -> {{error, node_exists}, Rings};
        false -> {ok, Rings#{Ring := ordsets:add_element(Node, Nodes)}}
    end;
answer({remove_node, Ring, Node}, Nodes, Rings) ->
    case ordsets:is_element(Node, Nodes) of
        true -> {ok, Rings#{Ring := ordsets:del_element(Node, Nodes)}};
        false -> {{error, node_not_found}, Rings}
    end;
answer({find_node, _, Key}, [_ | _] = Nodes, Rings) ->
    {{ok, lists:nth(erlang:phash2(Key, length(Nodes)) + 1, Nodes)}, Rings};
answer({find_node, _, _}, [], Rings) ->
    {{error, node_not_found}, Rings};
answer({find_nodes, _, _, Count}, Nodes, Rings) ->
    {{ok, lists:sublist(Nodes, Count)}, Rings}.
