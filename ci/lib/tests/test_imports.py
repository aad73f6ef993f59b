"""What the packages of ci/lib may import: themselves and shared, and nothing in a circle."""
import ast
import pathlib
import tempfile
import unittest

LIB = pathlib.Path(__file__).resolve().parents[1]


def modules_of(lib):
    """Names of modules, and their files."""
    return {".".join(path.relative_to(lib).with_suffix("").parts).removesuffix(".__init__"): path for path in sorted(lib.rglob("*.py"))}


def imported(path, modules):
    """Modules of ci/lib that a file names in an import, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # Of a package a module, or of a module a name.
            names.update(f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in modules else node.module for alias in node.names)
    return names & set(modules)


def graph_of(lib):
    modules = modules_of(lib)
    return {name: imported(path, modules) for name, path in modules.items()}


def package(name):
    return name.split(".")[0]


def strangers(graph):
    """Imports of another package than shared."""
    return sorted(f"{name} imports {other}" for name, others in graph.items() for other in others
                  if package(other) not in (package(name), "shared"))


def circles(graph):
    """Modules that are in a circle, or import one that is: what is left when nothing else can be taken away."""
    left = dict(graph)
    while free := [name for name, others in left.items() if not others & set(left)]:
        for name in free:
            del left[name]
    return sorted(left)


class Imports(unittest.TestCase):
    def test_no_package_imports_another_but_shared(self):
        graph = graph_of(LIB)
        self.assertGreater(sum(map(len, graph.values())), 100)
        self.assertEqual(strangers(graph), [])

    def test_there_are_no_circles(self):
        self.assertEqual(circles(graph_of(LIB)), [])

    def test_no_module_says_where_modules_are(self):
        path = "sys" + ".path"
        self.assertEqual([name for name, file in modules_of(LIB).items() if path in file.read_text(encoding="utf-8")], [])

    def test_what_breaks_the_rules_is_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            lib = pathlib.Path(folder)
            for name, text in (("shared/__init__.py", ""), ("shared/errors.py", "import json\nfrom perf import gate\n"),
                               ("perf/__init__.py", ""), ("perf/gate.py", "import shared.errors\n"),
                               ("perf/measure.py", "def late():\n    from report.page import render\n"),
                               ("report/__init__.py", ""), ("report/page.py", "from shared.errors import CannotRun\n"),
                               ("report/free.py", "import json\n")):
                (lib / name).parent.mkdir(exist_ok=True)
                (lib / name).write_text(text)
            graph = graph_of(lib)
        self.assertEqual(strangers(graph), ["perf.measure imports report.page", "shared.errors imports perf.gate"])
        self.assertEqual(circles(graph), ["perf.gate", "perf.measure", "report.page", "shared.errors"])


if __name__ == "__main__":
    unittest.main()
