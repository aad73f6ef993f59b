#!/usr/bin/python3
"""The tool's manners: what a shell script cannot easily test. RINGPROOF names the tool, CC a compiler, SANITIZERS
those of the tool.

usage: test_tool.py [CLASS.TEST...]"""
import json
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import tempfile
import time
import unittest

import jsonschema

SOURCES = pathlib.Path(__file__).resolve().parents[2]
RINGPROOF = os.environ["RINGPROOF"]
SCHEMA = json.loads((SOURCES / "fuzz/cli/output.schema.json").read_text())
LONG = 120  # seconds after which something hangs
# Shrinking starts thousands of processes, which takes sanitizers minutes. The rings are the same in every tree.
searches = unittest.skipIf(os.environ.get("SANITIZERS"), "trees without sanitizers search the same rings")


def environment(**changes):
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "RINGPROOF_SEED")}
    return {**clean, "TERM": "xterm", **changes}


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rings = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.rings.cleanup)

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def ring(self, *faults):
        """A library with planted faults, as --subject names it. Without the sanitizers of the tree, as others build theirs."""
        path = pathlib.Path(self.rings.name) / f"{'-'.join(faults)}.so"
        if not path.exists():
            subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-w", *(f"-DFAULT_{fault}" for fault in faults),
                            str(SOURCES / "fuzz/tests/own/hash_ring.c"), "-o", str(path), "-lmd"], check=True)
        return f"hash_ring:{path}"

    def changed_ring(self, fault, pattern, replacement):
        """The same library with a change of its source."""
        source, count = re.subn(pattern, replacement, (SOURCES / "fuzz/tests/own/hash_ring.c").read_text(), count=1)
        self.assertEqual(count, 1)
        self.write("changed.c", f"#include <signal.h>\n#include <unistd.h>\n{source}")
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-w", f"-DFAULT_{fault}", "changed.c", "-o", "changed.so", "-lmd"],
                       cwd=self.folder, check=True)
        return "hash_ring:./changed.so"

    def write(self, name, text):
        (self.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    def run_tool(self, *words, status=None, feed=b"", **changes):
        done = subprocess.run([RINGPROOF, *map(str, words)], cwd=self.folder, env=environment(**changes), input=feed,
                              capture_output=True, timeout=LONG, check=False)
        if status is not None:
            self.assertEqual(done.returncode, status, (words, done.stdout, done.stderr))
        return done


class Json(Case):
    def lines(self, *words, status, **options):
        """The lines that a command prints; each must be as the schema says."""
        done = self.run_tool(*words, "--json", status=status, **options)
        lines = [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]
        for line in lines:
            jsonschema.validate(line, SCHEMA, cls=jsonschema.Draft202012Validator)
        return lines

    def types(self, *words, **options):
        return [line["type"] for line in self.lines(*words, **options)]

    def test_the_schema_is_one_and_refuses_what_it_does_not_know(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        good = {"type": "summary", "agreed": True, "programs": 1, "operations": 2, "seconds": 0.5}
        for wrong in ({"type": "nothing"}, dict(good, more=1), dict(good, programs=-1), dict(good, stopped_by="SIGHUP"), {"type": "summary"},
                      {"type": "outcome", "file": "a", "verdict": "crash", "operation": 1},
                      {"type": "answer", "operation": {"kind": "find", "key": "\x7f"}, "answer": "x"}):
            with self.assertRaises(jsonschema.ValidationError, msg=wrong):
                jsonschema.validate(wrong, SCHEMA)

    def test_check(self):
        self.assertEqual(self.types("check", "--ops", "2k", "--seed", 1, status=0), ["check", "summary"])
        lines = self.lines("check", "--for", "1s", "--seed", 2 ** 64 - 1, "--avoid", "remove absent", status=0)
        self.assertEqual([line["type"] for line in lines], ["check", "avoiding", "summary"])
        self.assertEqual((lines[0]["seed"], lines[0]["seconds_limit"]), (str(2 ** 64 - 1), 1))

    def test_a_finding(self):
        for fault, verdict in (("DOES_NOT_WRAP", "difference"), ("EMPTY_NAME_ABORTS", "crash")):
            lines = self.lines("check", "--subject", self.ring(fault), "--seed", 1, status=1)
            self.assertEqual([line["type"] for line in lines], ["check", "finding", "summary"])
            self.assertEqual((lines[1]["verdict"], lines[2]["agreed"]), (verdict, False))
            self.assertTrue((self.folder / lines[1]["file"]).exists())

    def test_a_trace_that_cannot_be_written(self):
        lines = self.lines("check", "--subject", self.ring("DOES_NOT_WRAP"), "--output", "/dev/full", status=2)
        self.assertIn("No space left", lines[1]["error"])

    @searches
    def test_keep_going(self):
        lines = self.lines("check", "-k", "--subject", self.ring("DOES_NOT_WRAP", "REMOVES_THE_ABSENT"), "--seed", 5, "--ops", "10k",
                           "--output", "found", status=1)
        self.assertEqual({line["type"] for line in lines}, {"check", "finding", "table", "summary"})
        table = next(line for line in lines if line["type"] == "table")
        self.assertEqual([row["file"] for row in table["findings"]], [line["file"] for line in lines if line["type"] == "finding"])

    def test_exhaust(self):
        self.assertEqual(self.types("exhaust", "--nodes", 1, status=0), ["exhaust"] + 3 * ["exhausted"])
        self.assertEqual(self.types("exhaust", "--nodes", 1, "--subject", self.ring("DOES_NOT_WRAP"), status=2), [])

    def test_replay_of_any_bytes(self):
        name = self.write("any.trace", 'ring xxh3\nadd "\\x00\\xff\\"\\\\x" 4294967295\nadd-many\nadd-many "b" 1 "x"*40 2\nfind "\\x80"\n'
                                       'find-n "" 18446744073709551615\nremove "b"\n')
        lines = self.lines("replay", name, status=0)
        self.assertEqual([line["type"] for line in lines], ["replay"] + 6 * ["answer"] + ["outcome"])
        operations = [line["operation"] for line in lines[1:-1]]
        self.assertEqual(operations[0]["nodes"][0], {"name": '\\x00\\xff\\"\\\\x', "replicas": 4294967295})
        self.assertEqual(operations[2]["nodes"][1]["name"], 40 * "x")
        self.assertEqual((operations[3]["key"], operations[4]["n"]), ("\\x80", "18446744073709551615"))

    def test_replay_of_failures_and_files_that_cannot_be_read(self):
        self.write("hang.trace", 'ring md5\nadd "a" 1\nfind-n "a" 3\n')
        self.write("bad.trace", 'ring md5\nadd "a" one\n')
        lines = self.lines("replay", "--hang-after", "0.2s", "--subject", self.ring("FIND_NODES_HANGS"), "bad.trace", "hang.trace", "no\udcff",
                           status=2)
        self.assertEqual([line["type"] for line in lines], ["error", "replay", "answer", "outcome", "error"])
        self.assertEqual((lines[3]["verdict"], lines[3]["operation"]), ("hang", 2))
        self.assertEqual(lines[4]["file"], "no\\xff")

    def test_what_a_ring_prints_goes_to_standard_error(self):
        ring = self.changed_ring("NONE", "(static uint64_t position_of)", "__attribute__((constructor)) static void noise(void) "
                                 '{ puts("noise"); fflush(stdout); }\n\\1')
        self.assertEqual(self.types("check", "--ops", 500, "--subject", ring, status=0), ["check", "summary"])

    def test_list(self):
        self.assertEqual(set(self.types("list", status=0)), {"subject", "rule"})

    def test_a_stopped_run(self):
        tool = subprocess.Popen([RINGPROOF, "check", "--for", "60s", "--json"], cwd=self.folder, stdout=subprocess.PIPE, env=environment())
        tool.stdout.readline()
        time.sleep(0.3)
        tool.terminate()
        line = json.loads(tool.communicate(timeout=LONG)[0])
        jsonschema.validate(line, SCHEMA)
        # On a busy machine it may be stopped before the first lookup.
        self.assertEqual((line["stopped_by"], line["agreed"], tool.returncode), ("SIGTERM", line["tried"]["answers_judged"] > 0, 143))

    def test_usage_stays_on_standard_error(self):
        self.assertEqual(self.types("check", "--ops", "x", status=2), [])
        self.assertIn(b"both write to standard output", self.run_tool("check", "--json", "--output", "-", status=2).stderr)


class Findings(Case):
    def check(self, ring, *words, status=1):
        """The lines of JSON that check prints, without the first."""
        done = self.run_tool("check", "--subject", ring, "--json", *words, status=status)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        for line in lines:
            jsonschema.validate(line, SCHEMA, cls=jsonschema.Draft202012Validator)
        return lines[1:]

    def test_a_ring_that_waits_for_ever(self):
        finding = self.check(self.ring("REMOVE_WAITS"), "--seed", 3, "--for", "3s", "-k")[0]
        self.assertEqual((finding["name"], finding["verdict"], finding["place"]), ("hang-remove", "hang", "operation"))
        self.assertIn("it waits", finding["ending"])
        done = self.run_tool("check", "--subject", self.ring("FREE_WAITS"), "--seed", 3, "--for", "3s", status=1)
        self.assertIn(b"(it waits) while the rings are destroyed after operation ", done.stdout)

    def once(self):
        """A ring that errs once, and never again."""
        return self.changed_ring("NONE", r"(return index < ring->point_count \? index : 0;)",
                                 "size_t at = index % ring->point_count, next = (at + 1) % ring->point_count;"
                                 "if (ring->node_count > 3 && ring->points[at].node != ring->points[next].node && access(\x22once\x22, F_OK) != 0) { fclose(fopen(\x22once\x22, \x22w\x22)); "
                                 "index = next; } \\1")

    def test_a_failure_that_does_not_show_again(self):
        ring = self.once()
        done = self.run_tool("check", "--subject", ring, "--seed", 1, "--output", "once.trace", status=1)
        trace = (self.folder / "once.trace").read_text()
        for words in ("# difference at operation ", "#   answer: expected ", "#   answer: got ", "# did not show again (0 of 5 runs): "):
            self.assertIn(words, trace)
        self.assertIn(b"and then alone in 0 of 5 runs", done.stderr)
        (self.folder / "once").unlink()
        finding = self.check(ring, "--seed", 1, "--output", "once.trace")[0]
        self.assertEqual((finding["verdict"], finding["unsteady"], finding["runs"], finding["failed"]), ("difference", True, 5, 0))
        (self.folder / "once").unlink()
        finding, table, _ = self.check(ring, "-k", "--seed", 1, "--ops", "20k", "--output", "found")
        self.assertEqual((finding["name"], finding["unsteady"], table["unsteady"]), ("find-another", True, 1))
        self.assertNotIn("trigger", table["findings"][0])

    def test_state_between_rings(self):
        ring = self.ring("KEEPS_STATE")
        self.run_tool("check", "--subject", ring, "--seed", 3, "--output", "state.trace", status=1)
        trace = (self.folder / "state.trace").read_text()
        self.assertIn("# state is kept between rings: ", trace)
        self.assertIn("\nrenew\n", trace)
        self.assertLess(len(trace.splitlines()), 15)
        self.run_tool("replay", "--subject", ring, "state.trace", status=1)
        self.run_tool("replay", "state.trace", status=0)
        finding = self.check(ring, "--seed", 3)[0]
        self.assertEqual((finding["state"], finding["unsteady"]), (True, False))

    def test_a_candidate_that_a_ring_cannot_express_is_not_run(self):
        """All nodes of such a ring have one number of replicas: a refusal of the adapter is no crash of the ring."""
        ring = self.changed_ring("NONE", r"(hash_ring_node_t \*gone = )", r"if (ring->replicas >= 4 && ring->node_count >= 2) { abort(); } \1")
        finding = self.check(ring, "--seed", 1)[0]
        nodes = [operation["nodes"][0] for operation in finding["operations"]]
        self.assertEqual([operation["kind"] for operation in finding["operations"]], ["add", "add", "remove"])
        self.assertEqual([node["replicas"] for node in nodes[:2]], [4, 4])
        self.run_tool("replay", finding["file"], "--subject", ring, status=1)


class Jobs(Case):
    def test_agreement_is_counted_alike(self):
        counted = {re.sub(rb" in .*", b"", self.run_tool("check", "--quiet", "--ops", 3000, "--seed", 3, "--jobs", jobs, status=0).stdout.splitlines()[0])
                   for jobs in (1, 2, 9)}
        self.assertEqual(len(counted), 1, counted)

    @searches
    def test_a_seed_gives_the_same_finding(self):
        for subject, seeds in ((self.ring("DOES_NOT_WRAP"), range(4)), (self.ring("EMPTY_NAME_ABORTS"), range(3)),
                               (self.ring("COMPAT_HAS_NO_DASH", "KEEPS_LONG_NAMES"), range(3)), ("legacy", (11,))):
            for seed in seeds:
                traces = set()
                for jobs in (1, 4):
                    self.run_tool("check", "--subject", subject, "--seed", seed, "--jobs", jobs, "--output", "one.trace", status=1)
                    traces.add((self.folder / "one.trace").read_text())
                self.assertEqual(len(traces), 1, traces)

    @searches
    def test_a_finding_behind_the_last_operation_does_not_count(self):
        """Other jobs run ahead of the program with which the search ends."""
        ring = self.ring("KEEPS_LONG_NAMES")
        found = self.run_tool("check", "--subject", ring, "--seed", 2, "--json", status=1)
        operations = json.loads(found.stdout.splitlines()[-1])["operations"]
        self.assertGreater(operations, 0)
        for jobs in (1, 4):
            self.run_tool("check", "--subject", ring, "--seed", 2, "--ops", operations, "--jobs", jobs, status=0)
            self.run_tool("check", "--subject", ring, "--seed", 2, "--ops", operations + 1, "--jobs", jobs, status=1)

    @searches
    def test_keep_going(self):
        triggers = set()
        for jobs in (1, 4):
            done = self.run_tool("check", "-k", "--subject", self.ring("DOES_NOT_WRAP", "REMOVES_THE_ABSENT"), "--seed", 5, "--ops", "10k",
                                 "--jobs", jobs, "--output", f"jobs-{jobs}", status=1)
            # What was tried has programs that jobs ran ahead of the end.
            table = done.stdout.decode().partition("\nfinding ")[2].partition("\ntried")[0]
            triggers.add(re.sub(r"jobs-\d|in [0-9.]* s", "", table))
        self.assertEqual(len(triggers), 1, triggers)


    def test_at_most_16_for_each_cpu(self):
        most = 16 * os.sysconf("SC_NPROCESSORS_ONLN")
        for command in ("check", "exhaust"):
            self.assertIn(f"not a number from 1 to {most}", self.run_tool(command, "--jobs", most + 1, status=2).stderr.decode())


class Numbers(Case):
    def test_what_people_write(self):
        for text in ("2000", "2_000", "2k", "2K", "2e3", "2.0e3", "0.002M"):
            head = json.loads(self.run_tool("check", "--seed", 1, "--json", "--ops", text, status=0).stdout.splitlines()[0])
            self.assertEqual(head["operations_limit"], "2000", text)

    def test_what_is_refused(self):
        for text, sentence in (("1.5", "not a whole number"), ("2m", "not a number:"), ("k", "not a number:"), ("1__0", "not a number:"),
                               ("1_", "not a number:"), ("-1", "not a number:"), ("0", "not a number from 1"), ("1e20", "not a number from 1"),
                               ("20G0", "not a number:"), ("0x10", "not a number:"), ("", "not a number:")):
            self.assertIn(f"--ops {text}: {sentence}", self.run_tool("check", "--ops", text, status=2).stderr.decode())

    def test_durations(self):
        for text, seconds in (("1s", 1), ("0.05m", 3), ("0.001h", 3.6), ("0.0001d", 8.64)):
            tool = subprocess.Popen([RINGPROOF, "check", "--for", text, "--json"], stdout=subprocess.PIPE, cwd=self.folder, env=environment())
            self.assertAlmostEqual(json.loads(tool.stdout.readline())["seconds_limit"], seconds)
            tool.terminate()
            tool.communicate(timeout=LONG)
        for text, sentence in (("90", "write 90s"), ("0s", "more than 0s"), ("1w", "not a duration"), ("-1s", "not a duration"), ("1e9h", "")):
            self.assertIn(sentence, self.run_tool("check", "--for", text, status=2).stderr.decode())

    def test_the_shortest_deadline_is_one(self):
        self.write("hang.trace", 'ring md5\nadd "a" 1\nfind-n "a" 3\n')
        begun = time.monotonic()
        self.run_tool("replay", "--hang-after", "0.0000001s", "--subject", self.ring("FIND_NODES_HANGS"), "hang.trace", status=1)
        self.assertLess(time.monotonic() - begun, 5)

    def test_what_replaced_the_old_options(self):
        for words, sentence in ((("check", "--seconds", 120), "write --for 120s"), (("check", "--seconds=90s"), "write --for 90s\n"),
                                (("replay", "--seconds", "2m", "x"), "write --hang-after 2m\n"), (("replay", "--seconds", 5, "x"), "write --hang-after 5s"),
                                (("shrink", "--candidate", "x", "y"), "write --output x"), (("exhaust", "-n", 2), "write -m or --nodes")):
            self.assertIn(sentence, self.run_tool(*words, status=2).stderr.decode())

    def test_the_seed_of_the_environment(self):
        seed = lambda *words, **changes: json.loads(self.run_tool("check", "--ops", 10, "--json", *words, status=0, **changes).stdout.splitlines()[0])["seed"]
        self.assertEqual(seed(RINGPROOF_SEED="77"), "77")
        self.assertEqual(seed("--seed", 5, RINGPROOF_SEED="77"), "5")
        self.run_tool("check", "--ops", 10, RINGPROOF_SEED="", status=0)
        self.assertIn(b"RINGPROOF_SEED x: not a number", self.run_tool("check", RINGPROOF_SEED="x", status=2).stderr)


class Signals(Case):
    """Ctrl-C reaches the tool and all its children."""

    def start(self, *words, **options):
        return subprocess.Popen([RINGPROOF, *map(str, words)], cwd=self.folder, env=environment(), start_new_session=True, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, **options)

    def read_until(self, tool, words):
        read = b""
        while words not in read:
            line = tool.stdout.readline()
            self.assertTrue(line, read)
            read += line
        return read.decode()

    def stop(self, tool, number=signal.SIGINT):
        os.killpg(tool.pid, number)
        rest = tool.communicate(timeout=LONG)[0].decode()
        self.assertEqual(tool.returncode, 128 + number, rest)
        self.wait_for_the_group(tool.pid)
        return rest

    def wait_for_the_group(self, group):
        """No child is left. LeakSanitizer's helper of a child that was killed lives a moment longer."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)
        self.fail("a child process is left")

    def test_a_child_that_is_left_is_noticed(self):
        left = subprocess.Popen(["sleep", "60"], start_new_session=True)
        self.addCleanup(left.wait)
        self.addCleanup(left.kill)
        with self.assertRaisesRegex(AssertionError, "a child process is left"):
            self.wait_for_the_group(left.pid)

    def test_check_prints_what_it_did(self):
        for number, jobs in ((signal.SIGINT, 1), (signal.SIGINT, 3), (signal.SIGTERM, 3)):
            tool = self.start("check", "--for", "60s", "--jobs", jobs)
            self.read_until(tool, b"check: ")
            time.sleep(1)
            rest = self.stop(tool, number)
            self.assertRegex(rest, rf"(?m)^stopped by {number.name}; so far, it agreed: [1-9]\d* programs, [1-9]\d* operations in ")
            self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_finding_that_is_being_shrunk_is_written(self):
        ring = self.changed_ring("DOES_NOT_WRAP", r"(hash_ring_t \*hash_ring_create\([^{]*\{)", r"\1 usleep(100000);")
        tool = self.start("check", "--subject", ring, "--seed", 2, "--output", "slow.trace")  # a tenth of a second for a candidate
        self.read_until(tool, b"shrinking")
        rest = self.stop(tool)
        self.assertIn("# SIGINT came: this may not be the smallest program", rest)
        self.assertIn("written to slow.trace", rest)
        self.run_tool("replay", "--subject", ring, "slow.trace", status=1)

    def test_a_candidate_that_waits_is_stopped(self):
        wait = r'''\1 usleep(100000); for (unsigned left = access("slow", F_OK) == 0 ? 9 : 0; left > 0;) left = sleep(left);'''
        ring = self.changed_ring("DOES_NOT_WRAP", r"(hash_ring_t \*hash_ring_create\([^{]*\{)", wait)
        tool = self.start("check", "--subject", ring, "--seed", 2, "--output", "slow.trace")
        self.read_until(tool, b"shrinking")
        self.write("slow", "")
        time.sleep(1)
        (self.folder / "slow").unlink()
        begun = time.monotonic()
        self.assertIn("written to slow.trace", self.stop(tool))
        self.assertLess(time.monotonic() - begun, 5)

    def test_keep_going_prints_its_table(self):
        tool = self.start("check", "-k", "--for", "60s", "--subject", self.ring("DOES_NOT_WRAP"), "--seed", 5)
        self.read_until(tool, b"written to ")
        time.sleep(0.3)
        rest = self.stop(tool)
        self.assertRegex(rest, r"(?m)^finding +times ")
        self.assertRegex(rest, r"(?m)^stopped by SIGINT; so far: 1 distinct finding: ")

    def test_exhaust(self):
        tool = self.start("exhaust", "--length", 4, "--jobs", 2, "--nodes", 2, "--points", 8)
        self.read_until(tool, b"sequences: ")
        time.sleep(0.3)
        self.assertRegex(self.stop(tool), r"(?m)^stopped by SIGINT; so far, core agreed: ")

    def test_exhaust_while_it_counts(self):
        for words in ((), ("--json",)):
            tool = self.start("exhaust", "--length", 16, *words)
            time.sleep(0.5)
            rest = self.stop(tool).splitlines()
            self.assertEqual(rest[-1], "stopped by SIGINT while it counted the sequences: none was checked")
            self.assertEqual(len(rest), 1 if words else 2, rest)

    def test_exhaust_names_the_length_it_reached(self):
        tool = self.start("exhaust", "--length", 9, "--jobs", 1, "--nodes", 1, "--points", 64)
        self.read_until(tool, b"sequences: ")
        time.sleep(0.3)
        self.assertRegex(self.stop(tool), r"(?m)^stopped by SIGINT; so far, core agreed: .* of up to [1-8] steps, ")

    def test_replay_and_expect(self):
        self.write("hang.trace", 'ring md5\nexpect core agree\nadd "a" 1\nfind-n "a" 3\n')
        tool = self.start("replay", "--subject", self.ring("FIND_NODES_HANGS"), "hang.trace", "hang.trace")
        self.read_until(tool, b"-> success")
        self.assertRegex(self.stop(tool), r"\A  stopped by SIGINT at operation [12]: .*\n\Z")  # not the second file, too
        self.write("long.trace", "ring xxh3\nexpect core agree\n" + "".join(f'add "{i}" 60000\nremove "{i}"\n' for i in range(4000)))
        tool = self.start("expect", "long.trace")
        self.read_until(tool, b"long.trace")
        self.assertIn("stopped by SIGTERM", self.stop(tool, signal.SIGTERM))

    def test_while_standard_input_is_read(self):
        for words in (("check", "--avoid", "-"), ("replay", "-"), ("expect", "-")):
            tool = self.start(*words, stdin=subprocess.PIPE)
            time.sleep(0.5)
            self.assertNotIn("Interrupted system call", self.stop(tool))

    def test_shrink_leaves_the_smallest_so_far(self):
        trace = self.write("t.trace", "ring md5\n" + "".join(f'add "{i}" 3\n' for i in range(20)))
        self.run_tool("convert", trace, "-o", "input", status=0)
        tool = self.start("shrink", "input", "--output", "smaller", stdin=subprocess.PIPE, bufsize=0)
        for answer in (b"fails\n", b"agrees\n", b"fails\n", b"agrees\n"):
            self.read_until(tool, b"candidate\n")
            if answer == b"fails\n":
                smallest = (self.folder / "smaller").read_bytes()
            tool.stdin.write(answer)
        self.read_until(tool, b"candidate\n")
        self.stop(tool)
        self.assertEqual((self.folder / "smaller").read_bytes(), smallest)
        self.assertLess(len(smallest), len((self.folder / "input").read_bytes()))

    def test_a_ring_that_signals_itself_is_a_finding(self):
        ring = self.changed_ring("NONE", "(static uint64_t position_of(?s:.*?)uint64_t value = 0;)", r"\1 if (ring->replicas > 3) { raise(SIGTERM); }")
        done = self.run_tool("check", "--subject", ring, "--seed", 1, "--ops", 2000, status=1)
        self.assertIn(b"# killed by SIGTERM at operation 1", done.stdout)


class Terminal(Case):
    def on_terminal(self, *words, **changes):
        """What the tool writes on a terminal."""
        leader, follower = pty.openpty()
        tool = subprocess.Popen([RINGPROOF, *map(str, words)], cwd=self.folder, env=environment(**changes), stdin=follower, stdout=follower, stderr=follower)
        os.close(follower)
        read = b""
        while select.select([leader], [], [], LONG)[0]:
            try:
                read += os.read(leader, 65536)
            except OSError:  # the tool has ended
                break
        os.close(leader)
        tool.wait(timeout=LONG)
        return read.decode()

    def test_colours(self):
        self.write("good.trace", 'ring md5\nadd "a" 1\n')
        found = ("check", "--subject", self.ring("DOES_NOT_WRAP"), "--seed", 1, "--output", "found.trace")
        self.assertIn("\033[32magreed\033[0m", self.on_terminal("replay", "good.trace"))
        self.assertIn("\033[32magreed\033[0m: ", self.on_terminal("check", "--ops", 500))
        self.assertIn("# \033[31mdifference\033[0m at ", self.on_terminal(*found))
        self.assertNotIn("\033", (self.folder / "found.trace").read_text())
        self.assertIn("\033[33mringproof: ", self.on_terminal("replay", "missing"))

    def test_no_colours(self):
        self.write("good.trace", 'ring md5\nadd "a" 1\n')
        self.assertNotIn("\033", self.on_terminal("replay", "good.trace", "missing", NO_COLOR="1"))
        self.assertIn("\033", self.on_terminal("replay", "good.trace", NO_COLOR=""))
        self.assertNotIn("\033", self.on_terminal("check", "--for", "2s", TERM="dumb"))
        done = self.run_tool("replay", "good.trace", "missing")
        self.assertNotIn(b"\033", done.stdout + done.stderr)

    def test_quiet(self):
        self.assertRegex(self.on_terminal("check", "--quiet", "--for", "2s", NO_COLOR="1"), r"^agreed: .*\r\n(agreed, but never tried: .*\r\n)?$")
        self.assertRegex(self.on_terminal("exhaust", "-q", "--nodes", 1, "--subject", "core", NO_COLOR="1"), r"^core agreed: .*\r\n$")
        self.write("good.trace", 'ring md5\nexpect core agree\nexpect legacy agree\nadd "a" 1\n')
        self.write("bad.trace", 'ring md5\nexpect core crash\nadd "a" 1\n')
        self.assertEqual(self.run_tool("replay", "-q", "good.trace", "good.trace", status=0).stdout, 2 * b"good.trace: agreed\n")
        self.assertEqual(self.run_tool("expect", "-q", "good.trace", status=0).stdout, b"")
        self.assertRegex(self.run_tool("expect", "-q", "good.trace", "bad.trace", status=1).stdout, rb"^bad.trace\n  FAIL core .*\n$")
        done = self.run_tool("check", "-q", "--subject", self.ring("DOES_NOT_WRAP"), "--seed", 1, status=1)
        self.assertRegex(done.stdout, rb"^# ringproof check ")
        self.assertEqual(done.stderr, b"")


class Files(Case):
    def test_standard_input_and_output(self):
        trace = b'ring md5\nexpect core agree\nadd "a" 1\n'
        self.assertEqual(self.run_tool("replay", "-", feed=trace, status=0).stdout.splitlines()[0],
                         b"standard input: ring md5, 1 operations, core against model")
        self.run_tool("expect", "-", feed=trace, status=0)
        into = self.run_tool("convert", "-", "--output", "-", feed=trace, status=0).stdout
        self.assertEqual(self.run_tool("convert", "-", feed=into, status=0).stdout, b'ring md5\nadd "a" 1\n')
        self.assertFalse((self.folder / "-").exists())
        self.assertIn(b"standard input: line 1: ", self.run_tool("replay", "-", feed=b"ring nosuch\n", status=2).stderr)
        self.assertIn(b"name it once", self.run_tool("replay", "-", "-", feed=trace, status=2).stderr)
        self.assertIn(b"name files", self.run_tool("shrink", "-", "--output", "x", status=2).stderr)

    def test_a_trace_on_standard_output_alone(self):
        ring = self.ring("DOES_NOT_WRAP")
        trace = self.run_tool("check", "--subject", ring, "--seed", 1, "--output", "-", status=1).stdout
        self.assertTrue(trace.startswith(b"# ringproof check "))
        self.run_tool("replay", "-", "--subject", ring, feed=trace, status=1)
        self.run_tool("replay", "-", feed=trace, status=0)
        self.assertEqual(list(self.folder.iterdir()), [])
        self.assertIn(b"name a folder", self.run_tool("check", "-k", "--output", "-", status=2).stderr)

    def test_what_a_ring_prints_is_not_in_the_trace(self):
        ring = self.changed_ring("DOES_NOT_WRAP", "(static uint64_t position_of)", "__attribute__((constructor)) static void noise(void) "
                                 '{ puts("noise"); fflush(stdout); }\n\\1')
        done = self.run_tool("check", "--subject", ring, "--seed", 1, "--output", "-", status=1)
        self.assertNotIn(b"noise", done.stdout)
        self.assertIn(b"noise", done.stderr)
        self.run_tool("replay", "-", feed=done.stdout, status=0)

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_a_full_disk_is_named_once(self):
        self.write("input", 'ring md5\n')
        for words in (("check", "-q", "--subject", self.ring("DOES_NOT_WRAP"), "--seed", "1", "-o", "-"), ("convert", "input")):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([RINGPROOF, *words], cwd=self.folder, env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stderr.count("cannot write"), 1, done.stderr)
            self.assertIn("No space left on device", done.stderr)

    def test_no_bytes_in_a_trace(self):
        self.write("x.trace", 'ring md5\nadd "a" 1\n')
        before = (self.folder / "x.trace").read_bytes()
        (self.folder / "link.bytes").symlink_to("x.trace")
        for words, sentence in ((("x.trace", "-o", "x.trace"), "would replace the input"), (("x.trace", "-o", "link.bytes"), "would replace the input"),
                                (("x.trace", "-o", "y.trace"), "name a file without .trace"), (("--c", "x.trace", "-o", "y.trace"), "name a file without .trace")):
            self.assertIn(sentence, self.run_tool("convert", *words, status=2).stderr.decode())
        self.assertEqual((self.folder / "x.trace").read_bytes(), before)
        self.assertFalse((self.folder / "y.trace").exists())

    def test_odd_traces(self):
        for text, sentence in ((b"", "an empty trace: write 'ring'"), (b"# nothing\n", "a trace without a statement: write 'ring'"),
                               (b"\xef\xbb\xbfring md5\n", "line 1: a byte-order mark"), ("ring md5\n".encode("utf-16"), "line 1: a byte-order mark")):
            self.assertIn(f"x.trace: {sentence}", self.run_tool("replay", self.write("x.trace", text), status=2).stderr.decode())
        self.assertIn("named-otherwise: line 1: a byte-order mark",
                      self.run_tool("replay", self.write("named-otherwise", b"\xef\xbb\xbfring md5\n"), status=2).stderr.decode())
        self.run_tool("replay", self.write("x.trace", b'ring md5\r\nadd "a" 1\r\n'), status=0)
        self.assertIn("separate lines", self.run_tool("replay", self.write("x.trace", b'# made by an old editor\rring md5\r'), status=2).stderr.decode())

    def test_places_are_judged_before_the_work(self):
        (self.folder / "folder").mkdir()
        self.write("file", "")
        self.write("input", "")
        search = ("check", "--ops", 1)
        for words, sentence in (((*search, "-o", "no/such/x.trace"), "name a file in a folder that exists"), ((*search, "-o", "folder"), "is a folder"),
                                ((*search, "-k", "-o", "file"), "not a folder"), ((*search, "-k", "-o", "no/such"), "cannot create this folder"),
                                (("exhaust", "-o", "folder"), "is a folder"), (("convert", "input", "-o", "no/such"), "name a file in a folder that exists"),
                                (("shrink", "input", "-o", "input"), "would replace the input"), (("shrink", "input", "-o", "folder"), "is a folder"),
                                (("replay", "folder"), "name the files in it"), (("replay", "missing"), "name a file that exists")):
            self.assertIn(sentence, self.run_tool(*words, status=2).stderr.decode())

    def test_an_empty_place_is_refused(self):
        self.write("input", "")
        for words in (("check", "--ops", 1, "-o", ""), ("check", "-k", "--ops", 1, "-o", ""), ("exhaust", "-o", ""), ("convert", "input", "-o", ""),
                      ("shrink", "input", "-o", "")):
            self.assertRegex(self.run_tool(*words, status=2).stderr, rb"an empty (file|folder) name")

    def test_a_long_path_is_not_cut(self):
        ring, folder = self.ring("DOES_NOT_WRAP"), "/".join(6 * [100 * "d"])
        (self.folder / folder).mkdir(parents=True)
        done = self.run_tool("check", "-k", "--subject", ring, "--seed", 5, "--ops", 2000, "-o", folder, status=1)
        traces = list((self.folder / folder).iterdir())
        self.assertTrue(traces)
        for trace in traces:
            self.assertEqual(trace.suffix, ".trace")
            self.assertIn(str(trace.relative_to(self.folder)), done.stdout.decode())
        long = f"{folder}/{150 * 'r'}"
        (self.folder / long).write_bytes(pathlib.Path(ring.partition(":")[2]).read_bytes())
        self.run_tool("check", "--subject", f"hash_ring:{long}", "--seed", 1, "-o", "x.trace", status=1)
        self.assertIn(f"--subject hash_ring:{long} --seed 1, program ", (self.folder / "x.trace").read_text())

    def test_a_path_that_is_too_long_is_refused(self):
        self.assertIn(b"File name too long: name a shorter one", self.run_tool("check", "--ops", 1, "-o", 250 * "x", status=2).stderr)
        self.assertIn(b"too long for the paths of traces", self.run_tool("check", "-k", "--ops", 1, "-o", "./" * 1990, status=2).stderr)

    def test_a_link_to_nothing_is_refused(self):
        (self.folder / "link").symlink_to("nothing")
        self.assertIn(b"link: a link to what does not exist", self.run_tool("check", "--ops", 1, "-o", "link", status=2).stderr)
        self.assertTrue((self.folder / "link").is_symlink())

    def test_standard_input_is_not_replaced(self):
        path = self.folder / self.write("file", 'ring md5\nadd "a" 1\n')
        before = path.read_bytes()
        with open(path, "rb") as stdin:
            done = subprocess.run([RINGPROOF, "convert", "-", "-o", "file"], cwd=self.folder, stdin=stdin, stderr=subprocess.PIPE, check=False)
        self.assertIn(b"file: the output would replace the input", done.stderr)
        self.assertEqual(path.read_bytes(), before)

    def test_folders_that_cannot_be_written(self):
        closed = self.folder / "closed"
        closed.mkdir()
        (closed / "x.trace").touch()
        (self.folder / "link").symlink_to("closed/x.trace")
        closed.chmod(0o500)
        # The superuser may write everywhere, unless this capability is dropped.
        drop = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
        for words, where, sentence in ((("-k", "-o", "closed"), self.folder, "closed: cannot write into this folder"),
                                       (("-k",), closed, ".: cannot write into this folder"), (("-o", "link"), self.folder, "link: cannot write")):
            done = subprocess.run([*drop, RINGPROOF, "check", "--ops", "10", *words], cwd=where, env=environment(), capture_output=True, text=True,
                                  timeout=LONG, check=False)
            self.assertIn(sentence, done.stderr, words)
            self.assertEqual(done.returncode, 2)


class Help(Case):
    def test_help_and_version(self):
        for command in ("check", "exhaust", "replay", "expect", "convert", "shrink", "list"):
            texts = {self.run_tool(command, word, status=0).stdout for word in ("-h", "--help", "-?")}
            self.assertEqual(len(texts), 1)
            self.assertIn(f"Usage: ringproof {command}", texts.pop().decode())
            self.assertRegex(self.run_tool(command, "--version", status=0).stdout, rb"^ringproof \d+\.\d+\.\d+\n$")
            self.assertIn(b"Usage", self.run_tool(command, "--usage", status=0).stdout)
        self.assertEqual(len({self.run_tool(word, status=0).stdout for word in ("-h", "--help", "-?", "help")}), 1)
        self.assertEqual(len({self.run_tool(word, status=0).stdout for word in ("-V", "--version")}), 1)

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_help_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([RINGPROOF, "check", "--help"], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
