"""Implements ci/mutants: finds the mutants, tries them, and reports the outcomes."""
import random
import time

from mutation import operators, proofs
from mutation.equivalents import mark_equivalents, read_equivalents
from mutation.outcomes import report, tally
from mutation.run import Run
from shared import command_line, locks
from shared.errors import CannotRun


def run(project, options, build=lambda: None):
    """`build` builds the test programs."""
    with locks.alone(project.work / "lock"):
        return run_alone(project, options, build)


def run_alone(project, options, build):
    names = project.names_of(options.files)
    everything = operators.find_mutants(project)
    mutants = [mutant for mutant in everything if (not names or mutant.file in names) and options.only.search(mutant.id)]
    if not mutants:
        raise CannotRun("no mutant's name matches --only, or these files have none; ci/mutants --list prints the names")
    if options.sample and options.sample < len(mutants):
        chosen = set(random.Random(options.seed).sample(range(len(mutants)), options.sample))
        mutants = [mutant for number, mutant in enumerate(mutants) if number in chosen]
    reasons = read_equivalents(project.equivalents)
    if options.list:
        for mutant in mutants:
            print(f"{mutant.file}:{mutant.line}: {mutant.id}")
        return 0
    if options.fresh:
        for path in project.work.glob("verdicts.sqlite*"):
            path.unlink()
    if options.proofs:
        return proofs.run(project, mutants, reasons, options)
    build()
    session = Run(project, options.jobs)
    session.prepare()
    print(f"{len(mutants)} of {len(everything)} mutants, {options.jobs} at a time; all test programs together take "
          f"{sum(program.seconds for program in session.programs):.1f} s", flush=True)
    # Mutants of one file take about equally long. In random order, the time left can be estimated.
    random.Random(1).shuffle(mutants)
    session.try_all(mutants, reasons, options.jobs, time.monotonic() + options.duration)
    mutants.sort(key=lambda mutant: (mutant.file, mutant.start))
    stale = mark_equivalents(mutants, reasons, everything)
    status = report(project, mutants, stale, everything)
    shown = [dict({name: getattr(mutant, name) for name in ("id", "file", "line", "outcome", "by")},
                  reason=reasons.get(mutant.id, "")) for mutant in mutants]
    command_line.print_json(options, {"table": tally(mutants), "stale": stale, "mutants": shown})
    return status
