"""Progress lines of long work: what is being done, how far it is, and for how long. They have the form of quietly() in
ci/lib.sh."""
import concurrent.futures
import re
import subprocess
import time

EVERY = 10  # seconds between two lines
# What shells and timeout(1) print about a command that was killed: see ci/lib.sh.
KILLED = ("Segmentation fault|Aborted|Bus error|Illegal instruction|Floating point exception|Trace/breakpoint trap|Killed|"
          "Terminated")
DEATH_NOTICE = re.compile(rf"^(?:{KILLED})(?: \(core dumped\))?$|: line \d+: +\d+ (?:{KILLED})(?: |$)|"
                          "^timeout: the monitored command dumped core$")


class Progress:
    def __init__(self, what):
        self.what = what
        self.began = self.shown = time.monotonic()

    def show(self, how_far):
        """Prints a line if the last one is old enough. `how_far` is text, or a function that returns it."""
        now = time.monotonic()
        if now - self.shown >= EVERY:
            self.shown = now
            print(f"    ... {now - self.began:.0f} s: {self.what}: {how_far() if callable(how_far) else how_far}", flush=True)

    def completed(self, futures, how_far=lambda: ""):
        """Yields futures as they complete. Each line says how many did, then `how_far()`."""
        futures = list(futures)
        waiting = set(futures)
        while waiting:
            done, waiting = concurrent.futures.wait(waiting, timeout=1, return_when=concurrent.futures.FIRST_COMPLETED)
            yield from done
            self.show(lambda: f"{len(futures) - len(waiting)} of {len(futures)}{how_far()}")  # pylint: disable=cell-var-from-loop

    def wait_for(self, process, log, otherwise="no output yet"):
        """Waits for a process that writes to the file `log`. Each line shows the last line in it. Returns the exit status."""
        while True:
            try:
                return process.wait(1)
            except subprocess.TimeoutExpired:
                self.show(lambda: last_line(log) or otherwise)


def last_line(log):
    """The last line of a log that is not empty, shortened, without prefixes of progress lines: last_line() of ci/lib.sh."""
    for line in reversed(log.read_text(errors="replace")[-4000:].replace("\r", "\n").splitlines()):
        line = re.sub(r"^\s*(?:\.\.\. \d+ s[^:]*: *)*(?:==> )?", "", line).strip()
        if line and "NEW_" not in line and not DEATH_NOTICE.search(line):
            return line[:120]
    return ""
