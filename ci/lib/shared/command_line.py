"""What all commands in ci/ share: help texts, common options, and exit codes. An option that several commands have is made
here, so that it has one name, one letter and one meaning."""
import argparse
import contextlib
import json
import os
import pathlib
import random
import re
import select
import sys
import threading
import traceback

from shared import disk, interrupts, lib_sh
from shared.errors import CannotRun
from shared.visible import visible

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST = 1000 * UNITS["h"]
SEED_MAX = 2**64 - 1


class Parser(argparse.ArgumentParser):
    """Refuses options that have another name now, and says which."""

    renamed = {}  # new names by old ones

    def parse_known_args(self, args=None, namespace=None):
        words = sys.argv[1:] if args is None else list(args)
        for word, following in zip(words, [*words[1:], ""]):
            if word == "--":
                break
            name, _, value = word.partition("=")
            if name in self.renamed:
                self.error(new_name(name, self.renamed[name]))
            if name == "--json" and "--json" in self.format_usage() and (value or following.endswith(".json")):
                self.error("--json takes no file now: it prints on standard output; write --json >FILE")
        return super().parse_known_args(args, namespace)


def new_name(old, new):
    unit = f", and takes a unit: {new} 90s, {new} 10m, {new} 8h" if new.endswith("for") else ""
    return f"{old} is called {new} now{unit}"


class Version(argparse.Action):
    def __call__(self, parser, *_):
        lib_sh.run(parser.prog.removeprefix("ci/"), "print_version")
        sys.exit(0)


def parser(command, description, exits, renamed=None):
    """A parser for ci/COMMAND. `exits` explains its exit codes, for the end of the help. `renamed` has the old names of options."""
    made = Parser(prog=f"ci/{command}", description=description.strip(), epilog=f"Exit: {exits}",
                  formatter_class=argparse.RawDescriptionHelpFormatter)
    made.renamed = renamed or {}
    made.add_argument("-V", "--version", nargs=0, action=Version, help="print the version of ringproof and exit")
    return made


# WHAT ARGUMENTS MAY BE. Each function is an argument's type, or returns one.

def duration(least="1s"):
    """Seconds. `least` is the shortest that is accepted."""
    def read(text):
        match = re.fullmatch(r"([0-9]+|[0-9]*\.[0-9]+)([smhd]?)", text)
        if not match:
            raise argparse.ArgumentTypeError(f"{text}: not a duration; write a number and a unit, such as 90s, 10m, 1.5h or 2d")
        if not match[2]:
            raise argparse.ArgumentTypeError(f"{text}: write {text}s; a duration needs a unit: s, m, h or d")
        seconds = float(match[1]) * UNITS[match[2]]
        if seconds > LONGEST or (text != least and seconds < read(least)):
            raise argparse.ArgumentTypeError(f"{text}: not from {least} to {LONGEST // UNITS['h']}h")
        return seconds
    return read


def whole(least=1):
    """A whole number."""
    def read(text):
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text}: not a whole number from {least} to 999999999")
        return int(text)
    return read


def seed(text):
    digits = text.removeprefix("RINGPROOF_SEED=")
    if not re.fullmatch(r"[0-9]+", digits) or int(digits) > SEED_MAX:
        raise argparse.ArgumentTypeError(f"{text}: not a whole number from 0 to {SEED_MAX}")
    return int(digits)


def pattern(text):
    """A regular expression."""
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None


def old_file(text):
    """A file to read."""
    path = pathlib.Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text}: no such file; name one that is there")
    return path


def new_file(text):
    """A file to write, or - for standard output."""
    path = pathlib.Path(text)
    if text != "-" and (path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK)):
        raise argparse.ArgumentTypeError(f"{text}: cannot be written; name a file in a folder that is there, or -")
    return path


def old_folder(text):
    """A folder to read."""
    path = pathlib.Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: no such folder; name one that is there")
    return path


def new_folder(text):
    """A folder to write: it is there, or can be made."""
    path = pathlib.Path(text)
    there = next(parent for parent in (path, *path.absolute().parents) if parent.exists())
    if not there.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: {there} is a file; name another folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError(f"{text}: {there} cannot be written; name another folder")
    return path


def matching(only, names, what):
    """The names that an option --only chooses."""
    chosen = [name for name in names if only.search(name)]
    if not chosen:
        raise CannotRun(f"no {what}'s name matches --only; there are: {', '.join(names)}")
    return chosen


# THE OPTIONS

def add_setup(into):
    into.add_argument("--no-setup", dest="setup", action="store_false", help="do not install or build anything first")


