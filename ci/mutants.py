#!/usr/bin/python3
"""The work of ci/mutants: which see.

A mutant is one small change of the core's sources, found in their syntax tree: so it is never in a comment, a type
or a string. It is known by its file, function, operator, text before and after, and number among those alike, and
by no line: an edit elsewhere does not make it another.

The core is linked as a shared library, which the programs that judge it load: a mutant costs the compilation of
one file (of a header: of all that include it) and one small link. It is killed by the first program that fails,
crashes, or takes ten times as long as it should.

Verdicts are kept in a database by the object code of the mutant and the hash of the program (its arguments and
inputs with it), so that a second run compiles and runs what has changed, and a run that was killed goes on. A
change of another file of the core is not looked at: `--fresh` forgets all.
"""
import argparse
import collections
import concurrent.futures
import contextlib
import dataclasses
import hashlib
import json
import os
import pathlib
import queue
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time

try:
    from clang import cindex
except ImportError:
    cindex = None

ROOT = pathlib.Path(__file__).resolve().parent.parent

# An operator is replaced by those that a test could mistake for it. What inverts it, forced conditions show.
RELATIONAL = {"<": ["<="], "<=": ["<"], ">": [">="], ">=": [">"], "==": ["<=", ">="], "!=": ["<", ">"]}
# Not where a loop goes on: one that counts up to its end is the same loop.
INEQUAL = {"<": ["!="], ">": ["!="], "<=": ["=="], ">=": ["=="]}
LOGICAL = {"&&": ["||"], "||": ["&&"]}
ARITHMETIC = {"+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"], "<<": [">>"], ">>": ["<<"],
              "&": ["|"], "|": ["&"], "^": ["|"]}
ASSIGNMENT = {"+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="], "<<=": [">>="], ">>=": ["<<="],
              "&=": ["|="], "|=": ["&="], "^=": ["|="]}
STEP = {"++": "--", "--": "++"}

# Macros whose arguments no result depends on.
ADVICE = {"RING_PREFETCH"}

STAGES = ("unit", "corpus", "check")
LIBRARY = "libmutant.so"


class CannotRun(Exception):
    """What is wrong, and what to do."""


# MUTANTS

@dataclasses.dataclass
class Mutant:
    file: str
    function: str
    operator: str
    before: str  # as the source has it, blanks and comments apart
    after: str
    start: int  # bytes of the file
    end: int
    text: bytes  # instead of those
    line: int
    number: int = 1  # among those that are alike but for their place
    outcome: str = ""
    by: str = ""

    @property
    def id(self):
        number = f" #{self.number}" if self.number > 1 else ""
        return f"{self.file} {self.function}: {self.operator}: {self.before} => {self.after}{number}"

    def apply(self, source):
        return source[:self.start] + self.text + source[self.end:]


def plain(text):
    """On one line, and without comments."""
    text = re.sub(rb"/\*.*?\*/", b" ", text, flags=re.S)
    return re.sub(r"\s+", " ", text.decode(errors="replace")).strip()


