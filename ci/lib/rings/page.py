"""Writes what ci/rings found: results.md, which fuzz/rings/README.md carries, index.html and results.json."""
import json
import os
import pathlib

from shared import files, pages

COLUMNS = ("ring", "version", "language", "reached through", "declares", "questions/s", "changes/s", "findings")
LEFT_OUT = ("name",)


def number(value):
    """With two digits that count; a dash for None."""
    if value is None:
        return "–"
    whole = round(value)
    digits = max(len(str(whole)) - 2, 0)
    return f"{round(whole, -digits):,}"


def declares(verdict):
    return " ".join(f"{name}={value}" for name, value in verdict.declares.items() if name not in LEFT_OUT)


def state(there):
    return {True: "known", False: "mended", None: "not seen again"}[there]


def trace_of(finding):
    path = pathlib.Path(finding.trace)
    return path.read_text(errors="replace") if finding.trace and path.is_file() else ""


def findings(verdict):
    """Dictionaries for the pages: first what is new, then what is known."""
    rows = [{"name": finding.kind, "state": "new", "file": finding.trace, "trigger": finding.trigger, "times": finding.times,
             "sentence": "", "trace": trace_of(finding)} for finding in verdict.new()]
    for known, there in verdict.known:
        met = [finding for finding in verdict.findings if finding.known is known]
        rows.append({"name": known.path.stem, "state": state(True if met else there), "file": str(known.path), "trigger": "",
                     "times": sum(finding.times for finding in met), "sentence": known.sentence, "trace": known.program})
    return rows


def row(verdict):
    return {"name": verdict.ring.name, "title": verdict.ring.title, "version": verdict.ring.version, "language": verdict.ring.language,
            "licence": verdict.ring.licence, "homepage": verdict.ring.homepage, "reached": verdict.ring.reached, "notes": verdict.ring.notes,
            "declares": declares(verdict), "questions": verdict.questions, "changes": verdict.changes, "operations": verdict.operations,
            "programs": verdict.programs, "skipped": verdict.skipped, "findings": findings(verdict)}


def plain(text):
    """Text for a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")


def shown(finding, base):
    """A finding as a Markdown link, relative to the folder `base`."""
    said = finding["name"] if finding["state"] == "known" else f"**{finding['state']}**: {finding['name']}"
    return f"[{said}]({os.path.relpath(finding['file'], base)})" if finding["state"] != "new" else said


def markdown(rows, base):
    """The table, then a sentence for each finding. Links are relative to `base`."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---|---|---|---|---|---:|---:|---|"]
    for one in rows:
        cells = [one["title"], one["version"], one["language"], one["reached"], one["declares"] and f"`{one['declares']}`",
                 number(one["questions"]), number(one["changes"]),
                 f"not judged: {one['skipped']}" if one["skipped"] else ", ".join(shown(finding, base) for finding in one["findings"]) or "none"]
        lines.append("| " + " | ".join(map(plain, cells)) + " |")
    lines.append("")
    for one in rows:
        for finding in one["findings"]:
            sentence = finding["sentence"] or f"New: when `{finding['trigger'] or 'unknown'}`."
            lines += [f"- {one['title']}, {shown(finding, base)}: {sentence}"]
    return "\n".join(lines) + "\n"


def write(verdicts, options, summary, base):
    """Writes the three files into options.output."""
    rows = [row(verdict) for verdict in verdicts]
    files.replace(options.output / "results.json", json.dumps({"seed": options.seed, "seconds": options.duration, "rings": rows}, indent=1).encode())
    files.replace(options.output / "results.md", markdown(rows, base).encode())
    page = pages.template(pathlib.Path(__file__).with_name("page.html"), strict=True)
    files.replace(options.output / "index.html", page.render(rows=rows, summary=summary, seed=options.seed, seconds=options.duration,
                                                              number=number, bad=any(verdict.new() for verdict in verdicts)).encode())
