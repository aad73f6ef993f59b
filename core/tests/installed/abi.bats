# The ABI of the shared libraries is the recorded one; and the comparison notices changes that break programs. SOURCES and
# BUILD name the sources and a build with debug information, CC a C compiler.

setup() {
    cd "$BATS_TEST_TMPDIR"
    abi=$SOURCES/core/tests/installed/abi
}

# usage: library [FLAG...]. Builds libringproof.so from the copy in core/.
library() {
    sources=$(ls core/*.c core/arcs/*.c)
    # shellcheck disable=SC2086 # words
    "$CC" -std=c11 -g -shared -fPIC -fvisibility=hidden -Wl,-soname,libringproof.so.0 -Icore/include "$@" $sources \
        -o libringproof.so -lnettle -lxxhash
}

# usage: plant SED_SCRIPT. In a fresh copy of the sources.
plant() {
    rm -rf core
    cp -r "$SOURCES/core" .
    sed -i "$1" core/include/ringproof/ring.h core/create.c
    if cmp -s core/include/ringproof/ring.h "$SOURCES/core/include/ringproof/ring.h"; then return 1; fi
}

@test "the ABI is the recorded one" {
    "$abi" "$SOURCES/core/include" "$BUILD/core/libringproof.so" "$BUILD/core/libringproof-readers.so"
}

@test "it does not depend on how the library is compiled" {
    cp -r "$SOURCES/core" .
    library -O0
    "$abi" core/include libringproof.so
    library -O3 -gdwarf-4
    "$abi" core/include libringproof.so
}

@test "a recorded file names nothing of this machine" {
    [ -s "$SOURCES/core/tests/installed/libringproof.abi" ]
    [ -z "$(grep -lE "$SOURCES|/usr|/tmp|/root|/home|GNU C|gcc|clang" "$SOURCES"/core/tests/installed/*.abi)" ]
}

@test "changes of structures, enumerations and functions are noticed" {
    noticed() {
        plant "$1"
        library -w
        run "$abi" core/include libringproof.so
        echo "$output"
        [ "$status" -eq 1 ]
        [[ "$output" == *"the ABI is not the recorded one"* ]]
    }
    noticed 's/reserved\[4\]/reserved[5]/'
    noticed 's/^    enum ring_rule rule;$/    uint64_t seed;\n&/'
    noticed 's/^    RING_NO_SUCH_NODE,/    RING_BUSY,\n&/'
    noticed 's/state\[2\]/state[3]/'
    noticed 's/uint32_t ring_version(void)/uint64_t ring_version(void)/'
    noticed '/^RING_API uint32_t ring_version/s/RING_API//'
}

@test "a library without debug information is an error, not the same" {
    cp -r "$SOURCES/core" .
    library -g0
    run "$abi" core/include libringproof.so
    [ "$status" -eq 2 ]
    [[ "$output" == *"compile it with -g"* ]]
}
