"""What the sort's arrays on a stack show, in words."""

from autopsy.signature import ENTRIES, shown


def explain(seen):
    whole, within = seen["of"] == ENTRIES - 1, seen["depth"] < ENTRIES
    popped = "" if seen["live"] or not whole else "; all are popped, so the sort ended before the crash"
    where = f"behind them{', over which they were written,' if not (within and whole) else ''} are the starts" if not seen.get("moved") else \
        "the starts moved, since the pointer to them was overwritten, and lie where it pointed then"
    lines = [f"at {shown(seen['start'])}, on the stack, {seen['depth'] + 1} rising ring indices follow each other: the ends of "
             f"{seen['depth'] + 1} levels of the sort, in an array for {ENTRIES}",
             f"{where}: {seen['held']} of {seen['of']} levels end exactly where the sort leaves it{popped}",
             *([f"the sort began again behind them, and wrote {seen['again']} further levels"] if seen.get("again") else []),
             *([f"past the end of the starts, over half a pointer to the stack, is the start of level {ENTRIES}"] if within and seen.get("half", True) else []),
             f"the last index is {seen['last']}, so the ring had at least {seen['last'] + 1} points; the {seen['holes']} deepest levels have "
             "one item each, as the holes of a removed node have"]
    if seen["items"]:
        lines.append(f"at {shown(seen['items']['start'])} is the array that it sorted: {seen['items']['points']} pointers, and then "
                     f"{seen['items']['holes']} holes, up to exactly that last index")
    if seen["irregular"] and seen["chance"] < 0:
        lines.append(f"{seen['irregular']} of these levels have irregular sizes; that all fit by chance has a likelihood of 1 in "
                     f"10^{-int(seen['chance'])}")
    return lines
