"""The table of ratios that the benchmarks print, as a chart: where each contestant's time lies, as a multiple of the first's."""
import math
import re

RATIO = re.compile(r"([\d.]+)(?: \(([\d.]+)\.\.([\d.]+)\))?")
WIDTH, LABEL, ROW, TOP = 900, 250, 26, 30  # units of the drawing
RIGHT = 40


def cells_of(line):
    return re.split(r" {2,}", line.strip())


def rows_of(table):
    """The contestants, and for each line of the table its name and the ratios: {contestant: (median, lowest, highest)}."""
    lines = [cells_of(line) for line in table.splitlines()[1:] if line.strip()]
    head = next((cells for cells in lines if any("/" in cell for cell in cells)), None)
    if head is None:
        return [], []
    others = [cell for cell in head if "/" in cell]
    rows = []
    for cells in lines[lines.index(head) + 1:]:
        if len(cells) != len(head):
            break  # another table follows
        found = {}
        for other, cell in zip(others, cells[-len(others):]):
            match = RATIO.fullmatch(cell)
            if match:
                median = float(match[1])
                found[other.partition("/")[0]] = (median, float(match[2] or median), float(match[3] or median))
        if found:
            rows.append((" ".join(cells[:-len(others) - 1]), found))
    return [other.partition("/")[0] for other in others], rows


def chart(table):
    """What the page draws: a logarithmic axis, and for each row its marks. None if the table has no ratios."""
    contestants, rows = rows_of(table)
    values = [value for _, found in rows for each in found.values() for value in each if value > 0]
    if not values:
        return None
    low, high = (math.floor(math.log10(min(*values, 1))), math.ceil(math.log10(max(*values, 1))))
    high = max(high, low + 1)
    at = lambda value: round(LABEL + (math.log10(value) - low) / (high - low) * (WIDTH - LABEL - RIGHT), 1)
    marks = lambda found: [{"kind": contestants.index(name), "x": at(median), "low": at(lowest), "high": at(highest), "text": f"{name}: {median:g} ({lowest:g} to {highest:g})"}
                           for name, (median, lowest, highest) in found.items() if lowest > 0]
    return {"width": WIDTH, "height": TOP + ROW * len(rows) + 8, "top": TOP - 8, "contestants": contestants,
            "ticks": [{"x": at(10.0 ** power), "text": f"{10.0 ** power:,g}×", "one": power == 0} for power in range(low, high + 1)],
            "rows": [{"name": name, "y": TOP + ROW * number + ROW // 2, "marks": marks(found)} for number, (name, found) in enumerate(rows)]}
