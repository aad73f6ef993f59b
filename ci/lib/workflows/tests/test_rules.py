"""The rules for hosted workflows: those of this repository keep them, and each rule is broken in a copy."""
import pathlib
import re
import shutil
import tempfile
import unittest

from shared.repository import ROOT
from workflows import rules

WORKFLOWS = ROOT / ".github/workflows"


class Rules(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "workflows"
        shutil.copytree(WORKFLOWS, self.folder)

    def broken(self, name, before, after):
        """The one complaint after the first match in a copy is replaced."""
        path = self.folder / name
        text, changed = re.subn(before, after, path.read_text(), count=1)
        self.assertEqual(changed, 1)
        path.write_text(text)
        wrong = rules.complaints(self.folder)
        self.assertEqual(len(wrong), 1, wrong)
        return wrong[0]

    def test_this_repository(self):
        self.assertEqual(rules.complaints(WORKFLOWS), [])
        self.assertGreaterEqual(len(list(WORKFLOWS.iterdir())), 8)
        self.assertEqual([path.name for path in WORKFLOWS.iterdir() if path.suffix != ".yml"], [])

    def test_an_action_that_is_not_pinned(self):
        self.assertIn("ci.yml uses actions/checkout@v7: pin it", self.broken("ci.yml", r"checkout@.*", "checkout@v7"))

    def test_a_pin_without_its_version(self):
        self.assertIn("pin it", self.broken("cflite_batch.yml", r"(build_fuzzers@\w+) .*", r"\1"))

    def test_an_action_of_an_older_node(self):
        self.assertIn("older Node: take version 6", self.broken("perf.yml", r"(upload-artifact@).*", rf"\g<1>{'0' * 40} # v5.0.0"))

    def test_an_unknown_action(self):
        self.assertIn("write into rules.py", self.broken("perf.yml", r"actions/upload-artifact", "actions/download-artifact"))

    def test_one_version_of_two_commits(self):
        self.assertIn("checkout v7.0.1 is pinned to different commits", self.broken("perf.yml", r"(checkout@)\w+", rf"\g<1>{'0' * 40}"))

    def test_no_timeout(self):
        self.assertEqual(self.broken("dashboard.yml", r" *timeout-minutes: 15\n", ""), "dashboard.yml:publish has no timeout-minutes below 360")

    def test_no_concurrency(self):
        self.assertEqual(self.broken("nightly.yml", r" *concurrency: nightly-tests\n", ""), "nightly.yml:tests has no concurrency group")

    def test_jobs_of_a_matrix_that_cancel_each_other(self):
        self.assertIn("one would cancel another", self.broken("cflite_build.yml", r"-\$\{\{ matrix.sanitizer \}\}", ""))

    def test_no_permissions(self):
        self.assertIn("ci.yml:test has no permissions", self.broken("ci.yml", r"    permissions:\n      contents: read\n", ""))

    def test_all_permissions(self):
        self.assertIn("has no permissions of its own", self.broken("ci.yml", r"    permissions:\n      contents: read\n", "    permissions: write-all\n"))

    def test_permissions_of_a_workflow(self):
        self.assertIn("gives permissions to all its jobs", self.broken("perf.yml", r"permissions: \{\}", "permissions: read-all"))

    def test_an_expression_in_a_script(self):
        self.assertIn("read as code", self.broken("nightly.yml", r'"\$FOR"', '"${{ inputs.for }}"'))

    def test_text_that_anybody_can_write(self):
        self.assertIn("anybody", self.broken("nightly.yml", r"inputs\.for", "github.event.pull_request.title"))

    def test_rights_for_forks(self):
        self.assertIn("perf.yml gives rights to pull requests of forks", self.broken("perf.yml", r"  pull_request:\n", "  pull_request_target:\n"))

    def test_code_beside_the_rights_of_workflow_run(self):
        checkout = "    steps:\n      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n"
        self.assertIn("job comment checks out code beside", self.broken("perf_comment.yml", r"    steps:\n", checkout))

    def test_workflow_run_after_any_event(self):
        self.assertIn("job comment does not say for which event", self.broken("perf_comment.yml", r"    if: .*\n", ""))

    def test_nothing_to_commit(self):
        self.assertIn("nothing to commit", self.broken("dashboard.yml", r"git diff --cached --quiet \|\| ", ""))

    def test_corpora_of_a_matrix(self):
        text = "    strategy:\n      matrix:\n        sanitizer: [address, memory]\n"
        (self.folder / "cflite_cron.yml").unlink()  # which has another group then
        self.assertIn("uploads the same corpora", self.broken("cflite_batch.yml", r"    concurrency: .*\n",
                                                              "    concurrency: ${{ matrix.sanitizer }}\n" + text))

    def test_corpora_of_two_groups(self):
        self.assertIn("different concurrency groups", self.broken("cflite_cron.yml", r"cflite-corpus", "cflite-prune"))

    def test_no_workflow(self):
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        self.assertEqual(len(rules.complaints(self.folder)), 1)


if __name__ == "__main__":
    unittest.main()
