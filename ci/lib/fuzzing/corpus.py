"""Implements ci/corpus.

An input is kept if it reaches something that no smaller input does, on any subject of the target. libFuzzer writes what
each input reaches into the control file of a merge. The choice is made here, because libFuzzer breaks ties by the order
in which the file system lists the inputs. An input whose name is not the hash of its content is a witness, for example of
a planted fault. Witnesses always stay.
"""
import gzip
import hashlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile

from fuzzing import engines
from shared import disk, files, locks
from shared.errors import CannotRun
from shared.progress import Progress
from shared.repository import ROOT

PACKED = ROOT / "fuzz/corpus"
RECORD = PACKED / "coverage"
TREE = ROOT / "build/explore"
LOCK = ROOT / "build/corpus.lock"
INPUT_MAX = 4096  # bytes; longer inputs are slow and reach nothing more
PACKED_MAX = 1 << 20
POINT_STORES = ["core", "tiny", "merge"]


def targets():
    return sorted(path.name.split(".")[0] for path in PACKED.glob("*.tar.gz"))


def subjects(target):
    """The subjects that a target runs on: every point store, if the target tests rings."""
    of_rings = re.search(r"^set\(of_rings (.*)\)$", (ROOT / "fuzz/CMakeLists.txt").read_text(), re.M)[1].split()
    return POINT_STORES if target in of_rings else POINT_STORES[:1]


def name_of(data):
    return hashlib.sha1(data).hexdigest()


def unpack(target):
    return set(unpack_named(target).values())


def unpack_named(target):
    with tarfile.open(PACKED / f"{target}.tar.gz") as archive:
        return {pathlib.PurePath(member.name).name: archive.extractfile(member).read() for member in archive if member.isfile()}


def witnesses(target):
    return {name: data for name, data in unpack_named(target).items() if name != name_of(data)}


