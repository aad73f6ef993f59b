"""Implements ci/perf: two commits, compared."""
import json
import random
import statistics
import time

from perf import build, measure, verdict
from shared import history, programs
from shared.commits import commit_named
from shared.errors import CannotRun
from shared.repository import ROOT

PAIRS = 20
ACKNOWLEDGED = build.RULER / "acknowledged"


def acknowledged(commits):
    """Reasons, by workload, of slowdowns that one of these commits was made with on purpose."""
    reasons = {}
    for line in ACKNOWLEDGED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            words = line.split(maxsplit=2)
            if len(words) < 3:
                raise CannotRun(f"{ACKNOWLEDGED}: not a commit, a workload and a reason: {line}")
            commit, load, reason = words
            if any(each.startswith(commit) for each in commits):
                reasons[load] = reason
    return reasons


def timed(gates, name, order):
    """Both runs, and what they say together. The second is made only if the first says anything."""
    once = lambda: measure.time_side_by_side(gates, gates[0], name, PAIRS, order)
    runs = [once()]
    said = verdict.of_times(*runs[0])
    if said in ("slower", "faster"):
        runs.append(once())
        said = verdict.of_two_runs(said, verdict.of_times(*runs[1]))
    return {"runs": runs, "change": verdict.change_of_times(*runs[-1]), "verdict": said}


def compare(gates, names, seed):
    order = random.Random(seed)
    print(f"counting the instructions of {len(names)} workloads, of both", flush=True)
    counted = measure.count_all(gates, names)
    results = []
    shown = time.monotonic()
    for number, name in enumerate(names):
        base, head = counted[name]
        result = {"load": name, "base": base, "head": head,
                  "instructions": verdict.of_instructions(base["Ir"], head["Ir"]), **timed(gates, name, order)}
        results.append(result)
        if time.monotonic() - shown > 5:
            shown = time.monotonic()
            print(f"    timed {number + 1} of {len(names)}: {name}", flush=True)
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
    base, head = map(commit_named, (options.base, options.head))
    print(f"base {base[:12]}, head {head[:12]}; seed {options.seed}", flush=True)
    gates = [build.gate(build.library(commit)) for commit in (base, head)]
    operations = measure.loads(gates[1])
    names = [name for name in operations if options.only.search(name)]
    if not names:
        raise CannotRun("no workload's name matches --only")
    same = len(build.programs(gates)) == 1 and not options.commit
    reasons = acknowledged(programs.run("git", "-C", ROOT, "rev-list", f"{base}..{head}").split())
    results = [] if same else compare(gates, names, options.seed)
    if same:
        print("both commits make the same program, bit by bit")
    else:
        print_table([row(result, operations[result["load"]], reasons) for result in results])
    if options.json:
        options.json.write_text(json.dumps({"base": base, "head": head, "seed": options.seed, "results": results}) + "\n")
    if options.commit:
        which = history.commit(head)
        records = [record for result in results for record in history.records_of(
            which, result["load"], result["head"]["Ir"] / operations[result["load"]], result["runs"][-1][1])]
        history.append(records)
        print(f"{len(records)} records appended to the history of this machine, {records[0]['machine']}")
    slower = [result["load"] for result in results if "slower" in (result["instructions"], result["verdict"])]
    blocking = [name for name in slower if name not in reasons]
    if blocking:
        print(f"SLOWER: {', '.join(blocking)}: mend it, or say in bench/gate/acknowledged why it is worth it")
    else:
        print("not slower" + (", but for what is acknowledged" if slower else ""))
    return 1 if blocking else 0
