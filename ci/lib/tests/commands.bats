# Tests of every command in ci/. Help and usage errors need no package and change nothing. A command installs its
# modules before it imports them. Nothing is installed here: dpkg-query, apt-get, cmake and npm are stand-ins.

load stand_ins

setup() {
    cd "$BATS_TEST_DIRNAME/../../.."
    make_stand_ins
    # Modules that may not be there yet.
    lacking=$BATS_TEST_TMPDIR/lacking
    mkdir -p "$lacking"
    for module in clang jinja2 markupsafe numpy scipy selenium; do
        echo 'raise ImportError(f"{__name__} is not installed")' >"$lacking/$module.py"
    done
}

commands() {
    find ci -maxdepth 1 -type f -perm -u+x -printf '%f\n' | sort
}

# Everything is installed except those modules. The stand-in for apt-get installs others, which say that they are imported.
fake_installing() {
    fake dpkg-query 'for last in "$@"; do :; done; [ "$last" = python3-scipy ] || echo installed'
    fake id 'echo 0'
    # shellcheck disable=SC2016
    fake apt-get 'case $* in *install*python3-scipy*)
        for module in '"$lacking"'/*.py; do echo "raise SystemExit(f\"came to import {__name__}\")" >"$module"; done ;;
    esac'
    fake cmake 'true'
    fake npm 'true'
}

@test "all that ci/ holds are commands, lib.sh, packages and lib" {
    [ "$(find ci -mindepth 1 -maxdepth 1 ! -name README.md -printf '%f\n' | sort | comm -23 - <(commands) | tr '\n' ' ')" = "lib lib.sh packages " ]
}

@test "every command has help, which needs no package" {
    for tool in dpkg-query apt-get cmake npm ctest; do
        fake "$tool" 'echo asked; exit 9'
    done
    for command in $(commands); do
        PATH=$bin:$PATH PYTHONPATH=$lacking run "ci/$command" --help
        [ "$status" -eq 0 ]
        [[ "$output" == "usage: ci/$command"* && "$output" != *asked* && "$output" != *"==>"* ]]
    done
}

# usage: refused MESSAGE COMMAND...    It ends with this message, before it installs or builds anything.
refused() {
    for tool in dpkg-query apt-get cmake npm ctest ninja; do
        fake "$tool" 'echo asked; exit 9'
    done
    message=$1
    shift
    PATH=$bin:$PATH PYTHONPATH=$lacking run "$@"
    [ "$status" -eq 2 ] && [[ "$output" == *"$message"* && "$output" != *asked* && "$output" != *"==>"* && "$output" != *Traceback* ]]
}

@test "every command refuses an unknown option before it does anything" {
    for command in $(commands); do
        refused "usage: ci/$command" "ci/$command" --no-such-option
    done
}

# The command, and what it says: regular expressions, files, commits, folders and numbers.
wrong_arguments() {
    cat <<END
autopsy|usage: ci/autopsy
autopsy nowhere|nowhere: there is no such file, and as a line it is not understood
autopsy --sysroot nowhere core|nowhere: no such folder
autopsy --search nowhere core|nowhere: no such folder
autopsy --search . x[1]: segfault at 0 ip 0 sp 0 error 4|leave out --sysroot and --search
autopsy / / /|takes CORE [EXECUTABLE], several core dumps
autopsy-selftest --jobs 0|0: not a whole number from 1
autopsy-selftest --only (|'(' is no regular expression
beam-crash --runs 0|--runs 0: not a number from 1 to 999
beam-crash --runs|usage: ci/beam-crash
beam-crash now|unknown argument now
beam-crash --output $1/file|is a file: name another folder
beam-crash --output $1/full|is not empty, and no earlier run of this command made it
beam-soak --backend port|--backend port: write driver, nif or both
beam-soak --for 5|--for 5: write 5s; a duration needs a unit
beam-soak --seed x|--seed x: not a whole number
beam-soak --output $1/file|is a file: name another folder
beam-soak --output $1/full|is not empty, and no earlier run of this command made it
corpus nosuch|no such corpus: nosuch; there are: batches
corpus --for 2|write 2s; a duration needs a unit
corpus --from nowhere|nowhere: no such folder
coverage --only (|'(' is no regular expression
coverage --only nosuch|no test's name matches --only; there are: coverage.core.
coverage now|unknown argument now
cross now|unknown argument now
dashboard --history nowhere|nowhere: no history; measure
dashboard --project nowhere|nowhere: no such folder
dashboard --output $1/file|is a file; name another folder
dashboard --selftest nowhere|nowhere: no such folder
dashboard --least x|x: not a percentage; write a number
dashboard --least -1|not a percentage
findings|usage: ci/findings
findings nowhere --output $1/new|nowhere: no such folder
findings $1/raw|required: -o/--output
findings $1/raw --output $1/file|is a file; name another folder
findings $1/raw --output $1/new --tree nowhere|nowhere: no such folder
findings $1/raw --output $1/new --tree $1/full|fuzz/ringproof does not exist; build it
findings $1/raw --output $1/new --target nosuch|--target nosuch: no such target; there are: batches
findings $1/full --output $1/new|crash-0: unknown target; put the file into a folder
findings $1/raw --output $1/new --run-for 5|write 5s; a duration needs a unit
findings $1/raw --output $1/new --shrink-for x|x: not a duration
fuzz-speed|required: BASE
fuzz-speed nosuch|no such commit: nosuch
fuzz-speed HEAD --rounds 1|1: not a whole number from 3
fuzz-speed HEAD --programs x|x: not a whole number from 1
fuzz-speed HEAD --seed x|x: not a whole number
fuzz-speed HEAD --output $1/file|is a file; name another folder
harness --for x|--for x: not a duration; write a number and a unit
harness --for 0s|--for 0s: not from 1s to 1000h
harness --for|usage: ci/harness
harness --seed 1.5|--seed 1.5: not a whole number
history|usage: ci/history
history --history nowhere check|nowhere: no such folder
history --history $1/file import bmf nowhere|is a file; name another folder
history import nosuch file|invalid choice: 'nosuch'
history import bmf nowhere|nowhere: No such file
history import bmf nowhere --project nosuch|nosuch: no such folder
history import bmf nowhere --better larger|invalid choice: 'larger'
history export bmf --commit nosuch|no such commit: nosuch
history export jmh|invalid choice: 'jmh'
inventory|which commit?
inventory nosuch|no such commit: nosuch
inventory HEAD nosuch|no such commit: nosuch
lint|which check?
lint nosuch|unknown check nosuch
lint tidy nowhere|tidy needs a build folder
lint quick-tidy nowhere|quick-tidy needs a build folder
lint format now|unknown argument now
mutants nosuch.c|no file of core: nosuch.c
mutants --only (|'(' is no regular expression
mutants --sample 0|0: not a whole number from 1
mutants --jobs x|x: not a whole number from 1
mutants --for 10|write 10s; a duration needs a unit
mutants --seed -1|usage: ci/mutants
nightly|required: -f/--for
nightly --for 5|write 5s; a duration needs a unit
nightly --for 1s|1s: not from 36s to 1000h
nightly --for 1h --only (|'(' is no regular expression
nightly --for 1h --only nosuch|no target's name matches --only; there are: batches
nightly --for 1h --output $1/file|is a file; name another folder
nightly --for 1h --seed x|x: not a whole number
perf|required: BASE
package now|unknown argument now
package --output $1/file|is a file: name another folder
perf nosuch|no such commit: nosuch
perf HEAD nosuch|no such commit: nosuch
perf HEAD --only (|'(' is no regular expression
perf HEAD --only nosuch|no workload's name matches --only; there are: add
perf HEAD --seed x|x: not a whole number
perf HEAD --project nowhere|nowhere: no such folder
perf HEAD --project .|--project needs --build, too
perf HEAD --build make|--build needs --project, too
perf HEAD --ruler ./ruler|--ruler needs --project, too
perf HEAD --limits nowhere|nowhere: no such file
perf HEAD --limits README.md|a line is not a workload, instructions or time or both, a percentage
perf HEAD --acknowledged nowhere|nowhere: no such file
perf HEAD --markdown nowhere/comment.md|nowhere/comment.md: cannot be written
perf HEAD --markdown .|.: cannot be written
perf HEAD --output $1/file|is a file; name another folder
perf HEAD --json --markdown -|--json and --markdown - both want standard output
perf-backfill --last 0|0: not a whole number from 1
perf-backfill --rounds x|x: not a whole number from 1
perf-backfill --only nosuch|no workload's name matches --only
perf-backfill --seed x|x: not a whole number
perf-selftest --alarms 0|0: not a whole number from 1
perf-selftest --layouts 0|0: not a whole number from 1
perf-selftest --trials x|x: not a whole number from 1
perf-selftest --percent 0|0: not a number above 0
perf-selftest --seed x|x: not a whole number
planted --only (|'(' is no regular expression
planted --only nosuch|no planted fault's name matches --only
planted --rings --only nosuch|no ring's name matches --only
planted --for 60|write 60s; a duration needs a unit
planted --trials 0|0: not a whole number from 1
planted --jobs 0|0: not a whole number from 1
planted --seed x|x: not a whole number
planted --engine nosuch|invalid choice: 'nosuch'
planted --output $1/file|is a file; name another folder
planted --output $1/full|is not empty, and no earlier run made it
prove --only (|'(' is no regular expression
prove --only nosuch|no line of the table matches; they are: suffixes of replicas
prove --jobs 0|0: not a whole number from 1
prove --record --faults|--record does not go with --faults
prove now|unrecognized arguments: now
rings --only (|'(' is no regular expression
rings --only nosuch|no ring's name matches --only; there are: buraksezer
rings --for 5|write 5s; a duration needs a unit
rings --seed x|x: not a whole number
rings --measure x|x: not a duration
rings --output $1/file|is a file; name another folder
test now|unknown argument now
lib/cross/sysroot|where to? name a folder: --output FOLDER
lib/cross/sysroot --output $1/new|which machine?
lib/cross/sysroot --output $1/new s390x now|which machine?
lib/cross/sysroot --output $1/new S/390|S/390: not a machine
END
}

@test "every command refuses wrong arguments before it installs or builds anything" {
    there=$BATS_TEST_TMPDIR/there
    mkdir -p "$there/full" "$there/raw/ring_ops"
    touch "$there/file" "$there/full/crash-0" "$there/raw/ring_ops/crash-0"
    while IFS='|' read -r words message; do
        # shellcheck disable=SC2086 # words
        refused "$message" ci/$words
    done < <(wrong_arguments "$there")
    [ ! -e "$there/new" ]
    [ "$(wrong_arguments "$there" | sed 's/[ |].*//' | grep -v / | sort -u)" = "$(commands)" ]
}

