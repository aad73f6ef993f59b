"""transcripts: what it runs, what it accepts, and that it can fail."""
import contextlib
import io
import pathlib
import tempfile
import unittest

from tests import transcripts


class Transcripts(unittest.TestCase):
    def run_file(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "page.md"
            path.write_text(text)
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                status = transcripts.main([folder, str(path)])
        return status, out.getvalue()

    def test_what_is_printed_is_compared(self):
        self.assertEqual(self.run_file("```console\n$ echo one\none\n$ echo two >&2\ntwo\n```\n")[0], 0)
        status, out = self.run_file("text\n```console\n$ echo one\ntwo\n```\n")
        self.assertEqual(status, 1)
        self.assertIn(":3: $ echo one", out)
        self.assertIn("1 commands, 1 print something else", out)

    def test_less_or_more_than_is_said_is_wrong(self):
        for said in ("one\n", "one\ntwo\nthree\n"):
            self.assertEqual(self.run_file(f"```console\n$ printf 'one\\ntwo\\n'\n{said}```\n")[0], 1)

    def test_dots_stand_for_any_text(self):
        for said in ("one\n...\n", "on...wo\n", "...\n"):
            self.assertEqual(self.run_file(f"```console\n$ printf 'one\\ntwo\\n'\n{said}```\n")[0], 0)

    def test_progress_lines_are_not_compared(self):
        for line in ("checking core: 10 of 20 operations, 2 programs, 1 finding, 15 s",
                     "checking tiny: 1 of 9 sequences of length 3, 1 s, about 4 s left",
                     "classifying a finding: 770 programs run, 10 s", "counting sequences of length 4: 7 so far, 10 s",
                     "shrinking: 5 candidates tried, program length 4, 10 s"):
            self.assertEqual(self.run_file(f"```console\n$ printf 'one\\n%s\\ntwo\\n' '{line}'\none\ntwo\n```\n")[0], 0, line)
        for line in ("check: subject core against model, seed 5", "checking core", "shrunk: 2 operations, 10 s"):
            self.assertEqual(self.run_file(f"```console\n$ printf 'one\\n%s\\ntwo\\n' '{line}'\none\ntwo\n```\n")[0], 1, line)

    def test_a_command_that_does_not_exist_is_wrong(self):
        self.assertEqual(self.run_file("```console\n$ no-such-command\n...\n```\n")[0], 1)

    def test_every_form_of_a_block_is_run(self):
        for text in ("~~~console\n$ echo one\ntwo\n~~~\n", "- a\n\n  ```console\n  $ echo one\n  two\n  ```\n", "``` console\n$ echo one\ntwo\n```\n",
                     "```console title\n$ echo one\ntwo\n```\n", "```console\n$ echo one\ntwo\n", "```console\n$ echo one\ntwo\n``` \n",
                     "```console\n# echo one\none\n```\n"):
            self.assertEqual(self.run_file(text)[0], 1, text)
        self.assertEqual(self.run_file("- a\n\n  ```console\n  $ printf 'one\\n  two\\n'\n  one\n    two\n  ```\n")[0], 0)

    def test_a_command_may_fail_and_go_on_in_the_next_line(self):
        self.assertEqual(self.run_file("```console\n$ echo a \\\n    b; false\na b\n```\n")[0], 0)

    def test_the_blocks_of_a_file_share_a_folder_with_the_repository_in_it(self):
        self.assertEqual(self.run_file("```console\n$ echo x >made\n```\n\n```console\n$ cat made; ls core/run.h\nx\ncore/run.h\n```\n")[0], 0)

    def test_other_blocks_are_not_run(self):
        status, out = self.run_file("```sh\n$ echo one\ntwo\n```\n")
        self.assertEqual((status, "0 commands" in out), (0, True))


if __name__ == "__main__":
    unittest.main()
