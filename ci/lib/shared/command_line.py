"""What the commands in ci/ have in common: help, and how they end."""
import argparse
import re
import sys

from shared.errors import CannotRun


def parser(command, description, exits):
    """Of ci/COMMAND. `exits`: what its exit statuses mean."""
    return argparse.ArgumentParser(prog=f"ci/{command}", description=description.strip(), epilog=f"Exit: {exits}",
                                   formatter_class=argparse.RawDescriptionHelpFormatter)


def add_setup(into):
    into.add_argument("--no-setup", dest="setup", action="store_false", help="install and build nothing first: it was done")


def pattern(text):
    """A regular expression."""
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None


def finish(command, main, *errors):
    """Ends the process with the status that main() returns; with 2 where it raises CannotRun or one of the errors."""
    try:
        sys.exit(main())
    except (CannotRun, *errors) as error:
        print(f"{command}: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
