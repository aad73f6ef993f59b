"""What all commands in ci/ share: help texts, common options, and exit codes."""
import argparse
import re
import sys

from shared.errors import CannotRun


def parser(command, description, exits):
    """A parser for ci/COMMAND. `exits` explains its exit codes, for the end of the help."""
    return argparse.ArgumentParser(prog=f"ci/{command}", description=description.strip(), epilog=f"Exit: {exits}",
                                   formatter_class=argparse.RawDescriptionHelpFormatter)


def add_setup(into):
    into.add_argument("--no-setup", dest="setup", action="store_false", help="do not install or build anything first")


def pattern(text):
    """A regular expression, as an option's type."""
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None


def finish(command, main, *errors):
    """Runs main() and exits with the status that it returns. CannotRun and the given errors are printed; exit code 2."""
    try:
        sys.exit(main())
    except (CannotRun, *errors) as error:
        print(f"{command}: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
