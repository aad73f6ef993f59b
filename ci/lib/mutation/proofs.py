"""Which mutants the proofs of ci/prove notice: those of proved functions."""
import collections
import concurrent.futures
import dataclasses
import hashlib
import pathlib
import queue
import re
import subprocess
import time

from mutation.run import Builder, Verdicts, includes_of, run_tool
from shared import command_line
from shared.errors import CannotRun
from shared.progress import Progress
from shared.repository import ROOT

LIMIT = 30  # seconds of a prover for one goal, more than any needs without a mutant. A goal that takes longer counts as broken
ENOUGH = 95  # percent of the mutants that are not equivalent, in functions of the ring. Others are only shown: most contracts of
# decoders say what is read, and not what it means
FIRST = ("run.c", "sort.c", "arcs/")  # files whose mutants are tried before others
PROOF, NONE = "broken", ""
OUTCOMES = ("mutants", "invalid", "same", "equivalent", "noticed", "survived", "waiting")


def asked(*words):
    """What ci/lib/proofs answers."""
    script = '. ci/lib.sh && run_python ci proofs.of_function "$@"'
    done = subprocess.run(["sh", "-c", script, "ci/prove", *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise CannotRun(done.stderr.strip() or f"ci/prove ended with {done.returncode}")
    return done


def proved():
    """Pairs of a source and a function."""
    return {tuple(line.split()) for line in asked("--list").stdout.splitlines()}


def widened(project):
    """The project, with the sources elsewhere that have proved functions."""
    others = {source for source, _ in proved() if not source.startswith(f"{project.folder.name}/")}
    return dataclasses.replace(project, others=tuple(sorted(others)), flags=[*project.flags, "-Ifuzz/include", "-D_GNU_SOURCE"])


def of_proved(mutants, project):
    """The mutants of functions that are proved. A source's proof covers functions of the headers that it includes."""
    pairs = proved()
    names = {function for _, function in pairs}
    return [mutant for mutant in mutants if (project.place(mutant.file), mutant.function) in pairs
            or mutant.file.endswith(".h") and mutant.function in names]


class Proofs:
    def __init__(self, project, jobs):
        self.project = project
        self.verdicts = Verdicts(project.work / "verdicts.sqlite")
        self.includes = includes_of(project)
        self.originals = {}
        self.builders = queue.Queue()
        for number in range(jobs):
            self.builders.put(Builder(project, project.work / f"proof{number}"))

    def key(self, folder, file, function):
        """Of all that a proof depends on: the sources that have the function, what they include, and how it is proved."""
        digest = hashlib.sha256(repr((file, function, LIMIT)).encode())
        sources = [self.project.place(source) for source in self.includes[file]]
        included = run_tool(["gcc", "-MM", *self.project.flags, *sources], cwd=folder).stdout
        paths = [folder / name for name in sorted(set(re.findall(r"\S+\.[ch]\b", included)))] + sorted((ROOT / "ci/lib/proofs").glob("*.[hp]*"))
        for path in filter(pathlib.Path.is_file, paths):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    def noticed(self, folder, file, function):
        key = self.key(folder, file, function)
        known = self.verdicts.of(key).get("proof")
        if known is None:
            known = NONE if asked(self.project.place(file), function, folder, LIMIT).returncode == 0 else PROOF
            self.verdicts.put(key, "proof", known)
        return known == PROOF

    def outcome(self, mutant, reasons):
        if mutant.id in reasons:
            return "equivalent"
        builder = self.builders.get()
        try:
            sources = self.includes[mutant.file]
            for source in sources:
                self.originals[source] = self.originals.get(source) or self.object(builder, source)
            with builder.mutated(mutant):
                changed = [self.object(builder, source) for source in sources]
                if None in changed:
                    return "invalid"
                if changed == [self.originals[source] for source in sources]:
                    return "same"
                return "noticed" if self.noticed(builder.folder, mutant.file, mutant.function) else "survived"
        finally:
            self.builders.put(builder)

    def object(self, builder, source):
        """What the source is compiled to, or None."""
        made = builder.compile(source, next(iter(self.project.flavours)))
        return made and made.read_bytes()

    def check(self, functions):
        """The proofs of the sources as they are must hold within the limit."""
        progress = Progress("proving the unchanged sources")
        builder = self.builders.get()
        for number, (file, function) in enumerate(sorted(functions)):
            progress.show(f"{number} of {len(functions)} functions, now {function}")
            if self.noticed(builder.folder, file, function):
                raise CannotRun(f"{function} is not proved within {LIMIT} s a goal: run ci/prove, or raise LIMIT in {__file__}")
        self.builders.put(builder)

    def try_all(self, mutants, reasons, jobs, seconds):
        pool = concurrent.futures.ThreadPoolExecutor(jobs)
        progress = Progress("mutants")
        within = lambda mutant: self.outcome(mutant, reasons) if time.monotonic() - progress.began < seconds else "waiting"
        try:
            futures = {pool.submit(within, mutant): mutant for mutant in mutants}
            for done in progress.completed(futures):
                futures[done].outcome = done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def score(row):
    tried = row["noticed"] + row["survived"]
    return 100 * row["noticed"] / tried if tried else 100.0


def report(project, mutants):
    """Prints the survivors and a table by function. Returns 1 if too many survived in one of them."""
    table = collections.defaultdict(collections.Counter)
    for mutant in mutants:
        table[f"{mutant.file} {mutant.function}"].update(["mutants", mutant.outcome])
        if mutant.outcome == "survived":
            print(f"SURVIVED {project.place(mutant.file)}:{mutant.line}\n    {mutant.id}")
    width = max(map(len, table))
    print(f"{'function':{width}} " + "".join(f"{name:>11}" for name in OUTCOMES) + f"{'score':>11}")
    for name, row in sorted(table.items()):
        print(f"{name:{width}} " + "".join(f"{row[outcome]:11}" for outcome in OUTCOMES) + f"{score(row):9.1f} %")
    waiting = sum(row["waiting"] for row in table.values())
    if waiting:
        print(f"{waiting} were not tried in time; run the command again to try them")
    judged = {name: row for name, row in table.items() if name.split()[0] not in project.others}
    weak = sorted(name for name, row in judged.items() if score(row) < ENOUGH)
    unknown = sorted(name for name, row in judged.items() if row["waiting"] and name not in weak)
    print(f"ci/mutants: proofs notice at least {ENOUGH} % in {len(judged) - len(weak) - len(unknown)} of {len(judged)} functions of the ring"
          + (f"; not all were tried in {', '.join(unknown)}" if unknown else "")
          + (f"; not in {', '.join(weak)}: say more in their contracts" if weak else "")
          + ("; others are not judged" if len(judged) < len(table) else ""))
    return 1 if weak else 0


def run(project, mutants, reasons, options):
    chosen = sorted(of_proved(mutants, project), key=lambda mutant: not mutant.file.startswith(FIRST))
    if not chosen:
        raise CannotRun("none of these mutants is in a function that ci/prove proves")
    session = Proofs(project, options.jobs)
    session.check({(mutant.file, mutant.function) for mutant in chosen})
    print(f"{len(chosen)} mutants of proved functions, {options.jobs} at a time", flush=True)
    session.try_all(chosen, reasons, options.jobs, options.duration)
    if all(mutant.outcome == "waiting" for mutant in chosen):
        raise CannotRun("no mutant was tried in this time: give more with --for")
    shown = [{name: getattr(mutant, name) for name in ("id", "file", "line", "outcome")} for mutant in chosen]
    command_line.print_json(options, {"mutants": shown})
    return report(project, chosen)
