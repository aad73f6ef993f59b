"""Records as Google Benchmark writes them, for tests of what reads them."""


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
