"""Mutants of which somebody has said why no test can tell them: core/tests/equivalent_mutants."""
from mutation.run import STAGES
from shared.errors import CannotRun


def read_justified(path):
    """Ids, each on a line of its own; and below one or more of them, indented, why it cannot be told apart."""
    reasons = {}
    waiting = []
    reason = []

    def finish():
        if waiting and not reason:
            raise CannotRun(f"{path}: no reason stands below: {waiting[0]}")
        for each in waiting:
            if each in reasons:
                raise CannotRun(f"{path}: stands there twice: {each}")
            reasons[each] = " ".join(reason)
        waiting.clear()
        reason.clear()

    for line in path.read_text().splitlines() if path.exists() else []:
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            if not waiting:
                raise CannotRun(f"{path}: a reason for nothing: {line.strip()}")
            reason.append(line.strip())
        else:
            if reason:
                finish()
            waiting.append(line.strip())
    finish()
    return reasons


def justify(mutants, reasons, everything):
    """Marks those that are justified; returns what in the file is stale."""
    stale = [(each, "no such mutant") for each in reasons if each not in {mutant.id for mutant in everything}]
    for mutant in mutants:
        if mutant.id in reasons:
            if mutant.outcome in STAGES:
                stale.append((mutant.id, f"it is killed, by {mutant.by}"))
            elif mutant.outcome == "survived":
                mutant.outcome = "justified"
    return stale
