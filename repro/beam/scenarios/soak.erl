%% The driver under load: starts VMs one after another and plays storms (storm.erl) in them. Every second VM is
%% killed in the middle of a storm. The others rest after each storm and are checked for leaks.
%%
%% usage: erl -noshell -pa SCENARIOS -run soak main BACKENDS LIB CHECKER FOLDER SECONDS SEED [SANITIZED_LIB SANITIZER]
%% BACKENDS is driver, nif or both: VMs take turns with them. LIB is the folder of the application hash_ring; CHECKER is
%% the program protocol_check; the VMs run below FOLDER.
%% SANITIZED_LIB has a driver built with AddressSanitizer, and SANITIZER is the sanitizer's run-time library: one more
%% VM for each backend runs with them at the end. Exit: 0 all VMs passed, 1 one did not.
%%
%% usage: erl -noshell -pa SCENARIOS -run soak sanitized BACKENDS SANITIZED_LIB CHECKER FOLDER SEED SANITIZER
%% Runs only the VMs with AddressSanitizer: one for each backend.
-module(soak).

-export([main/1, sanitized/1, live/6]).

-define(STORM_MIN, 1500). %% milliseconds; shorter storms would kill the server more often than its supervisor allows
-define(STORM_MAX, 3000).
-define(STORMS, 4). %% for each VM, if there is time
-define(GROWTH_MAX, 16384). %% bytes at rest; the VM's other drivers vary by a few hundred

-type sample() :: #{
    storm := storm:result(),
    checked := {ok, integer()} | {difference, binary()},
    at_rest := integer() | unknown,
    resident := integer()
}.

