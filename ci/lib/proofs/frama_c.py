"""Runs Frama-C's WP plug-in on a target, and reads what it prints."""
import functools
import os
import pathlib
import re
import shutil
import tempfile
from collections import namedtuple

from shared.errors import CannotRun
from shared.programs import run
from shared.repository import ROOT

HEADER = pathlib.Path(__file__).with_name("for_the_prover.h")
INCLUDES = ("core/include", "fuzz/include")
PROVERS = ("cvc4", "z3")
LIMIT = 60  # seconds of one prover for one goal
UNPROVED_LIMIT = 30  # the same in a target with a goal that cannot be proved, which takes all of it
FIRST_TRY = 3  # the first try has a third of the limit, and ci/prove names the lines that take longer: a slower machine may fail
# Tests of calls and loops cannot fail: WP allows each to exit.
SMOKE = ("-wp-smoke-tests", "-wp-no-smoke-dead-call", "-wp-no-smoke-dead-loop")
# For ghost functions, which rely on no contract of a function that is not proved.
ONLY_PRECONDITIONS = ("-wp-no-smoke-dead-code",)
SMOKE_LIMIT = 1  # the same for what must not be proved. A contradiction takes less, and all others take all of it
FAULT_LIMIT = 30  # the same where the proof must fail, and would hold without the fault
TARGET_SECONDS = 3600
WORDS = ["-c11", "-machdep", "gcc_x86_64", "-kernel-warn-key", "typing:int-conversion=inactive,typing:incompatible-types-call=inactive"]
RTE = ["-rte-no-pointer-call"]  # a contract says which function a pointer is
GOALS = ["-wp", "-wp-rte", "-wp-no-pruning"]  # which takes up to half of the time, and most proofs do without
OPTIONS = (*WORDS, *RTE, *GOALS)

# The name begins with that of the function. The memory model is before it: see -wp-model in targets.py.
GOAL = re.compile(r"^\[wp\] \[(?P<by>[^]]+)\] (?P<kind>Goal|Smoke-test) typed_(?:cast_)?(?P<name>\S+)(?P<rest>.*)$", re.M)
CALL = re.compile(r"\b(\w+)\(")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
COUNTED = re.compile(r"^\[wp\] Proved goals:\s+\d+ / (\d+)$", re.M)
LEFT = re.compile(rb"^\[wp\] \[(Failed|Timeout|Unknown|[^]]+\] Goal \S+ : (Timeout|Unknown)).*\n", re.M)
TIME = re.compile(r"\((?:Qed:)?([\d.]+)(ms|s)\)")
GUESSED = re.compile(r"Neither code nor specification for function (\w+)")
HYPOTHESES = re.compile(r"Memory model hypotheses for function '(\w+)':\n\s*/\*@(.*?)\*/", re.S)
SEPARATED = re.compile(r"\\separated\((.*?)\);", re.S)
TABLE = re.compile(r"const \*\)\w+ \+ \(\.\.\)")  # a constant one: nothing may write there


class Outcome(namedtuple("Outcome", "proved unproved smoke dead seconds guessed hypotheses", defaults=((), ()))):
    """proved: the prover of each goal. unproved: names of goals. smoke: names of tests that a precondition can hold and code can be
    reached; dead: those that failed. seconds: what each goal took that was proved. guessed: functions whose contract Frama-C made up.
    hypotheses: functions in which it assumes that objects, other than constant tables, are apart, though no contract says so."""

    @property
    def longest(self):
        return max(self.seconds.values(), default=0.0)

    def of_function(self, function, functions):
        """The part that is of one of these functions. The name of one may begin with that of another."""
        def its(goal):
            return max((name for name in functions if goal.startswith(f"{name}_")), key=len, default=None) == function

        return self._replace(proved={goal: prover for goal, prover in self.proved.items() if its(goal)},
                             unproved=[goal for goal in self.unproved if its(goal)],
                             seconds={goal: seconds for goal, seconds in self.seconds.items() if its(goal)})


def includes(root):
    return [f"-I{root}/{folder}" for folder in INCLUDES]


