"""Records as Google Benchmark writes them, for tests of what reads them; and a Callgrind that counts known figures."""


def run(name, family, repetition, time, unit, **more):
    return {
        "run_name": name,
        "family_index": family,
        "run_type": "iteration",
        "repetition_index": repetition,
        "real_time": time,
        "time_unit": unit,
        **more,
    }


def runs(known, unit):
    """In the order of a run without interleaving. `known`: the times of the repetitions, by name."""
    return [run(name, family, index, time, unit) for family, (name, times) in enumerate(known.items()) for index, time in enumerate(times)]


def fake_valgrind(folder, counts):
    """Puts a `valgrind` into the folder. counts[contestant]: instructions of one iteration, beside 1000 of the preparation."""
    cases = "".join(f"*/{name}/*) count=$((1000 + {count} * BENCH_ITERATIONS)) ;;\n" for name, count in counts.items())
    path = folder / "valgrind"
    path.write_text(f"""#!/bin/sh
for each; do case $each in
--callgrind-out-file=*) out=${{each#*=}} ;;
--benchmark_filter=*) case $each in
{cases}*) echo "killed" >&2; exit 3 ;;
esac ;;
esac; done
echo "totals: $count" >"$out"
""", encoding="utf-8")
    path.chmod(0o755)
