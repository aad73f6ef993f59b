# depth.tsv is what the tool says, in the cells that take a moment.
# DEPTH, SANITIZERS and TABLE come from the build.

# Every line that the tool prints of that ring must be in the table, and the other way round.
# usage: agrees TABLE NODES REPLICAS
agrees() {
    "$DEPTH" "$2" "$3" >measured
    [ "$(wc -l <measured)" -eq 4 ]
    grep -P "^$2\t$3\t" "$1" >stored
    diff stored measured
}

setup() {
    cd "$BATS_TEST_TMPDIR"
}

@test "the table holds what is measured" {
    for ring in "64 1" "64 64" "64 512" "128 16" "128 256" "256 8" "512 2" "1024 4" "8192 1"; do
        agrees "$TABLE" $ring
    done
}

@test "the table holds what really happens" {
    [ -z "$SANITIZERS" ] || skip "a sanitizer ends it first"
    "$DEPTH" 256 512 | grep -q crashed
    agrees "$TABLE" 256 512
}

@test "a figure that is not true is noticed" {
    for fault in 's/^64\t512\tremove\tmiddle\t642\t/64\t512\tremove\tmiddle\t643\t/' \
        's/^\(64\t512\tadd\tlast\t.*\)safe/\1crashed/' '/^64\t512\tremove\tlast/d'; do
        sed "$fault" "$TABLE" >planted.tsv
        run cmp "$TABLE" planted.tsv
        [ "$status" -eq 1 ]
        run agrees planted.tsv 64 512
        [ "$status" -ne 0 ]
    done
}

# Or says what it leaves out.
@test "the table is the whole plane" {
    lines=0
    for nodes in 64 128 256 512 1024 2048 4096 8192; do
        for replicas in 1 2 4 8 16 32 64 128 256 512; do
            grep -q "^# Not measured: $nodes nodes of $replicas replicas" "$TABLE" && continue
            [ "$(grep -cP "^$nodes\t$replicas\t" "$TABLE")" -eq 4 ]
            lines=$((lines + 4))
        done
    done
    [ "$(grep -vc '^#' "$TABLE")" -eq "$lines" ]
}

@test "few entries too many are silent, or make a ring that is wrong; one more crashes" {
    [ -z "$SANITIZERS" ] || skip "a sanitizer ends it first"
    "$DEPTH" 1 1026 | grep -P "remove\tfirst\t1025\tsilent"
    "$DEPTH" 2 1026 | grep -P "remove\tfirst\t1026\twrong"
    "$DEPTH" 1 1028 | grep -P "remove\tfirst\t1027\tcrashed"
}

@test "what is not a ring is refused" {
    for wrong in "0 1" "1 0" "1" "1 2 3" "x 1" "1 1x" "-1 1" "65537 1" "65536 1048576" "--all 1"; do
        run "$DEPTH" $wrong
        [ "$status" -eq 2 ]
        [[ "$output" == usage:* ]]
    done
}
