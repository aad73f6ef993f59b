"""The Atom feed of what became worse, and a badge that counts it."""
import datetime
import uuid
import xml.etree.ElementTree as xml
from urllib.parse import quote, urlencode

from dashboard import change_points, plain, series

FILE, BADGE = "regressions.atom", "badge.svg"
ENTRIES = 50
RECENT = 20  # commits that the badge looks back
NAMESPACE = "http://www.w3.org/2005/Atom"


def worse_at(machine):
    """(place of a commit, what became worse there), the newest first."""
    for place, changes in series.changes_of(machine):
        those = [each for each in changes if each[3]]
        if those:
            yield place, those


def moment(time):
    return datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def identity(*words):
    """The same for the same words, so that a reader shows an entry once."""
    return uuid.uuid5(uuid.NAMESPACE_URL, " ".join(words)).urn


def add(parent, name, text=None, **attributes):
    made = xml.SubElement(parent, name, attributes)
    made.text = printable(text)
    return made


def printable(text):
    """Without control characters, which XML does not allow."""
    return text and "".join(each for each in text if each >= " " or each in "\n\t")


def entry(feed, machine, place, changes, about):
    commit, time, subject = machine["commits"][place][:3]
    made = add(feed, "entry")
    counted = f"{len({one['benchmark'] for one, *_ in changes})} benchmarks worse" if len(changes) > 1 else f"{changes[0][0]['benchmark']} {plain.percent(changes[0][2])} worse"
    add(made, "title", f"{counted}: {subject}")
    add(made, "id", identity(about["repository"] or about["title"], machine["name"], commit))
    add(made, "updated", moment(time))
    before = machine["commits"][max(each[1][1] for each in changes)][0]
    page = f"{about['address']}/index.html" if about["address"] else "index.html"
    add(made, "link", href=f"{page}#{quote(machine['name'])}?{urlencode({'base': before, 'head': commit})}")
    add(made, "content", "\n".join(f"{one['benchmark']}, {one['measure']}: {plain.number(step[4])} to {plain.number(step[5])} {one['unit']} ({plain.percent(change)})"
                                   for one, step, change, _ in changes), type="text")


def atom(machines, about):
    """What became worse, commit by commit, on all machines."""
    found = [(machine["commits"][place][1], machine, place, changes) for machine in machines for place, changes in worse_at(machine)]
    found.sort(key=lambda each: -each[0])
    feed = xml.Element("feed", xmlns=NAMESPACE)
    add(feed, "title", f"{about['title']}: what became worse")
    add(feed, "id", identity(about["repository"] or about["title"], "regressions"))
    add(feed, "updated", moment(max(commit[1] for machine in machines for commit in machine["commits"])))
    add(add(feed, "author"), "name", about["title"])
    if about["address"]:
        add(feed, "link", rel="self", href=f"{about['address']}/{FILE}")
    for _, machine, place, changes in found[:ENTRIES]:
        entry(feed, machine, place, changes, about)
    return xml.tostring(feed, encoding="utf-8", xml_declaration=True)


def recently_worse(machines):
    """How many benchmarks became worse in the last commits, and did not become better since."""
    count = 0
    for machine in machines:
        oldest = len(machine["commits"]) - RECENT
        last = {(one["benchmark"], one["measure"]): (place, worse) for place, changes in reversed(series.changes_of(machine)) for one, _, _, worse in changes}
        count += len({name for (name, _), (place, worse) in last.items() if worse and place >= oldest})
    return count


def verdict_of(machines):
    """The words of the badge, and its colour."""
    if count := recently_worse(machines):
        return f"{count} worse", "#a63a00"
    if any(change_points.can_have_steps(one["value"], one["unit"]) for machine in machines for one in machine["series"]):
        return "steady", "#00694f"
    return "too few commits", "#4a4f55"


def badge(machines):
    words, colour = verdict_of(machines)
    left, right = 92, 12 + 7 * len(words)
    image = xml.Element("svg", xmlns="http://www.w3.org/2000/svg", width=str(left + right), height="20", role="img")
    image.set("aria-label", f"performance: {words}")
    add(image, "title", f"performance: {words} in the last {RECENT} commits")
    for x, width, fill in ((0, left, "#4a4f55"), (left, right, colour)):
        add(image, "rect", x=str(x), width=str(width), height="20", fill=fill)
    for x, text in ((left / 2, "performance"), (left + right / 2, words)):
        add(image, "text", text, x=str(x), y="14", fill="#fff", **{"text-anchor": "middle", "font-family": "Verdana, sans-serif", "font-size": "11"})
    return xml.tostring(image, encoding="utf-8")
