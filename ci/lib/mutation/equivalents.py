"""Reads core/tests/equivalent_mutants: mutants that no test can kill, with the reasons."""
from mutation.run import STAGES
from shared.errors import CannotRun


def read_equivalents(path):
    """Returns the reasons by id. In the file, each id has its own line; an indented reason follows one or more ids."""
    reasons = {}
    waiting = []
    reason = []

    def finish():
        if waiting and not reason:
            raise CannotRun(f"{path}: no reason below: {waiting[0]}")
        for each in waiting:
            if each in reasons:
                raise CannotRun(f"{path}: listed twice: {each}")
            reasons[each] = " ".join(reason)
        waiting.clear()
        reason.clear()

    for line in path.read_text().splitlines() if path.exists() else []:
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            if not waiting:
                raise CannotRun(f"{path}: no mutant above this reason: {line.strip()}")
            reason.append(line.strip())
        else:
            if reason:
                finish()
            waiting.append(line.strip())
    finish()
    return reasons


def mark_equivalents(mutants, reasons, everything):
    """Marks the survivors that are listed as equivalent. Returns the entries that are stale, each with what is wrong."""
    stale = [(each, "no such mutant") for each in reasons if each not in {mutant.id for mutant in everything}]
    for mutant in mutants:
        if mutant.id in reasons:
            if mutant.outcome in STAGES:
                stale.append((mutant.id, f"it is killed, by {mutant.by}"))
            elif mutant.outcome == "survived":
                mutant.outcome = "equivalent"
    return stale
