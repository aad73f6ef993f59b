"""Where ci/autopsy looks for the files that ran: in a sysroot, in folders, and with debuginfod; and that it uses no others."""
import contextlib
import errno
import http.server
import io
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest
from unittest import mock

from autopsy import build_id, frames, locate, symbol_view
from autopsy.selftest import crashes
from autopsy.tests import in_process
from shared.errors import CannotRun
from shared.repository import ROOT

LIBRARY = "__attribute__((noinline)) static int read_it(volatile int *p) { return *p; }\nint drive(int *p) { return read_it(p) + 1; }\n"
OTHER = "int wrong_name(volatile int *p) { return *p - 2; }\nint drive(int *p) { return wrong_name(p) + 3; }\n"
PROGRAM = "int drive(int *);\nint main(int argc, char **argv) { (void)argv; return drive((int *)(long)(argc - 1)); }\n"


class Crashed(unittest.TestCase):
    """A program that died in a library, with all files where they were. Each test moves them as it likes."""

    @classmethod
    def setUpClass(cls):
        cls.top = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        there = cls.top / "host"
        there.mkdir()
        cls.main, cls.library, cls.core = there / "vm", there / "driver.so", cls.top / "core"
        cls.compiled("driver", LIBRARY, ["-fPIC", "-shared", "-g", "-O1"], cls.library)
        (there / "link.so").symlink_to("driver.so")  # the dynamic linker knows it by another name than the kernel
        cls.compiled("vm", PROGRAM, ["-O1"], cls.main, [there / "link.so"])
        assert crashes.crash([cls.main], cls.core) is not None
        cls.saved = cls.top / "saved"
        shutil.copytree(there, cls.saved, symlinks=True)
        cls.driver_id = build_id.build_id(build_id.head_of(cls.library))

    @classmethod
    def compiled(cls, name, text, flags, output, libraries=()):
        source = cls.top / f"{name}.c"
        source.write_text(text)
        return crashes.compile_c("gcc", flags, [source], output, libraries)

    def setUp(self):
        shutil.rmtree(self.main.parent, ignore_errors=True)
        shutil.copytree(self.saved, self.main.parent, symlinks=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=self.top))

    def autopsy(self, *options, expected=3, **environment):
        """What is printed, and the JSON."""
        status, words, found = in_process.run(*options, self.core, **environment)
        self.assertEqual(status, expected, words)
        return words, found

    def names(self, found):
        return [frame["function"] for frame in found["frames"][:3]]

    def moved(self, name="driver.so"):
        """Moves the driver into another folder, under that name."""
        return self.library.rename(self.folder / name)


