# How the commands in ci/ behave on a machine that lacks something. Nothing is installed here: dpkg-query,
# apt-get, id and sudo are stand-ins that say what they were asked.

load stand_ins

setup() {
    cd "$BATS_TEST_DIRNAME/../../.."
    make_stand_ins
}

lib() {
    PATH=$bin:$PATH run sh -c '. ci/lib.sh; '"$1" ci/test
}

@test "all packages are there: nothing is installed" {
    fake dpkg-query 'echo installed'
    fake apt-get 'echo apt-get "$@"; exit 1'
    lib install_packages
    [ "$status" -eq 0 ]
    [ "$output" = "" ]
}

@test "a command that needs few packages installs only those" {
    fake dpkg-query 'for last in "$@"; do :; done; [ "$last" = git ] && echo installed'
    fake id 'echo 0'
    fake apt-get 'echo "asked: $*"'
    lib 'install_missing git valgrind'
    [ "$status" -eq 0 ]
    [[ "$output" == *"install -y --no-install-recommends valgrind" ]]
}

@test "root installs exactly what is missing" {
    fake dpkg-query 'for last in "$@"; do :; done; [ "$last" = bats ] || [ "$last" = valgrind ] || echo installed'
    fake apt-get 'echo asked: "$@"'
    fake id 'echo 0'
    lib install_packages
    [ "$status" -eq 0 ]
    [[ "$output" == *"asked: -q update"* ]]
    [[ "$output" == *"asked: -q install -y --no-install-recommends bats valgrind"* ]]
}

@test "without root, sudo is used" {
    fake dpkg-query 'true'
    fake apt-get 'echo asked: "$@"'
    fake id 'echo 1000'
    fake sudo '[ "$1" = -n ] && exit 0; echo "through sudo"; exec "$@"'
    lib install_packages
    [ "$status" -eq 0 ]
    [[ "$output" == *"through sudo"* ]]
    [[ "$output" == *"install -y"*"nettle-dev"* ]]
}

@test "without root and sudo, the packages are listed, and nothing goes on" {
    fake dpkg-query 'for last in "$@"; do :; done; [ "$last" = cmake ] || echo installed'
    fake apt-get 'echo asked: "$@"'
    fake id 'echo 1000'
    fake sudo 'exit 1'
    lib 'install_packages; echo went on' </dev/null
    [ "$status" -eq 2 ]
    [[ "$output" == *"as root, run: apt-get install cmake"* ]]
    [[ "$output" != *"asked"* && "$output" != *"went on"* ]]
}

@test "a failing apt-get is told, and nothing goes on" {
    fake dpkg-query 'true'
    fake apt-get 'echo "E: Unable to locate package"; exit 100'
    fake id 'echo 0'
    lib 'install_packages; echo went on'
    [ "$status" -eq 2 ]
    [[ "$output" == *"Unable to locate"* && "$output" == *"apt-get failed"* && "$output" != *"went on"* ]]
}

@test "python3 is installed where it is missing" {
    fake apt-get 'echo asked: "$@"; ln -sf /usr/bin/python3 '"$BATS_TEST_TMPDIR/python3"
    fake id 'echo 0'
    lib "python=$BATS_TEST_TMPDIR/python3; run_python ci autopsy.commands.autopsy --help"
    [ "$status" -eq 0 ]
    [[ "$output" == *"installing: python3"*"asked: -q install -y --no-install-recommends python3"*"usage: ci/autopsy"* ]]
}

@test "a module of ci/lib runs in the user's folder, and imports no file from it" {
    cp -r ci "$BATS_TEST_TMPDIR"
    find "$BATS_TEST_TMPDIR" -name __pycache__ -exec rm -r {} +
    mkdir "$BATS_TEST_TMPDIR/elsewhere"
    cd "$BATS_TEST_TMPDIR/elsewhere"
    echo 'raise SystemExit("taken")' | tee json.py autopsy.py >examine.py
    echo nothing >core
    run ../ci/autopsy core
    [ "$status" -eq 2 ]
    [[ "$output" == *"core: one line not understood"* ]]
    [ "$(find "$BATS_TEST_TMPDIR" -name __pycache__)" = "" ]
}

@test "a failing command's log is shown, and its status kept" {
    lib "quietly $BATS_TEST_TMPDIR/log sh -c 'echo a reason; exit 7'"
    [ "$status" -eq 7 ]
    [[ "$output" == *"failed with 7"* && "$output" == *"a reason"* ]]
    lib "quietly $BATS_TEST_TMPDIR/log sh -c 'echo fine'"
    [ "$status" -eq 0 ]
    [ "$output" = "" ]
}