@test "a command that installs first and then refuses is noticed" {
    cp -r ci core fuzz CMakeLists.txt "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR"
    refused "no planted fault's name matches" ci/planted --only nosuch
    sed -i '/planted.judge(options)/d; s/    return planted.run/    planted.judge(options)\n&/' ci/lib/fuzzing/commands/planted.py
    run refused "no planted fault's name matches" ci/planted --only nosuch
    [ "$status" -ne 0 ]
    refused "no file of core: nosuch.c" ci/mutants nosuch.c
    sed -i '/names_of(options.files)/d' ci/lib/mutation/commands/mutants.py
    run refused "no file of core: nosuch.c" ci/mutants nosuch.c
    [ "$status" -ne 0 ]
    refused "is no regular expression" ci/coverage --only '('
    sed -i '/coverage.choose "$only") >\/dev\/null/d; s/^if \[ -n "$only" \]; then$/&\n    :/' ci/coverage
    run refused "is no regular expression" ci/coverage --only '('
    [ "$status" -ne 0 ]
}

@test "RINGPROOF_SEED steers every command that takes --seed" {
    count=0
    for command in "beam-soak" "fuzz-speed HEAD" "harness" "mutants" "nightly --for 1h --output $BATS_TEST_TMPDIR/night" "perf HEAD" "perf-backfill" "perf-selftest" "planted" "rings"; do
        # shellcheck disable=SC2086 # words
        RINGPROOF_SEED=7x refused "RINGPROOF_SEED=7x: not a whole number" ci/$command
        count=$((count + 1))
    done
    [ "$(for command in $(commands); do "ci/$command" --help; done | grep -cE "^ +-S.*--seed N")" -eq "$count" ]
}

