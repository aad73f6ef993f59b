"""Groups of core dumps of one cause: what is told of each, and how it is printed."""

import os
import shlex

from autopsy import program_frame
from autopsy.ranking import VERDICTS
from shared.visible import print_line

HEADS = ("hash", "count", "verdict", "kind of fault", "first frame of the program")


def group_of(members):
    """What is told of a group. The core dump that is most like the defect stands for it."""
    judgement, facts = min(members, key=lambda member: VERDICTS.index(member[0]["verdict"]))
    return {"hash": judgement["hash"], "count": len(members), "verdict": judgement["verdict"], "summary": judgement["summary"],
            "fault": judgement["fault"], "first_frame": facts["first_frame"], "message": facts.get("message"), "next": judgement["next"],
            "cores": [facts["core"], *(other["core"] for _, other in members if other is not facts)]}


def plural(count, word):
    return f"{count} {word}{'' if count == 1 else 's'}"


def describe(judged, unreadable):
    """What --json prints. `judged` has a verdict and facts for each core dump that could be examined."""
    by_hash = {}
    for judgement, facts in judged:
        if judgement["hash"] is None:
            unreadable = [*unreadable, {"core": facts["core"], "reason": f"{judgement['verdict']}: {'; '.join(judgement['evidence'])}"}]
        else:
            by_hash.setdefault(judgement["hash"], []).append((judgement, facts))
    groups = sorted(map(group_of, by_hash.values()), key=lambda group: (VERDICTS.index(group["verdict"]), -group["count"]))
    lead = groups[0] if groups else judged[0][0]
    step = lead["next"]
    if groups and os.path.exists(first := lead["cores"][0]):
        step = f"see the evidence of the first group: ci/autopsy {shlex.quote(first)}; then: {step}"
    readable = sum(group["count"] for group in groups)
    summary = f"{plural(readable, 'core dump')} in {plural(len(groups), 'group')}" + (f", {len(unreadable)} not readable" if unreadable else "")
    return {"kind": "cores", "verdict": lead["verdict"], "summary": summary, "next": step, "groups": groups, "not_examined": unreadable}


def row(group):
    first = group["first_frame"]
    return (group["hash"], str(group["count"]), group["verdict"], group["fault"], program_frame.shown(first) if first else "none is known")


def show(document):
    rows = [HEADS, *map(row, document["groups"])]
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(HEADS))]
    print_line(f"{document['verdict']}: {document['summary']}")
    if document["groups"]:
        print()
        for cells in rows:
            print_line("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip())
    for group in document["groups"]:
        print()
        print_line(f"{group['hash']}: {group['summary']}")
        print_line(f"  {' '.join(group['cores'])}")
    if document["not_examined"]:
        print()
    for one in document["not_examined"]:
        print_line(f"not readable: {one['core']}: {one['reason'].removeprefix(one['core'] + ': ')}")
    print()
    print_line(f"next: {document['next']}")
