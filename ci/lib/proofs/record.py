"""Which proofs hold for the sources as they are: ci/lib/proofs/proved has a digest of all that each proof depends on."""
import hashlib
import pathlib
import re
import shlex

from proofs import frama_c
from proofs.targets import TARGETS
from shared.errors import CannotRun
from shared.programs import run
from shared.repository import ROOT

FILE = pathlib.Path(__file__).with_name("proved")
HEAD = "# Digests of what was proved. ci/prove --record writes this file.\n"


def files_of(target):
    """The source, and all that it includes from this repository. Other headers may be missing."""
    words = [*frama_c.includes(ROOT), *frama_c.defines(target)]
    made = run("gcc", "-M", "-MG", *words, ROOT / target.source)
    names = shlex.split(made.partition(": ")[2].replace("\\\n", " "))
    missing = [name for name in names if name.startswith("ringproof/")]
    if missing:
        raise CannotRun(f"{target.source} includes {missing[0]}, which is not in {' or '.join(frama_c.INCLUDES)}")
    paths = {pathlib.Path(name).resolve() for name in names if pathlib.Path(name).is_absolute()}
    return sorted(path for path in paths if path.is_relative_to(ROOT.resolve()))


def meaning(path):
    """The text without plain comments, on which no proof depends, and with one blank for any."""
    text = re.sub(r"/\*(?!@).*?\*/", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(text.split()).encode()


def digest(target):
    parts = [repr((target, frama_c.PROVERS, frama_c.OPTIONS)).encode()]
    parts += [meaning(path) for path in (frama_c.HEADER, *files_of(target))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def recorded():
    """Digests by the names of targets."""
    lines = FILE.read_text(encoding="utf-8").splitlines() if FILE.exists() else []
    words = [line.split(" ", 1) for line in lines if not line.startswith("#")]
    if any(len(each) != 2 for each in words):
        raise CannotRun(f"{FILE} is damaged: remove it, and run ci/prove --record")
    return {name: value for value, name in words}


def changed(targets):
    """Those that are not recorded as they are."""
    known = recorded()
    return [target for target in targets if known.get(target.name) != digest(target)]


def add(target, known_targets=TARGETS):
    """Records that this one has been proved as it is. Forgets those that are no targets any more."""
    digests = recorded() | {target.name: digest(target)}
    names = [each.name for each in known_targets]
    lines = "".join(f"{digests[name]} {name}\n" for name in names if name in digests)
    FILE.write_text(HEAD + lines, encoding="utf-8")
