"""One record of the history. record.schema.json describes it for other programs; wrong_with() checks the same,
faster, and that `low` is not above `high`."""
import math
import re

TEXTS = ("commit", "subject", "machine", "benchmark", "measure", "unit")
NUMBERS = ("time", "value", "low", "high")
OTHERS = ("author", "url", "suite", "better", "range", "measured", "about")
KNOWN = {*TEXTS, *NUMBERS, *OTHERS}
LATEST = 253402300799  # seconds since 1970: the year 9999
NEVER_EMPTY = ("commit", "machine", "suite", "benchmark", "measure")
DIRECTIONS = ("smaller", "bigger", "neither")
AUTHOR = {"name", "email", "username"}


def better_of(record):
    """Which values are better: "smaller", "bigger", or "neither" where nobody knows. Records that do not say it are of time
    or instructions."""
    return record.get("better", "smaller")


def is_number(value):
    """Whether JSON can keep the value as a number that others can read."""
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def wrong_with(record):
    """What is wrong with a record, as the end of a sentence; None if nothing is."""
    if not isinstance(record, dict):
        return "not an object"
    return wrong_field(record) or wrong_option(record)


def wrong_field(record):
    for name in TEXTS:
        if not isinstance(record.get(name), str):
            return f"no {name}, or one of a wrong type"
    for name in NUMBERS:
        if not is_number(record.get(name)):
            return f"no {name}, or one that is not a finite number"
    for name in ("time", "measured"):
        if not is_number(record.get(name, 0)) or not 0 <= record.get(name, 0) <= LATEST:
            return f"a {name} that is not from 1970 to 9999"
    for name in NEVER_EMPTY:
        if record.get(name) == "":
            return f"an empty {name}"
    if re.search(r"\s", record["commit"]):
        return "a commit with spaces"
    if record["low"] > record["high"]:
        return "a low above its high"
    return next((f"an unknown field {name}" for name in record if name not in KNOWN), None)


def wrong_option(record):
    for name in ("url", "suite", "range"):
        if not isinstance(record.get(name, ""), str):
            return f"a {name} that is not a text"
    if not re.match(r"https?://", record.get("url", "https://")):
        return "a url that does not begin with http"
    if better_of(record) not in DIRECTIONS:
        return f"better {better_of(record)!r}; known are {', '.join(DIRECTIONS)}"
    author, about = record.get("author", {}), record.get("about", {})
    if not isinstance(author, dict) or not all(name in AUTHOR and isinstance(text, str) for name, text in author.items()):
        return f"an author that is not an object of texts {', '.join(sorted(AUTHOR))}"
    if not isinstance(about, dict) or not all(isinstance(each, (str, bool)) or is_number(each) for each in about.values()):
        return "an about that is not an object of texts, numbers and booleans"
    return None