class Finder:
    """Finds the mutants of one file in a translation unit that has it."""

    def __init__(self, unit, path):
        self.kind = cindex.CursorKind
        self.name = path.name
        self.source = path.read_bytes()
        self.mutants = []
        self.function = ""
        self.path = []  # from the function's body to what is visited
        self.macros = {}
        definitions = []
        functions = []
        for cursor in unit.cursor.get_children():
            if not cursor.location.file or pathlib.Path(cursor.location.file.name).resolve() != path:
                continue
            start, end = self.range(cursor)
            if cursor.kind == self.kind.MACRO_INSTANTIATION:
                self.macros[start] = (end, cursor.spelling)
            elif cursor.kind == self.kind.MACRO_DEFINITION:
                definitions.append((start, end, cursor.spelling))
            elif cursor.kind == self.kind.FUNCTION_DECL and cursor.is_definition():
                functions.append(cursor)
        self.ranges = sorted((start, end) for start, (end, _) in self.macros.items())
        for definition in definitions:
            self.define(*definition)
        for cursor in functions:
            self.function = cursor.spelling
            for child in cursor.get_children():
                if child.kind == self.kind.COMPOUND_STMT:
                    self.visit(child)
        self.mutants.sort(key=lambda mutant: mutant.start)
        alike = collections.Counter()
        for mutant in self.mutants:
            alike[mutant.id] += 1
            mutant.number = alike[mutant.id]

    @staticmethod
    def range(cursor):
        return cursor.extent.start.offset, cursor.extent.end.offset

    def text(self, cursor):
        start, end = self.range(cursor)
        return self.source[start:end]

    def emit(self, operator, start, end, text, shown=None):
        """`shown`: the range and its replacement that say what changes, where that is more than what does."""
        before, after = (self.source[start:end], text) if shown is None else shown
        self.mutants.append(Mutant(self.name, self.function, operator, plain(before), plain(after), start, end, text,
                                   self.source.count(b"\n", 0, start) + 1))

    # Macros with parameters are functions that the tree does not have: by their text.
    def define(self, start, end, name):
        body = self.source[start:end]
        if not body.startswith(name.encode() + b"(") or name in ADVICE:
            return
        self.function = name
        head = body.index(b")") + 1
        for found in re.finditer(rb"->|[<>]=|[!=]=|<<|>>|&&|\|\||[<>+/%|-]|\b\d+\b", body[head:]):
            token = found[0].decode()
            at = start + head + found.start()
            others = [str(int(token) + 1), str(int(token) - 1)] if token.isdigit() else \
                RELATIONAL.get(token) or ARITHMETIC.get(token) or LOGICAL.get(token, [])
            for other in others:
                self.emit("macro", at, at + len(token), other.encode())

    def in_macro(self, start, end):
        """Whether a part of what a macro expands to is all that this is."""
        for macro_start, macro_end in self.ranges:
            if macro_start > end:
                break
            inside = macro_start <= start < macro_end or macro_start < end <= macro_end
            if inside and not (start <= macro_start and macro_end <= end):
                return True
        return False

    def visit(self, cursor, parent=None, forced=False):
        """`forced`: this is a condition, or a part of one, of which mutants are known to force it."""
        kind = self.kind
        start, end = self.range(cursor)
        if cursor.kind in (kind.CXX_UNARY_EXPR, kind.STATIC_ASSERT) or end <= start or self.in_macro(start, end):
            return  # sizeof; and what is no text
        macro = self.macros.get(start)
        if macro and macro[0] == end:
            self.leaf(cursor, macro[1])
            return
        children = list(cursor.get_children())
        if parent is not None and self.is_statement(cursor, parent):
            self.delete(cursor)
        self.path.append(cursor)
        self.dispatch(cursor, children, forced)
        self.path.pop()

    def dispatch(self, cursor, children, forced):
        kind = self.kind
        handler = {
            kind.BINARY_OPERATOR: self.binary, kind.COMPOUND_ASSIGNMENT_OPERATOR: self.compound,
            kind.UNARY_OPERATOR: self.unary, kind.INTEGER_LITERAL: self.leaf, kind.CHARACTER_LITERAL: self.leaf,
            kind.IF_STMT: self.branch, kind.WHILE_STMT: self.branch, kind.DO_STMT: self.branch,
            kind.FOR_STMT: self.branch, kind.CONDITIONAL_OPERATOR: self.branch, kind.VAR_DECL: self.variable,
            kind.CASE_STMT: self.case,
        }.get(cursor.kind)
        if handler is None:
            for child in children:
                self.visit(child, cursor, forced and cursor.kind in (kind.UNEXPOSED_EXPR, kind.PAREN_EXPR))
        elif handler in (self.binary, self.unary):
            handler(cursor, children, forced)
        elif handler == self.leaf:
            self.leaf(cursor)
        else:
            handler(cursor, children)

    # Statements

    def is_statement(self, cursor, parent):
        kind = self.kind
        if parent.kind not in (kind.COMPOUND_STMT, kind.CASE_STMT, kind.DEFAULT_STMT):
            return False
        jumps = (kind.RETURN_STMT, kind.BREAK_STMT, kind.CONTINUE_STMT, kind.GOTO_STMT)
        return cursor.kind.is_expression() or cursor.kind in jumps

    def delete(self, cursor):
        self.emit("deletion", *self.range(cursor), b"(void)0", (self.text(cursor), b";"))

    def condition_of_for(self, cursor, children):
        """Of the parts that may be missing, the one between the semicolons."""
        start, end = self.range(cursor)
        depth = 0
        separators = []
        for at in range(start, end):
            byte = self.source[at:at + 1]
            depth += {b"(": 1, b")": -1}.get(byte, 0)
            if byte == b";" and depth == 1:
                separators.append(at)
            if byte == b")" and depth == 0:
                break
        if len(separators) != 2:
            return None
        inside = [child for child in children[:-1] if separators[0] < child.extent.start.offset < separators[1]]
        return inside[0] if inside else None

    def branch(self, cursor, children):
        kind = self.kind
        condition = {kind.FOR_STMT: lambda: self.condition_of_for(cursor, children),
                     kind.DO_STMT: lambda: children[-1]}.get(cursor.kind, lambda: children[0])()
        loop = cursor.kind in (kind.FOR_STMT, kind.WHILE_STMT, kind.DO_STMT)
        for child in children:
            if condition is not None and child == condition:
                start, end = self.range(child)
                if not self.in_macro(start, end):
                    word = "loop" if loop else "condition"
                    self.emit(word, start, end, b"1", (self.text(child), b"true"))
                    self.emit(word, start, end, b"0", (self.text(child), b"false"))
                self.visit(child, cursor, "loop" if loop else "branch")
            else:
                self.visit(child, cursor)
                body = cursor.kind != kind.CONDITIONAL_OPERATOR and child.kind.is_expression() and not loop
                if body:
                    self.delete(child)

    def variable(self, cursor, children):
        """An array of one more is no fault; one of one less is."""
        start, _ = self.range(cursor)
        for child in children:
            between = self.source[start:child.extent.start.offset]
            found = len(self.mutants)
            self.visit(child, cursor)
            if child.kind.is_expression() and b"=" not in between and b"[" in between:
                more = (b"+ 1)", str(int(self.text(child)) + 1).encode() if self.text(child).isdigit() else b"+ 1")
                self.mutants[found:] = [each for each in self.mutants[found:] if not each.text.endswith(more)]

    def case(self, cursor, children):
        for child in children[1:]:
            self.visit(child, cursor)

    # Expressions

    def wrapped(self, cursor):
        """As an operand of any operator."""
        text = self.text(cursor)
        while cursor.kind == self.kind.UNEXPOSED_EXPR:
            inner = list(cursor.get_children())
            if not inner:
                break
            cursor = inner[0]
        loose = (self.kind.BINARY_OPERATOR, self.kind.CONDITIONAL_OPERATOR, self.kind.COMPOUND_ASSIGNMENT_OPERATOR)
        return b"(" + text + b")" if cursor.kind in loose else text

    def operator_between(self, left, right):
        between = self.source[left.extent.end.offset:right.extent.start.offset]
        between = re.sub(rb"/\*.*?\*/", lambda comment: b" " * len(comment[0]), between, flags=re.S)
        return between.strip().decode(errors="replace"), left.extent.end.offset + len(between) - len(between.lstrip())

    def force(self, cursor):
        for value in (b"true", b"false"):
            self.emit("value", *self.range(cursor), b"1" if value == b"true" else b"0", (self.text(cursor), value))

    def binary(self, cursor, children, forced):
        left, right = children
        operator, _ = self.operator_between(left, right)
        start, end = self.range(cursor)
        boolean = operator in RELATIONAL or operator in LOGICAL
        name = "relational" if operator in RELATIONAL else "logical" if operator in LOGICAL else "arithmetic"
        others = RELATIONAL.get(operator) or LOGICAL.get(operator) or ARITHMETIC.get(operator, [])
        if operator in INEQUAL and forced != "loop":
            others = others + INEQUAL[operator]
        if b"NULL" in (self.text(left), self.text(right)):
            others = []  # no pointer is less
        for other in others:
            text = b" ".join((self.wrapped(left), other.encode(), self.wrapped(right)))
            self.emit(name, start, end, b"(" + text + b")", (self.text(cursor), text))
        if operator in LOGICAL:
            for side in (left, right):
                self.emit(name, start, end, b"(" + self.text(side) + b")", (self.text(cursor), self.text(side)))
        if boolean and not forced:
            self.force(cursor)
        for side in (left, right):
            # Of `a && b`, to take one side alone forces the other.
            self.visit(side, cursor, (forced or "branch") if operator in LOGICAL else False)

    def compound(self, cursor, children):
        left, right = children
        operator, at = self.operator_between(left, right)
        for other in ASSIGNMENT.get(operator, []):
            self.emit("assignment", at, at + len(operator), other.encode(),
                      (self.text(cursor), self.source[cursor.extent.start.offset:at] + other.encode()
                       + self.source[at + len(operator):cursor.extent.end.offset]))
        for child in children:
            self.visit(child, cursor)

    def unary(self, cursor, children, forced):
        start, end = self.range(cursor)
        operand = children[0]
        prefix = self.source[start:operand.extent.start.offset].strip().decode()
        postfix = self.source[operand.extent.end.offset:end].strip().decode()
        if prefix in STEP:
            self.emit("step", start, end, STEP[prefix].encode() + self.text(operand))
        elif postfix in STEP:
            self.emit("step", start, end, self.text(operand) + STEP[postfix].encode())
        elif prefix in ("!", "~", "-"):
            text = b"!!(" + self.text(operand) + b")" if prefix == "!" else b"(" + self.text(operand) + b")"
            self.emit("negation", start, end, text, (self.text(cursor), self.text(operand)))
        if prefix == "!" and not forced:
            self.force(cursor)
        self.visit(operand, cursor, forced if prefix == "!" else False)

    def leaf(self, cursor, macro=None):
        """A constant, or a macro that is one."""
        start, end = self.range(cursor)
        text = self.source[start:end]
        number = cursor
        while number.kind in (self.kind.UNEXPOSED_EXPR, self.kind.PAREN_EXPR):
            number = next(iter(number.get_children()), number)
            if number.kind == self.kind.UNEXPOSED_EXPR and not list(number.get_children()):
                break
        if number.kind not in (self.kind.INTEGER_LITERAL, self.kind.CHARACTER_LITERAL) or macro in ADVICE | {"NULL"}:
            return
        if macro in ("true", "false"):
            self.replace_leaf(start, end, b"false" if macro == "true" else b"true")
        elif text.isdigit():
            self.replace_leaf(start, end, str(int(text) + 1).encode())
            self.replace_leaf(start, end, str(int(text) - 1).encode())
        else:
            self.replace_leaf(start, end, text + b" + 1")
            self.replace_leaf(start, end, text + b" - 1")

    def replace_leaf(self, start, end, text):
        """Shown with what is around it: a number says little by itself."""
        text = text if text.isalnum() else b"(" + text + b")"
        around = (start, end)
        for cursor in reversed(self.path):
            whole = cursor.kind.is_expression() or cursor.kind in (
                self.kind.VAR_DECL, self.kind.RETURN_STMT, self.kind.ENUM_CONSTANT_DECL)
            if whole and self.range(cursor) != (start, end):
                around = self.range(cursor)
                break
        before = self.source[around[0]:start]
        after = self.source[end:around[1]]
        self.emit("constant", start, end, text, (before + self.source[start:end] + after, before + text + after))


