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

# Everything is installed except those modules. The stand-in for apt-get installs them.
fake_installing() {
    fake dpkg-query 'for last in "$@"; do :; done; [ "$last" = python3-scipy ] || echo installed'
    fake id 'echo 0'
    fake apt-get 'case $* in *install*python3-scipy*) rm -r '"$lacking"' ;; esac'
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

@test "every command refuses an unknown option before it does anything" {
    for tool in dpkg-query apt-get cmake npm ctest; do
        fake "$tool" 'echo asked; exit 9'
    done
    for command in $(commands); do
        PATH=$bin:$PATH PYTHONPATH=$lacking run "ci/$command" --no-such-option
        [ "$status" -eq 2 ]
        [[ "$output" == *"usage: ci/$command"* || "$output" == *"takes no arguments"* ]]
        [[ "$output" != *asked* && "$output" != *"==>"* ]]
    done
}

# usage: ends ERROR COMMAND...
ends() {
    setup
    fake_installing
    error=$1
    shift
    PATH=$bin:$PATH PYTHONPATH=$lacking run "$@"
    [ "$status" -eq 2 ]
    [[ "$output" == *"installing: python3-scipy"*"$error"* ]]
}

@test "a command installs the modules that it imports before it imports them" {
    # These errors are printed after all imports.
    ends "nightly: no target's name matches" ci/nightly --hours 1 --only nothing
    ends "mutants: no file of core: nothing.c" ci/mutants --list nothing.c
    ends "perf: no such commit: nothing" ci/perf nothing
    ends "dashboard: nowhere: no history" ci/dashboard --history nowhere
    # It must be able to fail.
    setup
    fake apt-get 'true'
    PATH=$bin:$PATH PYTHONPATH=$lacking run ci/dashboard --history nowhere
    [[ "$output" == *"is not installed"* ]]
}

@test "a command whose packages are missing and cannot be installed says so and ends" {
    fake dpkg-query 'true'
    fake id 'echo 1000'
    fake sudo 'exit 1'
    fake apt-get 'exit 9'
    for command in "corpus" "dashboard" "findings raw --output out" "mutants" "nightly --hours 1" "perf HEAD" "perf-backfill" "perf-selftest" "planted"; do
        # shellcheck disable=SC2086 # words
        PATH=$bin:$PATH PYTHONPATH=$lacking run ci/$command
        [ "$status" -eq 2 ]
        [[ "$output" == "${command%% *}: packages are missing"*"as root, run: apt-get install"* ]]
        [ "${#lines[@]}" -eq 1 ]
    done
}

@test "paths are those of the folder where the user stands" {
    ci=$PWD/ci
    mkdir "$BATS_TEST_TMPDIR/stands here"
    cd "$BATS_TEST_TMPDIR/stands here"
    mkdir history raw
    run "$ci/history" --folder history check
    [ "$status" -eq 0 ]
    [[ "$output" == "0 records"* ]]
    run "$ci/dashboard" --no-setup --history history
    [[ "$output" == "dashboard: history: no history"* ]]
    run "$ci/findings" raw --tree . --output out
    [ "$status" -eq 0 ]
}
