"""Builds mutants, and runs test programs on them until one fails.

The ring library is linked as a shared library, which the test programs load. So a mutant costs the compilation of one file
(for a header: of all sources that include it) and one small link. The first test program that fails, crashes, or takes ten
times as long as usual kills it.

Results are kept in a database, by the object code of the mutant and the hash of the test program with its arguments and
inputs. So a run that was killed continues, and a later run compiles and runs only what changed. A change in another file of
the library does not invalidate results: use --fresh after such a change to try everything again.
"""
import collections
import concurrent.futures
import contextlib
import dataclasses
import hashlib
import os
import pathlib
import queue
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

from shared import disk
from shared.errors import CannotRun
from shared.progress import Progress

STAGES = ("unit", "corpus", "check")
LIBRARY = "libmutant.so"


@dataclasses.dataclass
class TestProgram:
    name: str
    stage: str  # one of STAGES
    command: list
    environment: dict = dataclasses.field(default_factory=dict)
    inputs: list = dataclasses.field(default_factory=list)  # files, or folders of them
    files: object = None  # a function that tells from a file's name whether its mutants run against this; None: all do
    flavour: str = "plain"
    seconds: float = 0.0
    key: str = ""

    def hash(self):
        digest = hashlib.sha256(repr((self.name, self.stage, self.command[1:], sorted(self.environment.items()),
                                      self.flavour)).encode())
        for path in [pathlib.Path(self.command[0])] + self.inputs:
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file():
                    digest.update(file.name.encode() + b"\0" + file.read_bytes())
        self.key = digest.hexdigest()


@dataclasses.dataclass
class Project:
    folder: pathlib.Path  # with the library's sources and headers
    work: pathlib.Path  # for files that can be made again
    equivalents: pathlib.Path  # the list of equivalent mutants
    flags: list  # of the preprocessor
    libraries: list
    flavours: dict  # compiler flags by the name of a flavour, in the order in which flavours are tried
    programs: object  # a function (project, flavour's name, library) that returns test programs
    others: tuple = ()  # sources elsewhere: paths below the folder's parent, which are their names

    @property
    def root(self):
        return self.folder.resolve().parent

    def sources(self):
        return self.files("*.c")

    def headers(self):
        return self.files("*.h")

    def files(self, pattern):
        own = [path for path in sorted(self.folder.resolve().rglob(pattern)) if self.name(path).split("/")[0] != "tests"]
        return own + [self.root / name for name in self.others if pathlib.PurePath(name).match(pattern)]

    def name(self, path):
        """The path below the library's folder, which is part of a mutant's name."""
        place = path.relative_to(self.root).as_posix()
        return place if place in self.others else place.removeprefix(f"{self.folder.name}/")

    def place(self, name):
        """The path below the folder's parent."""
        return name if name in self.others else f"{self.folder.name}/{name}"

    def names_of(self, files):
        """The names of files that a user gave: below the library's folder, or with it."""
        names = {file.removeprefix(f"{self.folder.name}/") for file in files}
        unknown = names - {self.name(path) for path in self.sources() + self.headers()}
        if unknown:
            raise CannotRun(f"no file of {self.folder.name}: {', '.join(sorted(unknown))}; name sources and headers as ci/mutants --list does")
        return names

    def included(self, unit):
        return {pathlib.Path(str(each.include)).resolve() for each in unit.get_includes()}


def run_tool(command, **keywords):
    """In a session of its own, which Ctrl-C does not reach: a compiler that it ends would be taken for one that refuses."""
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, start_new_session=True, **keywords)


COMMON = ["-std=c11", "-fPIC", "-fno-semantic-interposition", "-Werror=return-type", "-Werror=int-conversion",
          "-Werror=incompatible-pointer-types", "-Werror=div-by-zero"]


class Builder:
    """A folder with a copy of the sources, in which one file at a time is a mutant."""

    def __init__(self, project, folder):
        self.project = project
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        included = [path for part in {name.split("/")[0] for name in project.others} for path in (project.root / part).rglob("*.h")]
        for path in project.sources() + project.headers() + included:
            copy = folder / path.relative_to(project.root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)

    def compile(self, source, flavour):
        """The object file, or None if the source does not compile."""
        made = self.folder / f"{flavour}-{source.replace('/', '-')}.o"
        done = run_tool(["gcc", *COMMON, *self.project.flags, *self.project.flavours[flavour], "-o", made.name,
                         "-c", self.project.place(source)], cwd=self.folder)
        if done.returncode < 0:
            raise CannotRun(f"gcc was ended by signal {-done.returncode}; run again")
        return made if done.returncode == 0 else None

    def link(self, objects, flavour):
        library = self.folder / flavour / LIBRARY
        library.parent.mkdir(exist_ok=True)
        # A program that still runs keeps the old file.
        library.unlink(missing_ok=True)
        done = run_tool(["gcc", "-shared", f"-Wl,-soname,{LIBRARY}", *self.project.flavours[flavour], "-o", library,
                         *objects, *self.project.libraries])
        if done.returncode != 0:
            raise CannotRun(f"the library does not link: {done.stderr}")
        return library

    @contextlib.contextmanager
    def mutated(self, mutant):
        path = self.folder / self.project.place(mutant.file)
        original = path.read_bytes()
        path.write_bytes(mutant.apply(original))
        try:
            yield
        finally:
            path.write_bytes(original)


