# The libraries as others use them, moved to a folder they were not built for: by pkg-config, find_package,
# add_subdirectory and FetchContent, from C and C++, shared and static. SOURCES and CC name the sources and a C compiler,
# STORES a library of the harness.

setup_file() {
    case $CC in
    *clang*) CXX=${CC/clang/clang++} ;;
    *) CXX=${CC/gcc/g++} ;;
    esac
    export CXX
    cd "$BATS_FILE_TMPDIR"
    mkdir program
    cp "$BATS_TEST_DIRNAME/CMakeLists.txt" program/
    # The fenced C code in the README: one block.
    awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$SOURCES/README.md" >program/ring.c
    [ "$(wc -l <program/ring.c)" -ge 10 ]
    cp "$BATS_TEST_DIRNAME/readers.c" program/
    for name in ring readers; do
        cp program/$name.c program/$name.cc
    done
    quietly cmake -S "$SOURCES" -B build -G Ninja -DCMAKE_C_COMPILER="$CC" -DRINGPROOF_HARNESS=OFF -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_INSTALL_PREFIX=/configured -DCMAKE_INSTALL_LIBDIR=lib
    quietly cmake --build build
    quietly cmake --install build --prefix "$PWD/first"
    mv first prefix
}

setup() {
    cd "$BATS_FILE_TMPDIR"
    export PKG_CONFIG_PATH=$PWD/prefix/lib/pkgconfig
}

# Shows what a command printed only if it fails.
quietly() {
    "$@" >"$BATS_TEST_TMPDIR/log" 2>&1 || {
        cat "$BATS_TEST_TMPDIR/log"
        return 1
    }
}

# usage: answers COMMAND...
answers() {
    run "$@"
    echo "$*: $output"
    [ "$status" -eq 0 ]
    [[ "$output" == "some key goes to node"* ]]
}

# usage: by_cmake HOW FOLDER [OPTION...]. Builds the programs.
by_cmake() {
    how=$1
    folder=$2
    shift 2
    quietly cmake -S program -B "$folder" -G Ninja -DCMAKE_C_COMPILER="$CC" -DCMAKE_CXX_COMPILER="$CXX" -DHOW="$how" "$@" &&
        quietly cmake --build "$folder"
}

all_answer() {
    for library in ring ring_static readers readers_static; do
        for language in c cc; do
            answers "$1/${library}_$language"
        done
    done
}

# usage: by_pkg_config PACKAGE SOURCE. Builds and runs it, in both languages, shared and static.
by_pkg_config() {
    # shellcheck disable=SC2046 # pkg-config prints several words
    for language in c cc; do
        compiler=$CC
        [ $language = c ] || compiler=$CXX
        "$compiler" -Wall -Wextra -Werror "program/$2.$language" $(pkg-config --cflags --libs "$1") -o shared || return 1
        answers env LD_LIBRARY_PATH="$PWD/prefix/lib" ./shared
        "$compiler" -static "program/$2.$language" $(pkg-config --static --cflags --libs "$1") -o static || return 1
        answers ./static
    done
}

@test "pkg-config" {
    by_pkg_config ringproof ring
    by_pkg_config ringproof-readers readers
}

@test "pkg-config: a file that holds the configured prefix is noticed" {
    cp -r prefix planted
    sed -i 's#^prefix=.*#prefix=/configured#' planted/lib/pkgconfig/ringproof.pc
    export PKG_CONFIG_PATH=$PWD/planted/lib/pkgconfig
    run by_pkg_config ringproof ring
    [ "$status" -ne 0 ]
    run moved planted
    [ "$status" -ne 0 ]
    [[ "$output" == *"planted/lib/pkgconfig/ringproof.pc"* ]]
}

# No file has the folders of before.
moved() {
    ! grep -rlE "/configured|$BATS_FILE_TMPDIR|$SOURCES" "$1"
}

@test "installed files name no folder of the build" {
    moved prefix
}

@test "find_package" {
    by_cmake find by-find -DCMAKE_PREFIX_PATH="$PWD/prefix"
    all_answer by-find
}

@test "find_package: another minor version, or a prefix without the library, is refused" {
    sed 's/find_package(ringproof 0.1/find_package(ringproof 0.2/' program/CMakeLists.txt >"$BATS_TEST_TMPDIR/CMakeLists.txt"
    run cmake -S "$BATS_TEST_TMPDIR" -B refused -DHOW=find -DCMAKE_PREFIX_PATH="$PWD/prefix"
    [ "$status" -ne 0 ]
    [[ "$output" == *"compatible with requested version \"0.2\""* ]]
    run by_cmake find refused -DCMAKE_PREFIX_PATH="$PWD/program"
    [ "$status" -ne 0 ]
}

