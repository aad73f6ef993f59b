"""The outcomes of mutants, as a table and in words."""
import collections

from mutation.run import STAGES

COLUMNS = ("mutants", "waiting", "invalid", "same", *STAGES, "equivalent", "survived")


def tally(mutants):
    table = {}
    for mutant in mutants:
        row = table.setdefault(mutant.file, collections.Counter())
        row["mutants"] += 1
        row[mutant.outcome] += 1
    return table


def score(row, there):
    """The percentage of killed mutants among those that tests can kill, or how many were tried if not all that are there were."""
    tried = row["mutants"] - row["waiting"]
    if tried < there:
        return f"{tried} of {there} tried"
    killed = sum(row[stage] for stage in STAGES)
    tried = killed + row["survived"]
    return f"{100 * killed / tried:.2f} %" if tried else "-"


def print_table(table, there):
    """`there` has the number of all mutants of a file."""
    total = sum(table.values(), collections.Counter())
    width = max(map(len, table)) if table else 4
    print(f"{'file':{width}} " + "".join(f"{name:>11}" for name in COLUMNS) + f"{'score':>20}")
    of_all = sum(there[file] for file in table)
    for file, row, count in [*((file, row, there[file]) for file, row in table.items()), ("all", total, of_all)]:
        print(f"{file:{width}} " + "".join(f"{row[name]:11}" for name in COLUMNS) + f"{score(row, count):>20}")
    return total


def report(project, mutants, stale, everything):
    survivors = [mutant for mutant in mutants if mutant.outcome == "survived"]
    for mutant in survivors:
        print(f"SURVIVED {project.folder.name}/{mutant.file}:{mutant.line}\n    {mutant.id}")
    for each, what in stale:
        print(f"STALE {project.equivalents.name}: {what}\n    {each}")
    total = print_table(tally(mutants), collections.Counter(mutant.file for mutant in everything))
    sanitized = sum(1 for mutant in mutants if mutant.outcome in STAGES and " sanitized:" in mutant.by)
    killed = sum(total[stage] for stage in STAGES)
    print(f"{total['mutants']} mutants: {killed} killed ({sanitized} of them only by a sanitizer), "
          f"{total['same']} with the same object code as the original, {total['invalid']} that do not compile, "
          f"{total['equivalent']} equivalent, {total['survived']} survived")
    if total["waiting"]:
        print(f"{total['waiting']} were not tried in time; run the command again to try them")
    if survivors:
        print("each survivor shows what the tests miss: improve them; if no test can kill it, say why in "
              f"{project.equivalents.name}")
    return 1 if survivors or stale else 0