class Runner:
    """Runs test programs on a library."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, program, library, limited=True):
        """How the test program failed, or None if it passed. `limited` limits its time to a multiple of what it usually
        takes."""
        # RINGPROOF_JOB tells ci/nightly what belongs to it.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("RINGPROOF") or key == "RINGPROOF_JOB"}
        environment.update(program.environment, LD_LIBRARY_PATH=str(library.parent),
                           ASAN_OPTIONS="hard_rss_limit_mb=3000:symbolize=0", UBSAN_OPTIONS="symbolize=0")
        command = ["setpriv", "--pdeathsig", "KILL", "prlimit", "--core=0", f"--cpu={int(10 * program.seconds) + 1 if limited else 600}"]
        if program.flavour == "plain":
            command.append("--as=3000000000")
        work = self.folder / "run"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        child = subprocess.Popen(command + ["--"] + [str(word) for word in program.command], cwd=work, env=environment,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 start_new_session=True)
        try:
            # Longer than the limit of processor time, since other programs run, too.
            status = child.wait(20 * program.seconds + 5 if limited else 600)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        if status is None or status == -signal.SIGXCPU:
            return "time"
        if status < 0:
            return signal.Signals(-status).name
        return f"exit {status}" if status else None


class Verdicts:
    """The database of results. Each result is on disk before the next one is worked on."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=NORMAL")
        self.database.execute("CREATE TABLE IF NOT EXISTS objects (source TEXT PRIMARY KEY, object TEXT)")
        self.database.execute("CREATE TABLE IF NOT EXISTS verdicts "
                              "(object TEXT, program TEXT, failure TEXT, PRIMARY KEY (object, program))")

    def object(self, source):
        with self.lock:
            row = self.database.execute("SELECT object FROM objects WHERE source = ?", (source,)).fetchone()
        return row[0] if row else None

    def put_object(self, source, identity):
        with self.lock:
            self.database.execute("INSERT OR REPLACE INTO objects VALUES (?, ?)", (source, identity))

    def of(self, identity):
        with self.lock:
            return dict(self.database.execute("SELECT program, failure FROM verdicts WHERE object = ?", (identity,)))

    def put(self, identity, program, failure):
        with self.lock:
            self.database.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)", (identity, program, failure or ""))


INVALID = "invalid"


def includes_of(project):
    """The sources that include a file, by its name. A source includes itself."""
    includes = collections.defaultdict(list)
    for source in project.sources():
        done = run_tool(["gcc", "-MM", *project.flags, source], cwd=project.root)
        included = {(project.root / path).resolve() for path in re.findall(r"\S+\.h\b", done.stdout)}
        for header in included.intersection(project.headers()):
            includes[project.name(header)].append(project.name(source))
        includes[project.name(source)].append(project.name(source))
    return includes