def find_mutants(project):
    """Of all files, in order. A header's are found in the first source that includes it."""
    if cindex is None:
        raise CannotRun("no Python bindings of libclang: install python3-clang-14")
    index = cindex.Index.create()
    sources = project.sources()
    units = {}
    for source in sources:
        unit = index.parse(str(source), args=project.flags,
                           options=cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
        errors = [str(each) for each in unit.diagnostics if each.severity >= cindex.Diagnostic.Error]
        if errors:
            raise CannotRun(f"libclang cannot read {source}: {errors[0]}")
        units[source] = unit
    mutants = []
    for path in sources + project.headers():
        including = [source for source in sources if source == path or path in project.included(units[source])]
        if including:
            mutants += Finder(units[including[0]], path).mutants
    return mutants


# JUSTIFICATIONS

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


# WHAT JUDGES THEM

@dataclasses.dataclass
class Program:
    name: str
    stage: str  # one of STAGES
    command: list
    environment: dict = dataclasses.field(default_factory=dict)
    inputs: list = dataclasses.field(default_factory=list)  # files, or folders of them
    files: object = None  # which files' mutants: a function of their name
    flavour: str = "plain"
    seconds: float = 0.0
    key: str = ""

    def hash(self):
        digest = hashlib.sha256(repr((self.name, self.stage, self.command[1:], sorted(self.environment.items()),
                                      self.flavour)).encode())
        for path in [pathlib.Path(self.command[0])] + self.inputs:
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file():
                    digest.update(file.name.encode() + b"\0" + file.read_bytes())
        self.key = digest.hexdigest()


@dataclasses.dataclass
class Project:
    core: pathlib.Path
    work: pathlib.Path  # what may be thrown away
    justified: pathlib.Path
    flags: list  # of the preprocessor
    libraries: list
    flavours: dict  # name: flags of the compiler; in the order in which they are tried
    programs: object  # a function of this, the name of a flavour, and the library; returns a list

    def sources(self):
        return sorted(self.core.resolve().glob("*.c"))

    def headers(self):
        return sorted(self.core.resolve().glob("*.h"))

    def included(self, unit):
        return {pathlib.Path(str(each.include)).resolve() for each in unit.get_includes()}


def run_tool(command, **keywords):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **keywords)