# Shorter than the ten seconds between two lines of progress.
@test "a progress line shows the last line of the log that is not empty, without prefixes of nested progress lines" {
    log=$BATS_TEST_TMPDIR/log
    printf 'one\n    ... 10 s (crashes are expected): ... 20 s: ==> two\n\n   \n\tNEW_FUNC[1/2]\n' >"$log"
    lib "last_line $log"
    [ "$output" = two ]
    printf 'a\rb\r' >"$log"
    lib "last_line $log"
    [ "$output" = b ]
    printf 'soaking\n    ... 10 s: no output yet\n' >"$log" # by a command that shows progress itself
    lib "last_line $log"
    [ "$output" = soaking ]
    printf 'faults\t124\n' >"$log"
    lib "last_line $log"
    [ "$output" = "faults 124" ]
    printf 'one\ntwo \377\n' >"$log"
    lib "last_line $log"
    [ "$output" = $'two \377' ]
    printf '%080d' 0 >"$log"
    lib "last_line $log"
    [ "$output" = "$(printf '%080d' 0)" ]
    printf '%081d' 0 >"$log"
    lib "last_line $log"
    [ "$output" = "$(printf '%079d' 0)..." ]
    : >"$log"
    lib "last_line $log"
    [ "$output" = "" ]
}

# What dash, bash and timeout(1) print. A step that has to crash would look like a failure.
@test "a progress line shows no notice of a killed command" {
    log=$BATS_TEST_TMPDIR/log
    while read -r notice; do
        printf 'VM 3 of 20\n%s \n' "$notice" >"$log"
        lib "last_line $log"
        [ "$output" = "VM 3 of 20" ]
        printf '    ... 10 s (crashes are expected): %s\n' "$notice" >"$log" # by a command that shows progress itself
        lib "last_line $log"
        [ "$output" = "" ]
    done <<'END'
Segmentation fault
Segmentation fault (core dumped)
Aborted
Aborted (core dumped)
Bus error
Killed
/usr/bin/erl: line 29: 30762 Segmentation fault      (core dumped) "$@"
ci/beam-crash: line 7:  1234 Aborted                 timeout 60 erl
timeout: the monitored command dumped core
END
    for other in "Killed 3 of 5 mutants" "killed by SIGSEGV at operation 2" "Aborted: the disk is full"; do
        echo "$other" >"$log"
        lib "last_line $log"
        [ "$output" = "$other" ]
    done
}

@test "the progress of a step that has to crash names no crash" {
    # shellcheck disable=SC2016
    lib 'sleep() { command sleep 0.05; }; crash() { echo VM 1 of 2; sh -c "ulimit -c 0; kill -SEGV \$\$"; sh -c "kill -ABRT \$\$"; /bin/sleep 1; }
        note=" (crashes are expected)"; quietly '"$BATS_TEST_TMPDIR/log"' crash; cat '"$BATS_TEST_TMPDIR/log"
    [[ "$output" == *"10 s (crashes are expected): VM 1 of 2"* ]]
    [[ "$output" == *"Segmentation fault"*"Aborted"* ]] # in the log, which was printed last
    [[ "${output%%Segmentation*}" == *" s (crashes are expected): VM 1 of 2"* ]]
}

@test "progress of a command that prints nothing, and of one that has to crash" {
    lib "note=' (crashes are expected)'; quietly $BATS_TEST_TMPDIR/log sleep 11"
    [ "$output" = "    ... 10 s (crashes are expected): no output yet" ]
}

@test "too many words in READMEs are an error" {
    mkdir "$BATS_TEST_TMPDIR/root"
    cp -r ci "$BATS_TEST_TMPDIR/root/"
    cd "$BATS_TEST_TMPDIR/root"
    printf '```one``` two\n\n  ```sh\nnot counted\n  ```\n\n- three four\n    - five six\n' >README.md
    run ci/lint words
    [ "$status" -eq 0 ]
    [[ "$output" == *"     8  ./README.md"* ]]
    yes word | head -n 901 >README.md
    run ci/lint words
    [ "$status" -eq 1 ]
    [[ "$output" == *"more than 900 words"* ]]
    echo short >README.md
    mkdir core
    yes word | head -n 11000 >core/README.md
    run ci/lint words
    [ "$status" -eq 1 ]
}

@test "ci/lint notices a planted fault that no longer applies, and changes nothing" {
    cp -r ci core fuzz bench repro "$BATS_TEST_TMPDIR/"
    cd "$BATS_TEST_TMPDIR"
    ci/lint faults
    sed -i 's/seeded/was_seeded/' fuzz/cli/check.c
    cp fuzz/cli/check.c before
    run ci/lint faults
    [ "$status" -eq 1 ]
    [[ "$output" == *"environment_wins_over_seed.patch does not apply"* ]]
    cmp before fuzz/cli/check.c
    # What has changed around a fault may have changed what it breaks.
    sed -i 's/^    return 4;$/    return 4; /' core/placement.c
    run ci/lint faults
    [[ "$output" == *"xxh3_index_is_one_byte.patch does not apply"* ]]
    [ -z "$(find . -name '*.rej' -o -name '*.orig')" ]
}

