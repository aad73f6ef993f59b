"""Installs what a ring is made of into its build folder, and builds its adapter. Only Debian's
packages go elsewhere. A ring whose packages or tools are missing is skipped: everything else works without it."""
import os
import re
import shlex
import shutil
import subprocess

from shared import files, lib_sh
from shared.errors import CannotRun

SECONDS = 300  # for one command
PYTHON = "/usr/bin/python3"


class Skipped(Exception):
    """The ring cannot be judged here. The message is the word for it."""


class Workshop:
    """The build folder of a ring, and what is done in it. `shared` is a folder that the rings of a language share."""

    def __init__(self, ring, shared, log):
        self.ring, self.shared, self.log = ring, shared, log

    def need(self, tool):
        if not shutil.which(tool):
            raise Skipped(f"{tool} is not installed")

    def run(self, *words, environment=None):
        with self.log.open("ab") as log:
            log.write(f"$ {shlex.join(words)}\n".encode())
            log.flush()
            try:
                done = subprocess.run(words, cwd=self.ring.build, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
                                      stdout=log, stderr=log, timeout=SECONDS, check=False)
            except subprocess.TimeoutExpired:
                raise Skipped(f"{words[0]} took longer than {SECONDS} s; see {self.log}") from None
        if done.returncode != 0:
            raise Skipped(f"{words[0]} failed: {reason(self.log)}")

    def copy(self, source, into):
        target = self.ring.build / into
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)

    def write(self, name, text):
        (self.ring.build / name).write_text(text, encoding="utf-8")

    def sources(self, name):
        return sorted(self.ring.folder.glob(name)) + sorted(self.ring.folder.parent.glob(name))


def reason(log):
    """The line of a log that says why."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|not found|forbidden|refused|cannot|unable", line, re.I)]
    line = re.sub(r"https?://\S+", "(an address)", (telling or lines or [""])[-1])
    return line if len(line) <= 160 else line[:157] + "..."


def debian(packages):
    """Installs those packages of Debian that are missing."""
    known = lambda package: subprocess.run(["dpkg-query", "--show", "--showformat=${db:Status-Status}", package], capture_output=True,
                                           check=False).stdout == b"installed"
    if not shutil.which("dpkg-query"):
        raise Skipped("this is not Debian (no dpkg-query)")
    missing = [package for package in packages if not known(package)]
    if missing:
        try:
            lib_sh.run("rings", f"install_these {shlex.quote(' '.join(missing))}")
        except CannotRun:
            raise Skipped(f"Debian's {' '.join(missing)} cannot be installed") from None


def apt(_workshop, packages):
    debian(packages)


def pip(workshop, packages):
    if subprocess.run([PYTHON, "-c", "import ensurepip"], capture_output=True, check=False).returncode != 0:
        debian(["python3-venv"])
    workshop.run(PYTHON, "-m", "venv", "venv")
    workshop.run("venv/bin/pip", "install", *packages)


def npm(workshop, packages):
    workshop.need("npm")
    workshop.need("node")
    workshop.run("npm", "install", "--prefix", ".", "--cache", str(workshop.shared / "npm"), "--ignore-scripts", "--no-audit", "--no-fund", *packages)


def go(workshop, packages):
    workshop.need("go")
    environment = {"GOMODCACHE": str(workshop.shared / "go/modules"), "GOCACHE": str(workshop.shared / "go/cache"),
                   "GOFLAGS": "-mod=mod -modcacherw", "GOWORK": "off"}
    for path in workshop.sources("*.go"):
        workshop.copy(path, path.name)
    workshop.write("go.mod", "module ring\n\ngo 1.21\n")
    workshop.run("go", "get", *packages, environment=environment)
    workshop.run("go", "build", "-o", "adapter", ".", environment=environment)


def cargo(workshop, packages):
    workshop.need("cargo")
    for path in workshop.sources("*.rs"):
        workshop.copy(path, "src/main.rs" if path.name == "adapter.rs" else f"src/{path.name}")
    lines = [f'{name} = "={version}"' for name, version in (package.rsplit("@", 1) for package in packages)]
    workshop.write("Cargo.toml", '[package]\nname = "adapter"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n' + "\n".join(lines) +
                   "\n\n[workspace]\n")
    workshop.run("cargo", "build", "--release", environment={"CARGO_HOME": str(workshop.shared / "cargo")})


def maven(workshop, packages):
    for tool in ("mvn", "javac", "java"):
        workshop.need(tool)
    for package in packages:
        workshop.run("mvn", "--batch-mode", "--quiet", f"-Dmaven.repo.local={workshop.shared / 'maven'}", "dependency:copy", f"-Dartifact={package}",
                     "-DoutputDirectory=jars")
    workshop.run("javac", "-cp", "jars/*", "-d", "classes", *map(str, workshop.sources("*.java")))


INSTALLERS = {"apt": apt, "pip": pip, "npm": npm, "go": go, "cargo": cargo, "maven": maven}


def prepare(ring, shared):
    """Installs and builds a ring, unless it is as it was the last time. Raises Skipped."""
    stamp = ring.build / "stamp"
    if stamp.exists() and stamp.read_text() == ring.stamp():
        return
    shutil.rmtree(ring.build, ignore_errors=True)
    ring.build.mkdir(parents=True)
    workshop = Workshop(ring, shared, ring.build / "install.log")
    for tool in ring.needs:
        workshop.need(tool)
    for kind, packages in ring.packages.items():
        INSTALLERS[kind](workshop, packages)
    if ring.build_command:
        workshop.run("sh", "-c", ring.build_command)
    files.replace(stamp, ring.stamp().encode())


def is_ready(ring):
    return (ring.build / "stamp").exists()
