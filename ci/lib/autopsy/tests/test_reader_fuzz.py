"""Real messages and backtraces, mutated: the readers raise nothing, a text is never a proof, and what is printed keeps to the
schema. RINGPROOF_SEED chooses other mutations."""
import contextlib
import io
import json
import os
import random
import unittest

import jsonschema

from autopsy import examine, log_verdict, ranking, text
from autopsy.plain_text import lines_of
from autopsy.tests import test_backtraces as backtraces
from autopsy.tests.in_process import VALIDATOR
from autopsy.tests.messages import MESSAGES
from autopsy.tests.test_messages import CHANGES
from shared.errors import CannotRun

SEED, CASES, VALIDATED = int(os.environ.get("RINGPROOF_SEED", "20")), 5000, 10
REAL = [message.encode() for message, *_ in MESSAGES] + [words.encode() for words in (
    backtraces.GDB, backtraces.COREDUMPCTL, backtraces.BT_FULL, backtraces.SANITIZER, backtraces.LLDB, backtraces.GLIBC, backtraces.CRASH_DUMP, backtraces.VALGRIND,
    backtraces.OVERRUN)]
PIECES = (b"[", b"]", b"(", b")", b":", b" ", b"\n", b"\r", b"\0", b"\x1b[31m", b"0x", b"ffffffffffffffff", b"(null)", b"in ", b" in a[1+1]", b"#0 ",
          b"99999999999999999999", b"\xff", b"\xe2\x80\xae", b"{", b'"', b"\\u0000", b"segfault at ", b"trap ", b"unhandled ", b"=erl_crash_dump:",
          b"signal 99", b"SIGXXX", b"-1", b"??")


def mutate(numbers, data):
    for _ in range(numbers.randrange(1, 6)):
        at, end = sorted((numbers.randrange(len(data) + 1), numbers.randrange(len(data) + 1)))
        kind = numbers.randrange(7)
        if kind == 0:
            data = data[:at] + data[min(end, at + 8):]
        elif kind == 1:
            data = data[:at] + numbers.choice(PIECES) + data[at:]
        elif kind == 2:
            data = data[:at] + data[at:end] * numbers.randrange(2, 5) + data[end:]
        elif kind == 3:
            data = data[:at] + numbers.choice(REAL) + data[end:]
        elif kind == 4:
            data = data[:at] + bytes([numbers.randrange(256)]) + data[at + 1:]
        elif kind == 5:
            data = data[:at]
        else:
            change = numbers.choice(list(CHANGES.values()))(data.decode(errors="replace"))
            data = change if isinstance(change, bytes) else change.encode(errors="replace")
        data = data[:5000]
    return data


def examined(data):
    """The JSON document and the text printed, or None if nothing was understood."""
    try:
        judgement, facts, found = examine.examine_text("text", lines_of(io.BytesIO(data), data[:0]))
    except CannotRun as error:
        assert "looked for" in str(error) or "no text in it" in str(error), error
        return None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        text.print_verdict(judgement, facts, found)
    return text.as_json(judgement, facts) | found, printed.getvalue()


class Fuzz(unittest.TestCase):
    def test_mutated_texts(self):
        print(f"RINGPROOF_SEED={SEED}")
        numbers, understood = random.Random(SEED), 0
        for case in range(CASES):
            data = mutate(numbers, numbers.choice(REAL))
            try:
                seen = examined(data)
                if seen is None:
                    continue
                understood += 1
                document, printed = seen
                self.assertNotEqual(document["verdict"], "this defect")
                self.assertIn("\nnext: ", printed)
                if case % VALIDATED == 0:
                    VALIDATOR.validate(json.loads(json.dumps(document)))
            except Exception as error:
                raise AssertionError(f"case {case}, {data!r}") from error
        self.assertGreater(understood, CASES // 3)

    def test_a_planted_fault_is_found(self):
        """The judge of traps without its table: most mutations of a rare message do not reach it, some do."""
        original = log_verdict.JUDGES["trap"]
        log_verdict.JUDGES["trap"] = lambda facts: log_verdict.TRAPS[facts["address"]]
        try:
            with self.assertRaisesRegex(AssertionError, "case "):
                self.test_mutated_texts()
        finally:
            log_verdict.JUDGES["trap"] = original


class Schema(unittest.TestCase):
    def test_it_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema)

    def test_each_text_keeps_to_it(self):
        for data in REAL:
            with self.subTest(data):
                VALIDATOR.validate(json.loads(json.dumps(examined(data)[0])))

    def test_what_does_not_keep_to_it(self):
        document, _ = examined(REAL[0])
        for change in ({"verdict": "this defect"}, {"verdict": "perhaps"}, {"ip": 5}, {"memory": "secret"}, {"others": [{}]}, {"fault": "a null pointer"},
                       {"form": "new"}, {"chance": 0.03}):
            with self.subTest(change), self.assertRaises(jsonschema.ValidationError):
                VALIDATOR.validate(document | change)
        for name in ("next", "pid", "fault", "not_understood"):
            with self.subTest(name), self.assertRaises(jsonschema.ValidationError):
                VALIDATOR.validate({key: value for key, value in document.items() if key != name})

    def test_verdicts_are_the_same_everywhere(self):
        self.assertEqual(set(VALIDATOR.schema["$defs"]["verdict"]["enum"]), set(ranking.VERDICTS))
        self.assertEqual(set(examine.STATUS), set(ranking.VERDICTS))


if __name__ == "__main__":
    unittest.main()
