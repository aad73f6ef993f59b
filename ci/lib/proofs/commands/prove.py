"""
Proves contracts of functions, in the sources that are shipped, for every input that the contract allows: with Frama-C's plug-in
WP, and the provers Qed, CVC4 and Z3. Among what is proved is that nothing is read or written out of bounds, and that no signed
number overflows. Prints a table. ci/lib/proofs/for_the_prover.h lists what is assumed.

The sort of 2014 is tried, too. One condition must stay without a proof, the check that it lacks; for up to 1024 items, all is
proved.
"""
import re
import time
from collections import Counter

from proofs import frama_c, record
from proofs.targets import FAULTS, TARGETS
from shared import command_line, lib_sh, pools
from shared.errors import CannotRun
from shared.progress import Progress


def arguments(words=None):
    parser = command_line.parser("prove", __doc__, "0 all is proved that should be, and nothing else, 1 something is not, 2 wrong usage, or it could not\n"
                                 "be installed or run.")
    command_line.add_only(parser, "lines of the table")
    parser.add_argument("--changed", action="store_true", help="only what is not recorded as proved, or has changed since")
    parser.add_argument("--record", action="store_true", help="record each line of the table that is proved, for --changed")
    parser.add_argument("--faults", action="store_true", help="instead, plant faults in copies of the sources: each must break a proof")
    command_line.add_jobs(parser, "lines of the table are proved", for_each_cpu=2)  # Frama-C and its prover wait for each other
    command_line.add_setup(parser)
    return parser.parse_args(words)


def requiring(text):
    """The functions whose contract in this source requires something."""
    code = re.sub(r"/\*(?!@).*?\*/|__attribute__\(\(.*?\)\)\)?", "", text, flags=re.S)
    return re.findall(r"/\*?@(?:(?!@/|\*/).)*?\brequires\b(?:(?!@/|\*/).)*[@*]/\s*[^;{}(@]*?\b(\w+)\(", code, re.S)


def without_smoke(target, outcome):
    """The functions of which no smoke test tried whether what they require can be met."""
    required = {name for path in record.files_of(target) for name in requiring(path.read_text(encoding="utf-8"))}
    return [name for name in target.functions if name in required and f"{name}_wp_smoke_default_requires" not in outcome.smoke]


def reasons(target, outcome):
    """What is wrong."""
    open_goals = frama_c.conditions(target, outcome.unproved)
    without = [name for name in target.functions if not any(outcome.of_function(name, target.functions)[:2])]
    if without:
        yield f"there is nothing to prove of {', '.join(without)}: does the source have these functions?"
    elif not outcome.smoke:
        yield "no smoke test was made: whether its contracts contradict themselves is not known"
    untried = without_smoke(target, outcome)
    if untried:
        yield f"no smoke test tried whether what {', '.join(untried)} requires can be met"
    yield from (f"not proved: {each}" for each in open_goals if each not in target.unproved)
    yield from (f"proved, though it does not hold: {each}" for each in target.unproved if each not in open_goals)
    yield from frama_c.made_up(outcome, target)
    yield from (f"never true or reached, so that its proof says nothing: {each}" for each in outcome.dead)


def row(title, source, outcome, left, seconds):
    total = len(outcome.proved)
    by_prover = ", ".join(f"{name.split()[0]} {count}" for name, count in sorted(Counter(outcome.proved.values()).items()))
    return [title, source, f"{total} of {total + len(outcome.unproved)}", by_prover, left, f"{outcome.longest:.1f} s", f"{seconds:.0f} s"]


def rows_of(target, outcome, seconds):
    """A row of the whole, and one for each function, whose time is that of its provers."""
    yield row(target.name, target.source, outcome, ", ".join(target.unproved) or "-", seconds)
    for name in target.functions:
        its = outcome.of_function(name, target.functions)
        yield row(f"  {name}", "", its, "", sum(its.seconds.values()))


def show(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    for each in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(each, widths)).rstrip())


def side_by_side(what, function, works, jobs):
    """Yields each work with what the function makes of it, as they end. One prover at a time works for each: what Frama-C does
    between two of them is more than half of the time."""
    with pools.pool(jobs) as pool:
        futures = {pool.submit(function, *work): work for work in works}
        for future in Progress(what).completed(futures):
            yield futures[future], future.result()


def plant(targets, jobs):
    missed = 0
    faults = [(fault, target) for fault in FAULTS for target in targets if target.name == fault.target]
    unchanged = sorted({(fault.function, target) for fault, target in faults})
    for (function, target), holds in side_by_side("proving the unchanged functions", frama_c.holds, unchanged, jobs):
        if not holds:
            raise CannotRun(f"{function} in {target.source} is not proved within {frama_c.FAULT_LIMIT} s a goal, without a fault: run ci/prove")
    for (fault, _), seen in side_by_side("planting faults", frama_c.noticed, faults, jobs):
        missed += not seen
        print(f"{'noticed' if seen else 'MISSED '}  {fault.function}: {fault.old}  ->  {fault.new}", flush=True)
    print(f"ci/prove: {len(faults)} planted faults, {missed} missed")
    return 1 if missed else 0


def timed(target):
    began = time.monotonic()
    return frama_c.prove_and_smoke(target), time.monotonic() - began


def prove(targets, jobs, records=False):
    rows, wrong, slow = {}, [], []
    for (target,), (outcome, seconds) in side_by_side("proving", timed, [(target,) for target in targets], jobs):
        print(f"==> {target.name}: {len(outcome.proved)} goals proved, {len(outcome.unproved)} not", flush=True)
        found = [f"{target.name}: {reason}" for reason in reasons(target, outcome)]
        wrong += found
        slow += [target.name] if outcome.longest > frama_c.limit_of(target) / frama_c.FIRST_TRY else []
        if records and not found:
            record.add(target)
        rows[target] = rows_of(target, outcome, seconds)
    show([["proof", "source", "goals proved", "by", "cannot be proved", "slowest goal", "time"], *(row for target in targets for row in rows[target])])
    print("".join(f"slow, so that it may fail on a slower machine: {name}\n" for name in slow), end="")
    print("".join(f"{each}\n" for each in wrong), end="")
    print(f"ci/prove: {f'{len(wrong)} of these are wrong: see above' if wrong else 'all is proved that should be'}")
    return 1 if wrong else 0


def main():
    options = arguments()
    chosen = [target for target in TARGETS if not options.only or options.only.search(target.name)]
    if options.record and options.faults:
        raise CannotRun("--record does not go with --faults: it records what has been proved")
    if not chosen:
        raise CannotRun(f"--only {options.only.pattern}: no line of the table matches; they are: {', '.join(each.name for each in TARGETS)}")
    if options.changed:
        chosen = record.changed(chosen)
        if not chosen:
            print("ci/prove: all is recorded as proved, and has not changed since")
            return 0
        print(f"ci/prove: not recorded as proved, or changed since: {', '.join(target.name for target in chosen)}", flush=True)
    lib_sh.prepare(options, "prove", "install_provers")
    return plant(chosen, options.jobs) if options.faults else prove(chosen, options.jobs, options.record)


if __name__ == "__main__":
    command_line.finish("prove", main)
