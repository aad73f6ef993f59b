"""The folders of fuzz/rings: one for each ring, with ring.toml, an adapter, and known findings.

ring.toml says what the ring is, where it comes from and how it is started; fuzz/rings/README.md describes it. What the ring
declares is not in it: the adapter says that itself.
"""
import hashlib
import re
import shlex
import tomllib

from shared import command_line
from shared.errors import CannotRun
from shared.repository import ROOT

RINGS = ROOT / "fuzz/rings"
TOOL = ROOT / "build/release/fuzz/ringproof"
KINDS = ("apt", "pip", "npm", "go", "cargo", "maven")
WORDS = {"title": str, "version": str, "language": str, "licence": str, "homepage": str, "reached": str, "command": str}
MORE = {"build": str, "notes": str, "needs": list, "fast": bool, "packages": dict}


class Known:
    """A known finding: a trace. Comment lines at its top say what is wrong, and under which names a run reports it."""

    def __init__(self, path):
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines()
        comments = [line[1:].strip() for line in lines if line.startswith("#")]
        fields = [re.fullmatch(r"(kind|trigger): *(.*\S) *", line) for line in comments]
        named = lambda name: [field[2] for field in fields if field and field[1] == name]
        self.sentence = " ".join(line for line, field in zip(comments, fields) if line and not field)
        self.program = "\n".join(line for line in lines if line and not line.startswith("#"))
        self.kinds, self.triggers = named("kind"), named("trigger")
        if not self.sentence or not self.kinds:
            raise CannotRun(f"{path}: begin it with comment lines: what is wrong, then '# kind: NAME' with the finding's name")

    def covers(self, kind, trigger):
        """Whether a finding of a run is this one. A trigger is a regular expression that occurs in the finding's. Without one,
        every finding of that kind is."""
        return kind in self.kinds and (not self.triggers or any(re.search(known, trigger) for known in self.triggers))


class Ring:
    def __init__(self, folder, build):
        """`build` is the folder that has a build folder for each ring."""
        self.name, self.folder, self.build = folder.name, folder, build / folder.name
        path = folder / "ring.toml"
        try:
            said = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise CannotRun(f"{path}: {error}") from None
        for word, value in said.items():
            kind = WORDS.get(word) or MORE.get(word)
            if not kind or not isinstance(value, kind):
                raise CannotRun(f"{path}: {word} = {value!r}: {f'write a {kind.__name__}' if kind else 'unknown; correct or remove it'}")
        missing = [word for word in WORDS if word not in said]
        unknown = [kind for kind in said.get("packages", {}) if kind not in KINDS]
        if missing or unknown:
            raise CannotRun(f"{path}: " + (f"add {', '.join(missing)}" if missing else f"packages of {unknown[0]}: there are {', '.join(KINDS)}"))
        self.title, self.version, self.language = said["title"], said["version"], said["language"]
        self.licence, self.homepage, self.reached = said["licence"], said["homepage"], said["reached"]
        self.notes, self.needs, self.fast = said.get("notes", ""), said.get("needs", []), said.get("fast", False)
        self.packages = said.get("packages", {})
        self.command = self.place(said["command"])
        self.build_command = self.place(said.get("build", ""))

    def place(self, text):
        """Fills in the names of folders, quoted for a shell."""
        places = {"ring": self.folder, "rings": self.folder.parent, "build": self.build}
        return re.sub(r"\{(ring|rings|build)\}", lambda match: shlex.quote(str(places[match[1]])), text)

    def known(self):
        return [Known(path) for path in sorted(self.folder.glob("known/*.trace"))]

    def stamp(self):
        """Changes when anything changes that the ring is built from."""
        digest = hashlib.sha256()
        others = {self.folder.parent / name for name in re.findall(r"\{rings\}/([a-z0-9-]+)/", (self.folder / "ring.toml").read_text())}
        for folder in sorted({self.folder, *others}):
            for path in sorted(folder.iterdir()) + sorted(self.folder.parent.glob("[Pp]rotocol.*")):
                if path.is_file():
                    digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()


def all_rings(build):
    return [Ring(path.parent, build) for path in sorted(RINGS.glob("*/ring.toml"))]


def choose(options):
    """The rings that the options choose."""
    rings = [ring for ring in all_rings(options.output.absolute()) if ring.fast or not options.fast]
    names = command_line.matching(options.only, [ring.name for ring in rings], "ring")
    return [ring for ring in rings if ring.name in names]


def list_rings(rings):
    for ring in rings:
        print(f"{ring.name:24} {ring.title} {ring.version}, {ring.language}: {len(ring.known())} known")
