"""Files that a project keeps beside its sources: limits, and slowdowns that it accepts."""
import collections
import dataclasses
import fnmatch
import re

from shared import commits, programs
from shared.errors import CannotRun

FIGURES = ("instructions", "time")
# From which change on a figure counts. Instructions: 1 %, minus what different addresses alone can change, which
# ci/perf-selftest prints. Time: smaller differences can come from the addresses of loops alone.
FLOORS = {"instructions": 0.0085, "time": 0.05}
EXPLAINED = """\
FILES. Both have lines of words, and comments that begin with #. WORKLOAD is a name or a pattern with *, FIGURE is instructions, time
or both.

--limits: WORKLOAD FIGURE PERCENT sets from which change on a figure counts (0.85% and 5% otherwise). The last line that fits counts.
    *        time          10%
    parse_*  instructions  2%

--acknowledged: WORKLOAD FIGURE PERCENT REASON accepts a slowdown of at most that much, as in
    find     instructions  70%   answers are checked twice
A line counts if it is in the file of HEAD and not in that of BASE. So it belongs to the change that adds it, survives rebase and
squash, and excuses no later slowdown. In a file outside of the repository, each line counts."""


@dataclasses.dataclass(frozen=True)
class Rule:
    workload: str
    figures: tuple
    share: float
    reason: str = ""

    def fits(self, workload, figure):
        return figure in self.figures and fnmatch.fnmatchcase(workload, self.workload)


def rule(line, path, reason):
    form = r"(\S+)\s+(instructions|time|both)\s+\+?([0-9]{1,4}(?:\.[0-9]+)?)\s*%" + (r"\s+(\S.*)" if reason else "()")
    match = re.fullmatch(form, line)
    if not match or float(match[3]) == 0:
        wanted = "a workload, instructions or time or both, a percentage such as 2%" + (", and a reason" if reason else "")
        raise CannotRun(f"{path}: a line is not {wanted}: {line}")
    return Rule(match[1], FIGURES if match[2] == "both" else (match[2],), float(match[3]) / 100, match[4])


def lines_of(text):
    return [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


def read(path):
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRun(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}; name a text file") from None


def limits(path):
    return [rule(line, path, False) for line in lines_of(read(path))]


def floor(rules, workload, figure):
    return next((each.share for each in reversed(rules) if each.fits(workload, figure)), FLOORS[figure])


def at(root, commit, path):
    """The lines of a file in a commit. None if it is not there."""
    try:
        return lines_of(programs.run("git", "-C", root, "show", f"{commit}:{path}"))
    except CannotRun:
        return None


def acknowledged(path, root, base, head):
    """The slowdowns that the change from base to head accepts."""
    lines = lines_of(read(path))
    here = path.resolve()
    if here.is_relative_to(root.resolve()):
        name = here.relative_to(root.resolve())
        if head != commits.commit_named("HEAD", root):  # or what is not committed yet may be tried
            lines = at(root, head, name) or []
        lines = list((collections.Counter(lines) - collections.Counter(at(root, base, name) or [])).elements())
    return [rule(line, path, True) for line in lines]


def shown(path, root):
    """A path as others know it, too."""
    here = path.resolve()
    return here.relative_to(root.resolve()) if here.is_relative_to(root.resolve()) else path


def expect_known(rules, names, path):
    """A pattern that fits no workload would never count, and nobody would notice."""
    for each in rules:
        if not any(fnmatch.fnmatchcase(name, each.workload) for name in names):
            raise CannotRun(f"{path}: no workload fits {each.workload}; there are: {', '.join(names)}")
