# ci/beam-crash must fail if ci/autopsy does not prove a crash, whatever had happened to the driver's file. Nothing is built, and no
# VM runs: erl, cmake and ci/autopsy are stand-ins. A driver is a file with one word.

load ../../tests/stand_ins

setup() {
    make_stand_ins
    root=$BATS_TEST_TMPDIR/root
    beam=$root/build/release/repro/beam
    mkdir -p "$beam"/{legacy,core}/hash_ring/priv
    cp -r "$BATS_TEST_DIRNAME/../../.." "$root/ci"
    echo historical >"$beam/legacy/hash_ring/priv/hash_ring_drv.so"
    echo fixed >"$beam/core/hash_ring/priv/hash_ring_drv.so"
    fake dpkg-query 'echo installed'
    fake dpkg-buildflags 'echo'
    fake strip 'true'
    # shellcheck disable=SC2016
    fake prlimit 'shift; exec "$@"'
    fake sleep 'exec /bin/sleep 0.05' # quietly() waits whole seconds
    # shellcheck disable=SC2016
    fake cat 'case $* in */core_pattern) echo core ;; *) exec /bin/cat "$@" ;; esac'
    # shellcheck disable=SC2016
    fake cmake 'case $* in *" -B "*) mkdir -p "$4/repro/beam/legacy/hash_ring/priv"
        echo historical >"$4/repro/beam/legacy/hash_ring/priv/hash_ring_drv.so" ;; esac'
    # shellcheck disable=SC2016
    fake erl 'for argument; do folder=$last; last=$argument; done # the last is the backend
        case $* in
        *"incident main"*/legacy/*) for front in front1 front2; do
            mkdir -p "$folder/$front"; echo a core dump >"$folder/$front/core"; echo "$front died"
        done ;;
        *"incident main"*) for front in front1 front2; do
            echo "$front lived: 9 calls answered, 1 of them not at the first try; 0 wrong, 0 unanswered"
        done ;;
        *) echo a core dump >core; kill -SEGV $$ ;;
        esac'
    rm "$root/ci/autopsy"
    # shellcheck disable=SC2016
    bin=$root/ci fake autopsy 'drivers=$(dirname "$2")/hash_ring/priv
        state=deleted
        [ ! -e "$drivers/elsewhere-hash_ring_drv.so" ] || state=moved
        [ ! -e "$drivers/hash_ring_drv.so" ] || read -r state <"$drivers/hash_ring_drv.so"
        [ "$state" != "$WRONG" ] && verdict="this defect" || verdict="not this"
        echo "{\"verdict\": \"$verdict\", \"signal\": 11, \"frames\": [], \"jump\": {\"happened\": true, \"low_half\": 27979}}"
        [ "$verdict" = "this defect" ] || exit 3'
}

beam_crash() {
    PATH=$bin:$PATH run "$root/ci/beam-crash" "$@"
}

@test "every crash is proved, in every build" {
    WRONG=none beam_crash --runs 1 --builds
    [ "$status" -eq 0 ]
    [[ "$output" == *"2 of 2 VMs crashed, 1 of 1 jumps"* && "$output" != *"Segmentation fault"* ]]
    [ "$(find "$root/build/beam-crash/runs" -name core -o -name hash_ring_drv.so)" = "" ]
    for compiler in gcc clang; do
        [ "$(grep -cE "^\| $compiler .*-g +\| 1 of 1 +\| 1 of 1 at 00006d4b +(\| 1 of 1 +){4}\|$" <<<"$output")" -eq 4 ]
        [ "$(grep -cE "^\| $compiler .*stripped +\| 1 of 1 +\| 1 of 1 at 00006d4b +(\| 1 of 1 +){4}\|$" <<<"$output")" -eq 5 ]
    done
}

@test "a crash that is not proved is a failure, in each state of the driver's file" {
    while read -r wrong state; do
        WRONG=$wrong beam_crash --runs 2
        [ "$status" -eq 1 ]
        [[ "$output" == *"gcc -O0 -g: VM 2, driver $state: not this"* ]]
        [[ "$output" == *"FAILED: ci/autopsy should have proved every crash"* ]]
        [ "$(grep -oE '2 of 2 +\|' <<<"$output" | wc -l)" -eq 4 ] # the number of crashes, and three states
        [ "$(find "$root/build/beam-crash/runs" -name core | wc -l)" -eq 1 ] # kept, with its driver
        [ "$(find "$root/build/beam-crash/runs" -name hash_ring_drv.so | wc -l)" -eq 1 ]
    done <<<"historical there
moved moved
fixed replaced
deleted deleted"
}
