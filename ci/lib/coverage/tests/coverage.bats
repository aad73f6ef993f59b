# ci/coverage fails if something of the ring library is not reached, and names it.

setup() {
    cd "$BATS_TEST_DIRNAME/../../../.."
}

# Only one unit test runs. Counts of an earlier run of another test must not hide what it misses.
@test "what one unit test does not reach is named, and fails" {
    run ci/coverage --only '\.core\.arcs$'
    [ "$status" -eq 1 ]
    [[ ! "$output" =~ core/arcs/erase\.c\ +0\ of\  ]]
    run ci/coverage --only '\.core\.placement$'
    [ "$status" -eq 1 ]
    [[ "$output" =~ core/arcs/erase\.c\ +0\ of\  ]]
    [[ ! "$output" =~ core/placement\.c\ +0\ of\  ]]
    [[ "$output" =~ core/arcs/erase\.c:[0-9]+:\ not\ run:\ .*ring_arcs_erase ]]
    [[ "$output" =~ core/placement\.c:[0-9]+:\ [0-9]+\ of\ [0-9]+\ branches\ not\ taken ]]
    [[ "$output" == *"not fully reached: "* ]]
}

@test "wrong arguments and missing tests are refused" {
    for wrong in now --only "--only a b"; do
        # shellcheck disable=SC2086 # words
        run ci/coverage $wrong
        [ "$status" -eq 2 ]
        [[ "$output" == *"usage: ci/coverage"* && "$output" != *"==>"* ]]
    done
    run ci/coverage --only nothing
    [ "$status" -eq 2 ]
    [[ "$output" == *"no test's name matches --only; there are: "*"coverage.core.arcs"* ]]
    [[ "$output" != *"==>"* ]]
}
