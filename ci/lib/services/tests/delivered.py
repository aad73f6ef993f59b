"""usage: delivered ENGINE SANITIZER [INPUTS]

Builds the fuzz targets as a fuzzing service does, and judges them: with all inputs of their seed corpora, or at most so many.
Exit: 0 all is well, 1 it is not, 77 no root can be entered here, which is 1 where the variable CI is `true`."""
import os
import re
import subprocess
import sys
import time

from services import build, judge, roots
from shared.errors import CannotRun
from shared.programs import run
from shared.repository import ROOT

SKIPPED = 77


def wanted():
    """The targets that have to be there: one for each corpus, and for targets of rings one for each other point store."""
    lists = (ROOT / "fuzz/CMakeLists.txt").read_text()
    of_rings, stores = (re.search(rf"^set\({name} (.*)\)$", lists, re.M)[1].split() for name in ("of_rings", "other_point_stores"))
    names = [path.name.split(".")[0] for path in (ROOT / "fuzz/corpus").glob("*.tar.gz")]
    return sorted(names + [f"{name}_{store}" for name in names if name in of_rings for store in stores])


def lines_reached(out, runner, target, source):
    """How many lines of a source a coverage build reaches on its seed corpus."""
    profile = out / f"{target}.profraw"
    command = roots.enter(runner, ["bash", "-c", f"cd /elsewhere && ./{target} -runs=0 /seeds"],
                          [(out, "/elsewhere"), (build.ROOM / "libfuzzer-coverage/work/ringproof/corpus" / target.split("_merge")[0], "/seeds")],
                          [("LLVM_PROFILE_FILE", f"/elsewhere/{profile.name}")])
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    run("llvm-profdata", "merge", "-o", f"{profile}.data", profile)
    said = run("llvm-cov", "export", "-format=lcov", f"-instr-profile={profile}.data", out / target)
    of_source = said.partition(f"SF:/src/ringproof/{source}\n")[2].partition("end_of_record")[0]
    return len(re.findall(r"^DA:\d+,[1-9]", of_source, re.M))


def check(engine, sanitizer, most="0"):
    begun = time.monotonic()
    runner = build.runner()
    reason = roots.may_be_entered(runner)
    if reason:
        print(f"skipped: nothing can run in a root here ({reason}); run this as root, or allow user namespaces")
        return 1 if os.environ.get("CI") == "true" else SKIPPED
    out = build.build(ROOT, engine, sanitizer, build.ROOM / f"{engine}-{sanitizer}")
    built = time.monotonic()
    wrong = judge.judge(out, engine, sanitizer, runner, int(most))
    names = [target.name for target in judge.targets(out)]
    if names != wanted():
        wrong.append(f"these are delivered: {' '.join(names)}; and these should be: {' '.join(wanted())}")
    if sanitizer == "coverage":
        reached = {target: lines_reached(out, runner, target, "core/arcs/store.c") for target in ("ring_ops", "ring_ops_merge")}
        print("lines of core/arcs/store.c that are reached:", reached)
        if not reached["ring_ops"] or reached["ring_ops_merge"]:
            wrong.append("ring_ops_merge does not run on the point store merge, or ring_ops does")
    for line in wrong:
        print(line)
    print(f"{len(names)} targets for {engine} and {sanitizer}: {len(wrong)} complaints; built in {built - begun:.0f} s, judged in "
          f"{time.monotonic() - built:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(check(*sys.argv[1:]))
    except (build.Failed, CannotRun) as error:
        sys.exit(str(error))
