"""Whether the ring takes longer, or more memory, than the best other ring: a verdict for each row, and which rows were not
measured and why."""

import math
import re
from collections import Counter, defaultdict, namedtuple

import ratios

CORE = "core"
# ketama has points of its own, and benchmarks of its own: rows of `add` and `ketama_add` both count.
RIVALS = ("merge", "resort", "pointers", "ketama")
MOST = 1.05
NOT_TOLD = "not told"
KETAMA_POINTS = 160

# The first line that fits says why: rivals, benchmarks, from how many points on, and the reason. "all": nor the core.
LEFT_OUT = [
    ("all", r"\w+", 10_000_000, "a ring of that size takes far longer to build than what is timed"),
    ("ketama", r"add|remove|build_batch|find|free|heap", 0,
     "its rule and its 160 points a node are its own: see ketama_..., up to 99 nodes (libmemcached aborts at the 101st)"),
    ("ketama", r"\w+", 0, "libmemcached has no such call"),
    ("pointers", r"ketama_\w+", 0, "it is no ring of that rule: it only sorts otherwise than resort"),
    ("pointers", r"find_(2|n|10)", 0, "it has no such call"),
    ("resort", r"find_(position|latency|many)", 0, "it finds by key alone"),
    ("merge|resort|pointers", r"build_one_by_one", 100_000, "quadratic: minutes for one ring"),
    ("resort|pointers", r"add|add_batch|remove|churn", 10_000_000, "seconds for one change; `bench/run --goals` has add and remove"),
    ("resort|pointers", r"find\w*", 10_000_000, "seconds to build; `bench/run PROGRAM` has it"),
]
UNKNOWN = "not measured in this run"

Row = namedtuple("Row", "case value unit rival interval verdict")


def verdict_of(interval):
    if interval["highest"] <= MOST:
        return "not slower"
    if interval["lowest"] > MOST:
        return "slower"
    half = (interval["highest"] - interval["lowest"]) / 2 / interval["median"]
    return f"{NOT_TOLD}: +-{half:.0%}"


def by_instructions(counts, rival):
    """The verdict where times did not tell; None if instructions were not counted."""
    if not {CORE, rival} <= set(counts):
        return None
    share = counts[CORE] / counts[rival]
    return f"{'not slower' if share <= MOST else 'slower'}: {ratios.digits(share)} of its instructions"


def measured(results):
    """(case, contestant -> repetition -> value, unit), in the order of registration."""
    for bench in results.benches(results.times):
        yield from ((case, results.times[case], "s") for case in results.cases(results.times, bench))
    for bench in results.benches(results.counts):
        if list(ratios.COUNTED[bench]) == ["heap"]:
            for case in results.cases(results.counts, bench):
                counts = results.counts[case].items()
                yield case, {name: {index: each["heap"] for index, each in of.items()} for name, of in counts}, ""


def rows_of(results):
    for case, values, unit in measured(results):
        core = values.get(CORE)
        others = [name for name in RIVALS if core and name in values]
        if not others:
            continue
        intervals = {name: ratios.median_interval(core[index] / values[name][index] for index in core) for name in others}
        # The one that is nearest to being faster than the core.
        best = max(others, key=lambda name: (intervals[name]["lowest"] > MOST, intervals[name]["highest"]))
        value = ratios.spread(core.values())["median"]
        verdict = verdict_of(intervals[best])
        if verdict.startswith(NOT_TOLD):
            verdict = by_instructions(results.instructions.get(case, {}), best) or verdict
        yield Row(case, value, unit, best, intervals[best], verdict)


def undecided(results):
    """The rows without a verdict."""
    return [row for row in rows_of(results) if row.verdict.startswith(NOT_TOLD)]


def ring_of(case):
    """Its nodes, replicas and points."""
    if case.size_name == "nodes":
        return case.size, KETAMA_POINTS, case.size * KETAMA_POINTS
    return math.ceil(case.size / case.variant), case.variant, case.size


def verdict_lines(results):
    lines = [["benchmark", "nodes", "replicas", "points", CORE, "best other", "core/best other", "verdict"]]
    for row in rows_of(results):
        value = ratios.human(row.value, row.unit)
        ring = [str(each) for each in ring_of(row.case)]
        lines.append([row.case.bench, *ring, value, row.rival, ratios.spread_cell(row.interval), row.verdict])
    return lines


def verdict_title(results):
    counts = Counter(row.verdict.partition(":")[0] for row in rows_of(results))
    found = ", ".join(f"{counts[each]} {each}" for each in ("not slower", "slower", NOT_TOLD))
    return (
        f"The core beside the best of {', '.join(RIVALS)}, in time or (heap) bytes: {found}. Median ratio, with its "
        f"{ratios.CONFIDENCE:.0%} interval by ranks. Not slower: all of it is at most {MOST}. Slower: none of it is. Where "
        "times do not tell, instructions do, and the verdict says how many of the other's the core takes"
    )


def why(rival, bench, points):
    """`points`: of the smallest ring that is left out."""
    for rivals, benches, least, reason in LEFT_OUT:
        if rival in rivals.split("|") and re.fullmatch(benches, bench) and points >= least:
            return reason
    return UNKNOWN


def compared_cases(results):
    """bench -> case -> contestants, of the benchmarks that compare the core with a rival."""
    benches = defaultdict(dict)
    for case, values, _ in measured(results):
        if CORE in values:
            benches[case.bench][case] = set(values)
    return {bench: cases for bench, cases in benches.items() if any(names & set(RIVALS) for names in cases.values())}


def left_out(results):
    """(rival, reason, benchmark, points of the rings; "all": whatever the ring)."""
    compared = compared_cases(results)
    rings = {(case.size_name, ring_of(case)) for cases in compared.values() for case in cases}
    for bench, cases in compared.items():
        size_name = next(iter(cases)).size_name
        here = {ring_of(case): names for case, names in cases.items()}
        missing = {"all": {ring for name, ring in rings if name == size_name} - set(here)}
        missing.update({rival: {ring for ring, names in here.items() if rival not in names} for rival in RIVALS})
        for rival, wanted in missing.items():
            points = sorted({ring[-1] for ring in wanted})
            if points:
                text = "all" if rival != "all" and len(wanted) == len(here) else ", ".join(map(str, points))
                yield rival, why(rival, bench, points[0]), bench, text


def left_out_lines(results):
    """Benchmarks that lack the same share a line."""
    benches = defaultdict(list)
    for rival, reason, bench, points in left_out(results):
        benches[rival, points, reason].append(bench)
    lines = [[rival, ", ".join(names), points, reason] for (rival, points, reason), names in benches.items()]
    order = ("all", *RIVALS)
    return [["left out", "benchmarks", "points", "why"], *sorted(lines, key=lambda line: order.index(line[0]))]


def sections(results):
    yield ratios.Section("never slower", verdict_title(results), verdict_lines(results))
    yield ratios.Section("what is left out", "Pairs that were not measured", left_out_lines(results))
