"""Implements ci/mutants: finds them, has them judged, and says what came of it."""
import fcntl
import json
import random
import time

from mutation import operators
from mutation.justifications import justify, read_justified
from mutation.outcomes import report, tally
from mutation.run import Run
from shared.errors import CannotRun


def run(project, options):
    project.work.mkdir(parents=True, exist_ok=True)
    with open(project.work / "lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise CannotRun(f"another run works in {project.work}: wait for its end, or stop it") from busy
        return run_alone(project, options)


def run_alone(project, options):
    if options.fresh:
        for path in project.work.glob("verdicts.sqlite*"):
            path.unlink()
    everything = operators.find_mutants(project)
    names = {file.removeprefix(f"{project.core.name}/") for file in options.files}
    unknown = names - {project.name(path) for path in project.sources() + project.headers()}
    if unknown:
        raise CannotRun(f"no file of {project.core.name}: {', '.join(sorted(unknown))}")
    mutants = [mutant for mutant in everything if (not names or mutant.file in names) and options.only.search(mutant.id)]
    if options.sample and options.sample < len(mutants):
        chosen = set(random.Random(options.seed).sample(range(len(mutants)), options.sample))
        mutants = [mutant for number, mutant in enumerate(mutants) if number in chosen]
    reasons = read_justified(project.justified)
    if options.list:
        for mutant in mutants:
            print(f"{mutant.file}:{mutant.line}: {mutant.id}")
        return 0
    runner = Run(project, options.jobs)
    runner.prepare()
    print(f"{len(mutants)} of {len(everything)} mutants, {options.jobs} at a time; once through all programs: "
          f"{sum(program.seconds for program in runner.programs):.1f} s", flush=True)
    # Those of one file are alike in cost: in any order, what is left can be told.
    random.Random(1).shuffle(mutants)
    runner.judge_all(mutants, reasons, options.jobs, time.monotonic() + 60 * options.minutes)
    mutants.sort(key=lambda mutant: (mutant.file, mutant.start))
    stale = justify(mutants, reasons, everything)
    status = report(project, mutants, stale)
    if options.json:
        shown = [dict({name: getattr(mutant, name) for name in ("id", "file", "line", "outcome", "by")},
                      reason=reasons.get(mutant.id, "")) for mutant in mutants]
        options.json.write_text(json.dumps({"table": tally(mutants), "stale": stale, "mutants": shown}, indent=1) + "\n")
    return status
