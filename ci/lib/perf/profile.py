"""Which function: the instructions of each function in both programs, by the stack that called it."""
import collections
import re

from perf import measure

CALLERS = 30  # on a stack; deeper ones share what called them
LEAST = 0.001  # of the workload's instructions: a function that changed by less is not listed
CLONE = re.compile(r"(\.(constprop|isra|part|cold|lto_priv)(\.\d+)*)+$")  # the compiler's numbers, which change without a reason


def stacks(text):
    """The instructions of each stack, as a tuple of functions, the outermost first. What Callgrind calls a function here, is
    one with its callers: f'g'main. A number stands for a level of recursion."""
    names, own = {}, collections.Counter()
    now, inclusive = None, False
    for line in text[text.index("\nevents:"):].splitlines()[1:]:
        function = re.match(r"c?fn=\((\d+)\)(?: (.*))?$", line)
        if function:
            if function[2]:
                words = [CLONE.sub("", word) for word in function[2].split("'") if not word.isdigit()]
                names[function[1]] = tuple(reversed(words))
            if line[0] != "c":
                now = names[function[1]]
        elif line.startswith("calls="):
            inclusive = True  # the next line has the cost of the call, which the called function has, too
        elif cost := re.match(r"[-+*\d]\S* (\d+)", line):
            if not inclusive:
                own[now] += int(cost[1])
            inclusive = False
    return own


def of_ruler(ruler, load):
    return stacks(measure.callgrind(ruler, load, f"--separate-callers={CALLERS}"))


def by_function(own):
    """The instructions of each function itself, and with what it calls."""
    alone, whole = collections.Counter(), collections.Counter()
    for stack, count in own.items():
        alone[stack[-1]] += count
        for name in set(stack):
            whole[name] += count
    return alone, whole


def changed(base, head):
    """A row for each function whose own instructions changed, the largest change first: its name, its own instructions and those
    with what it calls, each in base and head."""
    alone, whole = zip(by_function(base), by_function(head))
    least = LEAST * max(sum(base.values()), sum(head.values()))
    difference = lambda name: alone[1][name] - alone[0][name]
    names = sorted({name for side in alone for name in side}, key=lambda name: (-abs(difference(name)), name))
    return [{"function": name, "self": [side[name] for side in alone], "inclusive": [side[name] for side in whole]}
            for name in names if abs(difference(name)) >= least and difference(name)]
