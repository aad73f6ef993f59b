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

# Why benchmarks are slower: from and up to how many points, and the reason. The first line that fits says it. Up to SMALL points, a
# ring is an array: RUN_MAX in core/arcs/arcs.h.
SMALL = 5000
ANY = math.inf
SLOWER = [
    (r"(ketama_)?heap", 0, SMALL, "each node keeps its positions, 8 bytes a point, so that removing it digests nothing; and 1 KB a ring"),
    (r"(ketama_)?heap", SMALL, ANY, "each node keeps its positions, 8 bytes a point: lines have only 16 bits of them"),
    (r"(ketama_)?free", 0, SMALL, "each block is counted; and a node's block has its positions, which 128 replicas make too large for malloc()'s fast lists"),
    (r"(ketama_)?free", SMALL, ANY, "each block is counted, and there are more: lines, and those of chains"),
    (r"walk", 0, SMALL, "two more calls for each point"),
    (r"walk", SMALL, ANY, "lines have 16 bits of a position: the whole is searched for in the node"),
    (r"find_(2|n|10)", 0, SMALL, f"a ring that was larger than {SMALL} points still has lines; another runs the code of merge, and no reason is known"),
    (r"find_(2|n|10)", SMALL, ANY, "the next owners are in several lines, which an array has side by side"),
    (r"remove\w*", 0, SMALL, f"a ring that was larger than {SMALL} points still has lines: each point is looked up"),
    (r"build_batch", SMALL, ANY, "sorts as merge does, and then fills lines"),
    (r"add_batch", 0, ANY, "each point is looked up by itself; or, if the ring grows large, all its lines are built"),
    (r"ketama_find", 0, KETAMA_POINTS, "with one server, libmemcached digests no key"),
]
NO_REASON = "no reason is known"

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


def reason_of(row):
    points = ring_of(row.case)[-1]
    return next((reason for benches, least, most, reason in SLOWER if re.fullmatch(benches, row.case.bench) and least <= points <= most), NO_REASON)


def decisive(row):
    """The ratio that the verdict speaks of."""
    return float(row.verdict.partition(": ")[2].partition(" ")[0] or row.interval["median"])


def slower_lines(results):
    """Of the rows that are slower: how many, by how much, and why."""
    rows = defaultdict(list)
    for row in rows_of(results):
        if row.verdict.startswith("slower"):
            rows[row.case.bench, reason_of(row)].append(row)
    lines = [["benchmark", "points", "rows", "core/best other", "why"]]
    for (bench, reason), of in rows.items():
        points = [ring_of(row.case)[-1] for row in of]
        found = [decisive(row) for row in of]
        lines.append([bench, f"{min(points)}..{max(points)}", str(len(of)), f"{ratios.digits(min(found))}..{ratios.digits(max(found))}", reason])
    return lines


def sections(results):
    yield ratios.Section("never slower", verdict_title(results), verdict_lines(results))
    slower = slower_lines(results)
    if len(slower) > 1:
        title = "The rows above that are slower: the lowest and highest median ratio of times, or of instructions where these decide"
        yield ratios.Section("what is slower", title, slower)
    yield ratios.Section("what is left out", "Pairs that were not measured", left_out_lines(results))
