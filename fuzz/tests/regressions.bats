# A kept finding that fails again fails a test under its name. Checked in a project of its own, with faulty builds.
# RINGPROOF names the tool, TARGETS the folder of the fuzz targets, FAULTY the folder of the faulty builds.

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir kept
    cat >CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.22)
project(regressions NONE)
enable_testing()
set(RINGPROOF_TREE tree)
include($BATS_TEST_DIRNAME/regressions.cmake)
add_regressions(\${CMAKE_SOURCE_DIR}/kept \${TOOL} \${PLACE})
END
}

# usage: replay TOOL FOLDER-OF-TARGETS
replay() {
    cmake -S . -B build -D TOOL="$1" -D PLACE="$2" >configured 2>&1 || {
        cat configured
        return 1
    }
    ctest --test-dir build --output-on-failure
}

keep_trace() {
    printf '# A key at the position of a point goes to it.\nring identity\nexpect merge agree\nadd "a" 1\nadd "b" 1\nfind "a"\n' >kept/key_at_a_point.trace
}

keep_input() {
    "$RINGPROOF" convert kept/key_at_a_point.trace --output kept/ring_ops-merge-difference-answer-find.input
}

@test "kept findings pass on the ring as it is" {
    keep_trace
    keep_input
    echo "A key at the position of a point." >kept/ring_ops-merge-difference-answer-find.txt
    run replay "$RINGPROOF" "$TARGETS"
    [ "$status" -eq 0 ]
    [[ "$output" == *"tree.regression.key_at_a_point"*"Passed"* ]]
    [[ "$output" == *"tree.regression.ring_ops-merge-difference-answer-find"*"Passed"* ]]
    [[ "$output" == *"out of 2"* ]]
}

@test "a trace that fails again is reported under its name" {
    keep_trace
    run replay "${FAULTY}/ringproof_find_takes_the_equal" "$TARGETS"
    [ "$status" -ne 0 ]
    [[ "$output" == *"tree.regression.key_at_a_point (Failed)"* ]]
    [[ "$output" == *'find_positions: expected 97 -> "b"'* ]]
}

@test "an input that fails again is reported under its name" {
    keep_trace
    keep_input
    mkdir targets
    ln -s "$FAULTY/ring_ops_of_two_faults" targets/ring_ops
    run replay "$RINGPROOF" "$PWD/targets"
    [ "$status" -ne 0 ]
    [[ "$output" == *"tree.regression.ring_ops-merge-difference-answer-find (Failed)"* ]]
    [[ "$output" == *"difference at operation 3, answer"* ]]
    [[ "$output" != *"key_at_a_point (Failed)"* ]]
}

@test "a file whose name does not say its target is refused" {
    printf x >kept/crash.input
    run replay "$RINGPROOF" "$TARGETS"
    [ "$status" -ne 0 ]
    [[ "$output" == *"crash.input"*"rename"* ]]
}
