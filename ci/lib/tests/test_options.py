"""Options of all commands: one name, one letter and one meaning, by what --help prints. No command installs or builds anything
here. The environment has DEPTH and RINGPROOF, the paths of programs, and VERSION, the project's."""
import os
import pathlib
import re
import subprocess
import unittest

from shared.repository import ROOT

# What all commands share: the letter, and the words with which the help begins.
SHARED = {"help": ("-h", "show this help"), "version": ("-V", "print the version"), "for": ("-f", "how long "), "output": ("-o", "where "),
          "seed": ("-S", "the seed"), "jobs": ("-j", "how many "), "only": (None, "only "), "json": (None, "print the results as JSON"),
          "no-setup": (None, "do not install or build"), "history": (None, "the history of measurements")}
# Options that have another name now, by command.
RENAMED = {
    "ci/harness": {"--minutes": "--for"}, "ci/beam-soak": {"--minutes": "--for"}, "ci/nightly": {"--hours": "--for"},
    "ci/planted": {"--seconds": "--for"}, "ci/mutants": {"--minutes": "--for"}, "ci/corpus": {"--minutes": "--for"},
    "ci/findings": {"--seconds": "--run-for", "--minimise-seconds": "--shrink-for"}, "ci/dashboard": {"--out": "--output"},
    "bench/run": {"--out": "--output"}, "ci/history": {"--folder": "--history"}, "ci/perf": {"--commit": "--record"},
}
OLD = re.compile(r"--(seconds|minutes|hours|minimise-seconds|out|folder)\b(?!-)|--json (FILE|OUT|[^>\s]\S*\.json)|--results \S+\.md|"
                 r"ci/perf .*--commit\b")
OPTION = re.compile(r"^ {2,6}(?:(-\w)(?: [A-Z]+)?, |)--([a-z-]+)(?:\[?[ =]\S+)?(?: {2,}|\n +)(\S.*)", re.M)


def commands():
    """The paths of all commands, by the names in their help."""
    found = {f"ci/{path.name}": path for path in sorted((ROOT / "ci").iterdir()) if path.is_file() and os.access(path, os.X_OK)}
    found.update((f"bench/tables/{path.name}", path) for path in sorted((ROOT / "bench/tables").glob("*.py")) if os.access(path, os.X_OK))
    for name in ("bench/run", "repro/beam/measure", "ci/lib/cross/sysroot"):
        found[name] = ROOT / name
    return {**found, "depth": pathlib.Path(os.environ["DEPTH"])}


def run(path, *words):
    # As from a user's shell, not from run_python() of ci/lib.sh.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([path, *words], capture_output=True, text=True, check=False, env=environment)
    return done.returncode, done.stdout, done.stderr


def complaints(name, help_):
    """What is wrong with a help."""
    wrong = [] if help_.startswith(f"usage: {name}") else ["does not begin with the usage"]
    wrong += [] if re.search(r"^Exit: 0 .*\b2 ", help_, re.M | re.S) else ["does not explain its exit codes"]
    options = OPTION.findall(help_)
    wrong += [] if "help" in [option for _, option, _ in options] else ["does not list --help"]
    wrong += [f"has the old {match[0]}" for match in OLD.finditer(help_)]
    for letter, option, text in options:
        if option in SHARED and letter != (SHARED[option][0] or ""):
            wrong.append(f"--{option} has the letter {letter or '(none)'}")
        if option in SHARED and not text.startswith(SHARED[option][1]):
            wrong.append(f"--{option} means something else: {text}")
        if option not in SHARED and letter and letter in [one for one, _ in SHARED.values()]:
            wrong.append(f"--{option} has the letter {letter} of another option")
    return wrong


HELP = """usage: ci/planted [-h] -f TIME

options:
  -h, --help            show this help message and exit
  -f TIME, --for TIME   how long it lasts
  -o FOLDER, --output FOLDER
                        where everything goes
  -S, --seed N          the seed of all
  --only REGEX          only faults whose names match

Exit: 0 done, 2 not done.
"""


