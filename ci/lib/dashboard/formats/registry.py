"""The formats by name, for ci/history."""
import collections
import functools

from dashboard.formats import (asv, bmf, catch2, criterion, data_js, github_action, go_benchmark, google_benchmark, hyperfine, jmh, pytest_benchmark,
                               records)
from dashboard.formats.github_entries import TOOLS

Format = collections.namedtuple("Format", "read write about")

FORMATS = {
    "google-benchmark": Format(google_benchmark.read, google_benchmark.write, "JSON of Google Benchmark, all versions"),
    "github-action-benchmark": Format(github_action.read, github_action.write,
                                      "JSON for the GitHub Action benchmark-action; units tell which values are better, or --better"),
    **{tool: Format(functools.partial(github_action.read, tool=tool), functools.partial(github_action.write, tool=tool),
                    f"the same, for this tool: {TOOLS[tool]} values are better") for tool in ("customSmallerIsBetter", "customBiggerIsBetter")},
    "data.js": Format(data_js.read, data_js.write, "the history that this action keeps, of all its tools, with all commits"),
    "bmf": Format(bmf.read, bmf.write, "Bencher Metric Format"),
    "pytest-benchmark": Format(pytest_benchmark.read, None, "JSON of pytest --benchmark-json"),
    "jmh": Format(jmh.read, None, "JSON of Java's JMH, -rf json"),
    "go": Format(go_benchmark.read, None, "what go test -bench prints, for benchstat; also with -json"),
    "criterion": Format(criterion.read, None, "the folder target/criterion, or what cargo criterion --message-format=json prints"),
    "catch2": Format(catch2.read, None, "what Catch2 prints with --reporter xml, or on the console"),
    "hyperfine": Format(hyperfine.read, None, "JSON of hyperfine --export-json"),
    "asv": Format(asv.read, None, "the folder of results of airspeed velocity, or one of its files"),
    "records": Format(records.read, records.write, "records as in the history itself (ci/lib/shared/record.schema.json); loses nothing"),
}
WHOLE = ("data.js", "records")  # these have all commits, machines and suites
EXPORTS = [name for name, each in FORMATS.items() if each.write]
