# The library in the place of hash-ring's: `ringproof check` notices each of these faults in it. RINGPROOF, CC, SOURCES
# and RING name the tool, a compiler, the sources and the static ring library.

# usage: noticed OLD NEW
noticed() {
    cd "$BATS_TEST_TMPDIR"
    sed "s/$1/$2/" "$SOURCES/repro/drop_in/hash_ring.c" >changed.c
    run cmp -s changed.c "$SOURCES/repro/drop_in/hash_ring.c"
    [ "$status" -eq 1 ]
    "$CC" -std=c11 -D_GNU_SOURCE -O1 -fPIC -shared -I"$SOURCES/repro/drop_in" -I"$SOURCES/core/include" changed.c "$RING" \
        -lnettle -lxxhash -o libchanged.so
    run "$RINGPROOF" check --subject hash_ring:./libchanged.so --seed 1 --ops 100000
    echo "$output"
    [ "$status" -eq 1 ]
}

@test "MD5 digests long names whole" {
    noticed 'RING_HASH_RING_MD5, RING_HASH_RING_COMPAT32' 'RING_MD5, RING_MD5_COMPAT32'
}

@test "the libmemcached mode places as MD5 does" {
    noticed 'RING_HASH_RING_MD5, RING_HASH_RING_COMPAT32' 'RING_HASH_RING_MD5, RING_HASH_RING_MD5'
}

@test "one node more is written than was asked for" {
    noticed '(uint32_t)found < num' '(uint32_t)found <= num'
}

@test "the last byte of a key does not count" {
    noticed 'ring_find(whole(ring)->points, key, keyLen, ' 'ring_find(whole(ring)->points, key, keyLen - 1, '
}