def defines(target):
    return [f"-D{each}" for each in target.defines]


def command(target, *options, root=ROOT):
    words = [*includes(root), "-idirafter", "/usr/include", "-include", str(HEADER), *defines(target)]
    return ["frama-c", *WORDS, f"-cpp-extra-args={' '.join(words)}", *RTE, *options, root / target.source]


def read(text):
    """The outcome, from what WP printed."""
    proved, unproved, smoke, seconds = {}, [], {}, {}
    for match in GOAL.finditer(text):
        failed = match["by"] in ("Failed", "Timeout", "Unknown")
        if match["kind"] == "Smoke-test":
            smoke[match["name"]] = smoke.get(match["name"], True) and match["by"] == "Passed"  # one that fails is printed for each prover
        elif failed or ": Valid" not in match["rest"]:
            unproved.append(match["name"])
        else:
            proved[match["name"]] = match["by"]
            seconds[match["name"]] = max((float(time) / (1000 if unit == "ms" else 1) for time, unit in TIME.findall(match["rest"])), default=0.0)
    counted = COUNTED.search(text)  # not if it was stopped
    were_read = len(smoke) + len(proved) + len(unproved)
    if counted and int(counted[1]) != were_read:
        raise CannotRun(f"Frama-C counts {counted[1]} goals, and {were_read} were read: correct GOAL in {__file__}")
    hypotheses = [name for name, clauses in HYPOTHESES.findall(text) if not all(map(TABLE.search, SEPARATED.findall(clauses)))]
    dead = [name for name, passed in smoke.items() if not passed]
    return Outcome(proved, unproved, list(smoke), dead, seconds, GUESSED.findall(text), hypotheses)


def limit_of(target):
    return UNPROVED_LIMIT if target.unproved else LIMIT


def prove(target, root=ROOT, limit=None, provers=PROVERS, smoke=False, until=None):
    """What is proved. `smoke`: also tries whether a precondition can hold, and code can be reached. `until`: ends when that is
    printed."""
    limit = limit or limit_of(target)
    options = [*GOALS, "-wp-fct", ",".join(target.functions), "-wp-prover", ",".join(provers), "-wp-timeout", limit,
               "-wp-par", 1, "-wp-cache", "none", *([*SMOKE, "-wp-smoke-timeout", SMOKE_LIMIT] if smoke else []), *target.options]
    with tempfile.TemporaryDirectory() as folder:
        # The user's own configuration stays as it is. Frama-C that is stopped leaves files among its temporary ones.
        environment = {**os.environ, "WHY3CONFIG": f"{folder}/why3.conf", "TMPDIR": folder}
        run("why3", "config", "detect", env=environment)
        return read(run(*command(target, *options, root=root), seconds=TARGET_SECONDS, env=environment, until=until))


def joined(a, b):
    return Outcome(a.proved | b.proved, a.unproved + b.unproved, a.smoke + b.smoke, a.dead + b.dead, a.seconds | b.seconds,
                   [*a.guessed, *b.guessed], [*a.hypotheses, *b.hypotheses])


def bodies(target):
    """The code of each function of the target, without comments. A ghost function is in a comment, and has none."""
    code = without_comments((ROOT / target.source).read_text(encoding="utf-8"))
    found = {name: re.search(rf"{start_of(name)}(.*?)\n}}", code, re.S) for name in target.functions}
    return {name: body[1] for name, body in found.items() if body}


def parts(target):
    """The target in two parts, which differ in the smoke tests that can fail."""
    shipped = tuple(name for name in target.functions if name in bodies(target))
    ghosts = tuple(name for name in target.functions if name not in shipped)
    return [target._replace(functions=functions, options=(*target.options, *options))
            for functions, options in ((shipped, ()), (ghosts, ONLY_PRECONDITIONS)) if functions]


