# depth/map.tsv and depth/results.md hold what the program `depth` prints. Of map.tsv, these tests check
# the rings that take a moment.
# The build sets DEPTH, SANITIZERS, TABLE (map.tsv) and RESULTS (results.md).

# The lines for one ring are the same in the table and in the program's output.
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

@test "map.tsv holds what the program prints" {
    for ring in "64 1" "64 64" "64 512" "128 16" "128 256" "256 8" "512 2" "1024 4" "8192 1"; do
        agrees "$TABLE" $ring
    done
}

@test "map.tsv holds the outcome of an overflow" {
    [ -z "$SANITIZERS" ] || skip "a sanitizer stops the sort first"
    "$DEPTH" 256 512 | grep -q crashed
    agrees "$TABLE" 256 512
}

@test "a wrong figure in map.tsv fails the comparison" {
    for fault in 's/^64\t512\tremove\tmiddle\t642\t/64\t512\tremove\tmiddle\t643\t/' \
        's/^\(64\t512\tadd\tlast\t.*\)safe/\1crashed/' '/^64\t512\tremove\tlast/d'; do
        sed "$fault" "$TABLE" >planted.tsv
        run cmp "$TABLE" planted.tsv
        [ "$status" -eq 1 ]
        run agrees planted.tsv 64 512
        [ "$status" -ne 0 ]
    done
}

@test "map.tsv has every ring of the plane, or says that it was not measured" {
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

# All rings take more than a minute. Cells that are empty in the second file are not compared.
same_cells() {
    awk -F'|' '
        !/^\|/ { next }
        NR == FNR { first[++lines] = $0; next }
        {
            if (split(first[++line], cells) != NF) exit 1
            for (i = 1; i <= NF; i++) if ($i !~ /^ *$/ && $i != cells[i]) exit 1
        }
        END { exit line != lines }' "$1" "$2"
}

@test "results.md holds what the program prints" {
    "$DEPTH" --markdown 20000 >small.md
    same_cells "$RESULTS" small.md
    grep -q '^| 16 | 995 | 15920 |$' small.md
    sed 's/| 995 |/| 994 |/' small.md >planted.md
    run same_cells "$RESULTS" planted.md
    [ "$status" -eq 1 ]
}

@test "the 1025th entry is silent, the 1026th makes a wrong ring, the 1027th crashes" {
    [ -z "$SANITIZERS" ] || skip "a sanitizer stops the sort first"
    "$DEPTH" 1 1026 | grep -P "remove\tfirst\t1025\tsilent"
    "$DEPTH" 2 1026 | grep -P "remove\tfirst\t1026\twrong"
    "$DEPTH" 1 1028 | grep -P "remove\tfirst\t1027\tcrashed"
}

@test "wrong numbers are named, with what they may be" {
    while IFS='|' read -r words message; do
        # shellcheck disable=SC2086 # words
        run "$DEPTH" $words
        [ "$status" -eq 2 ]
        [[ "$output" == "depth: $message"* ]]
    done <<'END'
0 1|NODES 0: not a whole number from 1 to 65536
1 1x|REPLICAS 1x: not a whole number from 1 to 1048576
65536 257|REPLICAS 257: not a whole number from 1 to 256
--markdown x|--markdown x: not a whole number from 1 to 
1|these arguments do not go together
END
}

@test "help needs no ring" {
    for word in -h --help; do
        run "$DEPTH" $word
        [ "$status" -eq 0 ]
        [[ "$output" == "usage: depth"*"Exit: 0 printed, 2"* ]]
    done
}

@test "wrong arguments print the usage" {
    for wrong in "" "0 1" "1 0" "1" "1 2 3" "x 1" "1 1x" "-1 1" "65537 1" "65536 1048576" "--all 1" "--markdown 0" "--markdown x" "--markdown 1 2"; do
        run "$DEPTH" $wrong
        [ "$status" -eq 2 ]
        [[ "$output" == depth:*usage:* ]]
    done
}
