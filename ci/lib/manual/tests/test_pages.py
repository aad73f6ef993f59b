"""The manual pages: all that --help and ring.h say is there, and nothing that they do not. The environment has MANUAL, the folder
of the pages, and RINGPROOF, the path of the tool."""
import collections
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import unittest.mock

from manual import commands_pages, header_page, help_text, scdoc
from shared.errors import CannotRun
from shared.repository import ROOT

MANUAL = pathlib.Path(os.environ["MANUAL"])
RINGPROOF = os.environ["RINGPROOF"]
PAGES = sorted(path for path in MANUAL.rglob("*.gz") if not path.is_symlink())
HEADER = next((ROOT / "core").rglob("ring.h"))
HINT = "install scdoc and mandoc (ci/packages), then: cmake --preset release && cmake --build --preset release --target manual"

HELP = """usage: ci/some [-h] [--engine {a,b}] [FILE ...]
       some | ci/some -

Does something. Then it does
more.

positional arguments:
  FILE                  a file

options:
  -h, --help            show this help message and exit
  --engine {a,b}        use this [engine]; x_y *z*
  -S N, --seed N        the seed; default: $RINGPROOF_SEED, or random;
                        it's a \\ here

Exit: 0 done, 1 not done, or half.
"""


def rendered(path):
    """What man shows, in long lines."""
    shown = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=1000", path], capture_output=True, text=True, check=True).stdout
    return re.sub(".\b", "", shown)


def rendered_source(source):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "page.1")
        scdoc.write(path, source)
        return rendered(f"{path}.gz")


def words(text):
    return collections.Counter(re.findall(r"\w+", text))


def absent(text, page):
    """Words of a text that occur less often on the page."""
    return [f"the page lacks: {word}" for word in sorted(words(text) - words(page))]


def spelt(help_):
    return {(one.letter or "", one.name, one.value or "") for one in help_.options}


def options_of(page):
    return set(re.findall(r"^ +(?:(-\S), )?(--[a-z][a-z-]*)(?:=(\S+))?$", page, re.M))


def complaints(help_, page, raw=""):
    """How a page differs from its help."""
    options = options_of(page)
    said = re.sub(rf"^({help_text.BOILERPLATE}[^.]*\.|Exit( codes)?:|[Uu]sage:|options:|positional arguments:)", "", raw, flags=re.M)
    said = re.sub(r"^( +-\S) \S+, --", r"\1, --", said, flags=re.M)  # argparse tells a value twice
    return ([f"the page lacks {one}" for one in sorted(spelt(help_) - options)] +
            [f"the help lacks {one}" for one in sorted(options - spelt(help_))] + absent(said, page))


def lint(path):
    return subprocess.run(["mandoc", "-T", "lint", "-W", "error", path], capture_output=True, text=True, check=False).stdout


def path_of(name):
    """The page of that name, with its section."""
    found = [path for path in PAGES if path.name == f"{name}.gz"]
    assert found, f"no page {name} in {MANUAL}: {HINT}"
    return found[0]


