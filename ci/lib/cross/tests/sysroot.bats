# ci/lib/cross/sysroot. Nothing is downloaded here: apt-get and dpkg-deb are stand-ins.

load ../../tests/stand_ins

setup() {
    cd "$BATS_TEST_DIRNAME/../../../.."
    make_stand_ins
}

# An apt-get that prints its arguments and puts a package where its configuration says. The two arguments are shell
# commands that run on update and on install.
fake_downloads() {
    fake apt-get 'echo apt-get "$@" >&2
[ "$1" = -c ] || exit 9
archives=$(sed -n "s/^Dir::Cache \"\(.*\)\";/\1/p" "$2")/archives
case $* in
*update*) '"$1"' ;;
*install*) '"$2"'; touch "$archives/one.deb" ;;
esac'
    fake dpkg-deb '[ "$1" = -x ] && basename "$2" >"$3/unpacked"'
}

sysroot() {
    PATH=$bin:$PATH run ci/lib/cross/sysroot --output "$BATS_TEST_TMPDIR/a sysroot" "$1"
}

@test "a sysroot is made once, without root" {
    fake_downloads true true
    sysroot vax
    [ "$status" -eq 0 ]
    [[ "$output" == *"downloading libraries for vax"* ]]
    [ "$(cat "$BATS_TEST_TMPDIR/a sysroot/unpacked")" = one.deb ]
    [ ! -e "$BATS_TEST_TMPDIR/a sysroot.apt" ]
    sysroot vax
    [ "$status" -eq 0 ]
    [ "$output" = "" ]
}

@test "a package source that cannot be read is skipped" {
    fake_downloads 'echo "E: Failed to fetch"; exit 100' true
    sysroot vax
    [ "$status" -eq 0 ]
    [[ "$output" == *"Failed to fetch"*"continuing"* ]]
}

@test "a failed download leaves no sysroot, and the next run tries again" {
    fake_downloads true 'echo "E: Unable to locate package"; exit 100'
    sysroot vax
    [ "$status" -eq 2 ]
    [[ "$output" == *"Unable to locate"*"no libraries for vax"*"check the network"* ]]
    fake_downloads true true
    sysroot vax
    [ "$status" -eq 0 ]
    [ -e "$BATS_TEST_TMPDIR/a sysroot/unpacked" ]
}
