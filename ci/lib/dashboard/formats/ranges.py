"""The spread of a value, as people write it: "± 5%", "+/- 1,234", "stddev: 0.3", "1-3"."""
import re

from dashboard import units

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
AROUND = re.compile(rf"(?:(?P<sd>(?:stddev|sd|std)\s*[:=])|±|\+/-|\+-)?\s*(?P<number>{NUMBER})\s*(?P<unit>%|[^\s\d].*)?", re.S)
BETWEEN = re.compile(rf"\[?\s*(?P<low>{NUMBER})\s*(?:-|–|\.\.+|to|,\s)\s*(?P<high>{NUMBER})\s*\]?")


def number(text):
    return float(text.replace(",", ""))


def bounds(text, value, unit):
    """The lower and upper bound that a text gives for a value, or None if it is not clear what it means. A standard deviation
    of times beside a rate is one that is not."""
    text = text.strip()
    if found := BETWEEN.fullmatch(text):
        low, high = number(found["low"]), number(found["high"])
        return (low, high) if low <= value <= high else None
    found = AROUND.fullmatch(text)
    if not found or (found["sd"] and units.is_rate(unit)):
        return None
    by = number(found["number"])
    if found["unit"] == "%":
        by *= abs(value) / 100
    elif found["unit"] and found["unit"].strip() != unit.strip():
        if not units.time_unit(unit) or not units.time_unit(found["unit"]):
            return None
        by = units.converted(by, found["unit"], unit)
    low, high = value - by, value + by
    return (low, high) if abs(low) < float("inf") and abs(high) < float("inf") else None
