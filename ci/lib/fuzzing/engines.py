"""How engines are started, and what they leave: for ci/planted, ci/nightly and ci/findings."""
import os
import random

from shared.repository import ROOT
from shared.trees import BUILD

# An input that takes longer is a finding; of the process's own time. The slowest of the corpora take less than 50 ms, and 150 sanitized.
SLOW_MS = 100
SLOW_SANITIZED_MS = 400
HANG_SECONDS = 10
INPUT_MAX = 512  # bytes: programs of some hundred operations
RAW = ("crash-", "timeout-", "oom-", "leak-")


def is_raw(path):
    """Whether libFuzzer left it of something that failed, or jobs.absorb() of AFL++."""
    return path.is_file() and path.name.startswith(RAW)


def environment(subject, target, sanitized=True):
    """AFL++ loads a target's mutator, if it has one, from whichever tree is built: it is the same in both."""
    mutators = [BUILD / tree / f"fuzz/{target}.mutator.so" for tree in ("afl-asan", "afl")]
    mutator = {"AFL_CUSTOM_MUTATOR_LIBRARY": str(path) for path in mutators if path.exists()}
    return dict(os.environ, RINGPROOF_SUBJECT=subject, RINGPROOF_SLOW_MS=str(SLOW_SANITIZED_MS if sanitized else SLOW_MS),
                AFL_NO_UI="1", AFL_NO_AFFINITY="1", AFL_SKIP_CPUFREQ="1", AFL_FAST_CAL="1", AFL_CMPLOG_ONLY_NEW="1",
                AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES="1", AFL_NO_STARTUP_CALIBRATION="1", AFL_IGNORE_SEED_PROBLEMS="1", **mutator)


def dictionary(option, binary):
    """Of words, for targets that read text."""
    path = ROOT / f"fuzz/dictionaries/{binary.name}.dict"
    return [f"{option}{path}"] if path.exists() else []


def libfuzzer(binary, corpus, artifacts, seconds, seed):
    """Artifacts: what the names of files of failures begin with, folder and all."""
    return [binary, f"-seed={seed}", f"-max_total_time={seconds}", f"-max_len={INPUT_MAX}", f"-timeout={HANG_SECONDS}",
            "-rss_limit_mb=2048", "-print_final_stats=1", f"-artifact_prefix={artifacts}", *dictionary("-dict=", binary), corpus]


def afl_draw(seed, has_mutator, has_cmplog):
    """Options and environment of one short run among many, drawn in the shares that AFL++'s notes on fuzzing in CI name;
    MOpt (-L) and a mutator of one's own exclude each other."""
    drawn = random.Random(f"afl {seed}")
    share = lambda percent: drawn.random() * 100 < percent
    options = ["-Z"] if share(20) else []
    options += ["-L", "0"] if share(40) and not has_mutator else []
    options += ["-l", "2" if share(60) else "3"] if has_cmplog else []
    environment = {name: "1" for name, percent in (("AFL_DISABLE_TRIM", 65), ("AFL_EXPAND_HAVOC_NOW", 40)) if share(percent)}
    return options, environment


def afl(binary, corpus, output, seconds, seed, *more):
    """The corpus gets an input if it has none: AFL++ does not begin with nothing."""
    if not any(corpus.iterdir()):
        (corpus / "0").write_bytes(b"0")
    return ["afl-fuzz", "-s", seed, "-V", seconds, "-t", HANG_SECONDS * 1000, "-i", corpus, "-o", output, *dictionary("-x", binary), *more, "--", binary]