@test "ci/mutants --list builds nothing" {
    fake dpkg-query 'echo installed'
    for tool in apt-get cmake ninja gcc; do
        fake "$tool" 'echo asked; exit 9'
    done
    PATH=$bin:$PATH run ci/mutants --list --only relational run.c
    [ "$status" -eq 0 ]
    [[ "$output" == *"run.c ring_"*": relational: "* && "$output" != *asked* ]]
}

@test "ci/findings without raw files builds nothing" {
    mkdir "$BATS_TEST_TMPDIR/raw"
    fake dpkg-query 'echo asked; exit 9'
    PATH=$bin:$PATH run ci/findings "$BATS_TEST_TMPDIR/raw" --output "$BATS_TEST_TMPDIR/out"
    [ "$status" -eq 0 ]
    [ "$output" = "no findings: there are no raw files" ]
}

# usage: imports MODULE COMMAND...    Once they are installed, the modules end the command that imports them.
imports() {
    setup
    fake_installing
    module=$1
    shift
    PATH=$bin:$PATH PYTHONPATH=$lacking run "$@"
    [ "$status" -eq 1 ]
    [[ "$output" == *"installing: python3-scipy"*"came to import $module"* ]]
}

@test "a command installs the modules that it imports before it imports them" {
    imports jinja2 ci/nightly --for 1h --output "$BATS_TEST_TMPDIR/night"
    imports clang ci/mutants --list run.c
    imports jinja2 ci/perf HEAD
    imports scipy ci/perf-selftest
    imports markupsafe ci/dashboard
    # It must be able to fail.
    setup
    fake_installing
    fake apt-get 'true'
    PATH=$bin:$PATH PYTHONPATH=$lacking run ci/dashboard
    [[ "$output" == *"is not installed"* ]]
}

