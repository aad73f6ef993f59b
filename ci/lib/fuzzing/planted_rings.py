"""Implements ci/planted --rings.

fuzz/tests/wrong_rings/ has rings that are wrong by one word, and right ones. Each wrong ring is given to `ringproof check`
with several seeds, on one CPU each. It must be found with every seed, in time, with the verdict that rings.toml expects. No
right ring may be called wrong.
"""
import hashlib
import json
import shlex
import statistics
import subprocess
import time
import tomllib

from fuzzing import engines
from shared import files, locks, pools, trees
from shared.errors import CannotRun
from shared.progress import Progress
from shared.repository import ROOT

FOLDER = ROOT / "fuzz/tests/wrong_rings"
TOML = FOLDER / "rings.toml"
LATE = 30  # seconds that a check may take beyond its time, before it is killed


class Ring:
    def __init__(self, name, wrong, entry, bases):
        base = bases[entry["base"]]
        self.name, self.wrong, self.base = name, wrong, entry["base"]
        self.fault = entry.get("fault")
        self.source = FOLDER / base["source"]
        self.flags = shlex.split(base.get("flags", "")) + shlex.split(entry.get("flags", ""))
        self.expect = entry.get("expect", "difference")
        self.tree = entry.get("tree", "release")

    def full_name(self):
        return f"{'wrong' if self.wrong else 'right'} {self.name}"


def all_rings(toml=TOML):
    known = tomllib.loads(toml.read_text())
    return [Ring(name, kind == "wrong", entry, known["bases"]) for kind in ("wrong", "right") for name, entry in known[kind].items()]


def chosen_rings(options):
    return [ring for ring in all_rings() if options.only.search(ring.full_name())]


def judge(options):
    """Judges the arguments. The folder must be new, or one that an earlier run made."""
    if not chosen_rings(options):
        raise CannotRun(f"no ring's name matches --only; they are the entries 'wrong NAME' and 'right NAME' of {TOML.relative_to(ROOT)}")
    folder = options.output / "rings"
    if folder.exists() and any(folder.iterdir()) and not (folder / ".planted").exists():
        raise CannotRun(f"{folder} is not empty, and no earlier run made it; name another folder")


