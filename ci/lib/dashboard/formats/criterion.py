"""Criterion.rs: the folder target/criterion, which has NAME/new/estimates.json and, beside it, benchmark.json; or what
`cargo criterion --message-format=json` prints. Both have the same estimates. See src/estimate.rs of bheisler/criterion.rs and
"External Tools" in its book.

The result is what Criterion itself calls typical: the slope, or the mean where there is none."""
from dashboard.formats.nodes import json_of, parsed, text_of
from dashboard.formats.reading import Reading
from shared.errors import CannotRun


def read(path):
    reading = Reading()
    if path.is_dir():
        read_folder(path, reading)
    else:
        read_messages(path, reading)
    return reading


def read_folder(folder, reading):
    found = sorted(folder.rglob("new/estimates.json"))
    if not found:
        raise CannotRun("no NAME/new/estimates.json in this folder; name the folder target/criterion after cargo bench")
    for path in found:
        place = path.relative_to(folder)
        try:
            benchmark = path.with_name("benchmark.json")
            about = json_of(benchmark) if benchmark.exists() else None
            name = about.get("full_id").text() if about else "/".join(place.parts[:-2])
            estimates = json_of(path)
            estimates.value = {key.lower(): value for key, value in estimates.object().items()}  # "Slope" before version 0.4
            estimate = estimates.find("slope") or estimates.get("mean")
            reading.leave_unread(estimates, {"slope" if estimates.find("slope") else "mean"})
            interval = estimate.get("confidence_interval")
            reading.add(name, "time", "ns", estimate.get("point_estimate").number(), interval.get("lower_bound").number(),
                        interval.get("upper_bound").number(), better="smaller", about=throughput_of(about))
        except CannotRun as error:
            raise CannotRun(f"{place}: {error}") from None


def throughput_of(about):
    """As a text: how much one iteration processes."""
    amounts = about and about.optional("throughput", lambda node: node.fields())
    return {"throughput": ", ".join(f"{node.number()} {unit} per iteration" for unit, node in amounts)} if amounts else None


def read_messages(path, reading):
    for number, line in enumerate(text_of(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            message = parsed(line)
            if message.get("reason").text() == "benchmark-complete":
                read_message(message, reading)
        except CannotRun as error:
            raise CannotRun(f"line {number}: {error}") from None


def read_message(message, reading):
    message = message.named(message.get("id").text())
    typical = message.get("typical")
    amounts = message.optional("throughput", lambda node: node.items()) or []
    for amount in amounts:
        reading.leave_unread(amount, {"per_iteration", "unit"})
    reading.leave_unread(typical, {"estimate", "lower_bound", "upper_bound", "unit"})
    throughput = ", ".join(f"{amount.get('per_iteration').number()} {amount.get('unit').text()} per iteration" for amount in amounts)
    reading.add(message.value["id"], "time", typical.get("unit").text(), *(typical.get(each).number() for each in ("estimate", "lower_bound", "upper_bound")),
                better="smaller", about={"throughput": throughput or None})
    reading.leave_unread(message, {"reason", "id", "typical", "throughput"})
