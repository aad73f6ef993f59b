#!/usr/bin/python3
"""Which folder may use which: read from the includes of C, the imports of Python, what CMake links and, where
TREE names a build tree, the symbols of its object files. .github/CONTRIBUTING.md says it in words."""
import ast
import importlib.util
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]

# A folder may use those that come later in its list, and every folder of the parts in BELOW.
ORDER = {
    "core": ["core/shared", "core/arcs", "core", "core/include/ringproof"],
    "fuzz": ["fuzz/threads", "fuzz/targets", "fuzz/cli", "fuzz/compare", "fuzz/search", "fuzz/exhaust", "fuzz/check", "fuzz/model", "fuzz/program",
             "fuzz/subjects", "fuzz/template", "fuzz/include/ringproof", "fuzz/base"],
    "bench": ["bench/suite", "bench/contestants", "bench/gate", "bench/base"],
    "repro": ["repro/beam/fuzz", "repro/beam/nif", "repro/beam/driver", "repro/beam/stand_in", "repro/beam/model", "repro/depth", "repro", "repro/legacy", "repro/drop_in"],
}
BELOW = {"core": [], "fuzz": ["core"], "bench": ["core", "fuzz"], "repro": ["core", "fuzz"]}
# Where installed headers are.
PUBLIC = ["core/include", "fuzz/include"]
# Called from outside: by a fuzzing engine or the Erlang VM, for which we have stand-ins; or chosen when a driver or the NIF is linked.
CALLED_BACK = {"LLVMFuzzerTestOneInput", "driver_init", "nif_init", "engine_subject", "engine_longest_at_once",
               "work_to_find", "work_to_find_nodes", "work_to_free"}
# Of liburcu, for which there is a stand-in.
CALLED_BACK |= {"urcu_bp_read_lock", "urcu_bp_read_unlock", "urcu_bp_synchronize_rcu"}
# Other folders add subjects to the first two; the third is what they add.
REGISTERED = {"registered_subjects", "timed_subjects", "legacy_registration"}
# Installed by the commands that need them; gdb has its own; otava and ruptures are what ci/dashboard --selftest compares with.
OPTIONAL = {"clang", "defusedxml", "gdb", "jinja2", "markupsafe", "numpy", "otava", "ruptures", "scipy", "selenium"}
# The folders of adapters, one for each ring, and the folder above, which they share. Adapters import rings, which ci/rings installs.
RINGS = "fuzz/rings"
OPTIONAL |= {"clandestined", "hashring", "uhashring"}


def allowed(user, used):
    """Whether a folder may use another."""
    if user.startswith("ci/lib/"):
        package = "/".join(user.split("/")[:3])
        return used in (package, "ci/lib/shared") or used.startswith(f"{package}/")
    if user.startswith(f"{RINGS}/"):
        return used in (RINGS, "core/include/ringproof", "fuzz/include/ringproof")
    part, other = user.split("/")[0], used.split("/")[0]
    if part == other and "tests" in user.split("/"):
        return True
    if part != other:
        return other in BELOW.get(part, [])
    order = ORDER.get(part, [])
    return user in order and used in order and order.index(user) < order.index(used)


def files(root, *patterns):
    return [path for pattern in patterns for path in sorted(root.glob(pattern)) if "build" not in path.relative_to(root).parts]


def includes(root):
    """A header is looked up beside the file, then in PUBLIC, then anywhere: a target may have any include folder."""
    headers = files(root, "*/**/*.h")
    for path in files(root, "*/**/*.[ch]", "*/**/*.cc"):
        for mark, name in re.findall(r'^\s*(?:/\*.*\*/\s*)?#\s*include\s*(["<])([^">]+)', path.read_text(), re.M):
            beside = [path.parent / name] if mark == '"' else []
            found = [place for place in beside + [root / folder / name for folder in PUBLIC] if place.is_file()][:1]
            for used in found or [header for header in headers if str(header).endswith(f"/{name}")] or beside:
                yield path.relative_to(root), pathlib.Path(os.path.normpath(used)).relative_to(root)


