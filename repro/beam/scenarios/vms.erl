%% @doc Starts VMs that are distributed over loopback only. They need no setup and leave nothing behind.
%%
%% The calling VM need not be distributed itself; run/1 starts a distributed VM for code that must be.
-module(vms).

-export([run/1, start/0, start/1, start/2, stop/1, call/4, lives/1, eventually/1]).
-export_type([vm/0]).

-type vm() :: pid().
-type options() :: #{
    %% The VM's working folder, made if it does not exist. A core dump goes there.
    folder => file:filename(),
    %% Code paths, before those of this VM.
    paths => [file:filename()],
    arguments => [string()],
    environment => [{string(), string()}]
}.

%% Runs Fun in a new distributed VM. Exceptions of Fun are raised here, too.
-spec run(fun(() -> Result)) -> Result.
run(Fun) ->
    {VM, _} = start(),
    try
        call(VM, erlang, apply, [Fun, []])
    after
        stop(VM)
    end.

-spec start() -> {vm(), node()}.
start() ->
    start(peer:random_name("ringproof")).

-spec start(string()) -> {vm(), node()}.
start(Name) ->
    start(Name, #{}).

%% The VM is controlled through its standard input, so it ends when this VM ends, in whatever way.
-spec start(string(), options()) -> {vm(), node()}.
start(Name, Options) ->
    Environment = [{"ERL_EPMD_ADDRESS", "127.0.0.1"} | maps:get(environment, Options, [])],
    Paths = [filename:absname(Path) || Path <- maps:get(paths, Options, [])] ++ paths(),
    {ok, VM, Node} = peer:start(maps:merge(in_folder(Options), #{
        name => Name,
        host => "127.0.0.1",
        longnames => true,
        connection => standard_io,
        env => Environment,
        args => ["-setcookie", cookie(), "-connect_all", "false", "-kernel", "inet_dist_use_interface", "{127,0,0,1}"] ++
            maps:get(arguments, Options, []) ++ ["-pa" | Paths]
    })),
    {VM, Node}.

in_folder(#{folder := Folder}) ->
    ok = filelib:ensure_path(Folder),
    Script = "cd \"$0\" && { ulimit -c unlimited 2>/dev/null; exec erl \"$@\"; }",
    #{exec => {"/bin/sh", ["-c", Script, Folder]}};
in_folder(_) ->
    #{}.

-spec stop(vm()) -> ok.
stop(VM) ->
    try
        peer:stop(VM)
    catch
        exit:_ -> ok % it has already ended
    end.

%% Raises the function's exceptions; exits if the VM dies.
-spec call(vm(), module(), atom(), [term()]) -> term().
call(VM, Module, Function, Arguments) ->
    peer:call(VM, Module, Function, Arguments, infinity).

-spec lives(vm()) -> boolean().
lives(VM) ->
    is_process_alive(VM) andalso peer:get_state(VM) =:= running.

%% Waits up to 30 seconds, long enough for a busy machine: the tests check what happens, not how fast.
-spec eventually(fun(() -> boolean())) -> ok.
eventually(Condition) ->
    eventually(Condition, erlang:monotonic_time(second) + 30).

-spec eventually(fun(() -> boolean()), integer()) -> ok.
eventually(Condition, Deadline) ->
    case Condition() of
        true ->
            ok;
        false ->
            erlang:monotonic_time(second) < Deadline orelse error(never),
            timer:sleep(5),
            eventually(Condition, Deadline)
    end.

%% The same cookie for all VMs that this VM starts.
-spec cookie() -> string().
cookie() ->
    case is_alive() of
        true -> atom_to_list(erlang:get_cookie());
        false ->
            persistent_term:get(?MODULE, none) =:= none andalso new_cookie(),
            persistent_term:get(?MODULE)
    end.

new_cookie() ->
    persistent_term:put(?MODULE, integer_to_list(rand:uniform(1 bsl 64), 36)).

-spec paths() -> [file:filename()].
paths() ->
    [filename:absname(Path) || Path <- code:get_path(), not lists:prefix(code:lib_dir(), Path)].
