"""The script of perf_comment.yml, with a stand-in for gh that answers and writes down what it is asked."""
import os
import pathlib
import subprocess
import tempfile
import unittest

import yaml

from shared.repository import ROOT

GH = r"""#!/bin/sh
echo "$*" >>asked
case $* in
*/pulls\ *) echo "$PULLS" ;;
"run download"*) [ -n "$ARTIFACT" ] && mkdir gate && eval "$ARTIFACT" ;;
*--paginate*) [ -z "$OLD" ] || printf '%s\n' $OLD ;;
*body=@body.md*) cp body.md posted ;;
esac
"""


class Comment(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "gh").write_text(GH)
        (self.folder / "gh").chmod(0o755)
        self.job = yaml.safe_load((ROOT / ".github/workflows/perf_comment.yml").read_text())["jobs"]["comment"]

    def run_script(self, **answers):
        environment = {"PATH": f"{self.folder}:{os.environ['PATH']}", "GITHUB_REPOSITORY": "o/r", "GITHUB_SERVER_URL": "https://x", "RUN": "7", "SHA": "abc",
                       "BRANCH": "fork:$(touch run)", "PULLS": "12", "ARTIFACT": "echo text >gate/comment.md", "OLD": "", **answers}
        done = subprocess.run(["bash", "-e", "-c", self.job["steps"][0]["run"]], cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse((self.folder / "run").exists())
        return done.stdout, (self.folder / "asked").read_text()

    def posted(self):
        return (self.folder / "posted").read_text()

    def test_a_new_comment(self):
        _, asked = self.run_script()
        self.assertIn("head=fork:$(touch run)", asked)
        self.assertIn("--method POST repos/o/r/issues/12/comments", asked)
        self.assertEqual(self.posted(), "<!-- ci/perf -->\ntext\n\n\nThe page with flame graphs is in the artifact of [the run](https://x/o/r/actions/runs/7).\n")

    def test_the_old_comment_is_replaced(self):
        _, asked = self.run_script(OLD="34 35")
        self.assertIn("--method PATCH repos/o/r/issues/comments/34 ", asked)
        self.assertNotIn("POST", asked)

    def test_nothing_to_say(self):
        for answers, said in (({"PULLS": ""}, "no open pull request is at abc any more"), ({"ARTIFACT": ""}, "the run has no results"),
                              ({"ARTIFACT": "true"}, "the gate did not measure"), ({"ARTIFACT": "ln -s ../../../etc/passwd gate/comment.md"}, "did not measure")):
            with self.subTest(said):
                printed, asked = self.run_script(**answers)
                self.assertIn(said, printed)
                self.assertNotIn("body=", asked)
                for path in self.folder.glob("gate/*"):
                    path.unlink()
                if (self.folder / "gate").exists():
                    (self.folder / "gate").rmdir()

    def test_text_of_a_stranger(self):
        self.run_script(ARTIFACT="head -c 100000 /dev/zero | tr '\\0' @ >gate/comment.md")
        self.assertEqual(self.posted().count("@"), 30000)
        self.assertNotRegex(self.posted(), "@[^\u200b]")
        self.assertLess(len(self.posted()), 65536)

    def test_text_that_is_cut_within_a_letter(self):
        self.run_script(ARTIFACT="{ printf x; yes é | tr -d '\\n' | head -c 100000; } >gate/comment.md")
        self.assertEqual(self.posted().count("é"), 14999)

    def test_it_has_no_more_rights_than_it_needs(self):
        self.assertEqual(self.job["permissions"], {"actions": "read", "pull-requests": "write"})
        self.assertEqual(len(self.job["steps"]), 1)


if __name__ == "__main__":
    unittest.main()
