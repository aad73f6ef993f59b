# The tool's behaviour: what it prints, writes and exits with. RINGPROOF and RING_OPS name the programs. What a shell
# script cannot easily test is in test_tool.py.

setup() {
    cd "$BATS_TEST_TMPDIR"
    printf 'ring identity\nadd "a" 2\nfind "a"\nfind-n "b" 3\nremove "b"\n' >good.trace
}

@test "output that cannot be written is an error" {
    [ -e /dev/full ] || skip "no /dev/full"
    run bash -c '"$RINGPROOF" --help >/dev/full'
    [ "$status" -eq 2 ]
    run bash -c '"$RINGPROOF" list >/dev/full'
    [ "$status" -eq 2 ]
}

@test "no command, or an unknown one: usage, exit 2" {
    run "$RINGPROOF"
    [ "$status" -eq 2 ]
    [[ "$output" == *"Usage: ringproof COMMAND"* ]]
    run "$RINGPROOF" prove
    [ "$status" -eq 2 ]
    [[ "$output" == *"unknown command 'prove'"* ]]
}

@test "--help of the tool and of each command" {
    run "$RINGPROOF" --help
    [ "$status" -eq 0 ]
    for command in check compare exhaust replay expect convert shrink list; do
        [[ "$output" == *"  $command "* ]]
        run "$RINGPROOF" "$command" --help
        [ "$status" -eq 0 ]
        [[ "$output" == *"Usage: ringproof $command"* ]]
        run "$RINGPROOF" --help
    done
}

@test "list prints the subjects and the rules" {
    run "$RINGPROOF" list
    [ "$status" -eq 0 ]
    for name in core tiny merge model resort legacy xxh3 sha1 md5 md5-compat32 constant identity 4bit 8bit table; do
        [[ "$output" == *"  $name "* ]]
    done
    run "$RINGPROOF" list more
    [ "$status" -eq 2 ]
}

@test "replay prints each answer" {
    run "$RINGPROOF" replay good.trace
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "good.trace: ring identity, 4 operations, core against model" ]
    [ "${lines[1]}" = '  add "a" 2 -> success' ]
    [ "${lines[2]}" = '  find "a" -> "a"' ]
    [ "${lines[3]}" = '  find-n "b" 3 -> "a"' ]
    [ "${lines[4]}" = '  remove "b" -> no such node' ]
    [ "${lines[5]}" = '  agreed' ]
}

@test "replay runs every built-in subject" {
    for subject in core tiny merge model resort legacy; do
        run "$RINGPROOF" replay --subject "$subject" good.trace
        [ "$status" -eq 0 ]
    done
}

@test "replay: a crash is reported with its operation, exit 1" {
    printf 'ring sha1\nadd "a" 4000\nfind "k"\nremove "a"\n' >crash.trace
    run "$RINGPROOF" replay --subject legacy crash.trace
    [ "$status" -eq 1 ]
    [[ "$output" == *'find "k" -> "a"'* ]]
    [[ "$output" == *"killed by SIG"*" at operation 3: remove \"a\""* || "$output" == *"exit status"*" at operation 3: remove \"a\""* ]]
}

@test "replay excuses what check excuses: the order of equal points, of a ring that promises none" {
    printf 'ring constant\nadd "b" 1\nadd "a" 1\nfind "k"\n' >ties.trace
    run "$RINGPROOF" replay --subject legacy ties.trace
    [ "$status" -eq 0 ]
}

