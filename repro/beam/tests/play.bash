# Plays scenarios. The build sets BEAM (the build folder of repro/beam), SANITIZERS and SOURCES.

setup() {
    cd "$BATS_TEST_TMPDIR"
}

# usage: incident ENGINE [BACKEND]
incident() {
    erl -noshell -pa "$BEAM/scenarios" -run incident main "$BEAM/$1/hash_ring" "$PWD" "${2:-driver}"
}

# usage: soak ENGINE BACKEND
soak() {
    erl -noshell -pa "$BEAM/scenarios" -run soak main "$2" "$BEAM/$1/hash_ring" "$BEAM/protocol_check" "$PWD" 1 7
}

unsanitized() {
    [ -z "$SANITIZERS" ] || skip "a VM without a sanitizer cannot load a driver with one"
}

# usage: all_calls_are_answered ENGINE [BACKEND]
all_calls_are_answered() {
    unsanitized
    run incident "$@"
    [ "$status" -eq 0 ]
    [[ "$output" =~ front1\ lived:\ [1-9][0-9]*\ calls\ answered,.*\ 0\ wrong,\ 0\ unanswered ]]
    [[ "$output" =~ front2\ lived:\ [1-9][0-9]*\ calls\ answered,.*\ 0\ wrong,\ 0\ unanswered ]]
    [[ "$output" != *died* ]]
}
