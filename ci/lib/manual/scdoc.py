"""Text in the language of scdoc(5), and the pages that scdoc makes of it."""
import gzip
import re
import subprocess

from shared.errors import CannotRun


def plain(text):
    """A paragraph that scdoc prints as it is. Its words are joined by single spaces."""
    return re.sub(r"([\\*_+]|^[-#|\[\]])", r"\\\1", " ".join(text.split()))


def strong(text):
    return f"*{plain(text)}*" if text else ""


def underlined(text):
    return f"_{plain(text)}_"


def literal(lines):
    """Lines that are neither filled nor formatted."""
    return "\n".join(["```", *(line.replace("\\", "\\\\").replace("`", "\\`") for line in lines), "```", ""])


def section(title, *parts):
    """Empty without parts."""
    return "\n".join([f"# {title}", "", *parts]) if parts else ""


def definition(term, text):
    """A term, which is formatted already, and what it means."""
    return f"{term}\n\t{plain(text)}\n"


def page(name, number, version, *sections):
    """The source of a page."""
    text = "\n".join([f'{name}({number}) "ringproof {version}" "ringproof"', "", *(one for one in sections if one)])
    return re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"


def write(path, source):
    """Writes a page, compressed: man reads it so, and Debian wants it so."""
    done = subprocess.run(["scdoc"], input=source.encode(), capture_output=True, check=False)
    if done.returncode != 0:
        raise CannotRun(f"scdoc refuses {path.name}: {done.stderr.decode().strip()}: correct ci/lib/manual\n{source}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(done.stdout, mtime=0))
