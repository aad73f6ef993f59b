"""The names of the workloads of bench/gate, read from their source, so that --only is judged before anything is built."""
import re

from perf import ruler
from shared import command_line
from shared.errors import CannotRun
from shared.repository import ROOT

SOURCE = ROOT / "bench/gate/loads.c"


def names():
    return re.findall(r'^    \{"(\w+)", OF\(', SOURCE.read_text(encoding="utf-8"), re.M)


def chosen(only):
    return command_line.matching(only, names(), "workload")


def built(program):
    """The number of operations in a round of each workload, by its name. Raises an error if the built program has other
    workloads than the source seems to have."""
    operations = ruler.workloads(program)
    expect(operations)
    return operations


def expect(operations):
    if list(operations) != names():
        raise CannotRun(f"{SOURCE} has other workloads than the program built from it: correct names() in {__file__}")
