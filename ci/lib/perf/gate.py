"""Implements ci/perf: compares two commits."""
import math
import pathlib
import random

from perf import build, functions, layouts, measure, project, rules, table, timing, verdict, workloads
from shared import command_line, files, history
from shared.errors import CannotRun
from shared.progress import Progress

MARK = "<!-- ci/perf -->"  # by which a later comment finds the one that it replaces
SAME = "both commits build the same program, bit by bit"
ADVICE = {"slower": "make it faster, or accept it", "trade": "one figure is better and the other is worse: decide, and accept it"}


def compare(gates, again, operations, names, options):
    order = random.Random(options.seed)
    print(f"counting the instructions of {len(names)} workloads in both programs, then timing them", flush=True)
    counted = measure.count_all(gates * (2 if options.foreign else 1), names)  # nobody knows whether its rounds are always the same
    results = []
    progress = Progress("timing")
    for number, name in enumerate(names):
        base, head = counted[name][:2]
        tick = lambda line=f"{number} of {len(names)} workloads, now {name}": progress.show(line)
        floor = {figure: rules.floor(options.floors, name, figure) for figure in rules.FIGURES}
        result = {"load": name, "operations": operations[name], "base": base, "head": head,
                  "instructions": verdict.of_counts([each["Ir"] for each in counted[name]], floor["instructions"]),
                  **timing.timed(gates, name, order, tick, floor["time"])}
        if again and result["verdict"] in ("slower", "faster") and result["verdict"] != result["instructions"]:
            timing.confirm(result, lambda: again(order), name, order, tick, floor["time"])
        results.append(result)
    return results


def judge(result, accepted):
    """Adds the verdict of both figures, and whether it blocks: unless each figure that became worse is accepted. If it blocks, adds
    the line that would accept it."""
    result["said"], result["by"] = verdict.of_both(result["instructions"], result["verdict"])
    changes = {"instructions": (result["instructions"], result["head"]["Ir"] / result["base"]["Ir"] - 1), "time": (result["verdict"], result["change"])}
    worse = {figure: change for figure, (said, change) in changes.items() if said == "slower"}
    covering = {figure: next((each.reason for each in accepted if each.fits(result["load"], figure) and change <= each.share), None)
                for figure, change in worse.items()}
    result["blocks"] = result["said"] in ("slower", "trade") and None in covering.values()
    result["reason"] = "" if result["blocks"] else "; ".join(dict.fromkeys(filter(None, covering.values())))
    if result["blocks"]:
        most = max([*worse.values(), *([result["interval"][1]] if "time" in worse else [])])
        result["line"] = f"{result['load']} {'both' if len(worse) == 2 else min(worse)} {math.ceil(most * 100)}% REASON"


def built(options):
    """The rulers of both commits, a function that links both in other layouts, the operations of workloads, and the chosen ones."""
    if options.foreign:
        rulers, again, operations = project.rulers(options.foreign, options.base, options.head)
        return rulers, again, operations, command_line.matching(options.only, list(operations), "workload")
    rulers = []
    for name, commit in (("base", options.base), ("head", options.head)):
        print(f"building {name}", flush=True)
        rulers.append(build.gate(build.library(commit)))
    again = lambda order: [layouts.relinked(one, name, order) for one, name in zip(rulers, ("base", "head"))]
    return rulers, again, workloads.built(rulers[1]), options.names


def conclusion(results, path):
    """The last lines, and the exit code."""
    lines = []
    where = f"by a line in {path}" if path else "by a line in a file for --acknowledged"
    for said, advice in ADVICE.items():
        if found := [result for result in results if result["blocks"] and result["said"] == said]:
            lines.append(f"{said.upper()}: {', '.join(result['load'] for result in found)}; {advice} {where}: "
                         + ", ".join(f"`{result['line']}`" for result in found))
    if lines:
        return lines, 1
    accepted = any(result["reason"] for result in results)
    return ["not slower" + (", except for acknowledged slowdowns" if accepted else "")], 0


def about(options):
    return f"base {options.base[:12]}, head {options.head[:12]}, seed {options.seed}"


def comment(options, results, lines):
    """Markdown for a pull request."""
    said = [line.partition(";") for line in lines]
    parts = [f"{MARK}\n### ci/perf: {', '.join(line for line, _, _ in said)}", "\n".join(more.strip() for _, _, more in said),
             table.markdown(results) if results else SAME, functions.markdown(results), f"{about(options)}. Figures are for one operation."]
    return "\n\n".join(filter(None, parts)) + "\n"


def show(options, results, stacks, lines):
    """Prints and writes the results."""
    print(table.text(results) if results else SAME)
    if stacks:
        print(functions.text(results) + "\n")
    if options.markdown:
        write(options.markdown, comment(options, results, lines))
    if options.output:
        print(f"a page of this, with flame graphs of what changed: {functions.write(options.output, about(options), lines, results, stacks)}")
    command_line.print_json(options, {"base": options.base, "head": options.head, "seed": options.seed, "results": results})


def record(head, results):
    which = history.commit(head)
    records = [each for result in results for each in history.records_of(
        which, result["load"], table.per_operation(result, "head"), result["runs"][-1][1])]
    history.append(records)
    print(f"{len(records)} records appended to the history of machine {records[0]['machine']}")


def run(options):
    print(about(options), flush=True)
    gates, again, operations, names = built(options)
    for path, found in ((options.limits, options.floors), (options.acknowledged, options.accepted)):
        rules.expect_known(found, list(operations), path)
    # A program of another project may load libraries, so equal programs say nothing.
    same = not options.foreign and len(build.programs(gates)) == 1 and not options.record
    results = [] if same else compare(gates, again, operations, names, options)
    for result in results:
        judge(result, options.accepted)
    stacks = functions.examine(gates, results)
    lines, status = conclusion(results, options.acknowledged and rules.shown(options.acknowledged, options.root))
    show(options, results, stacks, lines)
    if options.record:
        record(options.head, results)
    print("\n".join(lines))
    return status


def write(where, text):
    """Writes to a file, or prints on what was standard output."""
    if not isinstance(where, pathlib.Path):
        command_line.print_on(where, text)
        return
    try:
        files.replace(where, text.encode())
    except OSError as error:
        raise CannotRun(f"--markdown {where}: {error.strerror}; name a file in a folder that can be written") from None