class Options(unittest.TestCase):
    def test_every_help_is_in_order(self):
        for name, path in commands().items():
            with self.subTest(name):
                status, help_, errors = run(path, "--help")
                self.assertEqual((status, errors), (0, ""))
                self.assertEqual(complaints(name, help_), [])
                self.assertEqual(run(path, "-h"), (0, help_, ""))

    def test_faults_in_a_help_are_noticed(self):
        self.assertEqual(complaints("ci/planted", HELP), [])
        for before, after, complaint in (
                ("usage: ci/planted", "usage: planted", "does not begin with the usage"),
                ("Exit: 0 done, 2 not done.", "", "does not explain its exit codes"),
                ("  -h, --help            show this help message and exit\n", "", "does not list --help"),
                ("-f TIME, --for", "-x TIME, --for", "--for has the letter -x"),
                ("-o FOLDER, --output", "--output", "--output has the letter (none)"),
                ("--only REGEX", "-o, --only R", "--only has the letter -o"),
                ("how long it", "the time it", "--for means something else: the time it lasts"),
                ("where everything", "everything", "--output means something else: everything goes"),
                ("the seed of all", "all of them", "--seed means something else: all of them"),
                ("--seed N   ", "--salt N   ", "--salt has the letter -S of another option"),
                ("-f TIME, --for TIME   how", "--minutes M   how", "has the old --minutes"),
                ("only faults", "only faults as with --json OUT,", "has the old --json OUT")):
            with self.subTest(complaint):
                self.assertIn(before, HELP)
                self.assertEqual(complaints("ci/planted", HELP.replace(before, after)), [complaint])

    def test_the_tool_has_the_same_letters(self):
        seen = set()
        for command in ("check", "compare", "convert", "exhaust", "expect", "replay", "shrink"):
            for letter, option, _ in OPTION.findall(run(os.environ["RINGPROOF"], command, "--help")[1]):
                if option in ("for", "output", "seed", "jobs"):
                    seen.add(option)
                    self.assertEqual(letter, SHARED[option][0], f"ringproof {command} --{option}")
        self.assertLessEqual({"output", "seed", "jobs"}, seen)

    def test_old_names_say_what_replaced_them(self):
        for name, renamed in RENAMED.items():
            for old, new in renamed.items():
                with self.subTest(f"{name} {old}"):
                    status, out, errors = run(ROOT / name, old, "5")
                    self.assertEqual((status, out), (2, ""))
                    self.assertIn(f"{old} is called {new} now", errors)
                    self.assertEqual(f"takes a unit: {new} 90s" in errors, new.endswith("for"))

    def test_every_command_of_ci_prints_its_version(self):
        for name, path in commands().items():
            if name.startswith("ci/"):
                with self.subTest(name):
                    self.assertEqual(run(path, "--version"), (0, f"{path.name} (ringproof) {os.environ['VERSION']}\n", ""))

    def test_no_readme_has_an_old_name(self):
        readmes = [path for path in ROOT.rglob("*.md") if "build" not in path.relative_to(ROOT).parts and path.name != "CHANGELOG.md"]
        self.assertGreater(len(readmes), 10)
        self.assertEqual([f"{path}: {match[0]}" for path in readmes for match in OLD.finditer(path.read_text(encoding="utf-8"))], [])
        for text in ("ci/nightly --hours 5", "`--minutes`", "bench/run --out FILE.json", "ci/perf A --json out.json", "--results bench/results.md",
                     "`ci/perf HEAD~1 --commit`"):
            self.assertTrue(OLD.search(text), text)
        for text in ("--output", "ci/history export bmf --commit HEAD", "gcovr --json-pretty", "ci/perf --json >out.json", "--results --output a.md"):
            self.assertFalse(OLD.search(text), text)


if __name__ == "__main__":
    unittest.main()
