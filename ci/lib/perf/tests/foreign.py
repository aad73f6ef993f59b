"""A small project with a git history of its own: a sort that becomes slower in its second commit."""
import contextlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
from unittest import mock

from perf import build, functions, measure, project, timing
from perf.commands import gate as gate_command
from shared.errors import CannotRun

SORT = """#include "sort.h"
void sort(int *numbers, int count)
{
    for (int i = 1; i < count; i++) {
        for (int at = i; at > STOP && numbers[at - 1] > numbers[at]; at--) {
            int other = numbers[at];
            numbers[at] = numbers[at - 1];
            numbers[at - 1] = other;
        }
    }
}
"""
SLOWER = """#include "sort.h"
static void __attribute__((noinline)) order(int *one, int *two)
{
    int greater = *one > *two ? *one : *two;
    *one = *one > *two ? *two : *one;
    *two = greater;
}
void sort(int *numbers, int count)
{
    for (int i = 0; i < count; i++) {
        for (int at = 0; at + 1 < count; at++) {
            order(&numbers[at], &numbers[at + 1]);
        }
    }
}
"""
RULER = """#define RULER_MAIN
#include "ruler.h"
#include "sort.h"

static void sort_some(void *prepared)
{
    int numbers[200];
    (void)prepared;
    for (int i = 0; i < 200; i++) {
        numbers[i] = i * 7919 % 200;
    }
    ruler_begin();
    sort(numbers, 200);
    ruler_end();
    ruler_keep(numbers);
}

int main(int argc, char **argv)
{
    const struct ruler_workload workloads[] = {{"sort", 200, 0, sort_some, 0, 0}, {0}};
    return ruler_main(argc, argv, workloads);
}
"""
BUILD = 'cc -std=c99 -O2 -I. -I"$GATE_INCLUDE" -DSTOP=0 -o ruler "$GATE_PROJECT/ruler.c" sort.c'


HEADER = project.HEADER


class Foreign:
    """Use as a mixin of a TestCase. With `invented`, the instructions of base and head, nothing is counted: that takes seconds."""

    invented = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        self.root = self.top / "sorts"
        self.root.mkdir()
        self.git("init", "-q", "-b", "main")
        self.write("ruler.c", RULER)
        self.write("sort.h", "void sort(int *numbers, int count);\n")
        self.write("sort.c", SORT)
        self.commit("first")
        self.write("sort.c", SLOWER)
        self.commit("second")

    def git(self, *words):
        who = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
        return subprocess.run(["git", "-C", str(self.root), *who, *words], capture_output=True, text=True, check=True).stdout

    def write(self, name, text):
        (self.root / name).write_text(text, encoding="utf-8")

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def times(self, gates, *_):
        """Invented, because a test must not depend on the load of the machine."""
        return [[100.0 + number for number in range(timing.PAIRS)] for _ in gates]

    def perf(self, *words):
        """Runs ci/perf with invented times. Returns its exit code and what it prints, or the error's message."""
        printed = io.StringIO()
        with contextlib.ExitStack() as stack:
            for where, name, value in ((build, "BUILT", self.top / "built"), (measure, "time_side_by_side", self.times),
                                       (sys, "argv", ["ci/perf", "--no-setup", *map(str, words)])):
                stack.enter_context(mock.patch.object(where, name, value))
            if self.invented:
                stack.enter_context(mock.patch.object(measure, "count_all", lambda _, names: {name: [{"Ir": one} for one in self.invented * 2] for name in names}))
                stack.enter_context(mock.patch.object(functions, "examine", lambda *_: {}))
            stack.enter_context(contextlib.redirect_stdout(printed))
            try:
                return gate_command.main(), printed.getvalue()
            except CannotRun as error:
                return 2, printed.getvalue() + str(error)

    def gate(self, *words, build_command=BUILD, ruler="./ruler", base="HEAD~1"):
        return self.perf("--project", self.root, "--build", build_command, "--ruler", ruler, base, *words)

    @contextlib.contextmanager
    def standing_in(self, folder):
        before = os.getcwd()
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