class Files(Crashed):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        _, *cls.plain = in_process.run(cls.core)  # with all files where they were

    def test_where_it_was(self):
        words, found = self.plain
        self.assertEqual(self.names(found), ["read_it", "drive", "main"])
        self.assertNotIn("looked for", words)
        self.assertEqual(found["checked"][str(self.library)], "same")

    def test_a_file_that_is_gone_is_named(self):
        self.moved()
        words, found = self.autopsy("--search", self.saved.parent / "host")
        self.assertEqual(self.names(found)[:2], [None, None])
        self.assertIn(f"{self.library}, which ran (build id {self.driver_id}), is not here; looked for it in: {self.library}, "
                      f"{self.library.parent}\n", words)
        self.assertEqual(found["frames"][0]["module"], str(self.library))

    def test_search_by_name_and_by_build_id(self):
        for name in ("driver.so", "renamed"):
            path = self.moved(name)
            with self.subTest(name):
                words, found = self.autopsy("--search", ROOT / "ci", "--search", self.folder)
                self.assertEqual(self.names(found), ["read_it", "drive", "main"])
                self.assertIn(f"is here as {path}", words)
                self.assertEqual(found["located"][str(self.library)]["path"], str(path))
            path.rename(self.library)

    def keep_debug(self, library, folder):
        """Strips the library, and puts its debug information where debuggers look for it."""
        below = folder / ".build-id" / self.driver_id[:2]
        below.mkdir(parents=True)
        subprocess.run(["objcopy", "--only-keep-debug", library, below / f"{self.driver_id[2:]}.debug"], check=True)
        subprocess.run(["strip", library], check=True)

    def test_search_finds_debug_files(self):
        self.keep_debug(self.library, self.folder)
        _, found = self.autopsy()
        self.assertEqual((self.names(found)[0], found["frames"][0]["source"]), (None, None))
        _, found = self.autopsy("--search", self.folder)
        self.assertEqual(self.names(found)[0], "read_it")
        self.assertTrue(found["frames"][0]["source"].endswith("driver.c:1"), found["frames"][0])
        self.library.unlink()  # a file of debug information has no code: it is not the library
        words, found = self.autopsy("--search", self.folder)
        self.assertIn("is not here; looked for it in", words)
        self.assertIsNone(found["located"][str(self.library)]["path"])

    def test_a_folder_of_very_many_files(self):
        """Not all are looked at, but the layout of debuggers needs no list of all files."""
        indexed, locate.INDEXED = locate.INDEXED, 2
        self.addCleanup(setattr, locate, "INDEXED", indexed)
        for name in ("a", "b", "c"):
            (self.folder / name).touch()
        path = self.moved("zz")
        locator = locate.Locator(locate.Places(None, (str(self.folder),)))
        page = build_id.head_of(path)
        self.assertEqual(locator.find(str(self.library), page), locate.Found(
            "missing", None, [str(self.library), f"{self.folder} (its first 2 files)"], []))
        below = self.folder / ".build-id" / self.driver_id[:2] / self.driver_id[2:]
        below.parent.mkdir(parents=True)
        path.rename(below)
        self.assertEqual(locator.find(str(self.library), page).path, str(below))
        below.rename(f"{below}.debug")
        subprocess.run(["objcopy", "--only-keep-debug", f"{below}.debug"], check=True)
        self.assertEqual(locate.Locator(locator.places).debug_file(page), f"{below}.debug")

    def test_odd_files_in_a_folder(self):
        os.mkfifo(self.folder / "driver.so")  # to open it would wait
        (self.folder / "loop").symlink_to("loop")
        (self.folder / "itself").symlink_to(".")
        (self.folder / "short").write_bytes(b"\x7fELF\x02\x01")
        page = build_id.head_of(self.library)
        self.library.unlink()
        found = locate.Locator(locate.Places(None, (str(self.folder),))).find(str(self.library), page)
        self.assertEqual((found.state, found.others), ("missing", []))

    def test_no_room_for_the_view(self):
        for errno_, error, expected in ((errno.ENOENT, CannotRun, "TMPDIR=FOLDER"), (errno.ENOSPC, OSError, "No space")):
            with mock.patch("tempfile.TemporaryDirectory", side_effect=OSError(errno_, os.strerror(errno_))), self.assertRaisesRegex(error, expected):
                in_process.run(self.core)
        with mock.patch("os.symlink", side_effect=OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))), self.assertRaisesRegex(OSError, "No space"):
            in_process.run(self.core)

    def test_names_stay_in_the_view(self):
        with tempfile.TemporaryDirectory() as folder:
            view = pathlib.Path(folder) / "a" / "view"
            for name in ("/../../x", "../../y", "/z\0", "/d/e", "/d/e/f", "/" + "n" * 300):
                symbol_view.link(str(view), name, "/bin/true")
            self.assertEqual(sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*")),
                             ["a", "a/view", "a/view/d", "a/view/d/e", "a/view/x", "a/view/y"])

    def test_sysroot(self):
        root = self.folder / "root"
        shutil.copytree(self.main.parent, root / str(self.main.parent).lstrip("/"), symlinks=True)
        for file in ("/usr/lib/x86_64-linux-gnu/libc.so.6",):
            (root / file.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, root / file.lstrip("/"))
        self.keep_debug(root / str(self.library).lstrip("/"), root / "usr/lib/debug")
        shutil.rmtree(self.main.parent)
        words, found = self.autopsy("--sysroot", root)
        self.assertEqual(self.names(found), ["read_it", "drive", "main"])
        self.assertTrue(found["frames"][0]["source"].endswith("driver.c:1"), found["frames"][0])
        self.assertNotIn("is not here", words)
        self.assertTrue(found["located"][str(self.library)]["path"].startswith(str(root)))
        self.setUp()
        words, found = self.autopsy("--sysroot", self.folder)  # this machine's own files are not those of the other host
        self.assertEqual(self.names(found)[:2], [None, None])
        self.assertIn(f"looked for it in: {self.folder}{self.library}", words)

    def test_a_wrong_file_under_the_right_name_is_not_used(self):
        self.moved()
        other = self.folder / "other"
        other.mkdir()
        wrong = self.compiled("other", OTHER, ["-fPIC", "-shared", "-g", "-O1"], other / "driver.so")
        words, found = self.autopsy("--search", other)
        self.assertEqual(self.names(found)[:2], [None, None])
        self.assertIn(f"{wrong} is not the file that ran", words)
        self.assertEqual(found["checked"][str(self.library)], "different")
        self.assertEqual({row["state"] for row in found["mappings"] if row["file"] == str(self.library)}, {"different"})
        words, found = self.autopsy("--search", other, "--search", self.folder)
        self.assertEqual(self.names(found)[:2], ["read_it", "drive"])
        self.assertIn(f"{wrong} is not the file that ran", words)
        shutil.copy(wrong, self.library)  # where it was, too
        words, found = self.autopsy("--search", self.folder)
        self.assertEqual(self.names(found)[:2], ["read_it", "drive"])
        self.assertIn(f"{self.library} is not the file that ran", words)

    def test_frames_have_places(self):
        words, found = self.plain
        frame = found["frames"][0]
        self.assertTrue(frame["source"].endswith("driver.c:1"))
        listed = subprocess.run(["addr2line", "-fe", self.library, hex(frame["offset"])], capture_output=True, text=True, check=True)
        self.assertIn("read_it\n", listed.stdout)
        self.assertRegex(words, rf"driver\.so\+0x{frame['offset']:x} .*driver\.c:1")

    def test_the_table_of_mappings(self):
        words, found = self.plain
        rows = [row for row in found["mappings"] if row["file"] == str(self.library)]
        self.assertEqual({(row["build_id"], row["state"]) for row in rows}, {(self.driver_id, "same")})
        ip = int(found["ip"], 16)
        row = next(row for row in found["mappings"] if int(row["start"], 16) <= ip < int(row["end"], 16))
        self.assertEqual((row["file"], row["offset"]), (str(self.library), 4096))
        self.assertIn(row["permissions"], (None, "r-x"))  # gdb leaves out what can be read from the file
        self.assertIn("rw-", {row["permissions"] for row in rows})
        stack = int(found["sp"], 16)
        row = next(row for row in found["mappings"] if int(row["start"], 16) <= stack < int(row["end"], 16))
        self.assertEqual((row["file"], row["permissions"], row["state"]), (None, "rw-", None))
        starts = [int(row["start"], 16) for row in found["mappings"]]
        self.assertEqual(starts, sorted(starts))
        self.assertEqual(found["registers"]["rip"], found["ip"])
        self.assertRegex(words, rf"\nregisters\n(.*\n)*.*rip {found['ip']}")


