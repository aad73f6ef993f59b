# Short runs of the scenarios that ci/beam-crash and ci/beam-soak play, and faults that the soak must detect.
load play

@test "the incident: with the historical driver both VMs die, and their core dumps show this defect" {
    unsanitized
    grep -qv '[|/]' /proc/sys/kernel/core_pattern || skip "this machine sends its core dumps elsewhere"
    run incident legacy
    [ "$status" -eq 0 ]
    [[ "$output" == *"front1 died"*"front2 died"* ]]
    for front in front1 front2; do
        run "$SOURCES/ci/autopsy" $front/core*
        [ "$status" -eq 0 ]
        [[ "${lines[0]}" == "this defect"* ]]
        [[ "$output" == *"hash_ring_drv_output ()"*"hash_ring_drv_output ()"* ]]
    done
}

@test "the incident: with the fixed driver all calls are answered" {
    all_calls_are_answered core
}

@test "the signature: the historical driver jumps to ...00006d4b, the fixed one does not" {
    unsanitized
    grep -qv '[|/]' /proc/sys/kernel/core_pattern || skip "this machine sends its core dumps elsewhere"
    run prlimit --core=unlimited: erl -noshell -pa "$BEAM/scenarios" -pa "$BEAM/legacy/hash_ring/ebin" -run signature main "$BEAM/legacy/hash_ring"
    [ "$status" -ne 0 ]
    run "$SOURCES/ci/autopsy" core*
    [ "$status" -eq 0 ]
    [[ "$output" == *00006d4b* && "$output" == *"i = 1026"* ]]
    run erl -noshell -pa "$BEAM/scenarios" -pa "$BEAM/core/hash_ring/ebin" -run signature main "$BEAM/core/hash_ring"
    [ "$status" -eq 0 ]
    [[ "$output" == *survived* ]]
}

@test "the soak passes with the fixed driver" {
    unsanitized
    run soak core driver
    [ "$status" -eq 0 ]
    [[ "$output" == *"answers equal to the model's"* ]]
    [[ "$output" == *"2 of 2 VMs passed"* ]]
}

@test "the soak passes with the NIF" {
    unsanitized
    run soak core nif
    [ "$status" -eq 0 ]
    [[ "$output" == *"answers equal to the model's"* ]]
    [[ "$output" == *"2 of 2 VMs passed"* ]]
}

@test "the soak detects a wrong answer" {
    unsanitized
    RINGPROOF_FAULT=wrong run soak faulty driver
    [ "$status" -eq 1 ]
    [[ "$output" == *"FAILED: difference: a wrong answer: command"* ]]
    [[ "$output" == *"0 of 2 VMs passed"* ]] # also in the VM that the soak kills
}

@test "the soak detects a leak" {
    unsanitized
    RINGPROOF_FAULT=leak run soak faulty driver
    [ "$status" -eq 1 ]
    [[ "$output" == *"a leak"* ]]
}

@test "the soak detects a VM that crashes" {
    unsanitized
    RINGPROOF_FAULT=crash run soak faulty driver
    [ "$status" -eq 1 ]
    [[ "$output" == *"ring1 FAILED"*"ring2 FAILED"* ]]
}

@test "the soak's VM with AddressSanitizer detects a byte written past the end of a block" {
    [[ "$SANITIZERS" == *address* ]] || skip "needs a build with AddressSanitizer"
    sanitizer=$(gcc -print-file-name=libasan.so)
    for fault in none overrun; do
        RINGPROOF_FAULT=$fault run erl -noshell -pa "$BEAM/scenarios" -run soak sanitized driver \
            "$BEAM/faulty/hash_ring" "$BEAM/protocol_check" "$PWD" 7 "$sanitizer"
        [ "$status" -eq "$([ $fault = none ] && echo 0 || echo 1)" ]
    done
    [[ "$output" == *"heap-buffer-overflow"*"misuse_memory"* ]]
}

@test "stall prints a row for each command" {
    unsanitized
    run erl -noshell -pa "$BEAM/scenarios" -run stall main "$BEAM/core/hash_ring" 1000
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 6 ]
    for command in add remove find "find 3"; do
        grep -qE "^\| 1000 \| $command \| [0-9.]+ \| [0-9.]+ to [0-9.]+( \| [0-9.]+){4} \|$" <<<"$output"
    done
}

@test "measure prints its usage for wrong arguments, and made results.md" {
    echo "# Another file" >other.md
    for wrong in "" "--no-such" "results.md" "--output" "--output a b" "--output no/such/folder/results.md" "--output ." \
        "--lookups" "--crashes" "--crashes --output new.md" "--crashes --output other.md"; do
        # shellcheck disable=SC2086 # words
        run "$SOURCES/repro/beam/measure" $wrong
        [ "$status" -eq 2 ]
        [[ "$output" == *"usage: repro/beam/measure"* ]]
    done
    [ "$(head -n 1 "$SOURCES/repro/beam/results.md")" = 'Made by: `repro/beam/measure --output repro/beam/results.md`' ]
    [ "$(grep -c '^## ' "$SOURCES/repro/beam/results.md")" -eq 5 ]
}

@test "measure --crashes replaces one section, whatever ci/beam-crash found, and keeps the rest" {
    mkdir -p tree/repro/beam tree/ci
    cp "$SOURCES/repro/beam/measure" tree/repro/beam/
    printf '#!/bin/sh\necho "| gcc -O0 -g | 1 of 2 |" >"$3/rates.txt"\nexit ${STATUS:-1}\n' >tree/ci/beam-crash
    chmod +x tree/ci/beam-crash
    cp "$SOURCES/repro/beam/results.md" results.md
    printf '\n## Another section\n\nIts text.\n' >>results.md
    cp results.md before.md
    mkdir -p tree/build/beam-measure/crash
    tree/repro/beam/measure --crashes -o results.md
    title='## How the historical driver dies, by compiler'
    [ "$(sed "/^$title/,\$d" results.md)" = "$(sed "/^$title/,\$d" before.md)" ]
    [ "$(sed -n "/^$title/,/^## Another/p" results.md | grep -c '^|')" -eq 1 ]
    [ "$(sed -n '/^| gcc -O0 -g | 1 of 2 |$/,$p' results.md | tail -n +2)" = "$(printf '\n## Another section\n\nIts text.\n')" ]
    cp results.md before.md
    tree/repro/beam/measure --crashes -o results.md # again: the same
    cmp before.md results.md
    STATUS=2 run tree/repro/beam/measure --crashes -o results.md
    [ "$status" -eq 2 ]
    [[ "$output" == *"ci/beam-crash failed"* ]]
    cmp before.md results.md
}