COMMON = ["-std=c11", "-fPIC", "-fno-semantic-interposition", "-Werror=return-type", "-Werror=int-conversion",
          "-Werror=incompatible-pointer-types", "-Werror=div-by-zero"]


class Builder:
    """A folder with a copy of the core, one file of which may be a mutant."""

    def __init__(self, project, folder):
        self.project = project
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "core").mkdir(parents=True)
        for path in project.sources() + project.headers():
            shutil.copy(path, folder / "core")

    def compile(self, source, flavour):
        """The object; None: it is not C."""
        made = self.folder / f"{flavour}-{source}.o"
        done = run_tool(["gcc", *COMMON, *self.project.flags, *self.project.flavours[flavour], "-o", made.name,
                         "-c", f"core/{source}"], cwd=self.folder)
        return made if done.returncode == 0 else None

    def link(self, objects, flavour):
        library = self.folder / flavour / LIBRARY
        library.parent.mkdir(exist_ok=True)
        # Before it, so that no program that is still there sees it change.
        library.unlink(missing_ok=True)
        done = run_tool(["gcc", "-shared", f"-Wl,-soname,{LIBRARY}", *self.project.flavours[flavour], "-o", library,
                         *objects, *self.project.libraries])
        if done.returncode != 0:
            raise CannotRun(f"the core does not link: {done.stderr}")
        return library

    @contextlib.contextmanager
    def mutated(self, mutant):
        path = self.folder / "core" / mutant.file
        original = path.read_bytes()
        path.write_bytes(mutant.apply(original))
        try:
            yield
        finally:
            path.write_bytes(original)


