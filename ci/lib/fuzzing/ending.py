"""How a night ends: the exit code and its reason, which stand in the last line printed, in status.json, and on the page."""
import contextlib
import html
import json
import os
import time
import traceback

from fuzzing import jobs
from shared import command_line, disk, files, interrupts
from shared.errors import CannotRun
from shared.repository import ROOT

MEANINGS = {None: "running, or killed", 0: "all is well", 1: "something was found", 2: "could not run", 130: "interrupted"}
RESERVED = 2 << 20  # bytes, for status.json and the page when the disk is full
PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>ringproof: nightly</title>
<h1>ringproof: nightly</h1><p>{}</p><p>Page written {}. The results so far are in the files beside this page.</p></html>
"""


class Night:
    """What a night does now, and what it has found."""

    def __init__(self, output):
        self.output = output
        self.doing = "starting"
        self.found = []
        self.troubles = []

    def need_room(self):
        disk.need_room(*self.folders())

    def folders(self):
        return [folder for folder in (self.output, ROOT / "build") if folder.exists()]

    def stage(self, doing):
        """Notes what the night does from now on."""
        self.doing = doing
        self.need_room()
        self.tell(None, doing)

    def attempt(self, doing, work):
        """One of the stages after fuzzing. `work` returns what it found. If it cannot run, the others are tried all the same."""
        self.stage(doing)
        try:
            self.found += work()
        except CannotRun as error:
            self.need_room()
            print(error, flush=True)
            self.troubles.append(first_line(error))

    def reserve(self):
        path = self.output / ".reserve"
        if not path.exists():
            try:
                with open(path, "wb") as out:
                    os.posix_fallocate(out.fileno(), 0, RESERVED)
            except OSError:
                path.unlink()
                raise

    def tell(self, code, reason):
        """Writes status.json and the page."""
        status = {"exit": code, "meaning": MEANINGS[code], "reason": reason, "time": int(time.time()), "process": os.getpid()}
        self.insist(lambda: files.replace(self.output / "status.json", json.dumps(status, indent=1).encode() + b"\n"))
        self.insist(lambda: self.write_page(code, reason))

    def write_page(self, code, reason):
        try:
            from fuzzing import nightly_page  # pylint: disable=import-outside-toplevel # its packages may not be installed yet
            nightly_page.render(self.output)
        except OSError:
            raise
        except Exception as error:  # pylint: disable=broad-exception-caught
            if not isinstance(error, ImportError):
                command_line.explain(traceback.format_exc())
            sentence = f"{MEANINGS[code]}: {reason}"
            files.replace(self.output / "index.html", PAGE.format(html.escape(sentence), time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())).encode())

    def insist(self, write):
        """Writes, if necessary into the room that was reserved."""
        try:
            write()
        except OSError as error:
            (self.output / ".reserve").unlink(missing_ok=True)
            try:
                write()
            except OSError:
                command_line.explain(f"nightly: {error}; {self.output} does not say how this night ended")


def first_line(error):
    return str(error).strip().partition("\n")[0].rstrip(":") or type(error).__name__


def run(output, work):
    """Runs work(night). Says how it ended, and returns the exit code."""
    night = Night(output)
    try:
        night.reserve()
        work(night)
        code, reason = outcome(night)
    except KeyboardInterrupt as error:
        code, reason = 130, f"{str(error) or 'SIGINT'} while {night.doing}; start it again with the same --output, and it continues"
    except Exception as error:  # pylint: disable=broad-exception-caught
        code, reason = 2, failure(night, error)
    interrupts.ignore()
    jobs.kill_all(output)
    if code == 2:
        with contextlib.suppress(OSError):
            jobs.corpus.remove_cut(output / "corpus")
    night.tell(code, reason)
    return command_line.say("nightly", code, f"{MEANINGS[code]}: {reason}") if code else 0


def outcome(night):
    if night.troubles:
        return 2, "; ".join(night.troubles) + before(night)
    return (1, "; ".join(night.found)) if night.found else (0, "")


def before(night):
    return f"; something was found, too: {'; '.join(night.found)}" if night.found else ""


def failure(night, error):
    """The reason, in one line. The rest of the message is printed."""
    if disk.is_full(error) or disk.full_one(*night.folders()):
        if not isinstance(error, (OSError, disk.DiskFull)):
            command_line.explain(error)  # what failed because of it
        reason = str(error) if isinstance(error, disk.DiskFull) else disk.sentence(getattr(error, "filename", None) or night.output)
    elif isinstance(error, CannotRun):
        if "\n" in str(error).strip():
            command_line.explain(error)
        reason = first_line(error)
    else:
        command_line.explain(traceback.format_exc())
        reason = f"{type(error).__name__}: {first_line(error)}, while {night.doing}; see the lines above"
    return reason + before(night)