@test "bad files and bad arguments are named, exit 2" {
    run "$RINGPROOF" replay missing.trace
    [ "$status" -eq 2 ]
    [[ "$output" == *"missing.trace: cannot open: No such file"* ]]
    run "$RINGPROOF" replay .
    [ "$status" -eq 2 ]
    [[ "$output" == *"Is a directory"* ]]
    printf 'ring xxh3\n\nadd "a\n' >bad.trace
    run "$RINGPROOF" replay bad.trace
    [ "$status" -eq 2 ]
    [[ "$output" == *"bad.trace: line 3: the string does not end"* ]]
    run "$RINGPROOF" replay
    [ "$status" -eq 2 ]
    run "$RINGPROOF" replay --subject nobody good.trace
    [ "$status" -eq 2 ]
    [[ "$output" == *"no such subject: nobody;"* ]]
    for bad in "--ops 0" "--ops x" "--ops -5" "--seed 18446744073709551616" "--for 0s" "--jobs 0" "extra"; do
        # shellcheck disable=SC2086
        run "$RINGPROOF" check $bad
        [ "$status" -eq 2 ]
    done
    run "$RINGPROOF" expect good.trace
    [ "$status" -eq 2 ]
    [[ "$output" == *"no 'expect' line"* ]]
}

@test "one bad file does not hide the failure in another" {
    printf 'ring sha1\nadd "a" 4000\nremove "a"\n' >crash.trace
    run "$RINGPROOF" replay --subject legacy missing.trace crash.trace good.trace
    [ "$status" -eq 2 ]
    [[ "$output" == *" at operation 2"* ]]
    [[ "$output" == *"agreed"* ]]
}

@test "check prints its seed, and a seed is replayed exactly" {
    run "$RINGPROOF" check --ops 3000 --seed 7
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" == *"seed 7" ]]
    first=$(printf '%s\n' "$output" | grep agreed | cut -d' ' -f1-5)
    run "$RINGPROOF" check --ops 3000 --seed 7
    [ "$first" = "$(printf '%s\n' "$output" | grep agreed | cut -d' ' -f1-5)" ]
}

@test "check and exhaust on a terminal: a progress line says what is being done, how far it is, and for how long" {
    run script -qec "'$RINGPROOF' check --seed 1 --for 2s" /dev/null
    [ "$status" -eq 0 ]
    [[ "$output" == *"checking core: "*" operations, "*" programs, 1 of 2 s"* ]]
    run script -qec "'$RINGPROOF' exhaust --nodes 2 --points 8 --jobs 1 --subject tiny" /dev/null
    [ "$status" -eq 0 ]
    [[ "$output" == *"checking tiny: "*" of 72136 sequences of length 3, "*" s, about "*" s left"* ]]
}

@test "check finds the historical crash without a hint, as a trace of fewer than ten lines" {
    # The second has hundreds of points at one position before it crashes.
    for seed in 4 2509495185; do
        run "$RINGPROOF" check --subject legacy --seed "$seed" --output found.trace
        [ "$status" -eq 1 ]
        [ "$(wc -l <found.trace)" -lt 10 ]
        grep -qE '^# (killed|ended) by' found.trace
        [[ "$output" == *"ringproof replay found.trace --subject legacy"* ]]
        run "$RINGPROOF" replay found.trace --subject legacy
        [ "$status" -eq 1 ]
        run "$RINGPROOF" replay found.trace
        [ "$status" -eq 0 ]
    done
}

@test "check: a trace that cannot be written is still printed, exit 2" {
    [ -e /dev/full ] || skip "no /dev/full"
    run "$RINGPROOF" check --subject legacy --seed 4 --output /dev/full
    [ "$status" -eq 2 ]
    [[ "$output" == *"/dev/full: cannot write: No space left"* ]]
    [[ "$output" == *"ring "* ]]
}

@test "convert: trace to bytes to trace" {
    "$RINGPROOF" convert good.trace -o good.bytes
    run "$RINGPROOF" convert good.bytes
    [ "$status" -eq 0 ]
    [ "$output" = "$(cat good.trace)" ]
}

@test "convert: bytes to trace to bytes is lossless, for any bytes" {
    i=0
    while [ "$i" -lt 40 ]; do
        head -c $((i * 7 + 1)) /dev/urandom >in.bytes
        "$RINGPROOF" convert in.bytes -o there.trace
        "$RINGPROOF" convert there.trace -o back.bytes
        cmp in.bytes back.bytes || { od -An -tx1 in.bytes; return 1; }
        i=$((i + 1))
    done
}

