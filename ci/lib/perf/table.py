"""The results as tables: text for a terminal, Markdown for a comment."""
import statistics

from perf import units

HEADINGS = ["workload", "verdict", "decided by", "instructions: base", "head", "change", "time: base", "head", "change", "95 % interval", "p"]
LEFT = (0, 1, 2)
ORDER = ["slower", "trade", "layout", "unstable", "faster", "same"]


def per_operation(result, side):
    return result[side]["Ir"] / result["operations"]


def worst_change(result):
    return max(result["head"]["Ir"] / result["base"]["Ir"] - 1, result["change"])


def sorted_by_weight(results):
    """What blocks first, then what is accepted, then the rest; the largest change first."""
    rank = lambda result: (not result["blocks"], not result["reason"], ORDER.index(result["said"]))
    return sorted(results, key=lambda result: (*rank(result), -abs(worst_change(result))))


def row(result):
    base, head = (per_operation(result, side) for side in ("base", "head"))
    median = lambda side: statistics.median(result["runs"][-1][side])
    return [result["load"], result["said"] + (" (acknowledged)" if result["reason"] else ""), result["by"],
            units.instructions(base), units.instructions(head), units.change(head / base - 1),
            units.time(median(0)), units.time(median(1)), units.change(result["change"]), units.interval(*result["interval"]), units.p(result["p"])]


def rows(results):
    return [row(result) for result in sorted_by_weight(results)]


def reasons(results):
    """Sentences that the table needs."""
    return [f"{result['load']}: its rounds differ in instructions: give each the same work, without randomness" for result in results
            if result["instructions"] == "unstable"] + [f"{result['load']}: acknowledged: {result['reason']}" for result in results if result["reason"]]


def aligned(lines, left):
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join(cell.ljust(width) if index in left else cell.rjust(width)
                               for index, (cell, width) in enumerate(zip(cells, widths))).rstrip() for cells in lines)


def text(results):
    return "\n".join([aligned([HEADINGS, *rows(results)], LEFT), *reasons(results)])


def cells(words):
    return "| " + " | ".join(word.replace("|", "\\|") for word in words) + " |"


def markdown_table(headings, lines, left):
    return "\n".join([cells(headings), cells(["---" if index in left else "---:" for index in range(len(headings))]), *map(cells, lines)])


def markdown(results):
    """What differs, and below a fold what does not."""
    ordered = sorted_by_weight(results)
    differ = [result for result in ordered if result["said"] != "same"]
    same = [result for result in ordered if result["said"] == "same"]
    parts = [markdown_table(HEADINGS, map(row, differ), LEFT)] if differ else []
    parts += [f"- {line}" for line in reasons(results)]
    if same:
        parts.append(f"<details><summary>{len(same)} without a difference</summary>\n\n{markdown_table(HEADINGS, map(row, same), LEFT)}\n\n</details>")
    return "\n\n".join(parts)
