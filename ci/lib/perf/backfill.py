"""Implements ci/perf-backfill: measures many commits side by side."""
import random

from perf import build, measure, workloads
from shared import history, programs
from shared.errors import CannotRun
from shared.progress import Progress
from shared.repository import ROOT


def built(commits):
    """The gate programs of all commits that can be built, oldest first."""
    gates = {}
    progress = Progress("building")
    for number, commit in enumerate(commits):
        progress.show(f"{number} of {len(commits)} commits")
        try:
            gates[commit] = build.gate(build.library(commit))
        except CannotRun as error:
            print(f"    {commit[:12]} is skipped, because it does not build: {str(error).splitlines()[0]}", flush=True)
    return gates


def run(options):
    commits = programs.run("git", "-C", ROOT, "rev-list", "--first-parent", f"--max-count={options.last}", "HEAD").split()[::-1]
    print(f"building {len(commits)} commits; seed {options.seed}", flush=True)
    gates = built(commits)
    if not gates:
        raise CannotRun("none of these commits has a library that can be built and installed; try a smaller --last")
    operations = workloads.built(next(iter(gates.values())))
    names = options.names
    order = random.Random(options.seed)
    which = {commit: history.commit(commit) for commit in gates}
    records = {commit: [] for commit in gates}
    different = build.programs(gates.values())
    which_program = {gate: number for number, same in enumerate(different) for gate in same}
    counted = measure.count_all([same[0] for same in different], names)
    print(f"counted the instructions of {len(names)} workloads in {len(different)} different programs", flush=True)
    progress = Progress("timing")
    for number, name in enumerate(names):
        how_far = f"{number} of {len(names)} workloads, now {name}"
        times = measure.time_side_by_side(list(gates.values()), different[-1][0], name, options.rounds, order,
                                          lambda line=how_far: progress.show(line))
        for index, (commit, gate) in enumerate(gates.items()):
            instructions = counted[name][which_program[gate]]["Ir"] / operations[name]
            records[commit] += history.records_of(which[commit], name, instructions, times[index])
    history.append([record for commit in gates for record in records[commit]])
    print(f"{sum(map(len, records.values()))} records of {len(gates)} commits appended to the history of machine {history.machine()[0]}")
    return 0
