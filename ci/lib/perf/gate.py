"""Implements ci/perf: compares two commits."""
import random
import statistics

from perf import build, measure, verdict
from shared import command_line, history, programs
from shared.errors import CannotRun
from shared.progress import Progress
from shared.repository import ROOT

PAIRS = 20
ACKNOWLEDGED = build.WORKLOADS / "acknowledged"


def acknowledged(commits):
    """The reasons, by workload, for slowdowns that these commits caused on purpose."""
    reasons = {}
    for line in ACKNOWLEDGED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            words = line.split(maxsplit=2)
            if len(words) < 3:
                raise CannotRun(f"{ACKNOWLEDGED}: a line is not a commit, a workload and a reason: {line}")
            commit, load, reason = words
            if any(each.startswith(commit) for each in commits):
                reasons[load] = reason
    return reasons


def timed(gates, name, order, tick=lambda: None):
    """Times two programs, and once more if they differ. Returns the runs, the change in the last one, and the verdict.
    Calls `tick` often."""
    once = lambda: measure.time_side_by_side(gates, gates[0], name, PAIRS, order, tick)
    runs = [once()]
    said = verdict.of_times(*runs[0])
    if said in ("slower", "faster"):
        runs.append(once())
        said = verdict.of_two_runs(said, verdict.of_times(*runs[1]))
    return {"runs": runs, "change": verdict.change_of_times(*runs[-1]), "verdict": said}


def compare(gates, names, seed):
    order = random.Random(seed)
    print(f"counting the instructions of {len(names)} workloads in both programs, then timing them", flush=True)
    counted = measure.count_all(gates, names)
    results = []
    progress = Progress("timing")
    for number, name in enumerate(names):
        base, head = counted[name]
        how_far = f"{number} of {len(names)} workloads, now {name}"
        result = {"load": name, "base": base, "head": head, "instructions": verdict.of_instructions(base["Ir"], head["Ir"]),
                  **timed(gates, name, order, lambda line=how_far: progress.show(line))}
        results.append(result)
    return results


def row(result, operations, reasons):
    base, head = (side["Ir"] / operations for side in (result["base"], result["head"]))
    median = lambda side: statistics.median(result["runs"][-1][side])
    said = f"{result['instructions']} / {result['verdict']}"
    if result["load"] in reasons and "slower" in (result["instructions"], result["verdict"]):
        said += f" (acknowledged: {reasons[result['load']]})"
    return [result["load"], f"{base:.1f}", f"{head:.1f}", f"{head / base - 1:+.2%}", f"{median(0):.1f}", f"{median(1):.1f}",
            f"{result['change']:+.1%}", said]


def print_table(rows):
    rows = [["workload", "instr. base", "head", "change", "ns base", "head", "change", "instructions / time"], *rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for cells in rows:
        print("  ".join(cell.ljust(width) if index in (0, 7) else cell.rjust(width)
                        for index, (cell, width) in enumerate(zip(cells, widths))).rstrip())


def run(options):
    base, head = options.base, options.head
    print(f"base {base[:12]}, head {head[:12]}; seed {options.seed}", flush=True)
    gates = []
    for name, commit in (("base", base), ("head", head)):
        print(f"building {name}", flush=True)
        gates.append(build.gate(build.library(commit)))
    operations = measure.workloads(gates[1])
    names = options.names
    same = len(build.programs(gates)) == 1 and not options.record
    reasons = acknowledged(programs.run("git", "-C", ROOT, "rev-list", f"{base}..{head}").split())
    results = [] if same else compare(gates, names, options.seed)
    if same:
        print("both commits build the same program, bit by bit")
    else:
        print_table([row(result, operations[result["load"]], reasons) for result in results])
    command_line.print_json(options, {"base": base, "head": head, "seed": options.seed, "results": results})
    if options.record:
        which = history.commit(head)
        records = [record for result in results for record in history.records_of(
            which, result["load"], result["head"]["Ir"] / operations[result["load"]], result["runs"][-1][1])]
        history.append(records)
        print(f"{len(records)} records appended to the history of machine {records[0]['machine']}")
    slower = [result["load"] for result in results if "slower" in (result["instructions"], result["verdict"])]
    blocking = [name for name in slower if name not in reasons]
    if blocking:
        print(f"SLOWER: {', '.join(blocking)}; make it faster, or say in bench/gate/acknowledged why it is worth it")
    else:
        print("not slower" + (", except for acknowledged slowdowns" if slower else ""))
    return 1 if blocking else 0