@test "convert: an edited trace wins over its raw line, and the tool says so" {
    printf '\200\000\000\000' >in.bytes
    "$RINGPROOF" convert in.bytes -o there.trace
    grep -q '^raw ' there.trace
    sed 's/^add "a" 1$/add "b" 1/' there.trace >edited.trace
    run "$RINGPROOF" convert edited.trace -o back.bytes
    [[ "$output" == *"no longer matches the operations"* ]]
    run "$RINGPROOF" convert back.bytes
    [[ "$output" == *'add "b" 1'* ]]
}

@test "convert: empty input and pipes lose nothing" {
    : >empty
    "$RINGPROOF" convert empty -o empty.trace
    "$RINGPROOF" convert empty.trace -o back
    [ ! -s back ]
    cat good.trace | "$RINGPROOF" convert /dev/stdin | "$RINGPROOF" convert /dev/stdin >back.trace
    cmp good.trace back.trace
}

@test "a mistyped trace is not silently taken for bytes" {
    printf 'Ring xxh3\nadd "a" 1\n' >typo.trace
    run "$RINGPROOF" replay typo.trace
    [ "$status" -eq 2 ]
    [[ "$output" == *"typo.trace: line 1: the first statement must be 'ring'"* ]]
    cp typo.trace typo.txt
    run "$RINGPROOF" replay typo.txt
    [[ "$output" == *"typo.txt: taken for bytes"* ]]
}

@test "a pipe is written to, and a link stays a link" {
    mkfifo pipe
    "$RINGPROOF" convert good.trace -o pipe &
    cat pipe >from_pipe
    wait
    [ -p pipe ]
    [ -s from_pipe ]
    : >target
    ln -s target link
    "$RINGPROOF" convert good.trace -o link
    [ -L link ]
    cmp target from_pipe
}

@test "convert keeps the old file if it cannot write the new one" {
    [ -e /dev/full ] || skip "no /dev/full"
    run "$RINGPROOF" convert missing -o good.trace
    [ "$status" -eq 2 ]
    [ "$(head -n 1 good.trace)" = "ring identity" ]
    run bash -c '"$RINGPROOF" convert good.trace >/dev/full'
    [ "$status" -eq 2 ]
    [[ "$output" == *"No space left"* ]]
}

@test "the fuzz target stops at a difference, with the trace" {
    case $("$RING_OPS" -help=1 2>&1) in
    *libFuzzer*) skip "only for the plain runner" ;;
    esac
    printf 'ring constant\nadd "b" 2\nadd "a" 1\n' >differ.trace
    "$RINGPROOF" convert differ.trace -o differ.bytes
    RINGPROOF_SUBJECT=core run "$RING_OPS" differ.bytes
    [ "$status" -eq 0 ]
    RINGPROOF_SUBJECT=nobody run "$RING_OPS" differ.bytes
    [ "$status" -eq 2 ]
    printf 'ring sha1\nadd "a" 1100\nremove "a"\n' >crash.trace
    "$RINGPROOF" convert crash.trace -o crash.bytes
    RINGPROOF_SUBJECT=legacy run "$RING_OPS" crash.bytes
    [ "$status" -ne 0 ]
    run "$RING_OPS" missing.bytes
    [ "$status" -eq 2 ]
}

@test "exhaust prints how many sequences it checked: the same with any number of jobs" {
    run "$RINGPROOF" exhaust --nodes 1 --length 4 --subject tiny --jobs 1
    [ "$status" -eq 0 ]
    [[ "$output" == *"tiny agreed: 654 sequences of up to 4 steps, "*" calls, 654 rings compared in "* ]]
    run "$RINGPROOF" exhaust --nodes 1 --length 4 --subject tiny --jobs 3
    [[ "$output" == *"tiny agreed: 654 sequences of up to 4 steps, "* ]]
    run "$RINGPROOF" exhaust --nodes 4
    [ "$status" -eq 2 ]
}
