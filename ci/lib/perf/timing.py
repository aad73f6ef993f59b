"""Times two programs against each other, until the verdict is sure."""
from perf import measure, rules, verdict

PAIRS = 20
LAYOUTS = 2  # other ones, in which a difference has to show


def timed(gates, name, order, tick=lambda: None, floor=rules.FLOORS["time"]):
    """Times two programs, and once more if they differ. Returns the runs, the change in the last one, and the verdict.
    Calls `tick` often."""
    once = lambda: measure.time_side_by_side(gates, gates[0], name, PAIRS, order, tick)
    runs = [once()]
    said = verdict.of_times(*runs[0], floor)
    if said in ("slower", "faster"):
        runs.append(once())
        said = verdict.of_two_runs(said, verdict.of_times(*runs[1], floor))
    return {"runs": runs, "change": verdict.change_of_times(*runs[-1]), "interval": verdict.interval_of_times(*runs[-1]),
            "p": verdict.p_of_times(*runs[-1]), "verdict": said}


def confirm(result, again, name, order, tick=lambda: None, floor=rules.FLOORS["time"]):
    """Times both programs in other layouts, which again() links. A difference that does not show in each of them comes from the
    addresses alone: its verdict is layout. Adds the changes in these layouts to the result."""
    said, result["layouts"] = result["verdict"], []
    for _ in range(LAYOUTS):
        other = timed(again(), name, order, tick, floor)
        result["layouts"].append(other["change"])
        if other["verdict"] != said:
            result["verdict"] = "layout"
            return
