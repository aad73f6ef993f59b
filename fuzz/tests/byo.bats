# Bring your own ring: shared objects, libraries with the interface of hash-ring, what the tool reports about them,
# and traces as C. RINGPROOF, CC, SOURCES and BUILD name the tool, a compiler, and the two folders.

setup() {
    cd "$BATS_TEST_TMPDIR"
    headers="-I$SOURCES/core/include -I$SOURCES/fuzz/include"
    own=$SOURCES/fuzz/tests/own
}

# usage: build SOURCE NAME.so [FLAGS]. Without the sanitizers of the tree, as other people build their libraries.
build() {
    # shellcheck disable=SC2086
    "$CC" -std=gnu11 -shared -fPIC -O1 -g -fstack-protector-all $headers ${3:-} "$1" -o "$2" -lmd
}

# usage: build_over_core SOURCE NAME.so [FLAGS]
build_over_core() {
    # shellcheck disable=SC2086
    "$CC" -std=c11 -shared -fPIC -O1 -w $headers ${3:-} "$1" \
        "$SOURCES"/core/*.c "$SOURCES"/core/arcs/*.c -o "$2" -lnettle -lxxhash
}

# usage: faulty FAULT...
faulty() {
    build "$own/hash_ring.c" libfaulty.so "$(printf ' -DFAULT_%s' "$@")"
}

@test "a subject that cannot be loaded: the reason, what to do, exit 2" {
    build "$own/lacking.c" libnone.so -DNO_SYMBOL
    build "$own/lacking.c" libother.so -DOTHER_VERSION
    build "$own/lacking.c" liblacking.so
    echo "no object" >text.so
    run "$RINGPROOF" check --subject ./missing.so
    [ "$status" -eq 2 ]
    [[ "$output" == *"missing.so: cannot open shared object file: No such file"* ]]
    run "$RINGPROOF" check --subject ./text.so
    [ "$status" -eq 2 ]
    [[ "$output" == *"text.so: file too short"* || "$output" == *"text.so: invalid ELF header"* ]]
    run "$RINGPROOF" check --subject ./libnone.so
    [ "$status" -eq 2 ]
    [[ "$output" == *"libnone.so exports no function ringproof_subject()"* ]]
    run "$RINGPROOF" check --subject libother.so
    [ "$status" -eq 2 ]
    [[ "$output" == *"libother.so has no table of version 3"* ]]
    run "$RINGPROOF" check --subject ./liblacking.so
    [ "$status" -eq 2 ]
    [[ "$output" == *"its table's 'create' is NULL"* ]]
    run "$RINGPROOF" check --subject hash_ring:./libnone.so
    [ "$status" -eq 2 ]
    [[ "$output" == *"the library has no function hash_ring_create()"* ]]
}

@test "a table of version 2 is taken" {
    mkdir -p old/ringproof
    sed -e '/SINCE VERSION 3/,/^};/{/^};/!d;}' -e 's/SUBJECT_VERSION 3U/SUBJECT_VERSION 2U/' \
        "$SOURCES/fuzz/include/ringproof/subject.h" >old/ringproof/subject.h
    headers="-Iold $headers"
    build_over_core "$own/whole.c" libolder.so -fsanitize=undefined
    run "$RINGPROOF" check --subject ./libolder.so --ops 20 --for 60s
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "a table of version 1, and declarations that make no sense: what to change, exit 2" {
    build "$own/lacking.c" libold.so -DVERSION_1
    run "$RINGPROOF" check --subject ./libold.so
    [ "$status" -eq 2 ]
    [[ "$output" == *"libold.so was compiled with version 1 of ringproof/subject.h"*"declare .placement"* ]]
    while read -r declarations; do
        build "$own/lacking.c" libnonsense.so "-DDECLARATIONS=${declarations%% *}"
        run "$RINGPROOF" check --subject ./libnonsense.so
        echo "$declarations: $output"
        [ "$status" -eq 2 ]
        [[ "$output" == *"${declarations#* }"* ]]
    done <<'END'
.rules=1U<<9,.placement=SUBJECT_BY_RULE .rules has a bit that is no rule
.rules=1U<<RING_MD5 .rules is for placement by rule
.placement=SUBJECT_BY_RULE,.successor=SUBJECT_NEAREST by rule, a key belongs to a point at or behind it
.placement=SUBJECT_BY_RULE,.position_bits=32 by rule, the rule says how wide positions are
.placement=SUBJECT_BY_RULE,.points_per_replica=4 by rule, a replica is one point
.placement=(enum/**/subject_placement)4 .placement has a value that its enumeration does not have
.placement=SUBJECT_OWN own placement needs .point and .position
.placement=SUBJECT_LISTED listed placement needs .next_point and .position
.position=position .point and .position are not used unless .placement is declared
.placement=SUBJECT_BY_RULE,.replicas=SUBJECT_WEIGHT with .replicas = SUBJECT_WEIGHT
.position_bits=65 .position_bits is more than 64
.keys=SUBJECT_HOST_PORT .keys cannot be SUBJECT_HOST_PORT
.names=SUBJECT_HOST_PORT,.not_in_names={"a",1} leave .not_in_names out
.adding_twice=SUBJECT_ACCEPTS .adding_twice cannot be SUBJECT_ACCEPTS
.removing_absent=SUBJECT_ACCEPTS .removing_absent cannot be SUBJECT_ACCEPTS
.finding_in_empty=SUBJECT_ACCEPTS .finding_in_empty cannot be SUBJECT_ACCEPTS
.bad_replicas=SUBJECT_ACCEPTS .bad_replicas cannot be SUBJECT_ACCEPTS
.name="a/b" becomes part of file names
END
}

