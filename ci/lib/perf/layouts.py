"""The same program in another layout: its object files linked in another order, with gaps between them. Only addresses differ,
which can change times by some percent."""
import collections
import pathlib
import shlex
import shutil

from perf import ruler
from shared import programs, trees

GAP_MOST = 4096  # bytes
SECTIONS = (".text", ".section .rodata", ".data", ".bss")


def gap(order=None):
    """Assembly that shifts what is linked behind it, by random numbers of bytes; by none without `order`."""
    skips = [f"{section}\n.skip {order.randrange(GAP_MOST) if order else 0}" for section in SECTIONS]
    return "\n".join([*skips, '.section .note.GNU-stack,"",%progbits', ""])


def command(tree, target):
    """The words of the command that links a target."""
    return [word for word in shlex.split(trees.commands(tree, target)[-1]) if word not in (":", "&&")]


def objects_of(word, tree, folder):
    """The object files that a word of the command stands for: those of an archive are unpacked into the folder."""
    if word.endswith(".o"):
        return [word]
    if not word.endswith(".a"):
        return []
    return list(unpacked(tree / word, folder))


def unpacked(archive, folder):
    """An archive may have several files of one name."""
    seen = collections.Counter()
    for number, name in enumerate(programs.run("ar", "t", archive).split()):
        seen[name] += 1
        programs.run("ar", "xN", seen[name], archive, name, cwd=folder)
        path = folder / f"{number}-{name}"
        (folder / name).rename(path)
        yield str(path)


def relinked(built, number, order):
    """Links a ruler of build.gate() in a random layout."""
    program = pathlib.Path(built.words[0])
    tree, folder = program.parent, program.parent / f"layout-{number}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    words = command(tree, program.name)
    parts = [objects_of(word, tree, folder) for word in words]
    objects = order.sample(found := sum(parts, []), len(found))
    shuffled = []
    for count, name in enumerate(objects):
        source = folder / f"gap-{count}.s"
        source.write_text(gap(order))
        shuffled += [source, name]
    first = next(index for index, part in enumerate(parts) if part)
    rest = [[word] if not part else shuffled if index == first else [] for index, (word, part) in enumerate(zip(words, parts))]
    linked = sum(rest, [])
    linked[linked.index("-o") + 1] = folder / program.name
    programs.run(*linked, cwd=tree)
    return ruler.of_program(folder / program.name)