class WithDebuginfod(Crashed):
    """A program in PATH stands for debuginfod-find. It keeps its arguments."""

    def setUp(self):
        super().setUp()
        self.tools = self.folder / "tools"
        self.tools.mkdir()

    def stub(self, text):
        tool = self.tools / "debuginfod-find"
        tool.write_text(f"#!/bin/sh\necho \"$@\" >>{self.folder}/asked\n{text}\n")
        tool.chmod(0o755)

    def autopsy(self, *options, expected=3, **environment):
        return super().autopsy(*options, expected=expected, PATH=f"{self.tools}:{os.environ['PATH']}", **environment)

    def asked(self, path=None):
        changed = mock.patch.dict(os.environ, {"PATH": path or f"{self.tools}:{os.environ['PATH']}"})
        changed.start()
        self.addCleanup(changed.stop)
        return locate.Debuginfod()

    def test_it_is_asked_only_if_the_user_has_set_it_up(self):
        self.stub("exit 1")
        self.moved()
        words, _ = self.autopsy()
        self.assertFalse((self.folder / "asked").exists())
        self.assertNotIn("debuginfod", words)

    def test_what_it_has_is_used(self):
        path = self.moved("downloaded")
        self.stub(f"[ \"$2\" = {self.driver_id} ] && echo {path}")
        words, found = self.autopsy(DEBUGINFOD_URLS="http://127.0.0.1:9")
        self.assertEqual(self.names(found)[:2], ["read_it", "drive"])
        self.assertIn(f"is here as {path}", words)
        self.assertEqual((self.folder / "asked").read_text(), f"executable {self.driver_id}\n")  # and for nothing that is here

    def test_what_it_has_is_checked(self):
        self.moved()
        wrong = self.compiled("other", OTHER, ["-fPIC", "-shared", "-g", "-O1"], self.folder / "wrong")
        self.stub(f"echo {wrong}")
        words, found = self.autopsy(DEBUGINFOD_URLS="http://127.0.0.1:9")
        self.assertEqual(self.names(found)[:2], [None, None])
        self.assertIn(f"{wrong} is not the file that ran", words)

    def test_why_it_found_nothing_is_said(self):
        self.moved()
        self.stub("echo 'Server query failed: no such file' >&2; exit 1")
        words, _ = self.autopsy(DEBUGINFOD_URLS="http://127.0.0.1:9")
        self.assertIn("debuginfod (http://127.0.0.1:9: Server query failed: no such file)", words)
        for text, path, expected in (("exit 1", None, "found none"), ("echo /nowhere", "/nowhere", "what it gave cannot be read")):
            self.stub(text)
            self.assertEqual(self.asked().ask("00"), (path, expected))
        self.tools.joinpath("debuginfod-find").unlink()
        self.assertIn("apt-get install debuginfod", self.asked(str(self.tools)).ask("00")[1])

    def test_time_is_bounded(self):
        self.stub("exec sleep 60")
        asked = self.asked()
        asked.ends = 0
        self.assertEqual(asked.ask("00")[0], None)
        self.assertIn("no answer within", asked.ask("00")[1])


