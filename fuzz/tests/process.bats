# Rings in other processes: the templates, and processes that err. RINGPROOF and SOURCES name the tool and a folder.

setup() {
    cd "$BATS_TEST_TMPDIR"
    template=$SOURCES/fuzz/template
    python=$(command -v python3)
    # The fourth lookup is the one at which the ring errs.
    printf 'ring own\nfind "a"\nfind "b"\nfind "c"\nfind "d"\n' >t.trace
}

# usage: wrong HOW [OPTION...]: replays four lookups on a ring that errs at the last.
wrong() {
    run "$RINGPROOF" replay --subject "exec:$python $SOURCES/fuzz/tests/own/process.py $1" "${@:2}" t.trace
    echo "$output"
}

# usage: soon COMMAND...: waits until it succeeds.
soon() {
    for _ in $(seq 600); do
        if "$@" >/dev/null; then
            return 0
        fi
        sleep 0.05
    done
    echo "in vain: $*"
    return 1
}

is_gone() {
    ! pgrep -f "$1"
}

# usage: agrees COMMAND
agrees() {
    run "$RINGPROOF" check --subject "exec:$1" --ops 5000 --seed 1
    echo "$output"
    [ "$status" -eq 0 ]
    [[ "$output" == *"subject myring against model"*"agreed: "* ]]
    printf 'ring own\nadd "a" 1\nfind "key"\nfly\nposition "\\x20"\ndestroy\n' | $1 >answers
    [[ $(sed 1d answers | tr '\n' ' ') == 'ok ok "'?*'" cannot do this '[0-9]*' ok ' ]]
}

@test "the template in Python agrees as it stands, and a fault in it is caught" {
    agrees "$python $template/myring.py"
    sed 's/(position(key),)/(position(key[1:]),)/' "$template/myring.py" >wrong.py
    # Shrinking would start the process some hundred times.
    printf 'ring own\nadd "a" 20\nadd "b" 20\nadd "c" 20\n%s\n' "$(printf 'find "key%s"\n' 1 2 3 4 5 6 7 8 9)" >keys.trace
    run "$RINGPROOF" replay --subject "exec:$python wrong.py" keys.trace
    [ "$status" -eq 1 ]
    [[ "$output" == *"difference at operation"* ]]
    run "$RINGPROOF" replay --subject "exec:$python $template/myring.py" keys.trace
    [ "$status" -eq 0 ]
}

@test "the template in JavaScript agrees as it stands" {
    command -v node >/dev/null || skip "node is not installed"
    agrees "node $template/myring.js"
}

@test "a process that cannot be used: the reason, what it wrote, exit 2" {
    wrong refuses
    [ "$status" -eq 2 ]
    [[ "$output" == *"it ended with status 1 before it wrote its declarations"*"no module named ring"* ]]
    run "$RINGPROOF" replay --subject "exec:./missing" t.trace
    [ "$status" -eq 2 ]
    [[ "$output" == *"it ended with status 127 before it wrote its declarations"*"missing: not found"* ]]
    wrong other-words
    [ "$status" -eq 2 ]
    [[ "$output" == *"must begin with 'ringproof 1': it begins with 'hello'"* ]]
    wrong other-version
    [ "$status" -eq 2 ]
    [[ "$output" == *"the process speaks version 2 of the protocol, and this ringproof version 1"* ]]
    wrong unknown-word
    [ "$status" -eq 2 ]
    [[ "$output" == *"there is no declaration 'placment'"* ]]
    wrong unknown-value
    [ "$status" -eq 2 ]
    [[ "$output" == *"placement=owned: the values of placement are opaque, own, listed, rule"* ]]
    wrong no-sense
    [ "$status" -eq 2 ]
    [[ "$output" == *"with .replicas = SUBJECT_WEIGHT"* ]]
}

@test "a process that ends, computes for ever or answers wrongly is a finding, at its operation" {
    wrong dies
    [ "$status" -eq 1 ]
    [[ "$output" == *"assertion failed"*"killed by SIGSEGV at operation 4"* ]]
    wrong exits
    [ "$status" -eq 1 ]
    [[ "$output" == *"ended by exit status 0"*"at operation 4"* ]]
    wrong computes --hang-after 0.2s
    [ "$status" -eq 1 ]
    [[ "$output" == *"no answer in time at operation 4"* ]]
    wrong garbles
    [ "$status" -eq 1 ]
    [[ "$output" == *"'maybe' is not in double quotes"*"an answer that the protocol does not allow at operation 4"* ]]
    wrong says-more
    [ "$status" -eq 1 ]
    [[ "$output" == *"a second line"* ]]
}

@test "a process that cannot express a call is no finding" {
    wrong cannot
    [ "$status" -eq 0 ]
    wrong right
    [ "$status" -eq 0 ]
    [[ "$output" == *agreed* ]]
}

@test "the tool is killed: the ring's process ends, and what that has started" {
    mark=$PWD/a-child-of-the-ring
    "$RINGPROOF" replay --hang-after 100s --subject "exec:$python $SOURCES/fuzz/tests/own/process.py has-child $mark" \
        t.trace >log 2>&1 3>&- &
    tool=$!
    soon pgrep -f "sleep.1000. $mark"
    kill -KILL $tool
    soon is_gone "$mark"
}
