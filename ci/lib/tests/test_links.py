"""Links in Markdown files that lead to nothing: a file of this repository or a heading that is not there."""
import pathlib
import re
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]


def text(path):
    """Without code and comments."""
    return re.sub(r"^ *(```+|~~~+).*?^ *\1|<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)


def anchors(path):
    """The names that GitHub gives to headings."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.*\S)", text(path), re.M)}


# [text](link "title"), [text]: link and HTML.
LINK = r"""\]\(<?([^)\s>]+)>?(?:\s+["'][^)]*)?\)|^ *\[[^\]]+\]:\s+<?([^\s>]+)|\b(?:href|src)=["']([^"']+)"""


def links(root):
    for path in sorted(root.rglob("*.md")):
        if "build" not in path.relative_to(root).parts:
            yield from ((path, "".join(link)) for link in re.findall(LINK, text(path), re.M) if "://" not in "".join(link))


def broken(root):
    for path, link in links(root):
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or root not in [target, *target.parents] or root / "build" in target.parents or anchor and anchor not in anchors(target):
            yield f"{path.relative_to(root)}: {link}"


class Links(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        self.assertGreater(len(list(links(ROOT))), 50)
        self.assertEqual(list(broken(ROOT)), [])

    def test_broken_links_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            (root / "a.md").write_text("# A `b`: c\n[1](b.md) [2](#a-b-c) [3](#a-b) [4](no.md) [5](b.md#no) [6](https://x/y)\n"
                                       "```\n[7](no.md)\n```\n")
            (root / "b.md").write_text("no heading\n```\n# no\n```\n~~~\n# no\n~~~\n<!--\n# no\n-->\n")
            self.assertEqual(list(broken(root)), ["a.md: #a-b", "a.md: no.md", "a.md: b.md#no"])
            (root / "build").mkdir()
            (root / "build/made").touch()
            (root / "a.md").write_text("[1](n1 \"title\") [2](<n2>) [3][3] <a href='n4'>4</a> <img src=\"n5\"> [6](build/made) [7](/tmp)\n[3]: n3\n")
            self.assertEqual(sorted(broken(root)), [f"a.md: {link}" for link in ("/tmp", "build/made", "n1", "n2", "n3", "n4", "n5")])


if __name__ == "__main__":
    unittest.main()
