"""Completion of the tool, in real shells. The environment has MANUAL, the folder of the pages, and RINGPROOF, the path of the tool."""
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time
import unittest

from manual import commands_pages, completion, help_text
from shared.errors import CannotRun

SHARE = pathlib.Path(os.environ["MANUAL"], "share")
RINGPROOF = pathlib.Path(os.environ["RINGPROOF"])
ENVIRONMENT = {"PATH": f"{RINGPROOF.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "TERM": "dumb"}


def made(path):
    assert (SHARE / path).exists(), f"no {SHARE / path}: install scdoc, then: cmake --preset release && cmake --build --preset release --target manual"
    return (SHARE / path).read_text(encoding="utf-8")


BASH = made("bash-completion/completions/ringproof")
ZSH = made("zsh/site-functions/_ringproof")

# Instead of completing, prints the specifications: which options there are, and how values are completed.
STUB = '_arguments() { print -rl -- "$@" }'
# Ctrl-X Ctrl-W writes the line as it is now. The names of menus and beeps would only disturb. It is ready once its line editor
# is: keys that come before go to the terminal's own editing, which takes some of them away.
INTERACTIVE = """
PS1=; setopt no_beep no_list_beep; unset zle_bracketed_paste
autoload -U compinit; compinit -u -D; bindkey '^I' complete-word
written() { print -rn -- "$BUFFER" >line.new; mv line.new line }; zle -N written; bindkey '^X^W' written
zle-line-init() { : >ready }; zle -N zle-line-init
"""


def bash(script, *words, cwd=None):
    """What the last word is completed to."""
    test = script + '\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ringproof ringproof; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "--norc", "-c", test, "bash", "ringproof", *words], capture_output=True, text=True, check=True, env=ENVIRONMENT, cwd=cwd)
    assert not done.stderr, done.stderr
    return done.stdout.split()


def specifications(script, *words):
    """What zsh's _arguments is given for these words. Outside of completion, the script's last line does nothing."""
    test = f'{STUB}\n{script}\nwords=("$@"); CURRENT=$#; _ringproof'
    done = subprocess.run(["zsh", "-f", "-c", test, "zsh", "ringproof", *words], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


class Zsh:
    """An interactive zsh in a folder that has one script, _ringproof."""

    def __init__(self, script, folder):
        self.folder = folder
        (folder / "_ringproof").write_text(script, encoding="utf-8")
        (folder / ".zshrc").write_text(f"fpath=({folder} $fpath)\n{INTERACTIVE}", encoding="utf-8")
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.chdir(folder)
            os.execvpe("zsh", ["zsh", "-d", "-i"], {**ENVIRONMENT, "ZDOTDIR": str(folder), "HOME": str(folder)})
        self.wait_for("ready")

    def wait_for(self, name):
        path = self.folder / name
        end = time.monotonic() + 60
        while not path.exists():
            assert time.monotonic() < end, f"zsh does not write {name}: see what it prints in an interactive zsh -d"
            if select.select([self.terminal], [], [], 0.01)[0]:
                os.read(self.terminal, 4096)  # or zsh waits until somebody does
        text = path.read_text(encoding="utf-8")
        path.unlink()
        return text

    def complete(self, line):
        """The line after Tab."""
        os.write(self.terminal, f"\x15{line}\t\x18\x17".encode())
        return self.wait_for("line")

    def close(self):
        os.write(self.terminal, b"\x15exit\r")
        os.waitpid(self.child, 0)
        os.close(self.terminal)


def options_of(help_):
    return {name for one in help_.options for name in completion.names(one)}


def bash_complaints(script, command, help_):
    offered = set(bash(script, command, "-"))
    return differences(offered, options_of(help_))


def zsh_complaints(script, command, help_):
    offered = {match[1] for line in specifications(script, command, "") if (match := re.match(r"(?:\([^)]*\)|\*)?(-[^=+\[]*)[=+]?\[", line))}
    return differences(offered, options_of(help_))


def differences(offered, wanted):
    return [f"not completed: {one}" for one in sorted(wanted - offered)] + [f"no such option: {one}" for one in sorted(offered - wanted)]


def subjects():
    """As a reader sees them."""
    lines = subprocess.run([RINGPROOF, "list"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split()[0] for line in lines[1:lines.index("placement rules:")]]


class Completion(unittest.TestCase):
    def setUp(self):
        self.top, self.commands = commands_pages.tool_helps(RINGPROOF)
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "a file.trace").touch()

    def zsh(self, script=ZSH):
        shell = Zsh(script, self.folder)
        self.addCleanup(shell.close)
        return shell

    def test_every_option_is_completed_and_nothing_else(self):
        for command, _, help_ in self.commands:
            with self.subTest(command):
                self.assertGreater(len(help_.options), 1)
                self.assertEqual(bash_complaints(BASH, command, help_), [])
                self.assertEqual(zsh_complaints(ZSH, command, help_), [])

    def test_faults_in_the_options_are_noticed(self):
        help_ = next(help_ for command, _, help_ in self.commands if command == "check")
        for name, complain, script, before, after, complaint in (
                ("bash", bash_complaints, BASH, " --keep-going", "", "not completed: --keep-going"),
                ("bash", bash_complaints, BASH, " --keep-going", " --keep-going --melt", "no such option: --melt"),
                ("bash", bash_complaints, BASH, " -k ", " ", "not completed: -k"),
                ("zsh", zsh_complaints, ZSH, "{-k,--keep-going}", "-k", "not completed: --keep-going"),
                ("zsh", zsh_complaints, ZSH, "{-k,--keep-going}", "{-k,--keep-going,--melt}", "no such option: --melt"),
                ("zsh", zsh_complaints, ZSH, "{-k,--keep-going}", "--keep-going", "not completed: -k")):
            with self.subTest(f"{name}: {complaint}"):
                self.assertIn(before, script)
                self.assertEqual(complain(script.replace(before, after), "check", help_), [complaint])

    def test_bash_completes(self):
        names = [command for command, _, _ in self.commands]
        self.assertEqual(bash(BASH, ""), [*names, *completion.top_options(self.top)])
        self.assertEqual(bash(BASH, "exh"), ["exhaust"])
        self.assertEqual(bash(BASH, "check", "--keep"), ["--keep-going"])
        for before in (["--subject"], ["-s"], ["--keep-going", "--subject", "="]):
            self.assertEqual(bash(BASH, "check", *before, "leg"), ["legacy"], before)
        for before in (["--subject", ""], ["-s", ""], ["--subject", "="]):
            self.assertEqual(bash(BASH, "check", *before), subjects(), before)
        self.assertEqual(bash(BASH, "check", "--seed", ""), [])
        self.assertEqual(bash(BASH, "check", ""), [])
        for words in (["replay", "a"], ["check", "--output", "a"], ["check", "--subject", "a"], ["check", "--output", "=", "a"]):
            self.assertEqual(bash(BASH, *words, cwd=self.folder), ["a", "file.trace"], words)

    def test_zsh_completes(self):
        shell = self.zsh()
        for line, complete in (("ringproof exh", "ringproof exhaust "), ("ringproof check --keep", "ringproof check --keep-going "),
                               ("ringproof check --subject=leg", "ringproof check --subject=legacy "), ("ringproof check -s leg", "ringproof check -s legacy "),
                               ("ringproof check --keep-going --sub", "ringproof check --keep-going --subject="),
                               ("ringproof --h", "ringproof --help "), ("ringproof replay a", r"ringproof replay a\ file.trace "),
                               ("ringproof check -o a", r"ringproof check -o a\ file.trace "), ("ringproof nosuch leg", "ringproof nosuch leg")):
            self.assertEqual(shell.complete(line), complete)

    def test_faults_in_what_is_completed_are_noticed(self):
        self.assertEqual(bash(BASH.replace("^subjects:", "^themes:"), "check", "--subject", "leg"), [])
        self.assertEqual(bash(BASH.replace("COMP_CWORD - 2", "COMP_CWORD - 1"), "check", "--subject", "=", "leg"), [])
        self.assertEqual(bash(BASH.replace("    exhaust)", "    exhausted)"), "exhaust", "--"), [])
        shell = self.zsh(ZSH.replace("^subjects:", "^themes:").replace("'exhaust:", "'exhausted:"))
        for line, complete in (("ringproof check -s leg", "ringproof check -s leg"), ("ringproof exhaust", "ringproof exhausted ")):
            self.assertEqual(shell.complete(line), complete)

    def test_what_cannot_be_completed_is_refused(self):
        help_ = help_text.parse("Usage: ringproof check\nChecks.\n\n  -r, --colour=COLOUR   a colour\n")
        for make in (completion.bash, completion.zsh):
            with self.assertRaisesRegex(CannotRun, "COLOUR.*add to KINDS"):
                make(self.top, [("check", "check", help_)])

    def test_bash_needs_nothing_else_and_is_clean(self):
        done = subprocess.run(["shellcheck", "-s", "bash", "-"], input=BASH, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        script = f"{BASH}\ncomplete -p ringproof"
        self.assertEqual(subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, check=True).stdout, "complete -F _ringproof ringproof\n")


if __name__ == "__main__":
    unittest.main()
