"""usage: mutated.py TARGET

TARGET is built for AFL++. engines.py makes AFL++ load the program mutator. Some inputs that AFL++ finds must come from it.
Exit: 0 some do, 1 none does, or AFL++ did not run."""
import pathlib
import subprocess
import sys
import tempfile

from fuzzing import engines

target = pathlib.Path(sys.argv[1])
with tempfile.TemporaryDirectory() as folder:
    corpus, out = (pathlib.Path(folder) / name for name in ("in", "out"))
    corpus.mkdir()
    command = engines.afl(target, corpus, out, 10, 1, "-E", "5000")
    done = subprocess.run([str(word) for word in command], env=engines.environment("core", target.name), capture_output=True,
                          text=True, check=False)
    made = [path.name for path in out.glob("default/queue/id*")]
    if not made:
        sys.exit(f"afl-fuzz did not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    mutated = sum("mutator.so" in name for name in made)
print(f"the program mutator made {mutated} of {len(made)} inputs")
sys.exit(0 if mutated else 1)