-spec main([string()]) -> no_return().
main([Names, Lib, Checker, Folder, Seconds, Seed | Sanitized]) ->
    Duration = list_to_integer(Seconds),
    Backends = backends(Names),
    Plain = (plain(Lib, Checker, Folder, Seed))#{storm := max(?STORM_MIN, min(?STORM_MAX, Duration * 100))},
    {Lives, Fates} = lives(Plain, Backends, erlang:monotonic_time(second) + Duration, 1, []),
    Last =
        case Sanitized of
            [] -> [];
            [SanitizedLib, Sanitizer] -> sanitized(Plain#{lib := SanitizedLib, sanitizer => Sanitizer}, Backends, Lives)
        end,
    halt(verdict(Fates ++ Last)).

-spec sanitized([string()]) -> no_return().
sanitized([Names, Lib, Checker, Folder, Seed, Sanitizer]) ->
    halt(verdict(sanitized((plain(Lib, Checker, Folder, Seed))#{sanitizer => Sanitizer}, backends(Names), 1))).

sanitized(Plain, Backends, First) ->
    [life(Plain#{backend := Backend}, Number, rest, 2) || {Number, Backend} <- lists:enumerate(First, Backends)].

backends("both") -> [driver, nif];
backends(Name) -> [list_to_atom(Name)].

plain(Lib, Checker, Folder, Seed) ->
    #{lib => Lib, checker => Checker, folder => Folder, seed => list_to_integer(Seed), storm => ?STORM_MIN, backend => none}.

%% At least two VMs for each backend, so that even a short soak has one that rests and one that is killed.
lives(#{storm := Storm} = Plain, Backends, End, Number, Fates) ->
    Left = End - erlang:monotonic_time(second),
    Each = 2 * length(Backends),
    case Left =< 0 andalso Number > Each of
        true ->
            {Number, lists:reverse(Fates)};
        false ->
            Storms = max(2, min(?STORMS, Left * 1000 div (Each * Storm))),
            Backend = lists:nth((Number - 1) rem length(Backends) + 1, Backends),
            Ending = case (Number - 1) rem Each < length(Backends) of true -> rest; false -> kill end,
            Fate = life(Plain#{backend := Backend}, Number, Ending, Storms),
            lives(Plain, Backends, End, Number + 1, [Fate | Fates])
    end.

%% Each life is a new VM, so that nothing left behind affects the next.
life(Plain, Number, Ending, Storms) ->
    #{lib := Lib, checker := Checker, folder := Folder, seed := Seed, storm := Storm, backend := Backend} = Plain,
    Name = "ring" ++ integer_to_list(Number),
    {VM, _} = vms:start(peer:random_name(Name), options(Plain, filename:join(Folder, Name), [filename:join(Lib, "ebin")])),
    Pid = vms:call(VM, os, getpid, []),
    Self = self(),
    Ending =:= kill andalso spawn(fun() ->
        await_storms(VM, Storms) andalso begin
            timer:sleep(Storm div 2),
            Self ! {killing, VM},
            os:cmd("kill -KILL " ++ Pid)
        end
    end),
    try vms:call(VM, soak, live, [Backend, Checker, (Seed + Number) * 1000, Storm, Storms, Ending]) of
        Samples -> report(Name, Samples, Plain)
    catch
        _:Reason -> ended(Name, VM, Storms, Reason)
    after
        vms:stop(VM)
    end.

%% Waits for checked storms rather than for a fixed time: a slow machine's VM would be killed before its first check.
await_storms(VM, Storms) ->
    try vms:call(VM, persistent_term, get, [?MODULE, 0]) of
        Checked when Checked >= Storms ->
            true;
        _ ->
            timer:sleep(20),
            await_storms(VM, Storms)
    catch
        _:_ -> false % the VM died
    end.

options(#{sanitizer := Sanitizer}, Folder, Paths) ->
    %% +Mea min replaces the VM's allocators by malloc(), which AddressSanitizer checks.
    #{
        folder => Folder,
        paths => Paths,
        arguments => ["+Mea", "min"],
        environment => [{"LD_PRELOAD", Sanitizer}, {"ASAN_OPTIONS", "detect_leaks=0:abort_on_error=1"}]
    };
options(_, Folder, Paths) ->
    #{folder => Folder, paths => Paths}.

%% A VM that ends before the kill has crashed.
ended(Name, VM, Storms, Reason) ->
    receive
        {killing, VM} ->
            vms:eventually(fun() -> not vms:lives(VM) end),
            io:format("~s: killed after ~b storms, as planned~n", [Name, Storms]),
            passed
    after 0 ->
        io:format("~s FAILED: ~p~n", [Name, Reason]),
        failed
    end.

%% Runs in the VM. A VM that will be killed cannot report faults afterwards, so it checks each sample at once.
-spec live(hash_ring:backend(), file:filename(), integer(), pos_integer(), pos_integer(), rest | kill) -> [sample()].
live(Backend, Checker, Seed, Milliseconds, Storms, Ending) ->
    logger:set_primary_config(level, none), % servers are killed on purpose
    Tracer = tracer:start(Checker),
    ok = application:load(hash_ring),
    ok = application:set_env(hash_ring, backend, Backend),
    {ok, _} = application:ensure_all_started(hash_ring),
    Sample = fun(Number) -> sample(Seed + Number, Milliseconds, Tracer) end,
    case Ending of
        rest -> lists:map(Sample, lists:seq(1, Storms));
        kill ->
            [ok = publish_checked(Sample(Number), Number) || Number <- lists:seq(1, Storms + 20)],
            exit(not_killed)
    end.

%% await_storms/2 reads the number.
publish_checked(Sample, Number) ->
    [] = faults([Sample]),
    persistent_term:put(?MODULE, Number).

sample(Seed, Milliseconds, Tracer) ->
    Storm = storm:run(Seed, Milliseconds, Tracer),
    Checked = tracer:check(Tracer),
    [garbage_collect(Pid) || Pid <- processes()],
    #{storm => Storm, checked => Checked, at_rest => storm:at_rest(), resident => resident()}.

resident() ->
    {ok, Status} = file:read_file("/proc/self/status"),
    {match, [Kilobytes]} = re:run(Status, "VmRSS:\\s+(\\d+)", [{capture, all_but_first, binary}]),
    binary_to_integer(Kilobytes) div 1024.

report(Name, Samples, Plain) ->
    Sum = fun(Key) -> lists:sum([maps:get(Key, Storm) || #{storm := Storm} <- Samples]) end,
    Checked = [Answers || #{checked := {ok, Answers}} <- Samples],
    io:format("~s: ~s, ~b storms~s: ~b finds, ~b changes, ~b misuses, ~b restarts; ~b answers equal to the model's~n", [
        Name, maps:get(backend, Plain), length(Samples), [[", AddressSanitizer" || is_map_key(sanitizer, Plain)]], Sum(finds), Sum(changes), Sum(misuses), Sum(restarts),
        lists:max([0 | Checked])
    ]),
    io:format("    at rest after each storm: ~s bytes held by drivers and NIFs, ~s MB resident~n", [
        list([B || #{at_rest := B} <- Samples]), list([MB || #{resident := MB} <- Samples])
    ]),
    Faults = faults(Samples),
    [io:format("    FAILED: ~s~n", [Fault]) || Fault <- Faults],
    case Faults of [] -> passed; _ -> failed end.

faults(Samples) ->
    Sum = fun(Key) -> lists:sum([maps:get(Key, Storm) || #{storm := Storm} <- Samples]) end,
    Checked = [Answers || #{checked := {ok, Answers}} <- Samples],
    [["difference: ", Difference] || #{checked := {difference, Difference}} <- Samples] ++
    [io_lib:format("~b keys belong to other nodes than in a new ring", [Moved]) || #{storm := #{moved := Moved}} <- Samples, Moved > 0] ++
    [io_lib:format("~b bytes more than after the first storm: a leak", [Growth]) || Growth <- growth(Samples), Growth > ?GROWTH_MAX] ++
    ["no answer was compared with the model's" || lists:max([0 | Checked]) =:= 0] ++
    [io_lib:format("0 ~s in all storms: the storm is broken", [Key]) || Key <- [finds, changes, misuses, restarts], Sum(Key) =:= 0].

growth([#{at_rest := First} | _] = Samples) when is_integer(First) ->
    #{at_rest := Last} = lists:last(Samples),
    [Last - First];
growth(_) ->
    [].

list(Values) ->
    lists:join(", ", [io_lib:format("~p", [Value]) || Value <- Values]).

verdict(Fates) ->
    Failed = length([failed || failed <- Fates]),
    io:format("~b of ~b VMs passed~n", [length(Fates) - Failed, length(Fates)]),
    case Failed of 0 -> 0; _ -> 1 end.
