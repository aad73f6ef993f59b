"""Implements ci/autopsy-selftest: makes crashes with known causes, runs ci/autopsy on their core dumps, and judges the
verdicts."""

import concurrent.futures
import json
import pathlib
import re
import shutil
import sys
import tempfile
import threading

from autopsy import file_states, sort_stack
from autopsy.selftest import crashes
from shared import command_line
from shared.errors import CannotRun
from shared.repository import ROOT

DEFECT, NOT, UNKNOWN, SURVIVED = "this defect", "not this", "cannot tell", "survived"
LEVELS = ("-O0", "-O1", "-O2", "-O3", "-Os")
# As libraries are shipped. Distributions strip them.
KINDS = {"-g": ["-g"], "stripped": ["-s"], "stack protector": ["-fstack-protector-all", "-s"],
         "_FORTIFY_SOURCE": ["-D_FORTIFY_SOURCE=2", "-fstack-protector-strong", "-s"]}
# Each crash of `others` is tried in both.
BUILDS = {"gcc -O0 -g": ("gcc", ["-O0", "-g", "-fno-stack-protector"]), "gcc -O2 stripped": ("gcc", ["-O2", "-s"])}
STEPPED = ("counter", "counter_down", "lockstep", "same_counters", "sorted_integers", "sorted_copy")
STEPS = (1, 2, 3, 4, 8, 16)
# Without names, these could be the sort's arrays.
AMBIGUOUS = {"lockstep 1", "same_counters 1", "words_of_a_text"}
RINGS = ("cured_allocated", "cured_larger", "cured_larger_later", "cured_checked", "cured_checked_later")
PYTHON = {
    "ctypes: read at zero": "import ctypes; ctypes.string_at(0)",
    "ctypes: call of 0x7f1200abc123": "import ctypes; ctypes.CFUNCTYPE(None)(0x7f1200abc123)()",
    "ctypes: abort": "import ctypes; ctypes.CDLL(None).abort()",
}
ERLANG = pathlib.Path("/usr/lib/erlang")


def names_of_others():
    return re.findall(r'^    \{"(\w+)", ', (crashes.HERE / "others.c").read_text(), re.M)


def autopsy(core):
    """The verdict, and what was found on the stack."""
    result = crashes.run([ROOT / "ci/autopsy", "--json", core])
    try:
        found = json.loads(result.stdout)
        return found["verdict"], found["stack"]["arrays"]
    except (ValueError, KeyError):
        return f"ended with {result.returncode}: {result.stderr.strip().splitlines()[-1:]}", None


def row(about, expected, core):
    """A row of the table: its words, the verdict, those that are right, and what was found on the stack."""
    verdict, arrays = autopsy(core)
    return about, verdict, expected, arrays


def judge(command, core, expected):
    if crashes.crash(command, core) is None:
        return [("", "no crash", expected, None)]
    rows = [row("", expected, core)]
    core.unlink()
    return rows


def judge_incident(compiler, flags, folder):
    """Rows for the crash of 2014 in one build: once for each thing that can have happened to the library's file since."""
    main, library = crashes.incident(compiler, flags, folder)
    core = crashes.crash([main], folder / "core")
    if core is None:
        return [("", SURVIVED, [DEFECT], None)]
    other = crashes.compile_c(compiler, ["-fPIC", "-shared", "-O2", "-g"], [crashes.HERE / "rings.c"], folder / "other.so")
    rows = [row(state, [DEFECT], core) for state in file_states.each(library, other)]
    main.unlink()
    rows.append(row("deleted, and the program", [DEFECT], core))
    shutil.rmtree(folder)
    return rows


def beam():
    """The command that runs an Erlang VM without a shell script in between, or None if there is none with headers."""
    starters = sorted(ERLANG.glob("erts-*/bin/erlexec"))
    if not starters or not (ERLANG / "usr/include/erl_nif.h").exists() or shutil.which("erlc") is None:
        return None
    return ["env", f"ROOTDIR={ERLANG}", f"BINDIR={starters[-1].parent}", "EMU=beam", "PROGNAME=erl", starters[-1], "-noshell"]


def nif_crashes(folder):
    start = beam()
    if start is None:
        print("no Erlang VM with headers is here: crashes of NIFs are left out", file=sys.stderr)
        return {}
    crashes.compile_c("gcc", ["-fPIC", "-shared", "-O2", "-g", "-I", ERLANG / "usr/include"], [crashes.HERE / "nif.c"], folder / "nif.so")
    if crashes.run(["erlc", "-o", folder, crashes.HERE / "nif.erl"]).returncode != 0:
        raise CannotRun("erlc cannot build nif.erl; run it by hand to see why")
    return {f"NIF: {how}": [*start, "-pa", folder, "-run", "nif", "main", folder / "nif", how] for how in ("null", "half")}


def python_crashes(folder):
    found = {}
    for number, (name, code) in enumerate(PYTHON.items()):
        script = folder / f"{number}.py"
        script.write_text(code)
        found[name] = [sys.executable, script]
    return found


