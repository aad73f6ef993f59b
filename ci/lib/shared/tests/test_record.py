"""What a record is: the checks in record.py say the same as the schema."""
import json
import pathlib
import random
import unittest

import jsonschema

from shared import history, record
from shared.repository import ROOT

SCHEMA = json.loads(pathlib.Path(record.__file__).with_name("record.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
BOUNDS = "a low above its high"  # a schema cannot say it
WHOLE = {"commit": "c0ffee", "time": 1, "subject": "", "machine": "abc", "benchmark": "find", "measure": "time", "unit": "", "value": 2.0,
         "low": 1.0, "high": 3.0, "author": {"name": "N", "email": "e", "username": "u"}, "url": "https://forge.example/c", "suite": "s",
         "better": "bigger", "range": "± 1", "measured": 2.5, "about": {"label": "x", "iterations": 3, "real": True}}
ODD = [None, True, "", "x", "a b", "\n", 0, -1.5, 1e12, 10**400, [], [1], {}, {"name": 1}, {"name": "x", "more": "y"}, {"x": None}, {"x": []}, "http://x",
       "javascript:x", "smaller", "neither"]


class Schema(unittest.TestCase):
    def test_it_is_a_schema_and_takes_what_is_right(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        required = {name: WHOLE[name] for name in SCHEMA["required"]}
        for right in (WHOLE, required):
            self.assertIsNone(record.wrong_with(right))
            VALIDATOR.validate(right)
        self.assertEqual(set(SCHEMA["properties"]), record.KNOWN)
        self.assertEqual(set(SCHEMA["required"]), {*record.TEXTS, *record.NUMBERS})

    def test_both_refuse_the_same(self):
        made, refused = random.Random(7), 0
        for _ in range(3000):
            changed = dict(WHOLE)
            for name in made.sample([*WHOLE, "unknown"], made.randint(0, 2)):
                if made.random() < 0.2:
                    changed.pop(name, None)
                else:
                    changed[name] = made.choice(ODD)
            if any(each == 10**400 for each in changed.values()):
                self.assertIsNotNone(record.wrong_with(changed), changed)  # JSON's numbers have no end, but ours have
            elif record.wrong_with(changed) == BOUNDS:
                self.assertGreater(changed["low"], changed["high"])
            else:
                self.assertEqual(record.wrong_with(changed) is None, VALIDATOR.is_valid(changed), changed)
            refused += record.wrong_with(changed) is not None
        self.assertTrue(500 < refused < 2900, refused)

    def test_a_low_above_its_high(self):
        self.assertEqual(record.wrong_with({**WHOLE, "low": 3.5}), BOUNDS)
        self.assertIsNone(record.wrong_with({**WHOLE, "low": WHOLE["high"]}))

    def test_not_finite(self):
        for name in ("time", "value", "low", "high", "measured"):
            for value in (float("nan"), float("inf"), -float("inf")):
                self.assertRegex(record.wrong_with({**WHOLE, name: value}), name)

    def test_our_own_history_follows_it(self):
        records, problems = history.read(ROOT / "bench/history")
        self.assertEqual(problems, [])
        for each in records[::50]:
            VALIDATOR.validate(each)

    def test_directions(self):
        self.assertEqual(record.better_of({}), "smaller")
        self.assertEqual(record.better_of({"better": "bigger"}), "bigger")


if __name__ == "__main__":
    unittest.main()