def prove_and_smoke(target, root=ROOT, limit=None):
    """What is proved, with smoke tests. Both provers then try the functions of which the first leaves a goal, and the smoke tests of
    these: one prover may find a contradiction that the other does not. They take much of the time, since the prover must fail."""
    limit = limit or limit_of(target)
    first = functools.reduce(joined, [prove(part, root, limit // FIRST_TRY, PROVERS[:1], smoke=True) for part in parts(target)])
    left = tuple(name for name in target.functions if first.of_function(name, target.functions).unproved)
    if not left:
        return first
    second = functools.reduce(joined, [prove(part, root, limit, smoke=True) for part in parts(target._replace(functions=left))])
    untried = [goal for goal in first.unproved if goal not in second.proved and goal not in second.unproved]
    return first._replace(proved=first.proved | second.proved, unproved=second.unproved + untried, seconds=first.seconds | second.seconds,
                          dead=sorted({*first.dead, *second.dead}))


def without_comments(text):
    """As long as the text: places are the same."""
    return COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def start_of(function):
    """A pattern for what comes before the body of a function, up to its brace."""
    return rf"[ *]{function}\([^;{{]*\)\n{{"


def made_up(outcome, target):
    """What proved functions of the target rely on without a proof, or a contract that anybody wrote."""
    code = bodies(target) if outcome.guessed else {}
    for function in target.functions:
        called = CALL.findall(code.get(function, ""))
        yield from (f"{function} calls {name}, which has no contract" for name in outcome.guessed if name in called)
        if function in outcome.hypotheses:
            yield f"{function} takes for granted that objects are apart: require that"


def planted(fault, target):
    """The text of the file with the fault."""
    path = fault.source or target.source
    text = (ROOT / path).read_text(encoding="utf-8")
    code = without_comments(text)
    old = re.escape(fault.old)
    if fault.source:
        place = re.search(old, text) if text.count(fault.old) == 1 else None
    elif fault.contract_of:
        place = re.search(rf"/\*@(?:(?!\*/).)*?{old}(?=(?:(?!\*/).)*\*/\n[^;{{]*\b{fault.contract_of}\()", text, re.S)
    else:
        place = re.search(rf"{start_of(fault.function)}.*?{old}", code, re.S)
    if not place:
        raise CannotRun(f"{fault.contract_of or fault.function}: {path} has no {fault.old} for it, or several: correct FAULTS in ci/lib/proofs/targets.py")
    start = place.end() - len(fault.old)
    return text[:start] + fault.new + text[place.end():]


def holds(function, target):
    """Whether the function is proved as it is, within the limit for faults."""
    outcome = prove(target._replace(functions=(function,)), limit=FAULT_LIMIT, until=LEFT)
    return bool(outcome.proved) and not outcome.unproved


def noticed(fault, target):
    """Whether a proof, or a smoke test, fails in a copy of the sources that has this fault."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name in {"core", target.source.split("/")[0]}:
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("corpus", "faults"))
        (root / (fault.source or target.source)).write_text(planted(fault, target), encoding="utf-8")
        only = target._replace(functions=(fault.function,))
        if not (fault.contract_of or fault.source):
            return bool(prove(only, root, FAULT_LIMIT, until=LEFT).unproved)
        outcome = prove_and_smoke(only, root, FAULT_LIMIT)
        return bool(outcome.dead or (fault.source and outcome.unproved))


def conditions(target, names):
    """What each goal says, if it is a check of a run-time error; otherwise its name."""
    wanted = [re.fullmatch(r"(\w+?)_assert_rte_([a-z_]+?)(?:_(\d+))?", name) for name in names]
    printed = run(*command(target, "-rte", "-print"), seconds=TARGET_SECONDS) if any(wanted) else ""
    return [condition(printed, match) if match else name for name, match in zip(names, wanted)]


def condition(printed, match):
    """The N-th assertion of its kind in its function."""
    body = re.search(rf"^\S[^;{{]*\b{match[1]}\([^;{{]*\)\n{{\n(.*?)^}}$", printed, re.M | re.S)
    found = re.findall(rf"assert rte: {match[2]}:\s*(.*?);\s*\*/", body[1], re.S) if body else []
    number = int(match[3] or 1)
    return " ".join(found[number - 1].split()) if number <= len(found) else match[0]
