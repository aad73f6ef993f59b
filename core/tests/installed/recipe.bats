# The commands of core/README.md that install and uninstall, in a copy of the sources. SOURCES names them, CC a C compiler.

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    mkdir sources bin prefix
    for part in CMakeLists.txt CMakePresets.json ci core fuzz repro; do
        cp -r "$SOURCES/$part" sources/
    done
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nexec "$@"\n' >bin/sudo
    printf '#!/bin/sh\n' >bin/ldconfig
    chmod +x bin/*
    awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$SOURCES/core/README.md" |
        sed "s#cmake --install build/install#& --prefix $PWD/prefix#" >commands
    grep -E 'cmake' commands >install
    grep -E 'manifest' commands >uninstall
    (cd sources && PATH=$BATS_FILE_TMPDIR/bin:$PATH sh -e ../install >../log 2>&1) || {
        cat log
        return 1
    }
}

setup() {
    cd "$BATS_FILE_TMPDIR"
}

files() {
    (cd prefix && find . ! -type d -printf '%P\n' | sort | sed "s#^lib/$(gcc -print-multiarch)/#lib/#; s/\.so\.[0-9.]*$/.so.N/; s#man3/ring_[a-z_]*\.3#man3/ring_FUNCTION.3#" | uniq)
}

@test "one recipe installs libraries, headers, tool and template" {
    files >got
    cat >expected <<'END'
bin/ringproof
include/ringproof/ring.h
include/ringproof/ring_shared.h
include/ringproof/subject.h
lib/cmake/ringproof/ringproof-config-version.cmake
lib/cmake/ringproof/ringproof-config.cmake
lib/cmake/ringproof/ringproof-readers-release.cmake
lib/cmake/ringproof/ringproof-readers.cmake
lib/cmake/ringproof/ringproof-ring-release.cmake
lib/cmake/ringproof/ringproof-ring.cmake
lib/libringproof-readers.a
lib/libringproof-readers.so
lib/libringproof-readers.so.N
lib/libringproof.a
lib/libringproof.so
lib/libringproof.so.N
lib/pkgconfig/ringproof-readers.pc
lib/pkgconfig/ringproof.pc
share/bash-completion/completions/ringproof
share/man/man1/ringproof-check.1.gz
share/man/man1/ringproof-compare.1.gz
share/man/man1/ringproof-convert.1.gz
share/man/man1/ringproof-exhaust.1.gz
share/man/man1/ringproof-expect.1.gz
share/man/man1/ringproof-list.1.gz
share/man/man1/ringproof-replay.1.gz
share/man/man1/ringproof-shrink.1.gz
share/man/man1/ringproof.1.gz
share/man/man3/ring_FUNCTION.3.gz
share/man/man3/ringproof_ring.h.3.gz
share/ringproof/myring.c
share/ringproof/myring.js
share/ringproof/myring.py
share/ringproof/output.schema.json
share/zsh/site-functions/_ringproof
END
    diff expected got
}

@test "the installed tool finds the crash of 2014" {
    run prefix/bin/ringproof check --subject legacy --seed 11 --output found.trace
    [ "$status" -eq 1 ]
    [[ "$output" == *"killed by SIGSEGV"* ]]
}

@test "the tool is built without what only tests need" {
    unneeded='^(BATS|CMOCKA_[A-Z]*|benchmark_DIR|ERLC?|LIBCRYPTO_[A-Z]*|LIBMEMCACHED_[A-Z]*):'
    [ -z "$(grep -E "$unneeded" sources/build/install/CMakeCache.txt)" ]
    # The tree that runs this test has them, so the check above can fail.
    grep -qE "$unneeded" "$BUILD/CMakeCache.txt"
}

# usage: built_by COMPILER. Libraries and examples, from the copy of the sources.
built_by() {
    # shellcheck disable=SC2046 # words
    set -- "$1" -std=c11 -O2 -Wall -Wextra -Wconversion -Werror -D_GNU_SOURCE -Isources/core/include \
        $(find sources/core -name '*.c' ! -path '*/tests/*') -lnettle -lxxhash -lurcu-memb
    "$@" sources/core/tests/installed/readers.c -o readers && ./readers
}

@test "the oldest compilers that Debian 12 has build it" {
    for compiler in gcc-11 clang-13; do
        run built_by $compiler
        echo "$output"
        [ "$status" -eq 0 ]
        [[ "$output" == "some key goes to node"* ]]
    done
    # A function that gcc has from 12 on.
    echo 'size_t planted(void *p); size_t planted(void *p) { return __builtin_dynamic_object_size(p, 0); }' >>sources/core/walk.c
    built_by gcc
    run built_by gcc-11
    [ "$status" -ne 0 ]
}

@test "the commands that uninstall leave no file" {
    [ -s uninstall ]
    (cd sources && PATH=$BATS_FILE_TMPDIR/bin:$PATH sh -e ../uninstall)
    [ -z "$(files)" ]
}
