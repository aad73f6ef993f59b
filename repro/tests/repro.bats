# Each trace in repro/cases/ says what every subject must do, and `ringproof expect` checks it.
# The build sets RINGPROOF, SANITIZERS and CASES.

@test "every case starts with a comment and expects something of every subject" {
    for trace in "$CASES"/*.trace; do
        head -n 1 "$trace" | grep -q '^# .' || { echo "$trace: the first line is no comment"; return 1; }
        for subject in core model resort legacy; do
            grep -q "^expect $subject " "$trace" || { echo "$trace: no line 'expect $subject'"; return 1; }
        done
    done
}

@test "AddressSanitizer names the function and the line" {
    [[ "$SANITIZERS" == *address* ]] || skip "needs a sanitized build"
    for trace in remove_just_over add_just_over; do
        run "$RINGPROOF" replay --subject legacy "$CASES/$trace.trace"
        [ "$status" -eq 1 ]
        [[ "$output" == *"stack-buffer-overflow"* ]]
        [[ "$output" == *" in quicksort "*"legacy/sort.c:"* ]]
    done
}

@test "without a sanitizer, 'expect' reports that a silent overflow may have happened" {
    [[ "$SANITIZERS" != *address* ]] || skip "needs a build without sanitizers"
    run "$RINGPROOF" expect "$CASES/remove_just_over.trace"
    [ "$status" -eq 0 ]
    [[ "$output" == *"a build with AddressSanitizer sees it"* ]]
}

@test "a subject that does something else than expected fails the case" {
    cd "$BATS_TEST_TMPDIR"
    for wrong in "core differ" "core crash" "legacy agree"; do
        printf 'ring constant\nexpect %s\nadd "b" 1\nadd "a" 1\n' "$wrong" >wrong.trace
        run "$RINGPROOF" expect wrong.trace
        [ "$status" -eq 1 ]
        [[ "$output" == *"FAIL ${wrong% *}"* ]]
    done
    [[ "$SANITIZERS" == *address* ]] || return 0
    printf 'ring constant\nexpect core overflow\nadd "a" 1\n' >wrong.trace
    run "$RINGPROOF" expect wrong.trace
    [ "$status" -eq 1 ]
}

@test "expect --verbose shows what a crashing subject prints" {
    [[ "$SANITIZERS" == *address* ]] || skip "needs a sanitized build"
    run "$RINGPROOF" expect --verbose "$CASES/remove_just_over.trace"
    [[ "$output" == *"AddressSanitizer"* ]]
    run "$RINGPROOF" expect "$CASES/remove_just_over.trace"
    [[ "$output" != *"AddressSanitizer"* ]]
}
