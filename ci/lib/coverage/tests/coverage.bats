# ci/coverage as a gate: it fails where something of the core is not run, and names it.

setup() {
    cd "$BATS_TEST_DIRNAME/../../../.."
}

# The planted fault: all tests but one are left out. An earlier run of another one must not make up for it.
@test "what one unit test leaves out is named, and fails" {
    run ci/coverage --only '\.core\.arcs$'
    [ "$status" -eq 1 ]
    [[ ! "$output" =~ core/arcs/erase\.c\ +0\ of\  ]]
    run ci/coverage --only '\.core\.placement$'
    [ "$status" -eq 1 ]
    [[ "$output" =~ core/arcs/erase\.c\ +0\ of\  ]]
    [[ ! "$output" =~ core/placement\.c\ +0\ of\  ]]
    [[ "$output" =~ core/arcs/erase\.c:[0-9]+:\ not\ run:\ .*ring_arcs_remove ]]
    [[ "$output" =~ core/placement\.c:[0-9]+:\ [0-9]+\ of\ [0-9]+\ branches\ not\ taken ]]
    [[ "$output" == *"not reached in full: "* ]]
}

@test "bad arguments are refused, and tests that are not there" {
    for wrong in now --only "--only a b"; do
        # shellcheck disable=SC2086 # words
        run ci/coverage $wrong
        [ "$status" -eq 2 ]
        [[ "$output" == *"usage: ci/coverage"* && "$output" != *"==>"* ]]
    done
    run ci/coverage --only nothing
    [ "$status" -eq 2 ]
    [[ "$output" == *"no such test among: "*"coverage.core.arcs"*"coverage.fuzz.ring_ops.corpus"* ]]
}