class Pages(unittest.TestCase):
    def test_every_command_has_its_page_and_nothing_else_has(self):
        top, commands = commands_pages.tool_helps(RINGPROOF)
        self.assertGreater(len(commands), 5)
        self.assertEqual(sorted(str(path.relative_to(MANUAL)) for path in PAGES), sorted(
            ["share/man/man1/ringproof.1.gz", "share/man/man3/ringproof_ring.h.3.gz",
             *(f"share/man/man1/ringproof-{name}.1.gz" for name, _, _ in commands),
             *(f"ci/man1/ringproof-ci-{path.name}.1.gz" for path in commands_pages.ci_commands())]), HINT)
        for name in ("ringproof", *(f"ringproof-{name}" for name, _, _ in commands)):
            self.assertEqual(re.findall(r"^ +(\d+)$", rendered(path_of(f"{name}.1")), re.M), [codes for codes, _ in top.exits])

    def test_pages_of_the_tool_are_its_help(self):
        for words_ in ([], *([name] for name, _, _ in commands_pages.tool_helps(RINGPROOF)[1])):
            with self.subTest(words_):
                raw = help_text.run(RINGPROOF, *words_, "--help")
                self.assertEqual(complaints(help_text.parse(raw), rendered(path_of("-".join(["ringproof", *words_]) + ".1")), raw), [])

    def test_pages_of_ci_are_their_help(self):
        for command in commands_pages.ci_commands():
            with self.subTest(command.name):
                raw = help_text.run(command, "--help")
                help_, page = help_text.parse(raw), rendered(path_of(f"ringproof-ci-{command.name}.1"))
                for name in [name for one in help_.blocks if isinstance(one, help_text.Terms) and one.heading == "commands" for name, _ in one.pairs]:
                    inner = help_text.run(command, name, "--help")
                    self.assertEqual(absent(inner.replace("usage:", "").replace("positional arguments:", ""), page + "options"), [])
                    help_.options += help_text.parse(inner).options
                self.assertEqual(complaints(help_, page, raw), [])

    def test_the_page_of_a_help(self):
        help_ = help_text.parse(HELP)
        source = commands_pages.page("some", "1.2.3", help_.first_sentence, help_, help_.exits, [("ringproof", 1)])
        page = rendered_source(source)
        for shown in ("some - does something", "some | ci/some -", "Does something. Then it does more.", "--engine={a,b}\n", "use this [engine]; x_y *z*",
                      "it's a \\ here", "-S, --seed=N\n", "the default of --seed", "not done, or half", "ringproof 1.2.3"):
            self.assertIn(shown, page)
        self.assertEqual(complaints(help_, page, HELP), [])
        self.assertEqual(lint_of(source), "")

    def test_faults_in_a_page_are_noticed(self):
        help_ = help_text.parse(HELP)
        source = commands_pages.page("some", "1.2.3", help_.first_sentence, help_, help_.exits, [])
        seed = next(one for one in help_.options if one.name == "--seed")
        for before, after, complaint in (
                (commands_pages.option(seed), "", "the page lacks ('-S', '--seed', 'N')"),
                (r"*\--engine*", "*--motor*", "the help lacks ('', '--motor', '{a,b}')"),
                (r"*\-S*, ", "", "the page lacks ('-S', '--seed', 'N')"),
                ("=_N_", "", "the page lacks ('-S', '--seed', 'N')"),
                ("Then it does more.", "", "the page lacks: Then"),
                ("*1*\n\tnot done, or half\n", "", "the page lacks: half")):
            with self.subTest(complaint):
                self.assertIn(before, source)
                self.assertIn(complaint, complaints(help_, rendered_source(source.replace(before, after)), HELP))

    def test_pages_have_no_error_that_mandoc_finds(self):
        for path in PAGES:
            self.assertEqual(lint(path), "")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "page.1")
            path.write_text('.TH page 1\n.SH NAME\npage - a page\n.NOSUCH\n', encoding="utf-8")
            self.assertIn("unknown macro", lint(path))

    def test_no_page_of_the_tool_names_an_option_that_there_is_not(self):
        top, commands = commands_pages.tool_helps(RINGPROOF)
        known = {one.name for _, _, help_ in commands for one in help_.options} | set(re.findall(r"--[a-z-]+", str(top.blocks)))
        text = "".join(rendered(path) for path in PAGES if "ci" not in path.relative_to(MANUAL).parts)
        self.assertEqual(unknown(text, known), set())
        self.assertEqual(unknown(f"{text} --nosuch", known), {"--nosuch"})

    def test_what_is_installed(self):
        with tempfile.TemporaryDirectory() as prefix:
            for component in ("Tool", "Development"):
                subprocess.run(["cmake", "--install", MANUAL.parent, "--component", component, "--prefix", prefix], stdout=subprocess.DEVNULL, check=True)
            installed = {str(path.relative_to(prefix)) for path in pathlib.Path(prefix, "share").rglob("*") if path.is_file()}
        made = {str(path.relative_to(MANUAL)) for path in (MANUAL / "share").rglob("*") if path.is_file()}
        self.assertLessEqual({"share/man/man1/ringproof.1.gz", "share/man/man3/ring_add.3.gz", "share/bash-completion/completions/ringproof",
                              "share/zsh/site-functions/_ringproof"}, made)
        self.assertLessEqual(made, installed)
        self.assertEqual([name for name in installed if "ringproof-ci" in name], [])

    def test_what_is_no_help_is_refused(self):
        with self.assertRaisesRegex(CannotRun, "does not begin with the usage"):
            help_text.parse("Does something.\n")
        with self.assertRaisesRegex(CannotRun, "no sentence.*add one"):
            _ = help_text.parse("usage: ci/some\n\nExit: 0 done.\n").first_sentence
        with self.assertRaisesRegex(CannotRun, "nosuch.*exit 2.*correct"):
            help_text.run(RINGPROOF, "nosuch", "--help")
        with self.assertRaisesRegex(CannotRun, "scdoc refuses page.1"):
            scdoc.write(pathlib.Path("page.1"), "no preamble\n")
        with tempfile.TemporaryDirectory() as folder, unittest.mock.patch.object(commands_pages, "ADDED", pathlib.Path(folder)):
            pathlib.Path(folder, "some.scd").write_text("# OPTIONS\n\n*--melt*\n", encoding="utf-8")
            with self.assertRaisesRegex(CannotRun, "some.scd: OPTIONS is no title.*take one of ENVIRONMENT"):
                commands_pages.added("some")


