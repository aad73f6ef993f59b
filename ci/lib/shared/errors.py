"""How a command says that it cannot do its work."""


class CannotRun(Exception):
    """What is wrong, and what to do. Ends the command with 2."""