@test "an object that crashes while it is loaded: where, what it printed, exit 1" {
    build "$own/lacking.c" libcrash.so -DCONSTRUCTOR_CRASHES
    run "$RINGPROOF" check --subject ./libcrash.so
    echo "$output"
    [ "$status" -eq 1 ]
    [[ "$output" == *"libcrash.so crashed while it was loaded, in a constructor: "*"no license found"* ]]
    build "$own/lacking.c" libcrash.so -DTABLE_EXITS
    run "$RINGPROOF" check --subject ./libcrash.so
    [ "$status" -eq 1 ]
    [[ "$output" == *"crashed while it was loaded, in ringproof_subject(): ended by exit status 3"* ]]
}

@test "the template compiles against what is installed, and agrees" {
    cmake --install "$BUILD" --prefix "$PWD/prefix" >log 2>&1 || { cat log; return 1; }
    ring=$(dirname "$(find "$PWD/prefix" -name libringproof.so)")
    # Unchanged, by the command in its first comment, with all warnings.
    cflags=$(PKG_CONFIG_PATH=$ring/pkgconfig pkg-config --cflags ringproof)
    # shellcheck disable=SC2086 # words
    "$CC" -std=c11 -Wall -Wextra -Wpedantic -Werror -shared -fPIC \
        "$PWD/prefix/share/ringproof/myring.c" $cflags -o libmyring.so
    run "$RINGPROOF" check --subject ./libmyring.so --ops 20000 --seed 1
    echo "$output"
    [ "$status" -eq 0 ]
    [[ "$output" == *"subject myring against model"* ]]
    for template in "$PWD"/prefix/share/ringproof/myring.*; do
        [ "$(wc -l <"$template")" -lt 50 ]
    done
    run "$PWD/prefix/bin/ringproof" list
    [ "$status" -eq 0 ]
}

@test "a fault in the template is caught" {
    build "$SOURCES/fuzz/template/myring.c" libright.so
    sed 's/from = position(key)/from = position((struct ring_bytes){key.data, key.size \/ 2})/' \
        "$SOURCES/fuzz/template/myring.c" >wrong.c
    build wrong.c libwrong.so
    run "$RINGPROOF" check --subject ./libwrong.so --seed 1 --output wrong.trace
    [ "$status" -eq 1 ]
    grep -q '^# difference at operation' wrong.trace
    run "$RINGPROOF" replay --subject ./libwrong.so wrong.trace
    [ "$status" -eq 1 ]
    [[ "$output" == *'difference at operation'*': find "'*': expected '*': got '* ]]
    run "$RINGPROOF" replay --subject ./libright.so wrong.trace
    [ "$status" -eq 0 ]
}

