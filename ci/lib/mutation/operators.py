"""Finds the mutants of the ring library. Each operator makes one kind of small change.

Mutants are found in the syntax tree of the sources, so never in a comment, a type or a string. A mutant is identified by
file, function, operator, the text before and after, and a number if several are alike. It has no line number, so that
edits elsewhere do not change its identity.
"""
import collections
import dataclasses
import pathlib
import re

try:
    from clang import cindex
except ImportError:
    cindex = None

from shared.errors import CannotRun

# Each operator is replaced by similar ones. Forced conditions cover its inverse.
RELATIONAL = {"<": ["<="], "<=": ["<"], ">": [">="], ">=": [">"], "==": ["<=", ">="], "!=": ["<", ">"]}
# Not in the condition of a loop: a loop that counts up to its end stays the same with !=.
INEQUAL = {"<": ["!="], ">": ["!="], "<=": ["=="], ">=": ["=="]}
LOGICAL = {"&&": ["||"], "||": ["&&"]}
ARITHMETIC = {"+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"], "<<": [">>"], ">>": ["<<"],
              "&": ["|"], "|": ["&"], "^": ["|"]}
ASSIGNMENT = {"+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="], "<<=": [">>="], ">>=": ["<<="],
              "&=": ["|="], "|=": ["&="], "^=": ["|="]}
STEP = {"++": "--", "--": "++"}

# Macros whose arguments affect no result.
ADVICE = {"RING_PREFETCH"}


@dataclasses.dataclass
class Mutant:
    file: str
    function: str
    operator: str
    before: str  # the text of the source, without comments and line breaks
    after: str
    start: int  # the bytes of the file that `text` replaces
    end: int
    text: bytes
    line: int
    number: int = 1  # among mutants that differ only in their place
    outcome: str = ""
    by: str = ""

    @property
    def id(self):
        number = f" #{self.number}" if self.number > 1 else ""
        return f"{self.file} {self.function}: {self.operator}: {self.before} => {self.after}{number}"

    def apply(self, source):
        return source[:self.start] + self.text + source[self.end:]


def plain(text):
    """The text on one line, without comments."""
    text = re.sub(rb"/\*.*?\*/", b" ", text, flags=re.S)
    return re.sub(r"\s+", " ", text.decode(errors="replace")).strip()


class Finder:
    """Finds the mutants of one file in a translation unit that includes it."""

    def __init__(self, unit, path, name):
        self.kind = cindex.CursorKind
        self.name = name
        self.source = path.read_bytes()
        self.mutants = []
        self.function = ""
        self.path = []  # the cursors from the function's body to the visited one
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
        """Adds a mutant. `shown` is the text before and after for its name, if it should show more than what changes."""
        before, after = (self.source[start:end], text) if shown is None else shown
        self.mutants.append(Mutant(self.name, self.function, operator, plain(before), plain(after), start, end, text,
                                   self.source.count(b"\n", 0, start) + 1))

    def define(self, start, end, name):
        """Finds the mutants of a macro with parameters in its text, since the syntax tree does not contain it."""
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
        """Whether this range is only a part of what a macro expands to."""
        for macro_start, macro_end in self.ranges:
            if macro_start > end:
                break
            inside = macro_start <= start < macro_end or macro_start < end <= macro_end
            if inside and not (start <= macro_start and macro_end <= end):
                return True
        return False

    def visit(self, cursor, parent=None, forced=False):
        """Visits a cursor and its children. `forced` is set in a condition that other mutants force to true and false."""
        kind = self.kind
        start, end = self.range(cursor)
        if cursor.kind in (kind.CXX_UNARY_EXPR, kind.STATIC_ASSERT) or end <= start or self.in_macro(start, end):
            return  # sizeof, or no text of its own
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
        """The condition of a for loop, whose parts may be missing: the child between the semicolons."""
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
        """Drops mutants that make an array larger, which is no fault. A smaller one is."""
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
        """The text as an operand of any operator: in parentheses if necessary."""
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
            others = []  # pointers are not compared by < or >
        for other in others:
            text = b" ".join((self.wrapped(left), other.encode(), self.wrapped(right)))
            self.emit(name, start, end, b"(" + text + b")", (self.text(cursor), text))
        if operator in LOGICAL:
            for side in (left, right):
                self.emit(name, start, end, b"(" + self.text(side) + b")", (self.text(cursor), self.text(side)))
        if boolean and not forced:
            self.force(cursor)
        for side in (left, right):
            # In `a && b`, keeping only one side already forces the other.
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
        """Finds the mutants of a constant, or of a macro that is one."""
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
        """Adds a mutant of a constant. Its name shows the expression around it, since a number alone says little."""
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
    """The mutants of all files, in order. Those of a header are found in the first source that includes it."""
    if cindex is None:
        raise CannotRun("the Python bindings of libclang are missing; install python3-clang-14")
    index = cindex.Index.create()
    sources = project.sources()
    units = {}
    for source in sources:
        # Include paths in the flags are relative to the parent of the library's folder.
        unit = index.parse(str(source), args=[*project.flags, f"-working-directory={project.folder.resolve().parent}"],
                           options=cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
        errors = [str(each) for each in unit.diagnostics if each.severity >= cindex.Diagnostic.Error]
        if errors:
            raise CannotRun(f"libclang cannot read {source}: {errors[0]}")
        units[source] = unit
    mutants = []
    for path in sources + project.headers():
        including = [source for source in sources if source == path or path in project.included(units[source])]
        if including:
            mutants += Finder(units[including[0]], path, project.name(path)).mutants
    return mutants
