"""Roots that have the files of some Debian packages and of what these depend on, and nothing else: copies of what is installed
here, so that a root takes seconds and no network. What packages do when they are installed is left out; what builds and runs
fuzz targets needs none of it."""
import functools
import os
import shutil
import subprocess

from shared.errors import CannotRun
from shared.programs import run

MERGED = ("bin", "lib", "lib32", "lib64", "libx32", "sbin")
# Not worth the time to copy.
UNUSED = tuple(f"/usr/share/{name}/" for name in ("doc", "info", "lintian", "locale", "man"))
# In a mount namespace of its own: the pairs of folders that PLACES names, and what every program expects.
ENTER = """
for pair in /dev:/dev /proc:/proc $PLACES; do
    mkdir -p "$ROOT${pair#*:}"
    mount --rbind "${pair%%:*}" "$ROOT${pair#*:}"
done
exec chroot "$ROOT" /usr/bin/env -i PATH=/usr/bin HOME=/tmp "$@"
"""


@functools.cache
def closure(packages):
    """The packages, and all that they depend on."""
    no = [f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]
    lines = run("apt-cache", "depends", "--recurse", "--installed", *no, *packages).splitlines()
    states = run("dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n").splitlines()
    installed = {name for name, state in map(str.split, states) if state == "installed"}
    found = sorted(installed & set(lines))  # the lines that are no names say what depends how
    absent = set(packages) - set(found)
    if absent:
        raise CannotRun(f"not installed here: {', '.join(sorted(absent))}: is every package of .clusterfuzzlite/Dockerfile in ci/packages?")
    return found


def essential():
    """The packages that every Debian system has, without anybody depending on them."""
    lines = run("dpkg-query", "--show", "--showformat=${Package} ${Essential}\n").splitlines()
    return [name for name, is_essential in map(str.split, lines) if is_essential == "yes"]


def make(root, packages):
    """Makes a root, unless an earlier run made the same."""
    names = closure(tuple(packages))
    stamp = run("dpkg-query", "--show", *names)
    made = root.with_name(f"{root.name}.packages")
    if made.exists() and made.read_text() == stamp:
        return
    made.unlink(missing_ok=True)
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for name in MERGED:
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    for name in ("tmp", "src", "work", "out"):
        (root / name).mkdir()
    listed = run("dpkg-query", "--listfiles", *names).splitlines()
    # What others than root may not read is not needed.
    files = sorted({line for line in listed if line.startswith("/") and line[1:] not in MERGED and not line.startswith(UNUSED)
                    and (os.path.islink(line) or os.access(line, os.R_OK))})
    with subprocess.Popen(["tar", "-C", "/", "-c", "--no-recursion", "--verbatim-files-from", "-T", "-"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as reader, \
            subprocess.Popen(["tar", "-C", root, "-x", "--keep-directory-symlink"], stdin=reader.stdout) as writer:
        reader.stdin.write("\n".join(f".{name}" for name in files).encode())
        reader.stdin.close()
    if reader.returncode or writer.returncode:
        raise CannotRun(f"cannot copy packages into {root}: see above; check the space on the disk")
    made.write_text(stamp)


def enter(root, command, places=(), environment=()):
    """The command that runs `command` in the root. `places` are pairs: a folder here, and where it is in the root."""
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["env", f"ROOT={root}", f"PLACES={' '.join(f'{here}:{there}' for here, there in places)}",
            "unshare", *as_root, "--mount", "sh", "-euc", ENTER, "enter",
            *(f"{name}={value}" for name, value in environment), *map(str, command)]


def may_be_entered(root):
    """None, or why nothing can run in a root here."""
    done = subprocess.run(enter(root, ["/usr/bin/true"]), capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stderr.strip() or f"status {done.returncode}")