class Judge:
    """Runs programs on a library."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, program, library, limited=True):
        """None: it passes; otherwise what it did."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("RINGPROOF")}
        environment.update(program.environment, LD_LIBRARY_PATH=str(library.parent),
                           ASAN_OPTIONS="hard_rss_limit_mb=3000:symbolize=0", UBSAN_OPTIONS="symbolize=0")
        command = ["prlimit", "--core=0", f"--cpu={int(10 * program.seconds) + 1 if limited else 600}"]
        if program.flavour == "plain":
            command.append("--as=3000000000")
        work = self.folder / "run"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        child = subprocess.Popen(command + ["--"] + [str(word) for word in program.command], cwd=work, env=environment,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 start_new_session=True)
        try:
            # More than what the limit of processor time allows: other work goes on beside.
            status = child.wait(20 * program.seconds + 5 if limited else 600)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        if status is None or status == -signal.SIGXCPU:
            return "time"
        if status < 0:
            return signal.Signals(-status).name
        return f"exit {status}" if status else None


class Verdicts:
    """What is known. Each fact is on disk before the next is sought."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=NORMAL")
        self.database.execute("CREATE TABLE IF NOT EXISTS objects (source TEXT PRIMARY KEY, object TEXT)")
        self.database.execute("CREATE TABLE IF NOT EXISTS verdicts "
                              "(object TEXT, program TEXT, failure TEXT, PRIMARY KEY (object, program))")

    def object(self, source):
        with self.lock:
            row = self.database.execute("SELECT object FROM objects WHERE source = ?", (source,)).fetchone()
        return row[0] if row else None

    def put_object(self, source, identity):
        with self.lock:
            self.database.execute("INSERT OR REPLACE INTO objects VALUES (?, ?)", (source, identity))

    def of(self, identity):
        with self.lock:
            return dict(self.database.execute("SELECT program, failure FROM verdicts WHERE object = ?", (identity,)))

    def put(self, identity, program, failure):
        with self.lock:
            self.database.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)", (identity, program, failure or ""))


INVALID = "invalid"


class Run:
    def __init__(self, project, jobs):
        self.project = project
        project.work.mkdir(parents=True, exist_ok=True)
        self.verdicts = Verdicts(project.work / "verdicts.sqlite")
        self.base = Builder(project, project.work / "base")
        self.objects = {}
        self.programs = []
        self.builders = queue.Queue()
        for number in range(jobs):
            self.builders.put(Builder(project, project.work / f"job{number}"))
        self.includes = self.find_includes()
        version = run_tool(["gcc", "--version"]).stdout
        everything = b"".join(path.read_bytes() for path in project.headers())
        self.environment = hashlib.sha256(repr((version, COMMON, project.flags, project.flavours)).encode()
                                          + everything).hexdigest()

    def find_includes(self):
        """Header: the sources that its text is a part of."""
        includes = collections.defaultdict(list)
        for source in self.project.sources():
            done = run_tool(["gcc", "-MM", *self.project.flags, source])
            for path in re.findall(r"\S+\.h\b", done.stdout):
                includes[pathlib.Path(path).name].append(source.name)
        return includes

    def sources_of(self, file):
        return [file] if file.endswith(".c") else self.includes[file]

    def prepare(self):
        """The core as it is, and the programs on it, all of which must pass."""
        for flavour in self.project.flavours:
            for source in self.project.sources():
                made = self.base.compile(source.name, flavour)
                if made is None:
                    raise CannotRun(f"{source} does not compile: {run_tool(['gcc', *COMMON, *self.project.flags, '-c', source, '-o', '/dev/null']).stderr}")
                self.objects[flavour, source.name] = made
            library = self.base.link([self.objects[flavour, source.name] for source in self.project.sources()], flavour)
            judge = Judge(self.base.folder)
            programs = self.project.programs(self.project, flavour, library)
            for program in programs:
                program.flavour = flavour
                program.hash()
                # Processor time, that of its children included: what else the machine does is no matter.
                before = os.times()
                failure = judge.run(program, library, limited=False)
                after = os.times()
                program.seconds = after.children_user + after.children_system - before.children_user - before.children_system
                if failure:
                    raise CannotRun(f"{program.name} ({flavour}) fails on the core as it is ({failure}): mend that first")
            self.programs += sorted(programs, key=lambda each: each.seconds)

    def plain_objects(self):
        return next(iter(self.project.flavours))

    def identify(self, mutant, builder):
        """The hash of its object code; or of the original's, or that it is invalid."""
        original = (self.project.core / mutant.file).read_bytes()
        sources = self.sources_of(mutant.file)
        content = b"".join((self.project.core / source).read_bytes() for source in sources if source != mutant.file)
        key = hashlib.sha256(self.environment.encode() + content + mutant.file.encode() + mutant.apply(original)).hexdigest()
        known = self.verdicts.object(key)
        if known is not None:
            return known
        flavour = self.plain_objects()
        digest = hashlib.sha256()
        with builder.mutated(mutant):
            for source in sources:
                made = builder.compile(source, flavour)
                if made is None:
                    self.verdicts.put_object(key, INVALID)
                    return INVALID
                digest.update(source.encode() + made.read_bytes())
        self.verdicts.put_object(key, digest.hexdigest())
        return digest.hexdigest()

    def original(self, file):
        digest = hashlib.sha256()
        for source in self.sources_of(file):
            digest.update(source.encode() + self.objects[self.plain_objects(), source].read_bytes())
        return digest.hexdigest()

    def build(self, mutant, builder, flavour):
        objects = {source.name: self.objects[flavour, source.name] for source in self.project.sources()}
        with builder.mutated(mutant):
            for source in self.sources_of(mutant.file):
                objects[source] = builder.compile(source, flavour)
                if objects[source] is None:
                    raise CannotRun(f"{mutant.id}: compiles for {self.plain_objects()}, but not for {flavour}")
        return builder.link(objects.values(), flavour)

    def judge(self, mutant):
        builder = self.builders.get()
        try:
            self.judge_with(mutant, builder)
        finally:
            self.builders.put(builder)

    def judge_with(self, mutant, builder):
        identity = self.identify(mutant, builder)
        if identity == INVALID:
            mutant.outcome = INVALID
            return
        if identity == self.original(mutant.file):
            mutant.outcome = "same"
            return
        known = self.verdicts.of(identity)
        programs = [each for each in self.programs if each.files is None or each.files(mutant.file)]
        for program in programs:
            if known.get(program.key):
                self.kill(mutant, program, known[program.key])
                return
        libraries = {}
        for program in programs:
            if program.key in known:
                continue
            if program.flavour not in libraries:
                libraries[program.flavour] = self.build(mutant, builder, program.flavour)
            failure = Judge(builder.folder).run(program, libraries[program.flavour])
            self.verdicts.put(identity, program.key, failure)
            if failure:
                self.kill(mutant, program, failure)
                return
        mutant.outcome = "survived"

    def kill(self, mutant, program, failure):
        mutant.outcome = program.stage
        mutant.by = f"{program.name}{'' if program.flavour == self.plain_objects() else ' ' + program.flavour}: {failure}"

    def judge_all(self, mutants, reasons, jobs):
        began = shown = time.monotonic()
        counts = collections.Counter()
        pool = concurrent.futures.ThreadPoolExecutor(jobs)
        try:
            waiting = [pool.submit(self.judge, mutant) for mutant in mutants]
            by_future = dict(zip(waiting, mutants))
            for done in concurrent.futures.as_completed(waiting):
                done.result()
                mutant = by_future[done]
                counts["survived" if mutant.outcome == "survived" else "killed" if mutant.outcome in STAGES else "none"] += 1
                if mutant.outcome == "survived" and mutant.id not in reasons:
                    print(f"    survived: {mutant.id}", flush=True)
                number = sum(counts.values())
                now = time.monotonic()
                if now - shown > 10 or number == len(mutants):
                    shown = now
                    left = (now - began) / number * (len(mutants) - number)
                    print(f"    {number} of {len(mutants)}: {counts['killed']} killed, {counts['survived']} survived, "
                          f"{counts['none']} no change or no program; {left / 60:.0f} min left", flush=True)
        finally:
            pool.shutdown(cancel_futures=True)