class Server(http.server.BaseHTTPRequestHandler):
    """A debuginfod server with one file of debug information."""

    def do_GET(self):
        self.server.asked.append(self.path)
        data = self.server.files.get(self.path)
        self.send_response(200 if data else 404)
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


class DebugInformation(Crashed):
    """gdb itself asks a server for debug information."""

    def test_gdb_asks_the_server_that_the_user_has_set_up(self):
        debug = self.folder / "debug"
        subprocess.run(["objcopy", "--only-keep-debug", self.library, debug], check=True)
        subprocess.run(["strip", self.library], check=True)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
            server.asked, server.files = [], {f"/buildid/{self.driver_id}/debuginfo": debug.read_bytes()}
            threading.Thread(target=server.serve_forever, daemon=True).start()
            url = f"http://127.0.0.1:{server.server_port}"
            for urls, expected in (("", None), (url, "read_it")):
                _, found = self.autopsy(DEBUGINFOD_URLS=urls, DEBUGINFOD_CACHE_PATH=str(self.folder / "cache"), no_proxy="127.0.0.1")
                self.assertEqual(self.names(found)[0], expected, server.asked)
                self.assertEqual(bool(server.asked), bool(urls))
            server.shutdown()

    def test_gdb_runs_again_without_a_server_that_does_not_answer(self):
        tool = self.folder / "gdb"
        tool.write_text("#!/bin/sh\ncase $* in *'debuginfod enabled on'*) exec sleep 60 ;; esac\nexec gdb \"$@\"\n")
        tool.chmod(0o755)
        limit, frames.WITH_DEBUGINFOD = frames.WITH_DEBUGINFOD, 1
        self.addCleanup(setattr, frames, "WITH_DEBUGINFOD", limit)
        with contextlib.redirect_stderr(io.StringIO()) as printed:
            result = frames.run_gdb(str(tool), self.core, frames.Symbols(str(self.folder), "/usr/lib/debug", str(self.main)), True)
        self.assertEqual(frames.parse_output(result)["frames"][2]["function"], "main")
        self.assertIn("did not end within 1 s; it runs again without", printed.getvalue())


if __name__ == "__main__":
    unittest.main()