def build(ring, into):
    """Compiles a ring as its author would, and returns what --subject takes."""
    if ring.source.suffix == ".py":
        return f"exec:python3 {shlex.quote(str(ring.source))} {ring.fault or ''}".rstrip()
    into.mkdir(parents=True, exist_ok=True)
    library = into / f"{ring.name}.so"
    command = ["cc", "-shared", "-fPIC", "-O2", "-w", f"-I{ROOT}/core/include", f"-I{ROOT}/fuzz/include", *ring.flags,
               *([f"-DFAULT={ring.fault}"] if ring.fault else []), ring.source, "-o", library, "-lmd", "-lm"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotRun(f"this failed: {shlex.join(map(str, command))}\n{done.stderr}")
    return str(library)


def seed_of(options, ring, number):
    return int.from_bytes(hashlib.sha1(f"{options.seed} {ring.full_name()} {number}".encode()).digest()[:4], "big") >> 1 or 1


def outcome(status, printed):
    """Reads what a check printed with --json: the verdict, and a sentence about it."""
    lines = []
    for line in printed.splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            pass
    found = next((line for line in lines if line.get("type") == "finding"), None)
    if status == 0:
        return "agreed", ""
    if status == 1 and found:
        words = [found.get("what") or found.get("ending", ""), "does not show again" if found.get("unsteady") else ""]
        return found["verdict"], "; ".join(word for word in words if word)
    return "none", f"exit code {status}"


def trial(ring, number, options, subject, work):
    """Checks a ring once, and returns a row of results."""
    seed = seed_of(options, ring, number)
    seconds = options.duration if ring.wrong else options.right_duration
    trace = work / f"{ring.full_name().replace(' ', '-')}-{seed}.trace"
    command = [*engines.ENDS_WITH_THIS, trees.BUILD / ring.tree / "fuzz/ringproof", "check", "--subject", subject, "--seed", seed,
               "--for", f"{seconds:g}s", "--json", "--quiet", "--output", trace]
    began = time.monotonic()
    try:
        done = subprocess.run(list(map(str, command)), cwd=work, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=seconds + LATE, check=False)
        verdict, note = outcome(done.returncode, done.stdout)
        if verdict == "none":
            note += ": " + (done.stderr.strip().splitlines() or ["nothing was printed"])[-1]
    except subprocess.TimeoutExpired:
        verdict, note = "none", f"killed {LATE} s after its time"
    took = time.monotonic() - began
    if ring.wrong:
        # A failure that does not show again may have any verdict, but it is one: the exit code says so.
        right = verdict == ring.expect or (ring.expect == "any" and verdict != "none" and (verdict != "agreed" or note))
    else:
        right = verdict == "agreed"
    return {"ring": ring.name, "wrong": ring.wrong, "trial": number, "seed": seed, "verdict": verdict, "note": note,
            "as_expected": bool(right), "seconds": round(took, 2), "trace": str(trace) if trace.exists() else None}


def summarise(rings, results):
    """A row for each ring: how many trials ended as expected, the median time of all, and what was said of the first other."""
    rows = []
    for ring in rings:
        its = [result for result in results if (result["ring"], result["wrong"]) == (ring.name, ring.wrong)]
        other = next((result for result in its if not result["as_expected"]), None)
        said = its[0] if other is None else other
        rows.append({"ring": ring.name, "wrong": ring.wrong, "base": ring.base, "fault": ring.fault,
                     "as_expected": sum(result["as_expected"] for result in its), "trials": len(its),
                     "seconds": statistics.median(result["seconds"] for result in its),
                     "longest": max(result["seconds"] for result in its),
                     "said": " ".join(f"{said['verdict']} {said['note']}".split()), "seed": said["seed"]})
    return rows


def table(rows):
    """The rows as Markdown."""
    lines = ["| ring | base | as expected | median s | longest s | what was said |", "|---|---|---|---|---|---|"]
    for row in rows:
        share = f"{row['as_expected']}/{row['trials']}{'' if row['as_expected'] == row['trials'] else ' **NO**'}"
        said = row["said"].replace("|", "\\|")
        lines.append(f"| {'wrong' if row['wrong'] else 'right'} {row['ring']} | {row['base']} | {share} | {row['seconds']:.1f} | "
                     f"{row['longest']:.1f} | {said} |")
    return "\n".join(lines) + "\n"


def print_table(rows):
    width = max(len(row["ring"]) for row in rows) + 6
    print(f"{'ring':{width}}  {'base':12}  as expected  median s  longest s  what was said")
    for row in rows:
        name = f"{'wrong' if row['wrong'] else 'right'} {row['ring']}"
        share = f"{row['as_expected']}/{row['trials']}{'' if row['as_expected'] == row['trials'] else ' NO'}"
        print(f"{name:{width}}  {row['base']:12}  {share:11}  {row['seconds']:8.1f}  {row['longest']:9.1f}  {row['said'][:90]}")


def run(options):
    rings = chosen_rings(options)
    output = options.output.resolve() / "rings"
    with locks.emptied(output, ".planted"):
        return run_alone(options, rings, output)


def run_alone(options, rings, output):
    wrong = [ring for ring in rings if ring.wrong]
    print(f"{len(wrong)} wrong rings, {options.seeds} seeds each, up to {options.duration:g} s; {len(rings) - len(wrong)} right rings, "
          f"{options.right_duration:g} s; seed {options.seed}", flush=True)
    subjects = {ring: build(ring, output / ("wrong" if ring.wrong else "right")) for ring in rings}
    # The longest first, so that no core waits for the last.
    trials = [(ring, 0) for ring in rings if not ring.wrong]
    trials += [(ring, number) for ring in wrong for number in range(options.seeds)]
    results = []
    with pools.pool(options.jobs) as pool:
        waiting = [pool.submit(trial, ring, number, options, subjects[ring], output) for ring, number in trials]
        for done in Progress("checks").completed(waiting, lambda: f", {sum(not each['as_expected'] for each in results)} not as expected"):
            result = done.result()
            results.append(result)
            if not result["as_expected"]:
                print(f"    {'wrong' if result['wrong'] else 'right'} {result['ring']}, seed {result['seed']}: "
                      f"{result['verdict']} {result['note']}", flush=True)
    results.sort(key=lambda each: (each["wrong"], each["ring"], each["trial"]))
    rows = summarise(rings, results)
    print_table(rows)
    document = {"seconds": options.duration, "right_seconds": options.right_duration, "seeds": options.seeds, "seed": options.seed,
                "rings": rows, "results": results}
    files.replace(output / "results.json", json.dumps(document, indent=1).encode() + b"\n")
    files.replace(output / "results.md", table(rows).encode())
    return verdict_of(rows)


def verdict_of(rows):
    """Prints the last lines. Returns the exit code."""
    missed = [row["ring"] for row in rows if row["wrong"] and row["as_expected"] < row["trials"]]
    accused = [row["ring"] for row in rows if not row["wrong"] and row["as_expected"] < row["trials"]]
    times = [row["seconds"] for row in rows if row["wrong"] and row["ring"] not in missed]
    wrong = sum(row["wrong"] for row in rows)
    print(f"{len(times)} of {wrong} wrong rings found with every seed; median of the medians "
          f"{statistics.median(times) if times else 0:.1f} s, longest median {max(times, default=0):.1f} s")
    print(f"{len(rows) - wrong - len(accused)} of {len(rows) - wrong} right rings agreed")
    if missed:
        print(f"MISSED: {', '.join(missed)}; improve the generator or the check, never the ring")
    if accused:
        print(f"CALLED WRONG: {', '.join(accused)}; see the traces in the output folder")
    return 1 if missed or accused else 0