def unknown(text, known):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) - known


def lint_of(source):
    with tempfile.TemporaryDirectory() as folder:
        scdoc.write(pathlib.Path(folder, "page.1"), source)
        return lint(f"{folder}/page.1.gz")


def header_complaints(header, page):
    """What of ring.h the page lacks. Lines for the compiler alone do not count."""
    lines = [line for line in header.splitlines() if not re.match(r"#(?!define RING_(?!API)\w+ )|extern|/\* \w+: ", line)]
    return absent("\n".join(lines).replace("RING_API", ""), page)


class Header(unittest.TestCase):
    def setUp(self):
        self.header = HEADER.read_text(encoding="utf-8")
        self.page = rendered(path_of("ringproof_ring.h.3"))

    def test_all_of_the_header_is_on_its_page(self):
        self.assertEqual(header_complaints(self.header, self.page), [])

    def test_every_function_has_a_name_of_the_page(self):
        functions = re.findall(r"(\w+)\(", "".join(re.findall(r"^RING_API .*", self.header, re.M)))
        self.assertGreater(len(functions), 10)
        names = {path.name for path in MANUAL.rglob("*.3.gz") if path.resolve() == path_of("ringproof_ring.h.3").resolve()}
        self.assertEqual(names, {f"{name}.3.gz" for name in [*functions, "ringproof_ring.h"]}, HINT)
        self.assertEqual(re.search(r"NAME\n +ringproof_ring.h, (.*) - a consistent-hash ring", self.page)[1].split(", "), functions)

    def test_faults_in_its_page_are_noticed(self):
        for before, after, complaint in (
                ("RING_API void ring_destroy(", "RING_API void ring_melt(struct ring *ring);\nRING_API void ring_destroy(", "the page lacks: ring_melt"),
                ("RING_CORRUPT ", "RING_CORRUPT, RING_MELTED ", "the page lacks: RING_MELTED"),
                ("NULL is ignored.", "NULL is melted.", "the page lacks: melted"),
                (" * THREADS\n", " * MELTING\n *\n * It melts.\n *\n * THREADS\n", "the page lacks: MELTING"),
                ("#define RING_POINTS_MAX", "#define RING_MELT_MAX 5\n#define RING_POINTS_MAX", "the page lacks: RING_MELT_MAX")):
            with self.subTest(complaint):
                self.assertIn(before, self.header)
                changed = self.header.replace(before, after)
                self.assertIn(complaint, header_complaints(changed, self.page))
                self.assertEqual(header_complaints(changed, rendered_source(header_page.page(changed, "ring.h", "1"))), [])

    def test_a_header_of_another_form_is_refused(self):
        with self.assertRaisesRegex(CannotRun, "does not begin with a comment"):
            header_page.page("#include <stdint.h>\n", "ring.h", "1")
        with self.assertRaisesRegex(CannotRun, "comment without code.*move it"):
            header_page.page(self.header.replace("struct ring;\n", "/* Alone. */\n"), "ring.h", "1")


if __name__ == "__main__":
    unittest.main()
