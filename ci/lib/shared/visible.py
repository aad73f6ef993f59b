"""Text from files that are not trusted, such as names in a core dump, without what may do harm to a terminal."""


def visible(text, keep="\t"):
    """Each character that cannot be printed as its escape: \\x1b. Those of `keep` stay."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else char.encode("unicode_escape").decode() for char in text)


def print_line(text):
    print(visible(text))
