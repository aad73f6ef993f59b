"""A ring for exec: that errs in the way that its first argument names: at once, or at the fourth lookup."""
import os
import signal
import subprocess
import sys

HOW = sys.argv[1]
FIRST_LINES = {
    "other-words": "hello",
    "other-version": "ringproof 2 placement=own",
    "unknown-word": "ringproof 1 placment=own",
    "unknown-value": "ringproof 1 placement=owned",
    "no-sense": "ringproof 1 placement=own replicas=weight",
}


def say(line):
    print(line, flush=True)


def err():
    if HOW == "dies":
        print("assertion failed", file=sys.stderr)
        os.kill(os.getpid(), signal.SIGSEGV)
    if HOW == "exits":
        sys.exit(0)
    if HOW == "computes":
        while True:
            pass
    if HOW == "has-child":
        subprocess.run([sys.executable, "-c", "import time; time.sleep(1000)", sys.argv[2]], check=False)
    answer = {"garbles": "maybe", "says-more": "none\nnone", "cannot": "cannot do this"}.get(HOW, "none")
    say(answer)


if HOW == "refuses":
    sys.exit("no module named ring")
say(FIRST_LINES.get(HOW, "ringproof 1 name=wrong finding-in-empty=ignores"))
finds = 0
for line in sys.stdin:
    finds += line.startswith("find")
    if finds > 3 and line.startswith("find"):
        err()
    else:
        say("none" if line.startswith("find") else "ok")
