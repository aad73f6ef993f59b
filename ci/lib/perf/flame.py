"""A differential flame graph: a frame for each function on its stack. Its width is the greater of its instructions in base and
head, its colour how much they changed."""
import dataclasses
import pathlib

from perf import units
from shared import pages

WIDTH = 1200
HEIGHT = 18  # of a frame
LETTER = 6.6  # the width of one
NARROWEST = 0.4  # frames that are narrower are left out


@dataclasses.dataclass
class Frame:
    name: str
    own: list  # instructions in base and head
    children: dict = dataclasses.field(default_factory=dict)

    def total(self, side):
        return self.own[side] + sum(child.total(side) for child in self.children.values())

    def size(self):
        return max(self.own) + sum(child.size() for child in self.children.values())


def tree(base, head):
    root = Frame("all", [0, 0])
    for side, own in enumerate((base, head)):
        for stack, count in own.items():
            frame = root
            for name in stack:
                frame = frame.children.setdefault(name, Frame(name, [0, 0]))
            frame.own[side] += count
    return root


def colour(base, head):
    """Red for more, blue for fewer, the stronger the greater the change is against the greater of both."""
    share = (head - base) / max(base, head, 1)
    pale = round(235 - 115 * min(1, abs(share) * 2))
    return f"rgb(245,{pale},{pale})" if share > 0 else f"rgb({pale},{pale},245)" if share < 0 else "rgb(238,238,238)"


def change(base, head):
    return "same" if base == head else "new" if base == 0 else "gone" if head == 0 else units.change(head / base - 1)


def drawn(root, operations):
    """The rectangles of all frames, from the outermost."""
    unit = WIDTH / max(1, root.size())
    rectangles, waiting = [], [(root, 0.0, 0)]
    while waiting:
        frame, left, level = waiting.pop()
        width = frame.size() * unit
        if width < NARROWEST:
            continue
        base, head = frame.total(0), frame.total(1)
        label = f"{frame.name} {change(base, head)}"
        per = lambda both: " -> ".join(units.instructions(count / operations) for count in both)
        rectangles.append({"x": round(left, 2), "level": level, "width": round(width, 2), "colour": colour(base, head),
                           "label": label if len(label) * LETTER < width else frame.name[:int(width / LETTER)] if width > 3 * LETTER else "",
                           "title": f"{frame.name}: {per((base, head))} ({change(base, head)}); itself {per(frame.own)} ({change(*frame.own)})"})
        for child in sorted(frame.children.values(), key=lambda child: child.name):
            waiting.append((child, left, level + 1))
            left += child.size() * unit
    return rectangles


def svg(title, base, head, operations):
    rectangles = drawn(tree(base, head), operations)
    levels = 1 + max((rectangle["level"] for rectangle in rectangles), default=0)
    return pages.template(pathlib.Path(__file__).with_name("flame.svg"), strict=True).render(
        title=title, rectangles=rectangles, width=WIDTH, height=HEIGHT, levels=levels)