def pack(target, inputs, named=None):
    """Packs inputs sorted by name, without dates and owners, so that equal inputs give equal bytes."""
    files = {**{name_of(data): data for data in inputs}, **(named or {})}
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as zipped:
        with tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, data in sorted(files.items()):
                member = tarfile.TarInfo(f"{target}/{name}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def write_inputs(inputs, folder):
    """Writes those inputs that the folder lacks, each whole or not at all. Returns how many they were."""
    folder.mkdir(parents=True, exist_ok=True)
    new = [data for data in inputs if not (folder / name_of(data)).exists()]
    for data in new:
        files.replace(folder / name_of(data), data)
    return len(new)


def remove_cut(folder):
    """Removes from FOLDER/TARGET inputs of which a kill or a full disk left only a part: their names are the hashes of the whole."""
    for path in folder.glob("*/*"):
        if path.name.startswith(".") or re.fullmatch("[0-9a-f]{40}", path.name) and path.name != name_of(path.read_bytes()):
            path.unlink()


def read_inputs(folder):
    return {path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run_target(target, subject, what, words, log):
    environment = dict(os.environ, RINGPROOF_SUBJECT=subject)
    with open(log, "w", encoding="utf-8") as out, \
            subprocess.Popen([*engines.ENDS_WITH_THIS, str(TREE / "fuzz" / target), *words], env=environment, stdout=out, stderr=subprocess.STDOUT) as process:
        try:
            status = Progress(f"{what} {target} on {subject}").wait_for(process, log)
        except BaseException:
            process.kill()
            raise
    if status != 0:
        text = log.read_text(errors="replace")
        disk.need_room(log.parent)
        raise CannotRun(f"{target} on {subject} ended with {status}; if this is a finding, fix it first\n{text[-2000:]}")


def features(target, subject, folder, work):
    """What each input reaches, by its name: a set of features (edges with how often they are taken), and a set of edges."""
    if not any(folder.iterdir()):
        return {}  # libFuzzer would write no control file
    control = work / "control"
    nowhere = work / "nowhere"
    shutil.rmtree(nowhere, ignore_errors=True)
    nowhere.mkdir()
    control.unlink(missing_ok=True)
    run_target(target, subject, "measuring the coverage of", ["-set_cover_merge=1", f"-merge_control_file={control}", "-max_len=1000000",
                                 str(nowhere), str(folder)], work / "log")
    lines = control.read_text().splitlines()
    there = sum(1 for _ in folder.iterdir())
    names = [pathlib.Path(line).name for line in lines[2:2 + there]]
    reached = {name: (set(), set()) for name in names}
    measured = set()
    for line in lines:
        kind, _, rest = line.partition(" ")
        if kind in ("FT", "COV"):
            index, *numbers = rest.split()
            reached[names[int(index)]][kind == "COV"].update(map(int, numbers))
            measured.add((kind, index))
    if len(measured) < 2 * there:
        disk.need_room(work)
        raise CannotRun(f"{target} on {subject}: libFuzzer measured only a part of the inputs: {len(measured) // 2} of {there}; run it again")
    return reached


def reach(target, inputs, work):
    """The features of each input on all subjects, and the number of edges that all inputs together cover on each subject."""
    folder = work / "inputs"
    shutil.rmtree(folder, ignore_errors=True)
    write_inputs(inputs, folder)
    everything = {name_of(data): set() for data in inputs}
    edges = {}
    for subject in subjects(target):
        covered = set()
        for name, (its_features, its_edges) in features(target, subject, folder, work).items():
            everything[name].update((subject, feature) for feature in its_features)
            covered |= its_edges
        edges[subject] = len(covered)
    return everything, edges


def minimise(inputs, reached, always):
    """The inputs in `always`, and of the others, smallest first, each that reaches something new."""
    kept = set(always)
    seen = set().union(*(reached[name_of(data)] for data in kept))
    for data in sorted(inputs, key=lambda data: (len(data), name_of(data))):
        if not reached[name_of(data)] <= seen:
            seen |= reached[name_of(data)]
            kept.add(data)
    return kept


def count_features(reached):
    return len(set().union(*reached.values())) if reached else 0


def describe(target, inputs, reached, edges):
    return {"target": target, "inputs": len(inputs), "bytes": sum(map(len, inputs)),
            "features": count_features(reached), **{f"edges-{subject}": edges[subject] for subject in edges}}


def line_of(description):
    return " ".join(f"{key}={value}" for key, value in description.items())


def read_record():
    lines = RECORD.read_text().splitlines() if RECORD.exists() else []
    rows = [dict(word.split("=", 1) for word in line.split()) for line in lines if line and not line.startswith("#")]
    return {row["target"]: row for row in rows}


def write_record(rows):
    text = "# What the packed corpora cover. Written by ci/corpus; ci/corpus --check fails if a corpus covers less.\n"
    text += "".join(line_of(rows[target]) + "\n" for target in sorted(rows))
    files.replace(RECORD, text.encode())


def fell(old, new, keys):
    return [f"{key} {old[key]} -> {new[key]}" for key in keys if key in old and int(new.get(key, 0)) < int(old[key])]


def check(chosen, work):
    record = read_record()
    bad = []
    for target in chosen:
        inputs = unpack(target)
        row = describe(target, inputs, *reach(target, inputs, work))
        print(line_of(row), flush=True)
        recorded = record.get(target)
        if recorded is None:
            bad.append(f"{target}: not recorded; run ci/corpus {target}")
            continue
        keys = [key for key in row if key.startswith("edges") or key == "inputs"]
        bad += [f"{target}: {what}: the corpus shrank, or the source changed; run ci/corpus {target}, and look at what is lost"
                for what in fell(recorded, row, keys)]
    for line in bad:
        print(line)
    return 1 if bad else 0


def grow(target, seconds, folder, work):
    for subject in subjects(target):
        share = max(1, int(seconds / len(subjects(target))))
        print(f"    fuzzing {target} on {subject} for {share} s", flush=True)
        run_target(target, subject, "fuzzing", [f"-max_total_time={share}", "-max_len=512", "-seed=1", f"-artifact_prefix={work}/",
                                     str(folder)], work / "log")


def renew(target, options, work):
    """Replaces the packed corpus and returns True, or leaves it as it is, prints why, and returns False."""
    before = unpack(target)
    inputs = set(before)
    if options.source and (options.source / target).is_dir():
        inputs |= read_inputs(options.source / target)
    if options.duration > 0:
        folder = work / "growing"
        shutil.rmtree(folder, ignore_errors=True)
        write_inputs(inputs, folder)
        grow(target, options.duration, folder, work)
        inputs |= read_inputs(folder)
    inputs = {data for data in inputs if len(data) <= INPUT_MAX} | set(witnesses(target).values())
    reached, edges = reach(target, inputs, work)
    named = witnesses(target)
    kept = minimise(inputs, reached, set(named.values()))
    old = describe(target, before, *reach(target, before, work))
    new = describe(target, kept, {name_of(data): reached[name_of(data)] for data in kept}, edges)
    packed = pack(target, kept - set(named.values()), named)
    lost = fell(old, new, [key for key in old if key.startswith("edges") or key == "features"])
    print(f"{target}: {old['inputs']} -> {new['inputs']} inputs, {old['features']} -> {new['features']} features, {len(packed)} bytes packed")
    fewer = fell(read_record().get(target, {}), new, [key for key in new if key.startswith("edges")])
    if fewer and not options.accept_less:
        print(f"{target}: unchanged, because it would cover less than is recorded: {', '.join(fewer)}; grow it with --for, "
              "or use --accept-less if the source has fewer edges now")
        return False
    if lost:
        print(f"{target}: unchanged, because coverage would drop: {', '.join(lost)}")
        return False
    if len(packed) > PACKED_MAX:
        print(f"{target}: unchanged, because it would have more than {PACKED_MAX} bytes; lower INPUT_MAX in corpus.py, or find the "
              "inputs that make it large")
        return False
    files.replace(PACKED / f"{target}.tar.gz", packed)
    write_record({**read_record(), target: new})
    return True


def judge(options):
    """Judges the arguments."""
    unknown = set(options.targets) - set(targets())
    if unknown:
        raise CannotRun(f"no such corpus: {', '.join(sorted(unknown))}; there are: {', '.join(targets())}")


def run(options):
    chosen = options.targets or targets()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        if options.check:
            return check(chosen, work)
        with locks.alone(LOCK):
            done = [renew(target, options, work) for target in chosen]
    return 0 if all(done) else 1