def others(folder, build_program):
    """Commands of crashes that are not this defect, with the verdicts that are right."""
    found = {}
    for build, (compiler, flags) in BUILDS.items():
        program = build_program(compiler, "others", flags, folder / build.replace(" ", ""))
        for name in names_of_others():
            for words in [[name, str(step)] for step in STEPS] if name in STEPPED else [[name]]:
                ambiguous = "stripped" in build and " ".join(words) in AMBIGUOUS
                found[f"{' '.join(words)} ({build})"] = ([program, *words], [NOT, UNKNOWN] if ambiguous else [NOT])
    for level in ("-O0", "-O2"):
        rings = build_program("gcc", "rings", [level, "-g"], folder / f"rings{level}")
        tool = build_program("gcc", "rings", [level, "-g"], folder / f"tool{level}" / "hash_ring_tool")
        found |= {f"{name} (gcc {level} -g)": ([rings, name], [NOT]) for name in RINGS}
        found[f"hash_ring_tool: counter past an array (gcc {level} -g)"] = ([tool, "tool_counter"], [NOT])
        fork = build_program("gcc", "fork", [level, "-g"], folder / f"fork{level}")
        found[f"a fork's counter `i` at 2500 (gcc {level} -g)"] = ([fork], [NOT])
    commands = python_crashes(folder) | nif_crashes(folder)
    return found | {name: (command, [NOT]) for name, command in commands.items()}


def incidents():
    """Compiler and flags of each build of the defect, by name."""
    return {f"the crash of 2014 ({compiler} {level} {kind})": (compiler, [level, *flags])
            for compiler in ("gcc", "clang") for level in LEVELS for kind, flags in KINDS.items()
            if (level, kind) != ("-O0", "_FORTIFY_SOURCE")}  # which needs optimisation


class Builder:
    """Builds programs when they are first needed."""

    def __init__(self):
        self.lock = threading.Lock()
        self.wanted = {}

    def promise(self, compiler, name, flags, output):
        self.wanted[output] = (compiler, name, flags)
        return output

    def keep(self, output):
        with self.lock:
            if output in self.wanted and not output.exists():
                output.parent.mkdir(exist_ok=True)
                crashes.program(*self.wanted[output], output)


def jobs(folder):
    """Functions by what they crash. Each returns rows."""
    made = {name: lambda c=compiler, f=flags, n=number: judge_incident(c, f, folder / f"incident{n}")
            for number, (name, (compiler, flags)) in enumerate(incidents().items())}
    builder = Builder()
    for number, (name, (command, expected)) in enumerate(others(folder, builder.promise).items()):
        made[name] = lambda c=command, e=expected, n=number: builder.keep(c[0]) or judge(c, folder / f"{n}.core", e)
    return made


def line_of(name, about, verdict, expected, _):
    right = "" if verdict in (*expected, SURVIVED) else f"WRONG: {' or '.join(expected)}"
    return f"| {name} | {about} | {verdict} | {right} |"


def print_figures(rows):
    """The weakest evidence in the crashes of 2014. The thresholds were set from the first half, every other build."""
    builds = list(dict.fromkeys(name for name, *_ in rows))
    for half, words in enumerate(("first", "second")):
        found = [arrays for name, _, _, expected, arrays in rows if arrays and expected == [DEFECT] and builds.index(name) % 2 == half]
        if found:
            print(f"the {words} half of the builds: at least {min(seen['held'] for seen in found)} of {sort_stack.ENTRIES - 1} levels hold (needed "
                  f"{sort_stack.HELD_MIN}), at least {min(seen['holes'] for seen in found)} holes ({sort_stack.HOLES_MIN}), likelihood of chance "
                  f"at most 10^{max(seen['chance'] for seen in found):.0f} (10^{sort_stack.CHANCE_MAX})")


def conclude(rows):
    """Prints the last lines. Returns 0 if all verdicts are right, and something crashed at all."""
    print()
    print_figures(rows)
    crashed = [(verdict, expected) for _, _, verdict, expected, _ in rows if verdict != SURVIVED]
    wrong = sum(verdict not in expected for verdict, expected in crashed)
    defects = sum(expected == [DEFECT] for _, expected in crashed)
    print(f"{defects} autopsies of the crash of 2014, {len(crashed) - defects} of other crashes, {len(rows) - len(crashed)} builds survived: "
          f"{wrong} wrong")
    return 1 if wrong or not crashed else 0


def run(options):
    rows = []
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        made = jobs(pathlib.Path(folder))
        chosen = command_line.matching(options.only, made, "crash") if options.only else made
        futures = {name: pool.submit(made[name]) for name in chosen}
        print("| crash | library's file | verdict | |\n|---|---|---|---|")
        for name, future in futures.items():
            for found in future.result():
                rows.append((name, *found))
                print(line_of(*rows[-1]), flush=True)
    return conclude(rows)
