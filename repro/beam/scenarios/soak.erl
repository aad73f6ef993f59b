%% The driver under load: starts VMs one after another and plays storms (storm.erl) in them. Every second VM is
%% killed in the middle of a storm. The others rest after each storm and are checked for leaks.
%%
%% usage: erl -noshell -pa SCENARIOS -run soak main LIB CHECKER FOLDER SECONDS SEED [SANITIZED_LIB SANITIZER]
%% LIB is the folder of the application hash_ring; CHECKER is the program protocol_check; the VMs run below FOLDER.
%% SANITIZED_LIB has a driver built with AddressSanitizer, and SANITIZER is the sanitizer's run-time library: one more
%% VM runs with them at the end. Exit: 0 all VMs passed, 1 one did not.
%%
%% usage: erl -noshell -pa SCENARIOS -run soak sanitized SANITIZED_LIB CHECKER FOLDER SEED SANITIZER
%% Runs only the VM with AddressSanitizer.
-module(soak).

-export([main/1, sanitized/1, live/5]).

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
main([Lib, Checker, Folder, Seconds, Seed | Sanitized]) ->
    Duration = list_to_integer(Seconds),
    Plain = (plain(Lib, Checker, Folder, Seed))#{storm := max(?STORM_MIN, min(?STORM_MAX, Duration * 100))},
    {Lives, Fates} = lives(Plain, erlang:monotonic_time(second) + Duration, 1, []),
    Last =
        case Sanitized of
            [] -> [];
            [SanitizedLib, Sanitizer] -> [life(Plain#{lib := SanitizedLib, sanitizer => Sanitizer}, Lives, rest, 2)]
        end,
    halt(verdict(Fates ++ Last)).

-spec sanitized([string()]) -> no_return().
sanitized([Lib, Checker, Folder, Seed, Sanitizer]) ->
    halt(verdict([life((plain(Lib, Checker, Folder, Seed))#{sanitizer => Sanitizer}, 1, rest, 2)])).

plain(Lib, Checker, Folder, Seed) ->
    #{lib => Lib, checker => Checker, folder => Folder, seed => list_to_integer(Seed), storm => ?STORM_MIN}.

%% At least two VMs, so that even a short soak has one that rests and one that is killed.
lives(#{storm := Storm} = Plain, End, Number, Fates) ->
    Left = End - erlang:monotonic_time(second),
    case Left =< 0 andalso Number > 2 of
        true ->
            {Number, lists:reverse(Fates)};
        false ->
            Storms = max(2, min(?STORMS, Left * 1000 div (2 * Storm))),
            Fate = life(Plain, Number, case Number rem 2 of 0 -> kill; 1 -> rest end, Storms),
            lives(Plain, End, Number + 1, [Fate | Fates])
    end.

%% Each life is a new VM, so that nothing left behind affects the next.
life(Plain, Number, Ending, Storms) ->
    #{lib := Lib, checker := Checker, folder := Folder, seed := Seed, storm := Storm} = Plain,
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
    try vms:call(VM, soak, live, [Checker, (Seed + Number) * 1000, Storm, Storms, Ending]) of
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
-spec live(file:filename(), integer(), pos_integer(), pos_integer(), rest | kill) -> [sample()].
live(Checker, Seed, Milliseconds, Storms, Ending) ->
    logger:set_primary_config(level, none), % servers are killed on purpose
    Tracer = tracer:start(Checker),
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
    io:format("~s: ~b storms~s: ~b finds, ~b changes, ~b ports misused, ~b restarts; ~b answers equal to the model's~n", [
        Name, length(Samples), [[", AddressSanitizer" || is_map_key(sanitizer, Plain)]], Sum(finds), Sum(changes), Sum(ports), Sum(restarts),
        lists:max([0 | Checked])
    ]),
    io:format("    at rest after each storm: ~s bytes held by drivers, ~s MB resident~n", [
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
    [io_lib:format("0 ~s in all storms: the storm is broken", [Key]) || Key <- [finds, changes, ports, restarts], Sum(Key) =:= 0].

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
