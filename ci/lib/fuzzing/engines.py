"""The command lines of libFuzzer and AFL++, and the files that they leave. Shared by ci/planted, ci/nightly and
ci/findings."""
import os
import random

from shared.repository import ROOT
from shared.trees import BUILD

# Without this, engines would run for ever if this process is killed.
ENDS_WITH_THIS = ["setpriv", "--pdeathsig", "KILL", "--"]
# An input that needs more processor time is a finding. The limits are well above what the slowest inputs of the corpora need.
SLOW_MS = 100
SLOW_SANITIZED_MS = 400
HANG_SECONDS = 10
INPUT_MAX = 512  # bytes: programs of about a hundred operations
RAW = ("crash-", "timeout-", "oom-", "leak-")


def is_raw(path):
    """Whether the file is a failing input that libFuzzer left, or jobs.absorb() for AFL++."""
    return path.is_file() and path.name.startswith(RAW)


def environment(subject, target, sanitized=True):
    """The environment of an engine. AFL++ loads the target's mutator, if it has one, from either tree: both have the same."""
    mutators = [BUILD / tree / f"fuzz/{target}.mutator.so" for tree in ("afl-asan", "afl")]
    mutator = {"AFL_CUSTOM_MUTATOR_LIBRARY": str(path) for path in mutators if path.exists()}
    return dict(os.environ, RINGPROOF_SUBJECT=subject, RINGPROOF_SLOW_MS=str(SLOW_SANITIZED_MS if sanitized else SLOW_MS),
                AFL_NO_UI="1", AFL_NO_AFFINITY="1", AFL_SKIP_CPUFREQ="1", AFL_FAST_CAL="1", AFL_CMPLOG_ONLY_NEW="1",
                AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES="1", AFL_NO_STARTUP_CALIBRATION="1", AFL_IGNORE_SEED_PROBLEMS="1", **mutator)


def dictionary(option, binary):
    """The option for the target's dictionary of words, if it has one: targets that read text do."""
    path = ROOT / f"fuzz/dictionaries/{binary.name}.dict"
    return [f"{option}{path}"] if path.exists() else []


def libfuzzer(binary, corpus, artifacts, seconds, seed):
    """The command line of libFuzzer. `artifacts` is the prefix of the files for failing inputs, with the folder."""
    return [binary, f"-seed={seed}", f"-max_total_time={seconds}", f"-max_len={INPUT_MAX}", f"-timeout={HANG_SECONDS}",
            "-rss_limit_mb=2048", "-print_final_stats=1", f"-artifact_prefix={artifacts}", *dictionary("-dict=", binary), corpus]


def afl_draw(seed, has_mutator, has_cmplog):
    """Random options and environment for one of many short runs, with the probabilities in AFL++'s notes on fuzzing in CI.
    MOpt (-L) and a custom mutator exclude each other."""
    drawn = random.Random(f"afl {seed}")
    share = lambda percent: drawn.random() * 100 < percent
    options = ["-Z"] if share(20) else []
    options += ["-L", "0"] if share(40) and not has_mutator else []
    options += ["-l", "2" if share(60) else "3"] if has_cmplog else []
    environment = {name: "1" for name, percent in (("AFL_DISABLE_TRIM", 65), ("AFL_EXPAND_HAVOC_NOW", 40)) if share(percent)}
    return options, environment


def afl(binary, corpus, output, seconds, seed, *more):
    """The command line of AFL++. An empty corpus gets one input, since AFL++ cannot start without."""
    if not any(corpus.iterdir()):
        (corpus / "0").write_bytes(b"0")
    return ["afl-fuzz", "-s", seed, "-V", seconds, "-t", HANG_SECONDS * 1000, "-i", corpus, "-o", output, *dictionary("-x", binary), *more, "--", binary]
