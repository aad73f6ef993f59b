"""What became of the mutants, in a table and in words."""
import collections

from mutation.run import STAGES

COLUMNS = ("mutants", "waiting", "invalid", "same", *STAGES, "justified", "survived")


def tally(mutants):
    table = {}
    for mutant in mutants:
        row = table.setdefault(mutant.file, collections.Counter())
        row["mutants"] += 1
        row[mutant.outcome] += 1
    return table


def score(row):
    killed = sum(row[stage] for stage in STAGES)
    judged = killed + row["survived"]
    return 100 * killed / judged if judged else 100.0


def print_table(table):
    total = sum(table.values(), collections.Counter())
    width = max(map(len, table)) if table else 4
    print(f"{'file':{width}} " + "".join(f"{name:>10}" for name in COLUMNS) + "     score")
    for file, row in [*table.items(), ("all", total)]:
        print(f"{file:{width}} " + "".join(f"{row[name]:10}" for name in COLUMNS) + f"  {score(row):6.2f} %")
    return total


def report(project, mutants, stale):
    survivors = [mutant for mutant in mutants if mutant.outcome == "survived"]
    for mutant in survivors:
        print(f"SURVIVED {project.core.name}/{mutant.file}:{mutant.line}\n    {mutant.id}")
    for each, what in stale:
        print(f"STALE {project.justified.name}: {what}\n    {each}")
    total = print_table(tally(mutants))
    only = sum(1 for mutant in mutants if mutant.outcome in STAGES and " sanitized:" in mutant.by)
    killed = sum(total[stage] for stage in STAGES)
    print(f"{total['mutants']} mutants: {killed} killed ({only} of them seen by sanitizers alone), "
          f"{total['same']} with the original's object code, {total['invalid']} that do not compile, "
          f"{total['justified']} justified, {total['survived']} survived")
    if total["waiting"]:
        print(f"{total['waiting']} were not come to, and wait for another run")
    if survivors:
        print("a survivor is a hole in the tests: mend them; or, if nobody could tell, say why in "
              f"{project.justified.name}")
    return 1 if survivors or stale else 0
