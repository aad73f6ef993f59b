"""What .clusterfuzzlite says, and faults in a copy of it."""
import pathlib
import re
import shutil
import tarfile
import tempfile
import unittest

from services import project
from shared.repository import ROOT


class Project(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.sources = pathlib.Path(folder.name)
        shutil.copytree(ROOT / project.FOLDER, self.sources / project.FOLDER)
        (self.sources / "ci").mkdir()
        shutil.copy(ROOT / "ci/packages", self.sources / "ci/packages")

    def broken(self, name, before, after):
        path = self.sources / name
        text, changed = re.subn(before, after, path.read_text(), count=1)
        self.assertEqual(changed, 1)
        path.write_text(text)
        wrong = project.complaints(self.sources)
        self.assertEqual(len(wrong), 1, wrong)
        return wrong[0]

    def test_this_repository(self):
        self.assertEqual(project.complaints(ROOT), [])

    def test_a_package_that_is_only_in_the_dockerfile(self):
        self.assertIn("libgmp-dev, which is not in ci/packages", self.broken(".clusterfuzzlite/Dockerfile", "libmd-dev", "libmd-dev libgmp-dev"))
        self.assertIn("libgmp-dev", project.packages(self.sources))

    def test_a_package_that_is_no_longer_in_ci_packages(self):
        self.assertIn("libmd-dev, which is not in ci/packages", self.broken("ci/packages", r"\nlibmd-dev", ""))

    def test_an_image_without_a_version(self):
        self.assertIn("Ubuntu is 20.04", self.broken(".clusterfuzzlite/Dockerfile", ":ubuntu-24-04", ""))

    def test_an_older_image(self):
        self.broken(".clusterfuzzlite/project.yaml", "ubuntu-24-04", "ubuntu-20-04")
        self.assertIn("is too old", self.broken(".clusterfuzzlite/Dockerfile", "ubuntu-24-04", "ubuntu-20-04"))

    def test_targets_that_would_run_on_another_ubuntu(self):
        self.assertIn("base_os_version in project.yaml is None", self.broken(".clusterfuzzlite/project.yaml", "base_os_version.*\n", ""))

    def test_what_a_project_has_to_say(self):
        self.assertIn("no primary_contact", self.broken(".clusterfuzzlite/project.yaml", "primary_contact.*\n", ""))

    def test_a_file_without_the_licence(self):
        self.assertIn("build.sh does not name", self.broken(".clusterfuzzlite/build.sh", "# Licence.*\n", ""))

    def test_no_run_tests(self):
        self.assertIn("copies no run_tests.sh", self.broken(".clusterfuzzlite/Dockerfile", " .clusterfuzzlite/run_tests.sh", ""))

    def test_inputs_are_not_cut(self):
        """build.sh's max_len is not below the size of any input of the corpora."""
        most = int(re.search(r"max_len = (\d+)", (ROOT / ".clusterfuzzlite/build.sh").read_text())[1])
        for path in (ROOT / "fuzz/corpus").glob("*.tar.gz"):
            with tarfile.open(path) as archive:
                self.assertLessEqual(max(member.size for member in archive), most, path.name)

    def test_xxhash_is_asked_for_with_its_version(self):
        """XXH3 of an older one places elsewhere, or is not there."""
        asked = [(path, line) for pattern in ("**/CMakeLists.txt", "**/*.cmake.in", "**/*.pc.in") for path in sorted(ROOT.glob(pattern))
                 if "build" not in path.relative_to(ROOT).parts for line in path.read_text().splitlines()
                 if re.search(r"libxxhash", line) and ("pkg_check_modules" in line or "Requires" in line)]
        self.assertGreaterEqual(len(asked), 4)
        for path, line in asked:
            self.assertRegex(line, r"libxxhash ?>= ?0\.8\.0", path)


if __name__ == "__main__":
    unittest.main()
