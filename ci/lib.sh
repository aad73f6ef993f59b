# What the commands in ci/ share. Sourced, not run. All functions but run_python need the repository as the current
# folder.
# shellcheck shell=sh

say() {
    printf '==> %s\n' "$*"
}

# Prints an error and exits with 2. Say what is wrong, then what to do. Python prints it itself (lib_sh.py), where $reason_to
# tells.
die() {
    if [ -n "${reason_to:-}" ]; then
        printf '%s\n' "$*" >"$reason_to"
    else
        printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    fi
    exit 2
}

wanted_packages() {
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' ci/packages
}

# Installs the missing ones of ci/packages, as root or through sudo.
install_packages() {
    # shellcheck disable=SC2046 # words
    install_missing $(wanted_packages)
}

# What ci/prove needs: some 600 MB, so that no other command installs it.
install_provers() {
    install_missing cvc4 frama-c-base gcc libc6-dev libxxhash-dev nettle-dev why3 z3
}

# Installs those of the packages that are missing, for a command that needs few.
# usage: install_missing PACKAGE...
install_missing() {
    if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
        die "this is not Debian (no dpkg-query or apt-get): install the equivalents of: $*"
    fi
    missing=
    for package; do
        case $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) missing="$missing$package " ;;
        esac
    done
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

# What shells and timeout(1) print about a command that was killed. It is no progress: in a step that has to crash, it would look
# like a failure, and quietly() shows the log of a step that fails.
killed='Segmentation fault|Aborted|Bus error|Illegal instruction|Floating point exception|Trace/breakpoint trap|Killed|Terminated'
death_notices="^($killed)( \\(core dumped\\))? *\$|: line [0-9]+: +[0-9]+ ($killed)( |\$)|^timeout: the monitored command dumped core *\$"

# The last line of a log that says something. A command that shows progress itself has its prefix stripped.
# usage: last_line LOG
last_line() {
    tail -n 20 "$1" | tr '\r\t' '\n ' | tr -d '\000-\011\013-\037' |
        sed -e 's/^ *//' -e ':prefix' -e 's/^\.\.\. [0-9]* s[^:]*: *//' -e 't prefix' -e 's/^==> //' |
        grep -avE "^\$|NEW_|^no output yet\$|$death_notices" | tail -n 1 | LC_ALL=C sed -E 's/^(.{79})..+/\1.../'
}

# Ends a process, with its session if it has one, waits for its end, and exits with 130.
interrupted() {
    trap '' INT TERM
    kill -- "-$1" 2>/dev/null || kill "$1" 2>/dev/null || true # with set -e, a process that is gone must not change the status
    wait "$1" 2>/dev/null || true
    [ -n "${reason_to:-}" ] || printf '%s: interrupted\n' "$(basename "$0")" >&2
    exit 130
}

