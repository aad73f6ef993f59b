"""Builds the fuzz targets as a fuzzing service does: in a root that has what the Dockerfile installs, with build.sh."""
import functools
import shutil
import subprocess

from services import project, roots
from shared.programs import run
from shared.trees import BUILD

ROOM = BUILD / "services"
# What the image that the Dockerfile begins with has itself, besides the essential packages; and where targets run.
IMAGE = ["binutils", "clang", "cmake", "libc6-dev", "libclang-rt-14-dev"]
ENGINES = {"libfuzzer": [], "afl": ["afl++"]}
RUNNER = ["bash", "coreutils", "libstdc++6"]


class Failed(Exception):
    """build.sh failed. The message is the end of what it printed."""


@functools.cache
def runner():
    """The root in which targets run. It has neither a compiler nor the libraries that targets are made with."""
    root = ROOM / "runner"
    roots.make(root, RUNNER)
    return root


def builder(sources, engine):
    root = ROOM / f"builder-{engine}"
    roots.make(root, roots.essential() + IMAGE + ENGINES[engine] + project.packages(sources))
    return root


def build(sources, engine, sanitizer, folder, environment=()):
    """Builds in FOLDER/work, and returns the folder that has become OUT. It is moved, so that no path of it can be relied on."""
    root = builder(sources, engine)
    out, elsewhere = folder / "out", folder / "elsewhere"
    for place in (out, elsewhere):
        shutil.rmtree(place, ignore_errors=True)
    for place in (out, folder / "work"):
        place.mkdir(parents=True, exist_ok=True)
    project.copy_files(sources, root)
    places = [(sources, "/src/ringproof"), (folder / "work", "/work"), (out, "/out")]
    command = roots.enter(root, ["bash", "/src/ringproof/ci/lib/services/compile", engine, sanitizer], places, environment)
    log = folder / "log"
    with open(log, "w", encoding="utf-8") as file:
        status = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, check=False).returncode
    if status != 0:
        raise Failed(f"build.sh for {engine} and {sanitizer} ended with {status}:\n{log.read_text(errors='replace')[-3000:]}")
    out.rename(elsewhere)
    return elsewhere


def copy_sources(sources, into):
    """The files that git knows, as the Dockerfile's COPY has them. Their times stay, so that little is compiled again."""
    names = run("git", "-C", sources, "ls-files", "-z").split("\0")
    for name in names:
        if name and (sources / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(sources / name, into / name)
    return into
