"""A night of ci/nightly in which cmake, engines and the commands that it runs are stand-ins, except ci/corpus. Run by
test_night_ends.py, with a folder. FOLDER/still-MOMENT makes it stand still at that moment as long as the file is there;
FOLDER/fill-MOMENT makes it fill the disk; FOLDER/fail-MOMENT makes the stand-in fail."""
import os
import pathlib
import sys

FOLDER = pathlib.Path(sys.argv[1])
MOMENTS = ("building", "fuzzing", "merging", "planted", "mutants")
AT = f"""#!/bin/sh
at() {{
    cd {FOLDER} || exit 2
    echo $$ >at-$1
    for _ in $(seq 2400); do # not for ever, if the test was killed
        [ -e still-$1 ] || break
        /bin/sleep 0.05
    done
    if [ -e fill-$1 ]; then
        cat /dev/zero >output/filler
    fi 2>/dev/null
    if [ -e fill-$1 ] || [ -e fail-$1 ]; then
        echo "$1 failed" >&2
        exit 2
    fi
}}
"""
# The last input is cut when the disk is full.
ENGINE = AT + f"""
corpus=$1
printf %s input >$corpus/140f86aae51ab9e1cda9b4254fe98a74eb54c1a1
echo '#100 NEW cov: 7 ft: 9 corp: 3/9b lim: 4 exec/s: 50 rss: 20Mb'
[ ! -e {FOLDER}/fill-fuzzing ] || : >$corpus/0123456789012345678901234567890123456789
at fuzzing
"""
# Measures as libFuzzer does: see test_corpus.py.
TARGET = f"""#!/usr/bin/python3
import pathlib, subprocess, sys, time
at = pathlib.Path("{FOLDER}/at-merging")
at.write_text(str(subprocess.os.getpid()))
for _ in range(2400):
    if pathlib.Path("{FOLDER}/still-merging").exists():
        time.sleep(0.05)
control = next(word.split("=", 1)[1] for word in sys.argv if word.startswith("-merge_control_file="))
if subprocess.call(["{FOLDER}/bin/at", "merging"]) == 0:
    paths = sorted(pathlib.Path(sys.argv[-1]).iterdir())
    lines = [str(len(paths)), "0", *map(str, paths)]
    for i, path in enumerate(paths):
        lines += [f"{{kind}} {{i}} " + " ".join(str(byte) for byte in sorted(set(path.read_bytes()))) for kind in ("FT", "COV")]
    pathlib.Path(control).write_text("\\n".join(lines) + "\\n")
else:
    try:
        pathlib.Path(control).write_text("9")
    except OSError:
        pass  # libFuzzer ends with 0 all the same
"""
CORPUS = f"""#!/bin/sh
exec {sys.executable} -B {__file__} {FOLDER} corpus "$@"
"""
PLANTED = AT + """
for output; do :; done
at planted
found=true
[ ! -e missed ] || found=false
mkdir -p "$output"
echo '{"results": [{"fault": "wrap", "engine": "afl", "found": '$found', "seconds": 1}]}' >"$output/results.json"
"""
MUTANTS = AT + """
at mutants
echo '{"mutants": [{"id": "one", "file": "run.c", "line": 1, "outcome": "unit"}], "stale": []}'
"""


def write(name, text):
    path = FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(text)
        path.chmod(0o755)


def make_stand_ins(corpus):
    """Before the first night in the folder."""
    (FOLDER / "root/build").mkdir(parents=True, exist_ok=True)
    (FOLDER / "packed").mkdir(exist_ok=True)
    if not (FOLDER / "root/ci").is_symlink():
        (FOLDER / "root/ci").symlink_to(corpus.ROOT / "ci")
        (FOLDER / "packed/ring_ops.tar.gz").write_bytes(corpus.pack("ring_ops", {b"seed"}))
    for name, text in (("at", AT + 'at "$1"\n'), ("cmake", AT + "at building\n"), ("sleep", "#!/bin/sh\nexec /bin/sleep 0.05\n"),  # lib.sh waits whole seconds
                       ("engine", ENGINE), ("corpus", CORPUS), ("planted", PLANTED), ("mutants", MUTANTS)):
        write(f"bin/{name}", text)
    write("tree/fuzz/ring_ops", TARGET)


def run():
    from fuzzing import corpus, ending, nightly
    from fuzzing.commands import corpus as corpus_command, nightly as command
    from shared import command_line, lib_sh

    corpus.PACKED, corpus.RECORD, corpus.TREE = FOLDER / "packed", FOLDER / "packed/coverage", FOLDER / "tree"
    corpus.LOCK = FOLDER / "corpus.lock"
    if sys.argv[2:3] == ["corpus"]:
        sys.argv[1:3] = []
        command_line.finish("corpus", corpus_command.main)
    make_stand_ins(corpus)
    lib_sh.ROOT = ending.ROOT = FOLDER / "root"
    command.SETUP = ("build_tree explore fuzz_targets",)
    nightly.ENGINES, nightly.TICK = ["libfuzzer"], 0.05
    nightly.jobs.Job.libfuzzer = lambda job, *_: [FOLDER / "bin/engine", job.corpus]
    nightly.CORPUS, nightly.PLANTED, nightly.MUTANTS = (FOLDER / "bin" / name for name in ("corpus", "planted", "mutants"))

    class Fault:
        name = "wrap"
    nightly.planted.all_faults = lambda: [Fault]
    os.environ["PATH"] = f"{FOLDER}/bin:{os.environ['PATH']}"
    sys.argv[1:] = ["--for", "36s", "--seed", "1", "--output", str(FOLDER / "output"), *sys.argv[2:]]
    options = command.arguments()
    options.duration, options.targets = 0.2, ["ring_ops"]
    command_line.finish("nightly", lambda: command.run(options))


if __name__ == "__main__":
    run()