@test "hash_ring: a library with the symbols and another ABI is refused, with the call that told" {
    build "$own/other_abi.c" libother.so -DOTHER_ORDER
    run "$RINGPROOF" check --subject hash_ring:./libother.so
    echo "$output"
    [ "$status" -eq 2 ]
    [[ "$output" == *"has the symbols of hash-ring but another ABI: hash_ring_"* ]]
    build "$own/other_abi.c" libother.so -DOTHER_CODES
    run "$RINGPROOF" check --subject hash_ring:./libother.so
    [ "$status" -eq 2 ]
    [[ "$output" == *'another ABI: hash_ring_add_node(ring, "a", 1): returned 1, and must return 0'* ]]
    build "$own/other_abi.c" libother.so -DOTHER_ANSWERS
    run "$RINGPROOF" check --subject hash_ring:./libother.so
    [ "$status" -eq 2 ]
    [[ "$output" == *'another ABI: hash_ring_find_node(ring, "key", 3): '* ]]
}

@test "hash_ring: a correct library agrees, under each of its rules" {
    build "$own/hash_ring.c" libcorrect.so
    run "$RINGPROOF" check --subject hash_ring:./libcorrect.so --ops 200000 --seed 3
    [ "$status" -eq 0 ]
    for rule in sha1 md5 md5-compat32; do
        printf 'ring %s\nadd "a" 3\nadd "b" 3\nfind "k"\nfind-n "k" 9\nadd "" 3\nremove "a"\nremove "a"\n' "$rule" >t.trace
        run "$RINGPROOF" replay --subject hash_ring:./libcorrect.so t.trace
        [ "$status" -eq 0 ]
        [[ "$output" == *'remove "a" -> an error'* ]]
    done
}

@test "hash_ring: long strings are judged by the rules that the library has" {
    build "$own/hash_ring.c" liboriginal.so -DLIMITS_OF_HASH_RING
    run "$RINGPROOF" check --subject hash_ring:./liboriginal.so --ops 200000 --seed 3
    echo "$output"
    [ "$status" -eq 0 ]
    key=$(printf '%0256d' 0)
    for rule in hash-ring-sha1 hash-ring-md5 hash-ring-compat32; do
        printf 'ring %s\nadd "%s" 300\nadd "b" 300\nfind "%s"\nfind-n "%s1" 9\n' "$rule" "${key#00}" "$key" "$key" >t.trace
        run "$RINGPROOF" replay --subject hash_ring:./liboriginal.so t.trace
        [ "$status" -eq 0 ]
    done
    faulty KEY_LENGTH_IN_A_BYTE # but not that of names
    run "$RINGPROOF" check --subject hash_ring:./libfaulty.so --ops 200000 --seed 3
    echo "$output"
    [ "$status" -eq 1 ]
}

@test "hash_ring: only points at equal positions may be in any order" {
    build "$own/hash_ring.c" libcorrect.so
    # The points of ("node1", 11) and ("node11", 1) are equal under sha1.
    printf 'ring sha1\nadd "node11" 12\nadd "node1" 12\nfind-n "k" 2\n' >t.trace
    for i in $(seq 60); do
        printf 'find "%s"\nfind-n "%s" 2\n' "$i" "$i" >>t.trace
    done
    run "$RINGPROOF" replay --subject hash_ring:./libcorrect.so t.trace
    [ "$status" -eq 0 ]
}

@test "replay: a program is adapted to what a subject can do, with a message" {
    build "$own/hash_ring.c" libcorrect.so
    printf 'ring xxh3\nadd "a" 1\nadd-many "b" 2 "c" 3\nfind "k"\n' >t.trace
    run "$RINGPROOF" replay --subject hash_ring:./libcorrect.so t.trace
    [ "$status" -eq 0 ]
    [[ "$output" == *"lacks something that this program uses"* ]]
    [[ "$output" == *'add "c" 3 -> success'* ]]
}

# These objects are the same in every tree, without sanitizers: one search is enough.
searches() {
    [ -z "$SANITIZERS" ] || skip "other trees search the same objects"
}

