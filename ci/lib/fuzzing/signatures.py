"""Signatures: what two failing runs of a fuzz target have in common if the same defect caused them.

For a target's own message ("# difference at operation 3, answer: expected ..."), it is what differs and the kind of
operation. For a sanitizer's report, it is the kind of error and the innermost functions of this repository.
"""
import dataclasses
import re
import signal

FRAMES = 3
WORDS_MAX = 6  # words of a sentence that go into a name
SENTENCES_MAX = 2
SENTENCE_MAX = 300
AGREES_NOW = "does-not-fail-again"
TOO_MUCH_MEMORY = "too-much-memory"
SILENCE = "(nothing was printed)\n"
DIFFERENCE = "difference"

SANITIZER = re.compile(r"^(?:==\d+==)? ?(?:ERROR|WARNING): (\w+Sanitizer|libFuzzer): (.*)$", re.M)
RUNTIME_ERROR = re.compile(r"^\S+:\d+:\d+: runtime error: (.*)$", re.M)
ASSERTION = re.compile(r"^.*: Assertion `(.*)' failed\.$", re.M)
RSS_LIMIT = re.compile(r"hard rss limit exhausted")
SUMMARY = re.compile(r"^SUMMARY: (\w+): (\S+)", re.M)
SENTENCE = re.compile(r"^# .*$", re.M)
# A line that quotes the input and is no sentence: `# command: "\x00"`.
QUOTATION = re.compile(r'# [a-z ]+:? ".*"$')
FRAME = re.compile(r"^ *#\d+ 0x[0-9a-f]+ in (\S+) (\S+)$", re.M)
OURS = re.compile(r"(?:^|/)(?:core|fuzz|repro)/(?:\S*/)?(?!runner\.c)[^/:]+\.[ch](?::|$)")
RULE = re.compile(r"^ring [\w-]+$", re.M)
OPERATION = re.compile(r"\boperation (\d+)")


@dataclasses.dataclass(frozen=True, order=True)
class Signature:
    target: str
    subject: str
    kind: str
    place: tuple  # what differs, and the kind of operation; or functions, the innermost first

    @staticmethod
    def parse(fields):
        target, subject, kind, place = fields
        return Signature(target, subject, kind, tuple(place))

    def is_like(self, other):
        """Whether they are equal if find-n counts as find, and add-many as add: the cause is usually the same."""
        simpler = lambda signature: dataclasses.replace(
            signature, place=tuple({"find-n": "find", "add-many": "add"}.get(word, word) for word in signature.place))
        return simpler(self) == simpler(other)

    def name(self):
        place = self.place if self.kind == DIFFERENCE else self.place[:1]
        return re.sub(r"[^\w-]", "-", "-".join([self.target, self.subject, self.kind, *place]))


def slug(sentence):
    """The words of a sentence, without numbers and quotations, which differ between inputs."""
    sentence = re.sub(r'"(?:[^"\\]|\\.)*"(?:\*\d+)?', " ", sentence).replace("'s", "s")
    words = re.findall(r"[A-Za-z_]+", re.sub(r"\b0x[0-9a-f]+|\b\d+\w*", " ", sentence))
    return "-".join(word.lower().replace("_", "-") for word in words[:WORDS_MAX]) or "unnamed"


def verb_of(sentence, output):
    """The kind of the operation whose number is in a sentence, from the trace that follows in the output."""
    number = OPERATION.search(sentence)
    trace = RULE.search(output)
    if not number or not trace:
        return ()
    operations = output[trace.end() + 1:].splitlines()
    index = int(number[1]) - 1
    verb = re.match(r"(add-many|add|remove|set-replicas|find-n|find)\b", operations[index]) if index < len(operations) else None
    return (verb[1] if verb else "end",)


def main_sentence(output):
    lines = [match[0] for match in SENTENCE.finditer(output)]
    differences = [line for line in lines if line.startswith("# difference")]
    own = [line for line in lines if not QUOTATION.match(line)]
    return (differences or own or lines)[0]


def of_sentence(output):
    """The kind and the place from the target's own message."""
    sentence = main_sentence(output)
    if sentence.startswith("# slow:"):
        return "slow", ()
    what = re.sub(r"^# (?:difference)?:?", "", sentence)
    what = re.sub(r"\b(?:at )?operation \d+,?", "", what)
    what = re.split(r": expected |: got |: '", what)[0]
    return DIFFERENCE, (slug(what), *verb_of(sentence, output))


def frames(report):
    """This repository's functions in the first stack of a report: the stack of the access, or of a leak's allocation."""
    stack = []
    begun = False
    for line in report.splitlines():
        frame = FRAME.match(line)
        begun = begun or bool(re.match(r" *#0 ", line))
        if begun and not re.match(r" *#\d+ ", line):
            break
        if frame and OURS.search(frame[2]):
            stack.append(frame[1])
    return tuple(stack[:FRAMES])


def kind_of_report(words, report):
    summary = SUMMARY.search(report)
    if "leak" in words:
        return "leak"
    if words.startswith("requested allocation size"):
        return TOO_MUCH_MEMORY
    if summary and not summary[2][0].isdigit():
        # A kind of libFuzzer has several words: "deadly signal".
        return slug(words.split("(")[0]) if summary[1] == "libFuzzer" else summary[2].lower()
    return slug(words)


def candidates(output):
    """Everything in the output that says what went wrong: its position, and a function that makes kind and place of it."""
    for pattern, make in ((SENTENCE, lambda match: of_sentence(output)),
                          (RSS_LIMIT, lambda match: (TOO_MUCH_MEMORY, ())),
                          (ASSERTION, lambda match: ("assertion", (slug(match[1]),))),
                          (RUNTIME_ERROR, lambda match: (slug(match[1].split(":")[0]), frames(output[match.start():]))),
                          (SANITIZER, lambda match: (kind_of_report(match[2], output[match.start():]), frames(output[match.start():])))):
        match = pattern.search(output)
        if match:
            yield match.start(), make, match


def of_run(target, subject, status, output):
    """The signature of a run, or None if it did not fail. The first message is the cause; later ones are its effects."""
    if status == 0:
        return None
    found = min(candidates(output), key=lambda candidate: candidate[0], default=None)
    if found:
        kind, place = found[1](found[2])
    elif status < 0:
        kind, place = signal.Signals(-status).name.lower(), ()
    else:
        kind, place = f"exit-{status}", ()
    return Signature(target, subject, kind, place)


def sentences(signature, output):
    """What went wrong, for the head of a trace."""
    if signature.kind in (DIFFERENCE, "slow"):
        lines = [match[0][2:] for match in SENTENCE.finditer(output)]
        return [line[:SENTENCE_MAX] for line in lines[:SENTENCES_MAX]]
    return [f"{signature.kind}{': ' if signature.place else ''}{' < '.join(signature.place)}"]
