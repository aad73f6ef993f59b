"""A ruler: the program that measures its workloads. bench/gate/ruler.h has the protocol."""
import dataclasses
import os
import pathlib
import re
import shutil

from shared import programs
from shared.errors import CannotRun

ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
LIST_SECONDS = 60
WORKLOAD = re.compile(r"([A-Za-z0-9_.:/+=,-]{1,100}) ([1-9][0-9]{0,14})")


@dataclasses.dataclass(frozen=True)
class Ruler:
    words: tuple  # the command
    folder: pathlib.Path | None = None  # where it is started
    variables: tuple = ()  # of its environment: pairs of a name and a value

    def environment(self, more=None):
        return {**ENVIRONMENT, **dict(self.variables), **(more or {})}

    def __str__(self):
        return " ".join(self.words)


def of_program(path):
    return Ruler((str(path),))


def expect_program(ruler):
    """Raises an error unless the command names a program that Callgrind can examine."""
    name = ruler.words[0]
    found = (ruler.folder or pathlib.Path()) / name if "/" in name else pathlib.Path(shutil.which(name) or name)
    if not found.is_file():
        raise CannotRun(f"--ruler: {found}: no such file after the build; correct the path, which is relative to the checkout, or let --build make it")
    if not os.access(found, os.X_OK):
        raise CannotRun(f"--ruler: {found} is not executable; make it so in the build")
    with open(found, "rb") as file:
        if file.read(2) == b"#!":
            raise CannotRun(f"--ruler: {found} is a script, and Callgrind counts only a program itself; name the program"
                            " (libtool keeps it in .libs), with variables before it if it needs them, such as LD_LIBRARY_PATH=.libs")


def workloads(ruler):
    """The number of operations in a round of each workload, by its name."""
    printed = programs.run(*ruler.words, "list", seconds=LIST_SECONDS, env=ruler.environment(), cwd=ruler.folder)
    operations = {}
    for line in printed.splitlines():
        match = WORKLOAD.fullmatch(line)
        if not match or match[1] in operations:
            why = "a second line of one workload" if match else "not a workload's name, a space and its number of operations"
            raise CannotRun(f"{ruler} list printed {line[:100]!r}: {why}; bench/gate/ruler.h has the protocol")
        operations[match[1]] = int(match[2])
    if not operations:
        raise CannotRun(f"{ruler} list printed no workload; bench/gate/ruler.h has the protocol")
    return operations
