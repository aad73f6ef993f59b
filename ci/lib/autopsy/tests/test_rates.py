"""The table of the crashes by build must show, and its exit code must tell, a core dump in which ci/autopsy did not prove the
defect, in whatever state the driver's file was."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest

from autopsy import rates
from autopsy.file_states import STATES
from autopsy.rates import DEFECT

SORT = [{"function": None, "module": "/lib/hash_ring_drv.so"}, {"function": "erts_port_output", "module": "/bin/beam.smp"}]
SEEN = {"verdict": DEFECT, "signal": 11, "jump": {"happened": False, "low_half": 1}, "frames": SORT}
JUMPED = SEEN | {"jump": {"happened": True, "low_half": 27979}}


class Rates(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name) / "runs"
        self.folder.mkdir()

    def add(self, build, number, seen=SEEN, log="", **wrong):
        """A VM that crashed. `wrong` has verdicts by state, or None where ci/autopsy printed nothing."""
        run = self.folder / build / str(number)
        run.mkdir(parents=True)
        (run / "log").write_text(log)
        if seen is None:
            return run
        for state in STATES:
            verdict = wrong.get(state, DEFECT)
            (run / f"{state}.json").write_text(json.dumps(seen | {"verdict": verdict}) if verdict else "")
        return run

    def table(self):
        """The exit code, the cells of the rows by build, and what is printed as an error."""
        printed, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(errors):
            status = rates.main(["autopsy.rates", str(self.folder)])
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in printed.getvalue().splitlines()]
        return status, {cells[0]: cells[1:] for cells in rows}, errors.getvalue()

    def test_all_proved(self):
        for number in (1, 2):
            self.add("gcc -O0 -g", number, JUMPED)
            self.add("gcc -O3, stripped", number)
        self.add("clang -O2, stripped", 1, SEEN | {"signal": 6}, "*** stack smashing detected ***: terminated\n")
        self.add("clang -O2, stripped", 2, SEEN | {"signal": 6})
        status, rows, errors = self.table()
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(list(rows)[2:], ["gcc -O0 -g", "gcc -O3, stripped", "clang -O2, stripped"])
        self.assertEqual(rows["gcc -O0 -g"], ["2 of 2", "2 of 2 at 00006d4b", *["2 of 2"] * 4])
        self.assertEqual(rows["gcc -O3, stripped"], ["2 of 2", "2 of 2 in the driver", *["2 of 2"] * 4])
        self.assertEqual(rows["clang -O2, stripped"][1], "1 of 2 aborted: stack smashing detected, 1 of 2 aborted")

    def test_each_wrong_verdict_is_told(self):
        for state in STATES:
            for verdict, shown in (("not this", "not this"), ("consistent with it", "consistent with it"), (None, "no verdict")):
                build = f"gcc {state} {verdict}"
                self.add(build, 1)
                self.add(build, 10, **{state: verdict})
                status, rows, errors = self.table()
                self.assertEqual(status, 1)
                self.assertIn(f"autopsy.rates: {build}: VM 10, driver {state}: {shown}\n", errors)
                self.assertEqual(rows[build][2 + STATES.index(state)], f"1 of 2, 1 {shown}")
                self.assertEqual(rows[build].count("2 of 2"), 4)

    def test_vms_that_did_not_crash(self):
        self.add("gcc -O2", 1, None).joinpath("survived").touch()
        self.add("gcc -O2", 2, None)
        status, rows, _ = self.table()
        self.assertEqual(status, 0)
        self.assertEqual(rows["gcc -O2"], ["0 of 2", "1 of 2 survived, 1 of 2 ended without a core dump", *["no crash"] * 4])

    def test_a_run_that_was_interrupted_cannot_be_counted(self):
        run = self.add("gcc -O2", 1)
        (run / f"{STATES[-1]}.json").unlink()
        status, _, errors = self.table()
        self.assertEqual(status, 2)
        self.assertIn("run ci/beam-crash to its end", errors)


if __name__ == "__main__":
    unittest.main()
