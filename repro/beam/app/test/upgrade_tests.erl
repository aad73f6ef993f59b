%% A release upgrade of the running application, and back, while keys are looked up. In a VM of its own.
%%
%% The new version is this one with another vsn, and a code_change/3 that leaves a trace.
-module(upgrade_tests).

-include_lib("eunit/include/eunit.hrl").

-export([live/3, look_up/2]).

-define(NEW, "0.2.9").
-define(STATEFUL, [hash_ring, hash_ring_port, hash_ring_nif, route_manager]).

upgrade_test_() ->
    [{lists:concat(["upgrade, ", Backend]), {timeout, 120, fun() -> upgrade(Backend) end}} || Backend <- [driver, nif]].

upgrade(Backend) ->
    with_versions(fun(Old, New) ->
        {VM, _} = vms:start(peer:random_name("upgrade"), #{paths => [filename:join(Old, "ebin")]}),
        try
            vms:call(VM, ?MODULE, live, [Backend, Old, New])
        after
            vms:stop(VM)
        end
    end).

%% A release handler makes the steps of an upgrade from the same file.
relup_test_() ->
    {timeout, 60, fun() ->
        with_versions(fun(Old, New) ->
            Folder = filename:dirname(Old),
            [ok = file:write_file(filename:join(Folder, Name ++ ".rel"), io_lib:format("~p.~n", [release(Version)]))
             || {Name, Version} <- [{"old", version(Old)}, {"new", ?NEW}]],
            Paths = [filename:join(Path, "ebin") || Path <- [Old, New]],
            ?assertMatch({ok, _, _, []}, systools:make_relup("new", ["old"], ["old"], [{path, [Folder | Paths]}, {outdir, Folder}, silent]))
        end)
    end}.

release(Version) ->
    Applications = [{Name, version(code:lib_dir(Name))} || Name <- [kernel, stdlib, sasl]],
    {release, {"test", Version}, {erts, erlang:system_info(version)}, [{hash_ring, Version} | Applications]}.

version(Folder) ->
    [_, Version] = string:split(filename:basename(Folder), "-"),
    Version.

%% Folders of both versions, as they lie in a release.
with_versions(Fun) ->
    Folder = string:trim(os:cmd("mktemp -d")),
    Built = filename:dirname(filename:dirname(code:which(hash_ring))),
    {ok, [{application, hash_ring, Keys}]} = file:consult(filename:join([Built, "ebin", "hash_ring.app"])),
    Old = filename:join(Folder, "hash_ring-" ++ proplists:get_value(vsn, Keys)),
    New = filename:join(Folder, "hash_ring-" ++ ?NEW),
    try
        [copy(Built, To) || To <- [Old, New]],
        renew(New, Keys),
        Fun(Old, New)
    after
        ok = file:del_dir_r(Folder)
    end.

copy(From, To) ->
    [begin
        Copy = filename:join(To, Name),
        ok = filelib:ensure_dir(Copy),
        {ok, _} = file:copy(filename:join(From, Name), Copy)
    end || Pattern <- ["ebin/*", "priv/*.so"], Name <- filelib:wildcard(Pattern, From)].

renew(Folder, Keys) ->
    Ebin = filename:join(Folder, "ebin"),
    App = {application, hash_ring, lists:keyreplace(vsn, 1, Keys, {vsn, ?NEW})},
    ok = file:write_file(filename:join(Ebin, "hash_ring.app"), io_lib:format("~p.~n", [App])),
    {ok, [{_, Up, Down}]} = file:consult(filename:join(Ebin, "hash_ring.appup")),
    ok = file:write_file(filename:join(Ebin, "hash_ring.appup"), io_lib:format("~p.~n", [{?NEW, Up, Down}])),
    [renew_module(filename:join(Ebin, atom_to_list(Module) ++ ".beam")) || Module <- proplists:get_value(modules, Keys)].

renew_module(File) ->
    {ok, {_, [{abstract_code, {_, [FileForm, {attribute, _, module, Module} = ModuleForm | Forms]}}]}} =
        beam_lib:chunks(File, [abstract_code]),
    Anno = erl_anno:new(1),
    Trace = erl_parse:abstract({upgraded, Module}),
    Put = {call, Anno, {remote, Anno, {atom, Anno, persistent_term}, {atom, Anno, put}}, [Trace, {atom, Anno, true}]},
    {ok, Module, Code} =
        compile:forms([FileForm, ModuleForm, {attribute, Anno, vsn, new} | [traced(Form, Put) || Form <- Forms]], [debug_info]),
    ok = file:write_file(File, Code).

traced({function, Anno, code_change, 3, Clauses}, Put) ->
    {function, Anno, code_change, 3, [{clause, At, Arguments, Guard, [Put | Body]} || {clause, At, Arguments, Guard, Body} <- Clauses]};
traced(Form, _) ->
    Form.

%% In the VM

-spec live(driver | nif, file:filename(), file:filename()) -> ok.
live(Backend, Old, New) ->
    [code:del_path(Path) || Path <- code:get_path(), Path =/= filename:join(Old, "ebin"), filelib:is_file(filename:join(Path, "hash_ring.app"))],
    ok = application:load(hash_ring),
    ok = application:set_env(hash_ring, backend, Backend),
    ok = application:set_env(hash_ring, routes, #{}),
    ok = application:start(hash_ring),
    ok = hash_ring:create_ring(ring, 100),
    [ok = hash_ring:add_node(ring, [Node]) || Node <- "abcde"],
    Finders = [spawn_monitor(?MODULE, look_up, [<<Key:32>>, hash_ring:find_node(ring, <<Key:32>>)]) || Key <- lists:seq(1, 8)],
    Servers = [whereis(Name) || Name <- [hash_ring, route_manager, hash_ring_sup]],
    [
        begin
            {ok, _} = release_handler:Change(hash_ring, To),
            ?assertEqual(Vsn, [Module || Module <- ?STATEFUL, [new] =:= proplists:get_value(vsn, Module:module_info(attributes))]),
            ok = hash_ring:add_node(ring, "another"),
            ok = hash_ring:remove_node(ring, "another")
        end
     || {Change, To, Vsn} <- [{upgrade_app, New, ?STATEFUL}, {downgrade_app, Old, []}, {upgrade_app, New, ?STATEFUL}]
    ],
    ?assertEqual(Servers, [whereis(Name) || Name <- [hash_ring, route_manager, hash_ring_sup]]),
    Ring = case Backend of driver -> hash_ring_port; nif -> hash_ring_nif end,
    [?assert(persistent_term:get({upgraded, Module}, false)) || Module <- [hash_ring, route_manager, Ring]],
    %% The ring was made by the library of the old version, whose module is gone.
    vms:eventually(fun() -> code:soft_purge(hash_ring_nif) end),
    ?assertEqual([Old, New], libraries()),
    [Pid ! stop || {Pid, _} <- Finders],
    [receive {'DOWN', Monitor, process, _, Reason} -> ?assertEqual(stopped, Reason) end || {_, Monitor} <- Finders],
    ok.

%% The versions whose native library is in the VM.
libraries() ->
    {ok, Maps} = file:read_file("/proc/self/maps"),
    case re:run(Maps, "(/\\S*)/priv/hash_ring_nif\\.so", [global, {capture, all_but_first, list}]) of
        {match, Found} -> lists:usort(lists:append(Found));
        nomatch -> []
    end.

-spec look_up(binary(), {ok, binary()}) -> no_return().
look_up(Key, Expected) ->
    receive
        stop -> exit(stopped)
    after 1 ->
        true = lists:member(hash_ring:find_node(ring, Key), [Expected, {ok, <<"another">>}]),
        look_up(Key, Expected)
    end.
