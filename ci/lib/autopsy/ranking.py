"""Puts what was found in a text in order: the strongest verdict first, then a VM before a tool, then a backtrace before a line."""
import collections
import heapq

from autopsy import backtrace_verdict, log_verdict

VERDICTS = ("this defect", "consistent with it", "cannot tell", "not this")  # most like the defect first
KEPT, PROGRAMS = 20, 10
RECENT = 5  # messages before one that only repeats that a program died
JUDGES = {"log": log_verdict.judge, "backtrace": backtrace_verdict.judge_backtrace, "erlang": backtrace_verdict.judge_dump}


def order(judgement, facts, echo):
    return echo, VERDICTS.index(judgement["verdict"]), not facts["vm"], facts["kind"] != "backtrace"


def is_bare(facts):
    """Whether it tells no more than that a program died."""
    return facts.get("form") in ("fatal", "signal") or (facts["kind"] == "backtrace" and not facts["frames"])


def is_echo(facts, before):
    """Whether a bare message is about the crash of another one shortly before it."""
    if before.get("form") in (None, "out of memory") or facts["signal"] not in (None, before["signal"]):
        return False
    program = facts["program"] or before["program"]
    return program == before["program"] or facts["pid"] == before["pid"] or program.endswith(".service") or (facts["vm"] and before["vm"])


class Ranking:
    """Keeps the first KEPT, and counts the others: a program that dies again and again fills the log."""

    def __init__(self):
        self.kept, self.more, self.count = [], collections.Counter(), 0
        self.seen_out_of_memory, self.latest = set(), collections.deque(maxlen=RECENT)

    def add(self, facts):
        if facts.get("form") == "out of memory":  # the kernel prints up to three lines about one
            if facts["pid"] in self.seen_out_of_memory:
                return
            self.seen_out_of_memory.add(facts["pid"])
        echo = is_bare(facts) and any(is_echo(facts, before) for before in self.latest)
        if echo and facts["kind"] == "log":
            return
        self.latest.append(facts)
        judgement = JUDGES[facts["kind"]](facts)
        self.count += 1
        # heapq keeps the smallest first, which here is the least like the defect, or the latest.
        entry = (tuple(-part for part in order(judgement, facts, echo)), -self.count, judgement, facts)
        dropped = heapq.heappushpop(self.kept, entry) if len(self.kept) > KEPT else heapq.heappush(self.kept, entry)
        if dropped is not None:
            self.more[dropped[2]["verdict"], dropped[3]["program"] or "a program without a name"] += 1

    def first(self):
        """The verdict and facts that lead, and short forms of the others."""
        (_, _, judgement, facts), *others = sorted(self.kept, reverse=True, key=lambda entry: entry[:2])
        return judgement, facts, [{"verdict": other["verdict"], "summary": other["summary"], "program": about["program"],
                                   "pid": about["pid"], "time": about["time"], "line": about["line"]} for _, _, other, about in others]

    def uncounted(self):
        """Counts of those that were not kept, by verdict and program: a few programs, and the rest together."""
        counts = sorted(self.more.items(), key=lambda pair: (VERDICTS.index(pair[0][0]), -pair[1]))
        named, rest = counts[:PROGRAMS], collections.Counter()
        for (verdict, _), count in counts[PROGRAMS:]:
            rest[verdict, "other programs"] += count
        return [{"verdict": verdict, "program": program, "count": count} for (verdict, program), count in [*named, *rest.items()]]
