# More of the same, for the night: other cures of the incident, faults of the NIF that the soak must detect, and lookups.
load play

@test "the incident: with the drop-in library all calls are answered" {
    all_calls_are_answered drop_in
}

@test "the incident: with the NIF all calls are answered" {
    all_calls_are_answered core nif
}

@test "the soak detects a wrong answer of the NIF" {
    unsanitized
    RINGPROOF_FAULT=wrong run soak faulty nif
    [ "$status" -eq 1 ]
    [[ "$output" == *"FAILED: "*" keys belong to other nodes than in a new ring"* ]]
    [[ "$output" == *"0 of 2 VMs passed"* ]]
}

@test "the soak detects a leak of the NIF" {
    unsanitized
    RINGPROOF_FAULT=leak run soak faulty nif
    [ "$status" -eq 1 ]
    [[ "$output" == *"a leak"* ]]
}

@test "lookups prints a row for each number of processes, and for each ring whose nodes change" {
    unsanitized
    run erl -noshell -pa "$BEAM/core/hash_ring/ebin" -pa "$BEAM/scenarios" -run lookups main 1
    [ "$status" -eq 0 ]
    [ "$(grep -cE '^\| (1|2|4|32)( \| [0-9]+ \([0-9]+ to [0-9]+\)){4}( \| [0-9.]+ \([0-9.]+ to [0-9.]+\)){3} \|$' <<<"$output")" -eq 4 ]
    [ "$(grep -cE '^\| (NIF|driver) \| (stay|come and go)( \| [0-9.]+){4} \|$' <<<"$output")" -eq 4 ]
}