# The tests lint.* read all sources: here are few.
few_sources() {
    mkdir -p "$BATS_TEST_TMPDIR"/{ci/lib/cross,core,fuzz,bench,repro,.ci,.clusterfuzzlite}
    cp ci/lint ci/lib.sh "$BATS_TEST_TMPDIR/ci/"
    cp core/run.[ch] "$BATS_TEST_TMPDIR/core/"
    cp .clang-format .clang-tidy "$BATS_TEST_TMPDIR/"
    cd "$BATS_TEST_TMPDIR"
}

# usage: tidied CHECK LINES_OF_C    Twice in the list: a file may be part of two programs.
tidied() {
    printf '%s\n' "$2" >core/tidied.c
    entry='{"directory": "'$PWD'", "file": "'$PWD/core/tidied.c'", "command": "clang -c core/tidied.c"}'
    echo "[$entry, $entry]" >compile_commands.json
    run ci/lint "$1" .
}

@test "ci/lint tidy notices careless C, and quick-tidy all of it but what the analyzer finds" {
    few_sources
    for check in tidy quick-tidy; do
        tidied $check 'int good(void);
int good(void)
{
    return 1;
}'
        [ "$status" -eq 0 ]
        tidied $check 'int careless(int a);
int careless(int a)
{
    if (a > 1) return 1;
    return a;
}'
        [ "$status" -eq 1 ]
        [ "$(grep -c 'error: .*readability-braces' <<<"$output")" -eq 1 ]
    done
    null='int null(int a);
int null(int a)
{
    const int *none = 0;
    return a > 1 ? *none : a;
}'
    tidied tidy "$null"
    [ "$status" -eq 1 ]
    [[ "$output" == *clang-analyzer-core.NullDereference* ]]
    tidied quick-tidy "$null"
    [ "$status" -eq 0 ]
}

@test "ci/lint notices wrong formatting and a careless shell script" {
    few_sources
    ci/lint format
    ci/lint shell
    printf 'int  badly( void ) ;\n' >>core/run.h
    run ci/lint format
    [ "$status" -ne 0 ]
    for careless in ci/careless ci/lib/cross/careless .clusterfuzzlite/careless; do
        # shellcheck disable=SC2016
        printf '#!/bin/sh\nrm $1\n' >$careless
        run ci/lint shell
        [ "$status" -ne 0 ]
        rm $careless
    done
}

@test "if core dumps are sent elsewhere or forbidden, an error says what to do" {
    fake cat 'echo "|/usr/lib/systemd/systemd-coredump"'
    lib need_cores
    [ "$status" -eq 2 ]
    [[ "$output" == *"systemd-coredump"*"sysctl -w kernel.core_pattern=core"* ]]
    fake cat 'echo core'
    fake prlimit 'case $* in --core=*) exit 1 ;; esac; echo 0'
    lib need_cores
    [ "$status" -eq 2 ]
    [[ "$output" == *"limited here (0 bytes)"* ]]
    fake prlimit 'exit 0'
    lib need_cores
    [ "$status" -eq 0 ]
}

@test "a folder for results can be made, or was made by an earlier run" {
    touch "$BATS_TEST_TMPDIR/file"
    for wrong in "$BATS_TEST_TMPDIR/file" "$BATS_TEST_TMPDIR/file/below"; do
        lib "judge_folder '$wrong' beam-soak"
        [ "$status" -eq 2 ]
        [[ "$output" == *"$BATS_TEST_TMPDIR/file is a file: name another folder"* ]]
    done
    lib "judge_folder '$BATS_TEST_TMPDIR/new/below' beam-soak"
    [ "$status" -eq 0 ]
    [ ! -e "$BATS_TEST_TMPDIR/new" ]
}

@test "a version that is not where it is looked for is an error" {
    mkdir "$BATS_TEST_TMPDIR/empty"
    cp -r ci "$BATS_TEST_TMPDIR/empty"
    touch "$BATS_TEST_TMPDIR/empty/CMakeLists.txt"
    run "$BATS_TEST_TMPDIR/empty/ci/test" --version
    [ "$status" -eq 2 ]
    [[ "$output" == *"correct print_version in ci/lib.sh"* ]]
}

@test "only a folder of an earlier run is emptied" {
    mkdir "$BATS_TEST_TMPDIR/mine"
    touch "$BATS_TEST_TMPDIR/mine/precious"
    lib "empty_folder $BATS_TEST_TMPDIR/mine beam-soak"
    [ "$status" -eq 2 ]
    [[ "$output" == *"name another folder"* ]]
    [ -e "$BATS_TEST_TMPDIR/mine/precious" ]
    for _ in first second; do
        lib "empty_folder $BATS_TEST_TMPDIR/new beam-soak"
        [ "$status" -eq 0 ]
        touch "$BATS_TEST_TMPDIR/new/left over"
    done
    lib "empty_folder $BATS_TEST_TMPDIR/new beam-soak"
    [ ! -e "$BATS_TEST_TMPDIR/new/left over" ]
}
