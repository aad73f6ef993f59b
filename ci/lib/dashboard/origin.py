"""Where measurements come from: the commit and the machine that an import adds to what a file says."""
import pathlib

from dashboard import commit_order
from dashboard.formats.nodes import Node
from dashboard.formats.registry import WHOLE
from shared import command_line, history
from shared.commits import git, repository_of
from shared.errors import CannotRun
from shared.record import better_of
from shared.repository import ROOT


def add_project(command):
    command.add_argument("--project", type=command_line.old_folder, metavar="FOLDER",
                         help="the git repository that was measured; default: the one that has the history, or none")


def repository(options):
    """The root of the repository that was measured, or None."""
    root = repository_of(options.project or options.history)
    if options.project and not root:
        raise CannotRun(f"--project {options.project}: no git repository; name the folder of one")
    return root


def found(name, root):
    """The fields of a commit in a repository, or None."""
    if root is None:
        return None
    said = git(root, "show", "-s", "--format=%H%x00%ct%x00%s", "--end-of-options", f"{name}^{{commit}}", "--").rstrip("\n").split("\0")
    if len(said) != 3:
        return None
    return {"commit": said[0], "time": int(said[1]), "subject": said[2]}


def commit_of(row, options, root):
    """The fields of the commit that was measured: the one that the user names, or the file, or HEAD."""
    if "commit" in row and options.format in WHOLE:
        return {}
    name = options.commit or row.get("commit") or ("HEAD" if root else None)
    if name is None:
        raise CannotRun("which commit was measured? The history is in no git repository: say --commit NAME --date TIME, or --project FOLDER")
    fields = found(name, root)
    if fields is None and options.commit and (root and not options.date):
        raise CannotRun(f"no such commit: {name}; if this clone is shallow, run: git fetch --unshallow; of another project, say --project FOLDER, or --date TIME")
    if fields is None:
        time = Node(options.date, "--date").moment() if options.date else row.get("time", row.get("measured"))
        if time is None:
            raise CannotRun(f"when was {name} committed? No repository has it: say --date TIME")
        fields = {"commit": name, "time": time, "subject": row.get("subject", "")}
    return fields


def refuse_other_repository(folder, project=None):
    """Who stands in a repository of their own, and names neither a history nor a project, does not mean the history of this
    one."""
    here = repository_of(pathlib.Path.cwd())
    if folder == history.FOLDER and project is None and here not in (None, ROOT):
        raise CannotRun(f"{here} is another repository than that of {history.FOLDER}: say --history FOLDER, where yours is or shall be")


def say_machine(rows, options):
    """Says it where the machine is a guess."""
    if rows and not options.machine and not all("machine" in row for row in rows):
        print(f"machine: this one, {history.machine()[0]}, since the file names none; --machine says another")


def say_strangers(records, options):
    """Says how many commits the repository does not have: they may be of another project."""
    root = repository(options)
    commits = {record["commit"] for record in records}
    if root and (missing := len(commits) - len(commit_order.topological(commits, root))):
        print(f"{missing} of {len(commits)} commits are not in the repository {root}: the page places them by their times")


def completed(rows, options):
    """Records: the rows with commit, machine, and what the user says of all of them."""
    named = {row["commit"] for row in rows if "commit" in row}
    if options.commit and len(named) > (0 if options.format in WHOLE else 1):
        raise CannotRun("the file names its commits itself: leave out --commit")
    root, commits, records = repository(options), {}, []
    for row in rows:
        key = (row.get("commit"), row.get("time"), row.get("measured"))
        if key not in commits:
            commits[key] = commit_of(row, options, root)
        record = {"machine": None, **row, **commits[key]}
        record["machine"] = options.machine or record["machine"] or history.machine()[0]
        record["better"] = options.better or better_of(record)
        if options.suite:
            record["suite"] = options.suite
        records.append(record)
    return records


def commit_to_export(options, order):
    """The hash of the commit that the user names. Without a repository, the history itself is asked."""
    root = repository(options)
    if options.commit is None and root is None:
        return order[-1] if order else "the history"
    name = options.commit or "HEAD"
    fields = found(name, root)
    matching = [commit for commit in order if commit == name or (len(name) >= 4 and commit.startswith(name))]
    if fields is None and len(matching) != 1:
        raise CannotRun(f"no such commit: {name}; the history has {len(matching)} commits of this name")
    return fields["commit"] if fields and fields["commit"] in order or not matching else matching[0]