class Run:
    def __init__(self, project, jobs):
        self.project = project
        self.verdicts = Verdicts(project.work / "verdicts.sqlite")
        self.base = Builder(project, project.work / "base")
        self.objects = {}
        self.programs = []
        self.builders = queue.Queue()
        for number in range(jobs):
            self.builders.put(Builder(project, project.work / f"job{number}"))
        self.includes = includes_of(project)
        version = run_tool(["gcc", "--version"]).stdout
        everything = b"".join(path.read_bytes() for path in project.headers())
        self.environment = hashlib.sha256(repr((version, COMMON, project.flags, project.flavours)).encode()
                                          + everything).hexdigest()

    def prepare(self):
        """Builds the unchanged library, and runs all test programs on it. All must pass; their times are noted."""
        progress = Progress("running the test programs on the unchanged library")
        for flavour in self.project.flavours:
            for source in self.project.sources():
                made = self.base.compile(self.project.name(source), flavour)
                if made is None:
                    raise CannotRun(f"{source} does not compile: {run_tool(['gcc', *COMMON, *self.project.flags, '-c', source, '-o', '/dev/null'], cwd=self.project.folder.parent).stderr}")
                self.objects[flavour, self.project.name(source)] = made
            library = self.base.link([self.objects[flavour, self.project.name(source)] for source in self.project.sources()], flavour)
            runner = Runner(self.base.folder)
            programs = self.project.programs(self.project, flavour, library)
            for number, program in enumerate(programs):
                progress.show(f"{number} of {len(programs)} {flavour} ones, now {program.name}")
                program.flavour = flavour
                program.hash()
                # Processor time, children included, since it does not depend on other programs on the machine.
                before = os.times()
                failure = runner.run(program, library, limited=False)
                after = os.times()
                program.seconds = after.children_user + after.children_system - before.children_user - before.children_system
                if failure:
                    raise CannotRun(f"{program.name} ({flavour}) fails on the unchanged library ({failure}); fix that first")
            self.programs += sorted(programs, key=lambda each: each.seconds)

    def plain_objects(self):
        return next(iter(self.project.flavours))

    def identify(self, mutant, builder):
        """The hash of the mutant's object code, or INVALID if it does not compile."""
        original = (self.project.folder / mutant.file).read_bytes()
        sources = self.includes[mutant.file]
        content = b"".join((self.project.folder / source).read_bytes() for source in sources if source != mutant.file)
        key = hashlib.sha256(self.environment.encode() + content + mutant.file.encode() + mutant.apply(original)).hexdigest()
        known = self.verdicts.object(key)
        if known is not None:
            return known
        flavour = self.plain_objects()
        digest = hashlib.sha256()
        with builder.mutated(mutant):
            for source in sources:
                made = builder.compile(source, flavour)
                if made is None:
                    disk.need_room(self.project.work)  # nothing compiles on a full disk
                    self.verdicts.put_object(key, INVALID)
                    return INVALID
                digest.update(source.encode() + made.read_bytes())
        self.verdicts.put_object(key, digest.hexdigest())
        return digest.hexdigest()

    def original(self, file):
        """The hash of the original's object code."""
        digest = hashlib.sha256()
        for source in self.includes[file]:
            digest.update(source.encode() + self.objects[self.plain_objects(), source].read_bytes())
        return digest.hexdigest()

    def build(self, mutant, builder, flavour):
        objects = {name: self.objects[flavour, name] for name in map(self.project.name, self.project.sources())}
        with builder.mutated(mutant):
            for source in self.includes[mutant.file]:
                objects[source] = builder.compile(source, flavour)
                if objects[source] is None:
                    raise CannotRun(f"{mutant.id}: compiles for {self.plain_objects()}, but not for {flavour}")
        return builder.link(objects.values(), flavour)

    def try_mutant(self, mutant, deadline):
        builder = self.builders.get()
        try:
            if time.monotonic() < deadline:
                self.try_with(mutant, builder)
            else:
                mutant.outcome = "waiting"
        finally:
            self.builders.put(builder)

    def try_with(self, mutant, builder):
        identity = self.identify(mutant, builder)
        if identity == INVALID:
            mutant.outcome = INVALID
            return
        if identity == self.original(mutant.file):
            mutant.outcome = "same"
            return
        known = self.verdicts.of(identity)
        programs = [each for each in self.programs if each.files is None or each.files(mutant.file)]
        for program in programs:
            if known.get(program.key):
                self.kill(mutant, program, known[program.key])
                return
        libraries = {}
        for program in programs:
            if program.key in known:
                continue
            if program.flavour not in libraries:
                libraries[program.flavour] = self.build(mutant, builder, program.flavour)
            failure = Runner(builder.folder).run(program, libraries[program.flavour])
            if failure:
                disk.need_room(self.project.work)  # on a full disk, a program may fail on any mutant
            self.verdicts.put(identity, program.key, failure)
            if failure:
                self.kill(mutant, program, failure)
                return
        mutant.outcome = "survived"

    def kill(self, mutant, program, failure):
        mutant.outcome = program.stage
        mutant.by = f"{program.name}{'' if program.flavour == self.plain_objects() else ' ' + program.flavour}: {failure}"

    def try_all(self, mutants, reasons, jobs, deadline):
        """Tries the mutants until the deadline. The others get the outcome `waiting`."""
        counts = collections.Counter()
        progress = Progress("mutants")

        def how_far():
            number = sum(counts.values())
            left = (time.monotonic() - progress.began) / max(number, 1) * (len(mutants) - number)
            return (f": {counts['killed']} killed, {counts['equivalent']} equivalent, {counts['survived']} survived, "
                    f"{counts['other']} skipped; about {f'{left / 60:.0f} min' if left > 90 else f'{left:.0f} s'} left")

        pool = concurrent.futures.ThreadPoolExecutor(jobs)
        try:
            waiting = {pool.submit(self.try_mutant, mutant, deadline): mutant for mutant in mutants}
            for done in progress.completed(waiting, how_far):
                done.result()
                mutant = waiting[done]
                if mutant.outcome == "survived":
                    counts["equivalent" if mutant.id in reasons else "survived"] += 1
                    if mutant.id not in reasons:
                        print(f"    survived: {mutant.id}", flush=True)
                else:
                    counts["killed" if mutant.outcome in STAGES else "other"] += 1
        finally:
            pool.shutdown(cancel_futures=True)
