"""Which function changed: tables, flame graphs and a page of the workloads whose instructions changed."""
import pathlib
import re

from perf import flame, measure, profile, table, units
from shared import files, pages
from shared.errors import CannotRun

HEADINGS = ["function", "itself: base", "head", "change", "with its calls: base", "head", "change"]
LEFT = (0,)
MOST = 10  # functions in a table; --json has all


def examine(gates, results):
    """Adds to each workload whose instructions changed the functions that did. Returns its stacks in base and head, by workload."""
    which = [result for result in table.sorted_by_weight(results) if result["instructions"] in ("slower", "faster")]
    if not which:
        return {}
    print(f"looking for the functions that changed in {len(which)} workloads", flush=True)
    stacks = measure.with_each(profile.of_ruler, "looking for functions", gates, [result["load"] for result in which])
    for result in which:
        result["functions"] = profile.changed(*stacks[result["load"]])
    return stacks


def rows(result):
    def figures(base, head):
        return [units.instructions(base / result["operations"]), units.instructions(head / result["operations"]), flame.change(base, head)]
    return [[one["function"], *figures(*one["self"]), *figures(*one["inclusive"])] for one in result["functions"][:MOST]]


def heading(result):
    more = len(result["functions"]) - MOST
    return f"{result['load']}: instructions by function" + (f", the {MOST} of {MOST + more} that changed most" if more > 0 else "")


def with_functions(results):
    return [result for result in table.sorted_by_weight(results) if "functions" in result]


def text(results):
    return "\n".join(f"\n{heading(result)}\n{table.aligned([HEADINGS, *rows(result)], LEFT)}" for result in with_functions(results))


def markdown(results):
    code = lambda row: [f"`{row[0].replace('`', '')}`", *row[1:]]  # names of C++ have signs that Markdown would read
    return "\n\n".join(f"<details><summary>{heading(result)}</summary>\n\n{table.markdown_table(HEADINGS, map(code, rows(result)), LEFT)}\n\n</details>"
                       for result in with_functions(results))


def write(folder, about, lines, results, stacks):
    """Writes a flame graph for each workload, and a page of all. Returns the page's path."""
    page = folder / "index.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        graphs = []
        for number, result in enumerate(with_functions(results)):
            name = f"{number + 1:02d}-{re.sub(r'[^A-Za-z0-9_.-]', '_', result['load'])}.svg"
            svg = flame.svg(f"{result['load']}: {about}", *stacks[result["load"]], result["operations"])
            files.replace(folder / name, svg.encode())
            graphs.append({"file": name, "svg": svg, "heading": heading(result), "rows": rows(result)})
        html = pages.template(pathlib.Path(__file__).with_name("page.html"), strict=True).render(
            about=about, lines=lines, headings=table.HEADINGS, rows=table.rows(results), reasons=table.reasons(results), graphs=graphs, columns=HEADINGS)
        files.replace(page, html.encode())
    except OSError as error:
        raise CannotRun(f"--output {folder}: {error.strerror}: {error.filename}; name another folder") from None
    return page