# THE REPORT

COLUMNS = ("mutants", "invalid", "same", *STAGES, "justified", "survived")


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


def report(project, mutants, stale, reasons):
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
    if survivors:
        print("a survivor is a hole in the tests: mend them; or, if nobody could tell, say why in "
              f"{project.justified.name}")
    if not reasons and total["justified"]:
        raise AssertionError("justified without a reason")
    return 1 if survivors or stale else 0


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


def run(project, options):
    if options.fresh:
        shutil.rmtree(project.work, ignore_errors=True)
    everything = find_mutants(project)
    names = {pathlib.Path(file).name for file in options.files}
    unknown = names - {path.name for path in project.sources() + project.headers()}
    if unknown:
        raise CannotRun(f"no file of {project.core.name}: {', '.join(sorted(unknown))}")
    mutants = [mutant for mutant in everything if (not names or mutant.file in names) and options.only.search(mutant.id)]
    if options.sample and options.sample < len(mutants):
        chosen = set(random.Random(options.seed).sample(range(len(mutants)), options.sample))
        mutants = [mutant for number, mutant in enumerate(mutants) if number in chosen]
    reasons = read_justified(project.justified)
    if options.list:
        for mutant in mutants:
            print(f"{mutant.file}:{mutant.line}: {mutant.id}")
        return 0
    runner = Run(project, options.jobs)
    runner.prepare()
    print(f"{len(mutants)} of {len(everything)} mutants, {options.jobs} at a time; once through all programs: "
          f"{sum(program.seconds for program in runner.programs):.1f} s", flush=True)
    # Those of one file are alike in cost: in any order, what is left can be told.
    random.Random(1).shuffle(mutants)
    runner.judge_all(mutants, reasons, options.jobs)
    mutants.sort(key=lambda mutant: (mutant.file, mutant.start))
    stale = justify(mutants, reasons, everything)
    status = report(project, mutants, stale, reasons)
    if options.json:
        shown = [dict({name: getattr(mutant, name) for name in ("id", "file", "line", "outcome", "by")},
                      reason=reasons.get(mutant.id, "")) for mutant in mutants]
        options.json.write_text(json.dumps({"table": tally(mutants), "stale": stale, "mutants": shown}, indent=1) + "\n")
    return status