def add_for(into, what, note, least="1s", **more):
    """`what` ends the words "how long"."""
    into.add_argument("-f", "--for", dest="duration", type=duration(least), metavar="TIME",
                      help=f"how long {what}, such as 90s, 10m, 1.5h or 2d; {note}", **more)


def add_output(into, what, **more):
    """`what` ends the word "where"."""
    into.add_argument("-o", "--output", type=new_folder, metavar="FOLDER", help=f"where {what}", **more)


def add_seed(into, what, default=None):
    """`default` is None for a random seed."""
    given = os.environ.get("RINGPROOF_SEED")
    other = random.SystemRandom().randrange(1, 2**31) if default is None else default
    into.add_argument("-S", "--seed", type=seed, default=f"RINGPROOF_SEED={given}" if given else other, metavar="N",
                      help=f"the seed of {what}; default: $RINGPROOF_SEED, or {'random' if default is None else default}")


def add_jobs(into, what, for_each_cpu=1):
    into.add_argument("-j", "--jobs", type=whole(), default=for_each_cpu * os.cpu_count(), metavar="N",
                      help=f"how many {what} at a time; default: {'one' if for_each_cpu == 1 else for_each_cpu} for each CPU")


def add_only(into, what):
    into.add_argument("--only", type=pattern, default="", metavar="REGEX", help=f"only {what} whose names match")


def add_json(into):
    into.add_argument("--json", action="store_true",
                      help="print the results as JSON on standard output, and all else on standard error")


def take_output():
    """Turns the standard output of this process, and of those that it starts, into standard error. Returns a file for what it was."""
    sys.stdout.flush()
    taken = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return taken


def discard(descriptor):
    """Lets what is printed there be lost, now and when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


@contextlib.contextmanager
def reader_may_end(file=None):
    """Around what prints results. If the reader has ended, such as head, the exit code still tells the result."""
    file = file or sys.stdout
    try:
        yield
        file.flush()
    except BrokenPipeError:
        discard(file.fileno())


def print_on(taken, text):
    """Prints a result."""
    with reader_may_end(taken):
        taken.write(text)


def open_json(options):
    """With --json, takes standard output. Sets options.json to a file for the JSON, or to None."""
    options.json = take_output() if options.json else None
    return options


def print_json(options, document):
    """Prints the results if --json asks for them."""
    if options.json:
        print_on(options.json, json.dumps(document, indent=1) + "\n")


def reader_has_ended():
    """Whether nothing reads standard output any more."""
    pipe = select.poll()
    pipe.register(1, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in pipe.poll(0))


def finish(command, main, *errors):
    """Runs main() and exits with the status that it returns. CannotRun and the given errors are printed; exit code 2, as for a
    full disk and for a defect of the command. When it was interrupted, what it started is ended; exit code 130. When whoever
    reads its output has ended, such as head: exit code 141, as for a program that SIGPIPE ends."""
    interrupts.watch()
    try:
        status = main()
        if sys.stdout:
            with reader_may_end():
                sys.stdout.flush()  # here, and not when Python ends, which would change the exit code
    except KeyboardInterrupt as error:
        interrupts.ignore()
        interrupts.kill_children()
        status = say(command, 130, f"interrupted ({str(error) or 'SIGINT'})")
    except Exception as error:  # pylint: disable=broad-exception-caught
        said = error
        if isinstance(error, BrokenPipeError) and reader_has_ended():
            interrupts.ignore()
            interrupts.kill_children()
            os._exit(141)
        if disk.is_full(error):
            said = disk.sentence(getattr(error, "filename", None) or "see above")
        elif not isinstance(error, (CannotRun, *errors)):
            explain(traceback.format_exc())
            said = f"{type(error).__name__}: {error}; see the lines above"
        status = say(command, 2, said)
    if threading.active_count() > 1:  # they wait for programs, and Python would wait for them
        interrupts.kill_children()
        os._exit(status)
    sys.exit(status)


def say(command, status, text):
    """Prints the last line, which says why the command ends with this status. Returns the status."""
    explain(f"{command}: {text}")
    return status


def explain(text):
    """Prints on standard error, after all that was printed before. Where nothing can be printed any more, because the reader has
    ended or the disk is full, the exit code still tells the result: nothing is raised, now or when Python ends."""
    for stream, written, descriptor in ((sys.stdout, "", 1), (sys.stderr, visible(str(text), "\n\t") + "\n", 2)):
        try:
            if stream:  # it may have been closed before the command began
                stream.write(written)
                stream.flush()
        except OSError:
            discard(descriptor)
