"""Implements ci/perf-backfill: many commits, side by side."""
import random

from perf import build, measure
from shared import history, programs
from shared.errors import CannotRun
from shared.repository import ROOT


def built(commits):
    """Commits, and the programs of those that can be built: the oldest first."""
    gates = {}
    for commit in commits:
        try:
            gates[commit] = build.gate(build.library(commit))
        except CannotRun as error:
            print(f"    {commit[:12]} is left out, it does not build: {str(error).splitlines()[0]}", flush=True)
    return gates


def run(options):
    commits = programs.run("git", "-C", ROOT, "rev-list", "--first-parent", f"--max-count={options.last}", "HEAD").split()[::-1]
    print(f"building {len(commits)} commits; seed {options.seed}", flush=True)
    gates = built(commits)
    if not gates:
        raise CannotRun("none of them has a library that can be built and installed")
    operations = measure.loads(next(iter(gates.values())))
    names = [name for name in operations if options.only.search(name)]
    if not names:
        raise CannotRun("no workload's name matches --only")
    order = random.Random(options.seed)
    which = {commit: history.commit(commit) for commit in gates}
    records = {commit: [] for commit in gates}
    different = build.programs(gates.values())
    which_program = {gate: number for number, same in enumerate(different) for gate in same}
    counted = measure.count_all([same[0] for same in different], names)
    print(f"counted the instructions of {len(names)} workloads, of {len(different)} different programs", flush=True)
    for number, name in enumerate(names):
        times = measure.time_side_by_side(list(gates.values()), different[-1][0], name, options.rounds, order)
        for index, (commit, gate) in enumerate(gates.items()):
            instructions = counted[name][which_program[gate]]["Ir"] / operations[name]
            records[commit] += history.records_of(which[commit], name, instructions, times[index])
        print(f"    timed {number + 1} of {len(names)}: {name}", flush=True)
    history.append([record for commit in gates for record in records[commit]])
    print(f"{sum(map(len, records.values()))} records of {len(gates)} commits appended, of machine {history.machine()[0]}")
    return 0
