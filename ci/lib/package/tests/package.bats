# ci/package: what the packages hold, that lintian finds no error, and that the example of README.md builds with them. Only
# `ci/package --clean-root` installs them.

setup_file() {
    cd "$BATS_TEST_DIRNAME/../../../.."
    export packages=$BATS_FILE_TMPDIR
    DEBFULLNAME="A Maintainer" DEBEMAIL=maintainer@debian.org ci/package --no-setup --output "$packages" >"$packages/log" 2>&1 || {
        cat "$packages/log"
        return 1
    }
}

setup() {
    cd "$BATS_TEST_DIRNAME/../../../.."
    check=$PWD/ci/lib/package/check
    readme=$PWD/README.md
    cd "$BATS_TEST_TMPDIR"
}

@test "three packages, each with its own files" {
    for name in libringproof0 libringproof-dev ringproof; do
        dpkg-deb -c "$packages/${name}"_*.deb | awk '$1 ~ /^[-l]/ { print $6 }' | sed "s#/$(dpkg-architecture -qDEB_HOST_MULTIARCH)/#/#; s#man3/ring_[a-z_]*\.3#man3/ring_FUNCTION.3#" | uniq
        echo
    done >got
    cat >expected <<'END'
./usr/lib/libringproof-readers.so.0
./usr/lib/libringproof-readers.so.0.1.0
./usr/lib/libringproof.so.0
./usr/lib/libringproof.so.0.1.0
./usr/share/doc/libringproof0/changelog.Debian.gz
./usr/share/doc/libringproof0/copyright

./usr/include/ringproof/ring.h
./usr/include/ringproof/ring_shared.h
./usr/include/ringproof/subject.h
./usr/lib/cmake/ringproof/ringproof-config-version.cmake
./usr/lib/cmake/ringproof/ringproof-config.cmake
./usr/lib/cmake/ringproof/ringproof-readers-release.cmake
./usr/lib/cmake/ringproof/ringproof-readers.cmake
./usr/lib/cmake/ringproof/ringproof-ring-release.cmake
./usr/lib/cmake/ringproof/ringproof-ring.cmake
./usr/lib/libringproof-readers.a
./usr/lib/libringproof-readers.so
./usr/lib/libringproof.a
./usr/lib/libringproof.so
./usr/lib/pkgconfig/ringproof-readers.pc
./usr/lib/pkgconfig/ringproof.pc
./usr/share/doc/libringproof-dev/changelog.Debian.gz
./usr/share/doc/libringproof-dev/copyright
./usr/share/man/man3/ring_FUNCTION.3.gz
./usr/share/man/man3/ringproof_ring.h.3.gz

./usr/bin/ringproof
./usr/share/bash-completion/completions/ringproof
./usr/share/doc/ringproof/changelog.Debian.gz
./usr/share/doc/ringproof/copyright
./usr/share/man/man1/ringproof-check.1.gz
./usr/share/man/man1/ringproof-compare.1.gz
./usr/share/man/man1/ringproof-convert.1.gz
./usr/share/man/man1/ringproof-exhaust.1.gz
./usr/share/man/man1/ringproof-expect.1.gz
./usr/share/man/man1/ringproof-list.1.gz
./usr/share/man/man1/ringproof-replay.1.gz
./usr/share/man/man1/ringproof-shrink.1.gz
./usr/share/man/man1/ringproof.1.gz
./usr/share/ringproof/myring.c
./usr/share/ringproof/myring.js
./usr/share/ringproof/myring.py
./usr/share/ringproof/output.schema.json
./usr/share/zsh/vendor-completions/_ringproof

END
    diff expected got
}

@test "what each package says of others, of its libraries and of who made it" {
    dpkg-deb -I "$packages"/libringproof0_*.deb shlibs | grep -x 'libringproof 0 libringproof0 (>= .*)'
    dpkg-deb -I "$packages"/libringproof0_*.deb shlibs | grep -x 'libringproof-readers 0 libringproof0 (>= .*)'
    dpkg-deb -I "$packages"/libringproof0_*.deb triggers | grep -x 'activate-noawait ldconfig'
    dpkg-deb -f "$packages"/libringproof0_*.deb Depends | grep -E 'libnettle.*liburcu.*libxxhash'
    dpkg-deb -f "$packages"/libringproof-dev_*.deb Depends | grep -E 'libringproof0 \(= .*libxxhash-dev.*liburcu-dev.*nettle-dev'
    for package in "$packages"/*.deb; do
        [ "$(dpkg-deb -f "$package" Maintainer)" = "A Maintainer <maintainer@debian.org>" ]
    done
}

@test "an error that lintian finds fails" {
    dpkg-deb -R "$packages"/ringproof_*.deb planted
    rm planted/usr/share/doc/ringproof/copyright
    dpkg-deb --root-owner-group -b planted planted.deb
    run "$check" planted.deb
    [ "$status" -eq 1 ]
    [[ "$output" == *"E: ringproof: no-copyright-file"* && "$output" == *"correct ci/lib/package/debian.cmake"* ]]
}

@test "the example builds with the unpacked packages, and the tool runs" {
    for package in "$packages"/*.deb; do
        dpkg-deb -x "$package" root
    done
    libraries=$(dirname "$(find root -name libringproof.so)")
    export PKG_CONFIG_PATH=$PWD/$libraries/pkgconfig
    awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$readme" >example.c
    # shellcheck disable=SC2046 # words
    gcc example.c $(pkg-config --cflags --libs ringproof) -o example
    run env LD_LIBRARY_PATH="$libraries" ./example
    [ "$status" -eq 0 ]
    [[ "$output" == "some key goes to node"* ]]
    root/usr/bin/ringproof check --ops 1000 --seed 1
}