# usage: versions_agree PREFIX. Header, library, both pkg-config files, CMake and the library's file name.
versions_agree() {
    "$CC" -I"$1/include" version.c "$1/lib/libringproof.a" -lnettle -lxxhash -o print_version || return 1
    rm -rf versions
    quietly cmake -S program -B versions -G Ninja -DHOW=find -DCMAKE_PREFIX_PATH="$1" || return 1
    {
        ./print_version
        pkg-config --modversion "$1/lib/pkgconfig/ringproof.pc" "$1/lib/pkgconfig/ringproof-readers.pc"
        cat versions/version
        find "$1/lib" -name '*.so.*.*' | sed 's/.*\.so\.//'
    } | sort | uniq -c | tee /dev/stderr | grep -qx " *7 [0-9]*\.[0-9]*\.[0-9]*"
}

@test "header, library, pkg-config and CMake say the same version" {
    cp "$BATS_TEST_DIRNAME/version.c" .
    versions_agree "$PWD/prefix"
    for plant in include/ringproof/ring.h:RING_VERSION_PATCH lib/pkgconfig/ringproof.pc:Version: \
        lib/cmake/ringproof/ringproof-config-version.cmake:'set(PACKAGE_VERSION "'; do
        rm -rf planted
        cp -r prefix planted
        sed -i "/${plant#*:}/s/0\([^0-9]*\)$/9\1/" "planted/${plant%%:*}"
        if cmp -s "prefix/${plant%%:*}" "planted/${plant%%:*}"; then return 1; fi
        run versions_agree "$PWD/planted"
        [ "$status" -ne 0 ]
    done
}

# A folder of pkg-config files with these packages alone.
packages_only() {
    rm -rf packages
    mkdir packages
    for package in "$@"; do
        cp "$(pkg-config --variable=pcfiledir "$package")/$package.pc" packages/
    done
    export PKG_CONFIG_LIBDIR=$PWD/packages
}

@test "find_package: the ring needs no liburcu, the shared ring nothing" {
    packages_only nettle libxxhash
    by_cmake find without-urcu -DCMAKE_PREFIX_PATH="$PWD/prefix" "-DONLY=ring;ring_static;readers"
    answers without-urcu/ring_static_c
    packages_only
    by_cmake find with-nothing -DCMAKE_PREFIX_PATH="$PWD/prefix" "-DONLY=ring;readers"
    answers with-nothing/ring_c
    # What a static library lacks is named.
    run by_cmake find with-nothing -DCMAKE_PREFIX_PATH="$PWD/prefix" -DONLY=ring_static
    [ "$status" -ne 0 ]
    [[ "$output" == *"to link ringproof::ring_static, install both"* ]]
}

@test "add_subdirectory and FetchContent" {
    by_cmake subdirectory by-subdirectory -DRINGPROOF="$SOURCES"
    all_answer by-subdirectory
    by_cmake fetch by-fetch -DFETCHCONTENT_SOURCE_DIR_RINGPROOF="$SOURCES" "-DONLY=ring;readers_static"
    answers by-fetch/ring_c
    answers by-fetch/readers_static_cc
}

@test "without liburcu, all but the readers is installed" {
    packages_only nettle libxxhash
    quietly cmake -S "$SOURCES" -B alone -G Ninja -DCMAKE_C_COMPILER="$CC" -DRINGPROOF_HARNESS=OFF
    quietly cmake --build alone
    quietly cmake --install alone --prefix "$PWD/alone-prefix"
    [ -z "$(find alone-prefix -name '*readers*' -o -name 'ring_shared.h')" ]
    by_cmake find by-alone -DCMAKE_PREFIX_PATH="$PWD/alone-prefix" "-DONLY=ring;ring_static"
    answers by-alone/ring_static_cc
}

# usage: only_ring_names NM_OPTIONS LIBRARY...
only_ring_names() {
    options=$1
    shift
    ! nm "$options" --defined-only "$@" | awk 'NF == 3 && $3 !~ /^ring_/ { print $3 }' | grep .
}

@test "shared libraries export nothing but the API, static ones define no other names" {
    only_ring_names -D prefix/lib/*.so
    only_ring_names -g prefix/lib/*.a
    # shellcheck disable=SC2046
    [ -z "$(comm -23 <(nm -D --defined-only prefix/lib/libringproof.so | awk '{ print $3 }' | sort) \
        <(grep -ohE '\bring_[a-z_]+\(' prefix/include/ringproof/ring.h | tr -d '(' | sort))" ]
    echo 'int helper(void); int helper(void) { return 1; }' >helper.c
    "$CC" -shared -fPIC helper.c -o libhelper.so
    run only_ring_names -D libhelper.so
    [ "$status" -ne 0 ]
    [ "$output" = helper ]
}

# usage: no_stores LIBRARY... None defines a name that STORES defines.
no_stores() {
    stores=$(nm -g --defined-only "$STORES" | awk 'NF == 3 { print $3 }')
    [ -n "$stores" ] || return 1
    for library in "$@"; do
        symbols=$(nm --defined-only "$library" | awk 'NF == 3 { print $3 }')
        [ -n "$symbols" ] || return 1
        if printf '%s\n' "$symbols" | grep -xF "$stores"; then return 1; fi
    done
}

@test "the harness's own point stores are not installed: keep them in ring_stores (core/CMakeLists.txt)" {
    no_stores prefix/lib/*.a prefix/lib/*.so
    run no_stores prefix/lib/*.a "$STORES"
    [ "$status" -ne 0 ]
}
