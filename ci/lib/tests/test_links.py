"""Links in Markdown files that lead to nothing: a file of this repository or a heading that is not there."""
import pathlib
import re
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]


def text(path):
    return re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)


def anchors(path):
    """The names that GitHub gives to headings."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.*\S)", text(path), re.M)}


def links(root):
    for path in sorted(root.rglob("*.md")):
        if "build" not in path.relative_to(root).parts:
            yield from ((path, link) for link in re.findall(r"\]\(([^)\s]+)\)", text(path)) if "://" not in link)


def broken(root):
    for path, link in links(root):
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists() or anchor and anchor not in anchors(target):
            yield f"{path.relative_to(root)}: {link}"


class Links(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        self.assertGreater(len(list(links(ROOT))), 50)
        self.assertEqual(list(broken(ROOT)), [])

    def test_broken_links_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "a.md").write_text("# A `b`: c\n[1](b.md) [2](#a-b-c) [3](#a-b) [4](no.md) [5](b.md#no) [6](https://x/y)\n"
                                       "```\n[7](no.md)\n```\n")
            (root / "b.md").write_text("no heading\n```\n# no\n```\n")
            self.assertEqual(list(broken(root)), ["a.md: #a-b", "a.md: no.md", "a.md: b.md#no"])


if __name__ == "__main__":
    unittest.main()
