# What the commands in ci/ share. Sourced, not run. All but run_python needs the repository as the current folder.
# shellcheck shell=sh

say() {
    printf '==> %s\n' "$*"
}

# An error that ends the command: what is wrong, then what to do.
die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 2
}

wanted_packages() {
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' ci/packages
}

missing_packages() {
    for package in $(wanted_packages); do
        case $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) printf '%s ' "$package" ;;
        esac
    done
}

# Installs what ci/packages names and is not there: as root, or through sudo.
install_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
        die "this is not Debian (no dpkg-query or apt-get): install the equivalents of: $(wanted_packages | tr '\n' ' ')"
    fi
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    install_these "$missing"
}

# usage: install_these 'PACKAGE...'
install_these() {
    missing=$1
    command -v apt-get >/dev/null 2>&1 || die "this is not Debian (no apt-get): install the equivalents of: $missing"
    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root=sudo
    else
        die "packages are missing and may not be installed from here: as root, run: apt-get install $missing"
    fi
    say "installing: $missing"
    # shellcheck disable=SC2086 # words
    $as_root env DEBIAN_FRONTEND=noninteractive sh -c \
        'apt-get -q update && apt-get -q install -y --no-install-recommends "$@"' sh $missing ||
        die "apt-get failed: see above; check the network and the package sources, and run again"
}

# Debian's: what ci/packages installs for Python is there for no other.
python=/usr/bin/python3

# Becomes a module of ci/lib, in the folder where the user stands, so that paths mean what the user meant. Files that
# happen to lie there are no modules, and no bytecode is written into the sources.
# usage: run_python FOLDER_OF_LIB.SH MODULE [ARGUMENT...]
run_python() {
    packages=$(realpath "$1/lib") || exit 2
    shift
    [ -x "$python" ] || install_these python3
    export PYTHONSAFEPATH=1 PYTHONPATH="$packages${PYTHONPATH:+:$PYTHONPATH}"
    exec "$python" -B -m "$@"
}

# Where nothing is written for long, a CI job shows that it lives. Prints a line now and then while the
# command runs, its output going to a log; shows the end of the log if it fails.
# usage: quietly LOG COMMAND...
quietly() {
    log=$1
    shift
    started=$(date +%s)
    "$@" >"$log" 2>&1 &
    worker=$!
    # A shell starts what is in the background deaf to Ctrl-C.
    trap 'kill "$worker" 2>/dev/null; exit 130' INT TERM
    waited=0
    while kill -0 "$worker" 2>/dev/null; do
        sleep 1
        waited=$((waited + 1))
        if [ $((waited % 10)) -eq 0 ]; then
            printf '    ... %s s: %s\n' "$waited" "$(tail -n 20 "$log" | tr '\r' '\n' | grep -v NEW_ | tail -n 1 | cut -c1-80)"
        fi
    done
    status=0
    wait "$worker" || status=$?
    trap - INT TERM
    if [ "$status" -ne 0 ]; then
        printf '    failed with %s after %s s; the end of %s:\n' "$status" "$(($(date +%s) - started))" "$log" >&2
        tail -n 40 "$log" >&2
    fi
    return "$status"
}

# Configures one of the presets, and builds these targets of it, or all.
# usage: build_tree PRESET [TARGET...]
build_tree() {
    tree=$1
    shift
    mkdir -p build/log
    say "building build/$tree"
    quietly "build/log/configure-$tree" cmake --preset "$tree" || die "configuring $tree failed: see above"
    quietly "build/log/build-$tree" cmake --build --preset "$tree" ${1:+--target "$@"} ||
        die "building $tree failed: see above"
}

# The programs that judge mutants, plain and sanitized.
build_judges_of_mutants() {
    build_tree release unit_tests stress_shared ring_ops ringproof
    build_tree asan unit_tests stress_shared ring_ops ringproof
}

# Of a number of minutes, as it was given. Fails on what is none.
seconds_of() {
    awk -v minutes="$1" 'BEGIN {
        if (minutes !~ /^[0-9]+(\.[0-9]+)?$/ || minutes * 60 < 1 || minutes > 10000) exit 1
        printf "%d", minutes * 60 }'
}

# RINGPROOF_SEED, or one of its own.
seed_of_run() {
    seed=${RINGPROOF_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
    case $seed in
    *[!0-9]* | '') die "RINGPROOF_SEED=$seed: not a number" ;;
    esac
    echo "$seed"
}

# Makes a folder for results, or empties the one that an earlier run of the same command left: no other.
# usage: empty_folder FOLDER COMMAND
empty_folder() {
    if [ -n "$(ls -A "$1" 2>/dev/null)" ] && [ ! -e "$1/.$2" ]; then
        die "$1 is not empty, and not of an earlier run: name another folder"
    fi
    rm -rf "$1"
    mkdir -p "$1"
    : >"$1/.$2"
}

# Where a crash must leave a core in the folder it ran in: dies if it will not. The limit is raised only
# where a program is run that is to crash.
need_cores() {
    pattern=$(cat /proc/sys/kernel/core_pattern 2>/dev/null) || die "no /proc/sys/kernel/core_pattern: cores need Linux"
    case $pattern in
    '|'* | */*) die "this machine sends its core dumps elsewhere ($pattern): as root, for the time being, run: sysctl -w kernel.core_pattern=core" ;;
    esac
    prlimit --core=unlimited: true 2>/dev/null ||
        die "core dumps are limited here ($(prlimit --core --output HARD --noheadings) bytes): run this from a shell without that limit, or as root: prlimit --pid \$\$ --core=unlimited:unlimited"
}