@test "a command whose packages are missing and cannot be installed says so and ends" {
    fake dpkg-query 'true'
    fake id 'echo 1000'
    fake sudo 'exit 1'
    fake apt-get 'exit 9'
    raw=$BATS_TEST_TMPDIR/raw/ring_ops
    mkdir -p "$raw"
    : >"$raw/crash-0"
    for command in "corpus" "dashboard" "findings $raw --output $BATS_TEST_TMPDIR/out" "mutants" "nightly --for 1h --output $BATS_TEST_TMPDIR/night" "perf HEAD" "perf-backfill" "perf-selftest" "planted" "rings"; do
        # shellcheck disable=SC2086 # words
        PATH=$bin:$PATH PYTHONPATH=$lacking run ci/$command
        [ "$status" -eq 2 ]
        [[ "$output" == "${command%% *}: "*"packages are missing"*"as root, run: apt-get install"* ]]
        [ "${#lines[@]}" -eq 1 ]
    done
}

@test "paths are those of the folder where the user stands" {
    ci=$PWD/ci
    mkdir "$BATS_TEST_TMPDIR/stands here"
    cd "$BATS_TEST_TMPDIR/stands here"
    mkdir history raw
    run "$ci/history" --history history check
    [ "$status" -eq 0 ]
    [[ "$output" == "0 records"* ]]
    run "$ci/dashboard" --no-setup --history history
    [[ "$output" == "dashboard: history: no history"* ]]
    run "$ci/findings" raw --tree . --output out
    [ "$status" -eq 0 ]
    mkdir full
    touch full/file
    run "$ci/beam-soak" --output full
    [[ "$output" == "beam-soak: $PWD/full is not empty"* ]]
    touch compile_commands.json
    run "$ci/lint" tidy nowhere
    [[ "$output" == *"tidy needs a build folder"* ]]
}