# Runs a command with its output in a log. Prints a line of progress every ten seconds, so that a CI job is not taken for
# dead, and the end of the log if the command fails. If `note` is set, each line shows it.
# usage: quietly LOG COMMAND...
quietly() {
    log=$1
    shift
    started=$(date +%s)
    # A shell starts background commands with Ctrl-C ignored. A session of its own is ended as a whole.
    case $(command -v "$1") in
    */*) setsid "$@" >"$log" 2>&1 & ;;
    *) "$@" >"$log" 2>&1 & ;; # a function
    esac
    worker=$!
    trap 'interrupted "$worker"' INT TERM
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

# Configures a preset and builds these targets of it, or all. Waits while another command builds it: the programs that build
# inherit the lock, so it ends with the last of them.
# usage: build_tree PRESET [TARGET...]
build_tree() {
    tree=$1
    shift
    mkdir -p build/log
    exec 9>>"build/log/lock-$tree"
    flock --nonblock 9 || {
        say "waiting: another command builds build/$tree"
        flock 9
    }
    say "building build/$tree"
    quietly "build/log/configure-$tree" cmake --preset "$tree" || die "configuring $tree failed: see above"
    quietly "build/log/build-$tree" cmake --build --preset "$tree" ${1:+--target "$@"} ||
        die "building $tree failed: see above"
    exec 9>&-
}

# The test programs that mutants are run against, plain and sanitized.
build_test_programs() {
    build_tree release unit_tests stress_shared ring_ops ringproof_tool
    build_tree asan unit_tests stress_shared ring_ops ringproof_tool
}

# The version of ringproof, after the name of the command.
print_version() {
    version=$(sed -n 's/^#define RING_VERSION_\(MAJOR\|MINOR\|PATCH\) //p' core/include/ringproof/ring.h | paste -s -d .)
    case $version in
    *.*.*) echo "$(basename "$0") (ringproof) $version" ;;
    *) die "core/include/ringproof/ring.h has no RING_VERSION_MAJOR, _MINOR and _PATCH: correct print_version in ci/lib.sh" ;;
    esac
}

# Prints what is wrong with the arguments, and the usage. Exits with 2.
misused() {
    printf '%s: %s\n%s\n' "$(basename "$0")" "$*" "${usage:-}" >&2
    exit 2
}

# Judges the arguments of a command, and prints them in order: options, --, all others. $renamed has the options that have
# another name now, as OLD=NEW.
# usage: words=$(parse LETTERS NAMES "$@") || exit 2; eval "set -- $words"    LETTERS and NAMES are those of getopt(1).
parse() {
    letters=$1
    names=$2
    shift 2
    for word; do
        [ "$word" != -- ] || break
        for pair in ${renamed:-}; do
            [ "${word%%=*}" != "${pair%=*}" ] || misused "$(new_name "${pair%=*}" "${pair#*=}")"
        done
    done
    getopt --name "$(basename "$0")" --options "hV$letters" --longoptions "help,version,$names" -- "$@" || {
        printf '%s\n' "${usage:-}" >&2
        exit 2
    }
}

# usage: new_name OLD NEW
new_name() {
    printf '%s is called %s now' "$1" "$2"
    case $2 in
    *for) printf ', and takes a unit: %s 90s, %s 10m, %s 8h' "$2" "$2" "$2" ;;
    esac
}

# The options of every command: --help prints $usage and $help.
common_option() {
    case $1 in
    -h | --help) printf '%s\n\n%s\n' "${usage:-}" "${help:-}" ;;
    -V | --version) print_version ;;
    esac
    exit 0
}

# Dies if there are arguments. For commands that take options alone.
# usage: no_more "$@"
no_more() {
    [ $# -eq 0 ] || misused "unknown argument $1"
}

# Converts a duration as the user wrote it to whole seconds.
# usage: seconds=$(seconds_of OPTION VALUE) || exit 2
seconds_of() {
    said=$(awk 'BEGIN {
        value = unit = ARGV[1]
        sub(/^[0-9.]*/, "", unit)
        if (value !~ /^([0-9]+|[0-9]*\.[0-9]+)[smhd]?$/) {
            print value ": not a duration; write a number and a unit, such as 90s, 10m, 1.5h or 2d"
            exit
        }
        if (unit == "") {
            print value ": write " value "s; a duration needs a unit: s, m, h or d"
            exit
        }
        seconds = value * (unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 86400)
        if (seconds < 1 || seconds > 3600000) print value ": not from 1s to 1000h"
        else printf "=%d\n", seconds
    }' "$2")
    case $said in
    =*) echo "${said#=}" ;;
    *) misused "$1 $said" ;;
    esac
}

# A seed as the user wrote it, RINGPROOF_SEED, or a random one.
# usage: seed=$(seed_of VALUE) || exit 2    VALUE is empty without --seed.
seed_of() {
    origin="--seed $1"
    chosen=$1
    if [ -z "$chosen" ]; then
        origin=RINGPROOF_SEED=${RINGPROOF_SEED:-}
        chosen=${RINGPROOF_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
    fi
    # As text: awk cannot count that far.
    awk 'BEGIN {
        seed = ARGV[1]
        sub(/^0+/, "", seed)
        exit seed !~ /^[0-9]*$/ || length(seed) > 20 || (length(seed) == 20 && seed "" > "18446744073709551615")
    }' "$chosen" ||
        misused "$origin: not a whole number from 0 to 18446744073709551615"
    echo "$chosen"
}

# Dies unless a folder for results is there or can be made.
# usage: can_be_made FOLDER
can_be_made() {
    there=$1
    while [ ! -e "$there" ]; do there=$(dirname "$there"); done
    [ -d "$there" ] || die "$1: $there is a file: name another folder"
    [ -w "$there" ] || die "$1: $there cannot be written: name another folder"
}

# Dies as can_be_made does, and if the folder has something that no earlier run of the same command made.
# usage: judge_folder FOLDER COMMAND
judge_folder() {
    can_be_made "$1"
    if [ -n "$(ls -A "$1" 2>/dev/null)" ] && [ ! -e "$1/.$2" ]; then
        die "$1 is not empty, and no earlier run of this command made it: name another folder"
    fi
}

# Makes a folder for results. Empties it only if an earlier run of the same command made it.
# usage: empty_folder FOLDER COMMAND
empty_folder() {
    judge_folder "$1" "$2"
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