# usage: one_finding FAULT NAME
one_finding() {
    faulty "$1"
    run "$RINGPROOF" check --keep-going --subject hash_ring:./libfaulty.so --seed 2 --ops 40000 --output "$1"
    echo "$output"
    [ "$status" -eq 1 ]
    grep -q "^# $2: " "$1"/*.trace
    for trace in "$1"/*.trace; do
        run "$RINGPROOF" replay --hang-after 5s --subject hash_ring:./libfaulty.so "$trace"
        [ "$status" -eq 1 ]
        run "$RINGPROOF" replay "$trace"
        [ "$status" -eq 0 ]
    done
    # One fault may lead to two or three findings, but not to many.
    [ "$(find "$1" -name '*.trace' | wc -l)" -le 3 ]
}

@test "replay: a difference is reported with what was expected and what came, exit 1" {
    faulty DOES_NOT_WRAP
    run "$RINGPROOF" check --subject hash_ring:./libfaulty.so --seed 1 --output wraps.trace
    [ "$status" -eq 1 ]
    run "$RINGPROOF" replay --subject hash_ring:./libfaulty.so wraps.trace
    [ "$status" -eq 1 ]
    [[ "$output" == *"difference at operation "*': find "'*'answer: expected "'*'answer: got "'* ]]
}

# bats test_tags=long
@test "exhaust refuses rings that cannot do everything, and checks the others" {
    build "$own/hash_ring.c" libcorrect.so
    run "$RINGPROOF" exhaust --subject hash_ring:./libcorrect.so --nodes 1
    [ "$status" -eq 2 ]
    [[ "$output" == *"exhaust needs a ring with add_many, find_n, a custom rule"* ]]
    build_over_core "$own/whole.c" liblacking.so -DNO_FIND_N
    run "$RINGPROOF" exhaust --subject ./liblacking.so --nodes 1
    [ "$status" -eq 2 ]
    build_over_core "$own/whole.c" libwhole.so
    run "$RINGPROOF" exhaust --subject ./libwhole.so --nodes 2 --length 2
    [ "$status" -eq 0 ]
    [[ "$output" == *"whole agreed: "* ]]
    build_over_core "$own/whole.c" libfaulty.so -DFAULT
    run "$RINGPROOF" exhaust --subject ./libfaulty.so --nodes 2 --length 2 --output found.trace
    [ "$status" -eq 1 ]
    run "$RINGPROOF" replay found.trace --subject ./libfaulty.so
    [ "$status" -eq 1 ]
    run "$RINGPROOF" replay found.trace --subject ./libwhole.so
    [ "$status" -eq 0 ]
}

# bats test_tags=long
@test "each planted fault is caught, named, and leads to few findings" {
    searches
    one_finding EMPTY_NAME_ABORTS sigabrt-add
    one_finding KEY_ENDS_AT_NUL find-another
    one_finding KEEPS_LONG_NAMES property-borrowed
    [ "$(find KEEPS_LONG_NAMES -name '*.trace' | wc -l)" -eq 1 ] # though finds, adds and removes all differ
    one_finding REMOVES_THE_ABSENT remove-accepted
    one_finding ADDS_TWICE add-accepted
    one_finding DOES_NOT_WRAP find-another
    one_finding COMPAT_HAS_NO_DASH find-another
    one_finding FIND_NODES_OF_NONE_WRITES sigabrt-find-n
    one_finding FIND_NODES_HANGS hang-find-n
}

# bats test_tags=long
@test "check finds the overflow of 2014, with the number of replicas that it needs" {
    faulty REMOVE_OVERFLOWS
    run "$RINGPROOF" check --subject hash_ring:./libfaulty.so --seed 1 --for 120s --output overflow.trace
    [ "$status" -eq 1 ]
    replicas=$(sed -n 's/^add ".*" //p' overflow.trace)
    [ "$replicas" -ge 1025 ] && [ "$replicas" -lt 1100 ]
    [ "$(grep -c . overflow.trace)" -eq 5 ]
}

# bats test_tags=long
@test "a ring that keeps pointers is said to, also where another fault follows" {
    faulty KEEPS_LONG_NAMES REMOVES_THE_ABSENT FIND_NODES_HANGS
    printf 'ring md5-compat32\nadd "********" 1\nfind "a"\nremove "a"\nfind-n "a" 2\n' >two.trace
    run "$RINGPROOF" replay two.trace --subject hash_ring:./libfaulty.so
    [ "$status" -eq 1 ]
    [[ "$output" == *'at operation 2: find "a"'*"the ring looks at bytes of a call after it returned"* ]]
}

# bats test_tags=long
@test "many faults in one library are told apart in one run" {
    searches
    faulty EMPTY_NAME_ABORTS KEY_ENDS_AT_NUL KEEPS_LONG_NAMES REMOVES_THE_ABSENT ADDS_TWICE \
        DOES_NOT_WRAP COMPAT_HAS_NO_DASH FIND_NODES_OF_NONE_WRITES FIND_NODES_HANGS REMOVE_OVERFLOWS
    run "$RINGPROOF" check --keep-going --subject hash_ring:./libfaulty.so --seed 1 --ops 100000 --output all
    echo "$output"
    [ "$status" -eq 1 ]
    table=$(printf '%s\n' "$output" | sed -n '/^finding /,$p')
    for trigger in "add empty" "zero-byte" "had-size>=8" "remove absent" "add present" "find wraps" \
        "rule=md5-compat32" "find-n n=0" "find-n n>nodes"; do
        [[ "$table" == *"$trigger"* ]]
    done
    [ "$(printf '%s\n' "$table" | grep -c '\.trace$')" -le 10 ]
}

# bats test_tags=long
@test "one defect, one row, with the exact threshold" {
    searches
    faulty DOES_NOT_WRAP REMOVES_THE_ABSENT ADDS_TWICE KEY_ENDS_AT_NUL KEY_LENGTH_IN_NINE_BITS COMPAT_HAS_NO_DASH \
        TABLE_OF_NODES=40
    run "$RINGPROOF" check --keep-going --subject hash_ring:./libfaulty.so --seed 1 --ops 60000 --output all
    echo "$output"
    [ "$status" -eq 1 ]
    table=$(printf '%s\n' "$output" | sed -n '/^finding /,$p')
    for trigger in "remove absent size>=1" "add present" "find wraps nodes>=2" "find zero-byte" "find size>=512" \
        "find nodes>=2 rule=md5-compat32" "add nodes>=40"; do
        [ "$(printf '%s\n' "$table" | grep -c "$trigger")" -eq 1 ]
    done
    [ "$(printf '%s\n' "$table" | grep -c '\.trace$')" -eq 7 ]
}

@test "--avoid: words, a trace, and what is neither" {
    faulty REMOVES_THE_ABSENT
    run "$RINGPROOF" check --subject hash_ring:./libfaulty.so --seed 1 --ops 30000 --output found.trace
    [ "$status" -eq 1 ]
    run "$RINGPROOF" check --subject hash_ring:./libfaulty.so --seed 1 --ops 30000 --avoid "remove absent"
    [ "$status" -eq 0 ]
    [[ "$output" == *"avoiding: remove absent"* ]]
    run "$RINGPROOF" check --subject hash_ring:./libfaulty.so --seed 1 --ops 30000 --avoid found.trace
    echo "$output"
    [ "$status" -eq 0 ]
    [[ "$output" == *"avoiding: remove absent"* ]]
    run "$RINGPROOF" check --avoid "remove absently"
    [ "$status" -eq 2 ]
    [[ "$output" == *"'absently' is not a word of a trigger"* ]]
    for words in "replicas>=x" "byte=256" "begins=" "replicas!=x" 'begins="x'; do
        run "$RINGPROOF" check --avoid "$words"
        [ "$status" -eq 2 ]
    done
    for words in byte=0x25 'begins="a b\x00"' begins=x 'replicas!=160' ties "find on-point" renewed; do
        run "$RINGPROOF" check --ops 500 --seed 1 --avoid "$words"
        [ "$status" -eq 0 ]
        [[ "$output" == *"avoiding: "* ]]
    done
    run "$RINGPROOF" check --avoid found.trace
    [ "$status" -eq 2 ]
    [[ "$output" == *"it agrees on core, so there is nothing to avoid"* ]]
    run "$RINGPROOF" check --ops 500 --avoid "find" --avoid "add" --avoid "remove" --avoid "add-many"
    [ "$status" -eq 0 ]
}

# bats test_tags=long
@test "--keep-going on a correct ring agrees" {
    run "$RINGPROOF" check --keep-going --ops 20000 --seed 1
    [ "$status" -eq 0 ]
    [[ "$output" == *"0 distinct findings"* ]]
}

# usage: c_test TRACE LIBRARY...
c_test() {
    "$RINGPROOF" convert --c "$1" -o test.c
    shift
    # shellcheck disable=SC2086
    "$CC" -std=c11 -Wall -Wextra -Wconversion -Wpedantic -Werror -I"$SOURCES/core/include" ${SANITIZERS:+-fsanitize=$SANITIZERS} \
        test.c "$@" -o c_test -lnettle -lxxhash
}

everything='add "a*/?\\x00b" 2\nadd-many "b" 1 "c\\"" 3\nadd-many\nadd "x"*3000 2\nadd "b" 1\nadd "z" 0\nfind "a"\nfind-n "b" 18446744073709551615\nfind "x"*300\nfind-n "c" 0\nremove "b"\nremove "b"\nfind ""\n'

# bats test_tags=long
@test "convert --c: the test compiles without warnings, and agrees on the ring library, under every rule" {
    for rule in $("$RINGPROOF" list | sed -n '/^placement/,$s/^  \([^ ]*\) .*/\1/p'); do
        # shellcheck disable=SC2059
        printf "ring $rule\n$everything" >t.trace
        c_test t.trace "$BUILD/core/libringproof.a"
        run ./c_test
        [ "$status" -eq 0 ]
        [ "$output" = "agreed" ]
    done
}

# bats test_tags=long
@test "convert --c: the test fails if an answer or a point differs" {
    printf 'ring identity\nadd "a" 2\nfind "a"\nfind-n "a" 2\nremove "b"\n' >t.trace
    c_test t.trace "$BUILD/core/libringproof.a"
    for edit in 's/BYTES("a")}, UINT32_C(2)/BYTES("b")}, UINT32_C(2)/' 's/RING_NO_SUCH_NODE/RING_OK/' \
        's/{BYTES("a")},$/{BYTES("b")},/' 's/has(ring, 1, 2/has(ring, 1, 3/'; do
        sed "$edit" test.c >edited.c
        # shellcheck disable=SC2086
        "$CC" -std=c11 -I"$SOURCES/core/include" ${SANITIZERS:+-fsanitize=$SANITIZERS} edited.c "$BUILD/core/libringproof.a" \
            -o edited -lnettle -lxxhash
        run ./edited
        [ "$status" -eq 1 ]
        [[ "$output" == "operation "* ]]
    done
}

# bats test_tags=long
@test "convert --c: the test of a planted fault fails only on the faulty build" {
    objects=$(find "$BUILD/fuzz/tests/CMakeFiles/ring_find_takes_the_equal.dir" -name '*.o' 2>/dev/null || true)
    [ -n "$objects" ] || skip "only the tree with planted faults has faulty builds"
    "$BUILD/fuzz/tests/ringproof_find_takes_the_equal" check --seed 1 --for 60s --output found.trace && return 1
    c_test found.trace "$BUILD/core/libringproof.a"
    run ./c_test
    [ "$status" -eq 0 ]
    # shellcheck disable=SC2086 # words
    c_test found.trace $objects "$BUILD/core/libringproof.a"
    run ./c_test
    echo "$output"
    [ "$status" -eq 1 ]
}

@test "a position that position_bits exclude is a finding" {
    sed 's/position-bits=32/position-bits=16/' "$SOURCES/fuzz/template/myring.py" >narrow.py
    run "$RINGPROOF" check --subject "exec:python3 narrow.py" --seed 1 --ops 500
    [ "$status" -eq 1 ]
    [[ "$output" == *"position of position_bits: expected less than 2^16"* ]]
}

@test "a ring that answers 'cannot' to all that matters was not judged: exit 2, not agreed" {
    cat >cannot.sh <<'END'
echo ringproof 1 name=cannot placement=opaque
while read -r word _; do
    case $word in ring | use | destroy | add) echo ok ;; *) echo cannot do this ;; esac
done
END
    for option in --quiet --keep-going; do
        run "$RINGPROOF" check --subject "exec:sh cannot.sh" --seed 1 --ops 200 "$option"
        [ "$status" -eq 2 ]
        [[ "$output" == *"nothing was judged: "*" programs ended early, since the ring answered 'cannot'"* ]]
        [[ "$output" != *agreed* ]]
    done
    run "$RINGPROOF" check --subject "exec:sh cannot.sh" --seed 1 --ops 200 --json
    [ "$status" -eq 2 ]
    [[ "$output" == *'"agreed":false'*'"answers_judged":0'* ]]
}