def python_files(root):
    """Modules, tests and scripts without a suffix."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - {"build", ".git"})
        for path in sorted(pathlib.Path(folder, name) for name in names):
            if path.suffix == ".py" or not path.suffix and path.is_file() and re.match(rb"#!.*python", path.read_bytes()[:100]):
                yield path


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports(root):
    """Modules are looked up in ci/lib, in the importing file's folder, for a test in the folders beside its own, and for an
    adapter in the folder above."""
    for path in python_files(root):
        places = [root / "ci/lib", path.parent, *(path.parent.parent.iterdir() if path.parent.name == "tests" else []),
                  *([path.parent.parent] if path.parent.parent == root / RINGS else [])]
        for name in imported(path):
            found = {place / f"{dotted.replace('.', '/')}{end}" for dotted in (name, name.rpartition(".")[0]) if dotted
                     for end in (".py", "/__init__.py") for place in places}
            yield from ((path.relative_to(root), used.relative_to(root)) for used in sorted(found) if used.is_file())


def unseen(root):
    """Imports that imported() does not see: relative ones, of a name made at run time, and by way of the search path."""
    hidden = r"import_module[(]|__import__[(]|^\s*from [.]"
    return [str(path.relative_to(root)) for path in python_files(root) if re.search(
        hidden + "|sys[.]path" * (path.relative_to(root).parts[0] == "ci"), path.read_text(encoding="utf-8"), re.M)]


def missing(root):
    """Imports of what is neither in the repository nor installed."""
    own = {str(used.with_suffix("")).rpartition("/")[2] for _, used in imports(root)} | {path.parent.name for path in root.glob("ci/lib/**/*.py")}
    return sorted(f"{path.relative_to(root)} imports {name}" for path in python_files(root) for name in set(imported(path))
                  if name.partition(".")[0] not in own | OPTIONAL and not importlib.util.find_spec(name.partition(".")[0]))


def links(root, *options):
    """CMake says what each target links. A link is an arrow to each folder that the linked target is compiled from, from
    one that may use it, if the user has one. A target without sources stands for what it links."""
    with tempfile.TemporaryDirectory() as tree:
        subprocess.run(["cmake", "-S", root, "-B", tree, "-G", "Ninja", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", f"--graphviz={tree}/links", *options],
                       cwd=root, stdout=subprocess.DEVNULL, check=True)
        commands = json.loads(pathlib.Path(tree, "compile_commands.json").read_text())
        arrows = re.findall(r"// (\S+) -> (\S+)$", pathlib.Path(tree, "links").read_text(), re.M)
    place, linked = {}, {}
    for entry in commands:
        source = pathlib.Path(entry["file"]).relative_to(root)
        place.setdefault(re.search(r" -o \S*CMakeFiles/([^/]+)\.dir/", entry["command"])[1], {})[source.parent] = source
    for user, used in arrows:
        linked.setdefault(user, []).append(used)

    def places(target):
        return place[target].values() if target in place else [one for used in linked.get(target, ()) for one in places(used)]

    for target, sources in place.items():
        for used in [used for name in linked.get(target, ()) if name not in REGISTERED for used in places(name)]:
            may = [user for folder, user in sources.items() if folder == used.parent or allowed(str(folder), str(used.parent))]
            yield (may or list(sources.values()))[0], used


def resolved(root, tree):
    """Which object files of a build tree need symbols of which others."""
    defined, needed = {}, []
    for entry in json.loads((tree / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"])
        if root not in source.parents or {"tests", "build"} & set(source.relative_to(root).parts):
            continue
        made = tree / re.search(r" -o (\S+)", entry["command"])[1]
        for line in subprocess.run(["nm", "-g", str(made)], capture_output=True, text=True, check=True).stdout.splitlines():
            kind, symbol = line.split()[-2:]
            if kind in "Uwv":
                needed.append((source.relative_to(root), symbol))
            else:
                defined.setdefault(symbol, set()).add(source.relative_to(root))
    for source, symbol in needed:
        if symbol not in CALLED_BACK:
            yield from ((source, used) for used in defined.get(symbol, ()))


def unit(path):
    """A source and its header count as one."""
    return str(path.with_suffix(""))


def folder_of(path):
    """The folder of a file. For a Python file it is the package, which includes its commands and tests."""
    return "/".join(path.parts[:3]) if path.suffix == ".py" else str(path.parent)


def forbidden(arrows):
    return sorted({f"{user} uses {used}" for user, used in arrows
                   if user.parent != used.parent and not allowed(str(user.parent), str(used.parent))})


def circle(arrows, name=unit):
    """The files, or whatever `name` makes of them, that are part of a cycle or between two cycles."""
    left = {}
    for user, used in arrows:
        if name(user) != name(used):
            left.setdefault(name(user), set()).add(name(used))
    while free := [user for user in left if not left[user] & set(left) or user not in set().union(*left.values())]:
        for user in free:
            del left[user]
    return sorted(left)


class Layout(unittest.TestCase):
    def hold(self, arrows, least):
        arrows = list(arrows)
        self.assertGreater(len(arrows), least)  # or nothing was read
        self.assertEqual(forbidden(arrows), [])
        self.assertEqual(circle(arrows), [])
        self.assertEqual(circle(arrows, folder_of), [])

    def test_includes(self):
        self.hold(includes(ROOT), 300)

    def test_imports(self):
        self.hold(imports(ROOT), 50)
        self.assertEqual(missing(ROOT) + unseen(ROOT), [])

    def test_links(self):
        self.hold(links(ROOT, "--preset", "release"), 150)

    @unittest.skipUnless("TREE" in os.environ, "TREE names a build tree")
    def test_what_is_linked(self):
        self.hold(resolved(ROOT, pathlib.Path(os.environ["TREE"])), 500)


class Faults(unittest.TestCase):
    """Each kind of arrow that the rules forbid, planted."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def test_an_include_upwards(self):
        self.write("core/ring.c", '#include "../fuzz/base/memory.h"\n')
        self.write("fuzz/check/compare.c", '#include "../cli/options.h"\n#include "../base/memory.h"\n')
        self.assertEqual(forbidden(includes(self.root)), ["core/ring.c uses fuzz/base/memory.h", "fuzz/check/compare.c uses fuzz/cli/options.h"])

    def test_an_include_of_a_sibling(self):
        self.write("bench/suite/add.c", '#include "../../repro/legacy/ring.h"\n')
        self.assertEqual(forbidden(includes(self.root)), ["bench/suite/add.c uses repro/legacy/ring.h"])

    def test_an_include_through_an_include_folder(self):
        self.write("fuzz/cli/options.h", "")
        self.write("fuzz/model/ring.h", "")
        for name in ("core/include/ringproof/ring.h", "fuzz/include/ringproof/subject.h"):
            self.write(name, "")
        self.write("core/create.c", '#include <ringproof/ring.h>\n#include <ringproof/subject.h>\n')
        self.write("fuzz/base/memory.c", '#include <options.h>\n#include <ringproof/ring.h>\n#include <stdio.h>\n')
        self.write("fuzz/base/text.c", '#include"options.h"\n')
        self.write("core/tests/support.c", '/* a test */ #include <model/ring.h>\n')
        self.assertEqual(forbidden(includes(self.root)), ["core/create.c uses fuzz/include/ringproof/subject.h", "core/tests/support.c uses fuzz/model/ring.h",
                                                          "fuzz/base/memory.c uses fuzz/cli/options.h", "fuzz/base/text.c uses fuzz/cli/options.h"])

    def test_a_circle_of_files(self):
        self.write("core/nodes.c", '#include "nodes.h"\n#include "ring.h"\n')
        self.write("core/ring.c", '#include "ring.h"\n#include "nodes.h"\n')
        self.write("core/run.c", '#include "nodes.h"\n')
        self.assertEqual(circle(includes(self.root)), ["core/nodes", "core/ring"])

    def test_an_import_of_another_package(self):
        self.write("ci/lib/perf/gate.py", "from shared import errors\nfrom report import page\n")
        for name in ("shared/errors", "report/page"):
            self.write(f"ci/lib/{name}.py", "")
        self.assertEqual(forbidden(imports(self.root)), ["ci/lib/perf/gate.py uses ci/lib/report/page.py"])

    def test_an_import_of_ci_lib_from_elsewhere(self):
        self.write("fuzz/tests/mutated", "#!/usr/bin/env python3\nfrom fuzzing import engines\n")
        self.write("ci/lib/fuzzing/engines.py", "")
        self.assertEqual(forbidden(imports(self.root)), ["fuzz/tests/mutated uses ci/lib/fuzzing/engines.py"])

    def test_an_adapter(self):
        self.write("fuzz/rings/swift/adapter.py", "from protocol import serve\nimport other\n")
        self.write("fuzz/rings/swift/adapter.c", '#include "../protocol.h"\n#include "../../base/memory.h"\n')
        for name in ("fuzz/rings/protocol.py", "fuzz/rings/protocol.h", "fuzz/base/memory.h"):
            self.write(name, "")
        self.assertEqual(forbidden([*includes(self.root), *imports(self.root)]), ["fuzz/rings/swift/adapter.c uses fuzz/base/memory.h"])
        self.assertEqual(missing(self.root), ["fuzz/rings/swift/adapter.py imports other"])

    def test_an_import_of_a_package(self):
        self.write("ci/lib/report/__init__.py", "x = 1\n")
        self.write("ci/lib/perf/gate.py", "from report import x\n")
        self.assertEqual(forbidden(imports(self.root)), ["ci/lib/perf/gate.py uses ci/lib/report/__init__.py"])

    def test_an_import_that_is_not_seen(self):
        for name, text in {"a": "import sys\nsys." "path.insert(0, '.')\n", "b": "if 1:\n    from ..report import page\n", "c": "\nfrom ." " import d\n",
                           "e": "__import__" "('report.page')\n", "f": "importlib.import_module" "('report.page')\n", "g": "from a import b\n"}.items():
            self.write(f"ci/lib/perf/{name}.py", text)
        self.assertEqual(unseen(self.root), [f"ci/lib/perf/{name}.py" for name in "abcef"])

    def test_an_import_of_nothing(self):
        self.write("fuzz/tests/mutated", "#!/usr/bin/env python3\nimport sys\nimport engines\n")
        self.write("bench/tests/test_goals.py", "import goals\n")
        self.write("bench/tables/goals.py", "")
        self.write("ci/lib/fuzzing/engines.py", "import fuzzing.tests\nfrom shared import trees\n")
        self.write("ci/lib/shared/trees.py", "")
        self.assertEqual(missing(self.root), ["fuzz/tests/mutated imports engines"])

    def test_a_circle_of_imports(self):
        self.write("ci/lib/perf/gate.py", "import perf.build\n")
        self.write("ci/lib/perf/build.py", "def late():\n    from perf.gate import run\n")
        self.assertEqual(circle(imports(self.root)), ["ci/lib/perf/build", "ci/lib/perf/gate"])

    def test_a_link_upwards(self):
        self.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.22)\nproject(planted C)\nadd_subdirectory(fuzz)\nadd_subdirectory(core)\n")
        for name in ("core/find.c", "fuzz/base/text.c", "fuzz/cli/options.c", "fuzz/model/ring.c", "fuzz/search/shrink.c"):
            self.write(name, "")
        self.write("fuzz/CMakeLists.txt", "add_library(low STATIC base/text.c)\nset(sources cli/options.c)\nadd_library(high STATIC ${sources})\n"
                                          "foreach(user low)\n  target_link_libraries( ${user} PUBLIC $<LINK_ONLY:high>)\nendforeach()\n"
                                          "target_link_libraries(high PUBLIC low)\nadd_library(every INTERFACE)\ntarget_link_libraries(every INTERFACE high)\n"
                                          "add_library(model STATIC model/ring.c)\ntarget_sources(low PRIVATE search/shrink.c)\n"
                                          "target_link_libraries(model low)\n")
        self.write("core/CMakeLists.txt", "add_library(ring STATIC find.c)\nset(libraries every)\ntarget_link_libraries(ring ${libraries})\n")
        arrows = list(links(self.root))
        self.assertEqual(forbidden(arrows), ["core/find.c uses fuzz/cli/options.c", "fuzz/base/text.c uses fuzz/cli/options.c",
                                             "fuzz/model/ring.c uses fuzz/search/shrink.c"])
        self.assertEqual(circle(arrows), ["fuzz/base/text", "fuzz/cli/options"])

    def test_a_call_upwards(self):
        self.write("core/ring.c", "int ring_arcs(void); int ring(void) { return ring_arcs(); }\n")
        self.write("core/arcs/store.c", "int ring(void); int ring_arcs(void) { return ring(); }\n")
        commands = []
        for name in ("core/ring.c", "core/arcs/store.c"):
            made = name.replace("/", "-") + ".o"
            subprocess.run(["cc", "-c", name, "-o", made], cwd=self.root, check=True)
            commands.append({"file": str(self.root / name), "command": f"cc -c {name} -o {made}"})
        self.write("compile_commands.json", json.dumps(commands))
        arrows = list(resolved(self.root, self.root))
        self.assertEqual(forbidden(arrows), ["core/ring.c uses core/arcs/store.c"])
        self.assertEqual(circle(arrows, folder_of), ["core", "core/arcs"])


if __name__ == "__main__":
    unittest.main()
