# What the commands in ci/ share. Sourced, not run. All functions but run_python need the repository as the current
# folder.
# shellcheck shell=sh

say() {
    printf '==> %s\n' "$*"
}

# Prints an error and exits with 2. Say what is wrong, then what to do.
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

# Installs the missing ones of ci/packages, as root or through sudo.
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

# Debian's own Python: the modules of ci/packages are installed for it alone.
python=/usr/bin/python3

# Runs a module of ci/lib in place of this shell, in the user's folder, so that paths mean what the user meant. Python
# files in that folder are not imported, and no bytecode is written into the sources.
# usage: run_python FOLDER_OF_LIB.SH MODULE [ARGUMENT...]
run_python() {
    packages=$(realpath "$1/lib") || exit 2
    shift
    [ -x "$python" ] || install_these python3
    export PYTHONSAFEPATH=1 PYTHONPATH="$packages${PYTHONPATH:+:$PYTHONPATH}"
    exec "$python" -B -m "$@"
}

# The last line of a log that says something. A command that shows progress itself has its prefix stripped.
# usage: last_line LOG
last_line() {
    tail -n 20 "$1" | tr '\r\t' '\n ' | tr -d '\000-\011\013-\037' |
        sed -e 's/^ *//' -e ':prefix' -e 's/^\.\.\. [0-9]* s[^:]*: *//' -e 't prefix' -e 's/^==> //' |
        grep -avE '^$|NEW_' | tail -n 1 | LC_ALL=C sed -E 's/^(.{79})..+/\1.../'
}

# Runs a command with its output in a log. Prints a line of progress every ten seconds, so that a CI job is not taken for
# dead, and the end of the log if the command fails. If `note` is set, each line shows it.
# usage: quietly LOG COMMAND...
quietly() {
    log=$1
    shift
    started=$(date +%s)
    "$@" >"$log" 2>&1 &
    worker=$!
    # A shell starts background commands with Ctrl-C ignored.
    trap 'kill "$worker" 2>/dev/null; exit 130' INT TERM
    waited=0
    line='no output yet'
    while kill -0 "$worker" 2>/dev/null; do
        sleep 1
        waited=$((waited + 1))
        if [ $((waited % 10)) -eq 0 ]; then
            now=$(last_line "$log")
            line=${now:-$line}
            printf '    ... %s s%s: %s\n' "$waited" "${note:-}" "$line"
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

# Configures a preset and builds these targets of it, or all.
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

# The test programs that mutants are run against, plain and sanitized.
build_test_programs() {
    build_tree release unit_tests stress_shared ring_ops ringproof
    build_tree asan unit_tests stress_shared ring_ops ringproof
}

# Converts minutes as the user wrote them to seconds. Fails if they are not a number from 0.02 to 10000.
seconds_of() {
    awk -v minutes="$1" 'BEGIN {
        if (minutes !~ /^[0-9]+(\.[0-9]+)?$/ || minutes * 60 < 1 || minutes > 10000) exit 1
        printf "%d", minutes * 60 }'
}

# RINGPROOF_SEED, or a random seed.
seed_of_run() {
    seed=${RINGPROOF_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
    case $seed in
    *[!0-9]* | '') die "RINGPROOF_SEED=$seed: not a number" ;;
    esac
    echo "$seed"
}

# Makes a folder for results. Empties it only if an earlier run of the same command made it.
# usage: empty_folder FOLDER COMMAND
empty_folder() {
    if [ -n "$(ls -A "$1" 2>/dev/null)" ] && [ ! -e "$1/.$2" ]; then
        die "$1 is not empty, and no earlier run of this command made it: name another folder"
    fi
    rm -rf "$1"
    mkdir -p "$1"
    : >"$1/.$2"
}

# Dies unless a crash here leaves a core dump in the folder it ran in. (Callers raise the limit only around the program
# that has to crash.)
need_cores() {
    pattern=$(cat /proc/sys/kernel/core_pattern 2>/dev/null) || die "no /proc/sys/kernel/core_pattern: core dumps need Linux"
    case $pattern in
    '|'* | */*) die "this machine sends its core dumps elsewhere ($pattern): run, as root: sysctl -w kernel.core_pattern=core (until the next boot)" ;;
    esac
    prlimit --core=unlimited: true 2>/dev/null ||
        die "core dumps are limited here ($(prlimit --core --output HARD --noheadings) bytes): run this from a shell without that limit, or as root: prlimit --pid \$\$ --core=unlimited:unlimited"
}