# THE RING'S

TREES = {"plain": "release", "sanitized": "asan"}
LARGE = ("answers", "arcs")  # not with sanitizers as well: the others are there in a fraction of the time
SUBJECTS = ("core", "tiny", "merge")
OPERATIONS = {"plain": 20000, "sanitized": 5000}


def link_program(tree, target, library, into):
    """As the tree links it, but for the core: that comes as a library of its own when it is loaded."""
    done = run_tool(["ninja", "-C", tree, "-t", "commands", target])
    if done.returncode != 0:
        raise CannotRun(f"{tree} does not build {target}: {done.stderr.strip() or done.stdout.strip()}")
    line = done.stdout.splitlines()[-1]
    made = into / pathlib.Path(target).name
    line = re.sub(r" core/libring\w*\.a", f" {library}", line).replace(f" -o {target} ", f" -o {made} ", 1)
    linked = subprocess.run(line, shell=True, cwd=tree, capture_output=True, text=True, check=False)
    if linked.returncode != 0:
        raise CannotRun(f"{target} does not link: {linked.stderr}")
    return made


def ring_programs(project, flavour, library):
    tree = ROOT / "build" / TREES[flavour]
    into = project.work / "programs" / flavour
    into.mkdir(parents=True, exist_ok=True)
    link = lambda target: link_program(tree, target, library, into)
    of_ring = lambda file: file != "ring_shared.c"
    names = [path.stem.removeprefix("test_") for path in sorted((ROOT / "core/tests").glob("test_*.c"))]
    of_shared = lambda file: file in ("ring_shared.c", "ring_shared.h")
    programs = [Program(name, "unit", [link(f"core/tests/test_core_{name}")],
                        files=None if name == "shared" else of_ring)
                for name in names if flavour == "plain" or name not in LARGE]
    programs.append(Program("stress_shared", "unit", [link("core/tests/stress_shared"), "--seconds", "1"], files=of_shared))
    ring_ops = link("fuzz/ring_ops")
    ringproof = link("fuzz/ringproof")
    corpus = tree / "corpus/ring_ops"
    for subject in SUBJECTS:
        programs.append(Program(f"ring_ops {subject}", "corpus", [ring_ops, corpus], {"RINGPROOF_SUBJECT": subject},
                                [corpus], of_ring))
        programs.append(Program(f"check {subject}", "check", [ringproof, "check", "--subject", subject, "--ops",
                                                              str(OPERATIONS[flavour]), "--seed", "1"], files=of_ring))
    return programs


def ring_project():
    shown = run_tool(["pkg-config", "--cflags", "nettle", "libxxhash", "liburcu-memb"])
    linked = run_tool(["pkg-config", "--libs", "nettle", "libxxhash", "liburcu-memb"])
    if shown.returncode or linked.returncode:
        raise CannotRun(f"pkg-config: {shown.stderr}{linked.stderr}")
    return Project(core=ROOT / "core", work=ROOT / "build/mutants", justified=ROOT / "core/tests/equivalent_mutants",
                   flags=shown.stdout.split(), libraries=linked.stdout.split(),
                   flavours={"plain": ["-O2"],
                             "sanitized": ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]},
                   programs=ring_programs)


def arguments(words=None):
    parser = argparse.ArgumentParser(prog="ci/mutants")
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--sample", type=int, default=0, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=re.compile, default=re.compile(""), metavar="REGEX")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    return parser.parse_args(words)


def main():
    return run(ring_project(), arguments())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotRun as error:
        print(f"mutants: {error}", file=sys.stderr)
        sys.exit(2)
