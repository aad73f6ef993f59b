"""What stands before a kernel's message: time, host, priority, and the program with its number. A program's name has up to 15
bytes, of any kind: spaces, brackets and colons, too."""
import re

NAME_LIMIT = 15
CONTEXT = 400  # characters before the message
PIECES = [re.compile(pattern) for pattern in (
    r"(?:[>|*#]+\s+)+",  # quoted mail, tables, lists
    r'\{?\s*"\w{1,40}"\s*:\s*"',  # JSON that is cut off, or one member of it
    r"[\w-]{1,60}\s*\|\s+",  # docker compose
    r"MESSAGE=",
    r"<\d{1,3}>",
    r"\d{1,3},\d{1,20},(?P<micro>\d{1,15}),[^;]{1,80};",  # /dev/kmsg
    r"kern\s*:\s*\w+\s*:",
    r"(?P<uptime>\[\s*\d+(?:\.\d+)?(?:@\d+)?\])",
    r"\[\s*[TC]\d+\]",  # the thread or processor that printed it
    r"(?P<local>\[?(?:[A-Z][a-z]{2},? +)?(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2})(?: \d{4})? \d\d:\d\d:\d\d(?:[.,]\d+)?(?: \d{4})?\]?)",
    r"(?P<iso>\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z| ?[+-]\d\d:?\d\d)?\]?)",
    r"(?:stdout|stderr) [FP] ",  # Kubernetes
    r"traps:",
)]
TAG = re.compile(r"(?:^|\s)(?:kernel|klogd|vmunix)(?:\[\d{1,10}\])?:")
WITH_HOST = ("local", "iso")  # a host follows, unless the time is in brackets, as dmesg prints it
NUMBERED = re.compile(r"\[(\d{1,10})\]:?\s*$")


def cut_pieces(text):
    """The text without time and the like, that time, and whether a host may follow it."""
    time, host = None, False
    while True:
        text = text.lstrip()
        match = next((match for match in (piece.match(text) for piece in PIECES) if match and match.end()), None)
        if match is None:
            return text, time, host
        for kind, value in match.groupdict().items():
            if value and (time is None or kind in WITH_HOST):
                time = f"{int(value) / 1e6:.6f}" if kind == "micro" else value.strip("[] ")
                host = host or (kind in WITH_HOST and not value.startswith("["))
        text = text[match.end():]


def split(text):
    """The program's name and the time, from what stands before [PID]."""
    text, time, host = cut_pieces(text)
    for tag in [*TAG.finditer(text)][-1:]:
        text, inner, _ = cut_pieces(text[tag.end():])
        time, host = time or inner, False
    text = text.strip()
    if host and " " in text:
        text = cut_pieces(text.split(None, 1)[1])[0]
    if len(text.encode()) > NAME_LIMIT and text.split():
        text = text.split()[-1]
    return text.strip(" :'\"`"), time


def program_before(text):
    """Program, number and time, from the CONTEXT before a message. Each is None if it is not there."""
    match = NUMBERED.search(text.rstrip())
    if match:
        name, time = split(text[:match.start()])
        return name or None, int(match[1]), time
    name, time = split(text)
    return name or None, None, time
