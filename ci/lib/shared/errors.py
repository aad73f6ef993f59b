"""The error that ends a command."""


class CannotRun(Exception):
    """The command cannot do its work. The message says what is wrong and what to do. Exit code 2."""
