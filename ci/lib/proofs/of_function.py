"""Whether the proof of one function holds, in these sources or in others. For ci/mutants.

usage: proofs.of_function --list
       proofs.of_function SOURCE FUNCTION FOLDER SECONDS

--list prints the functions that are proved, each behind its source. With FUNCTION, the sources are in FOLDER, which is laid out
like this repository, and a prover may try each goal for so long. SOURCE may be a header that a listed source includes.
Exit: 0 listed, or proved, 1 not proved, 2 that cannot be told.
"""
import pathlib
import sys

from proofs import frama_c
from proofs.targets import TARGETS
from shared import command_line
from shared.errors import CannotRun

# A target that has goals without a proof tells nothing.
COMPLETE = [target for target in TARGETS if not target.unproved]


def listed():
    return sorted({f"{target.source} {function}" for target in COMPLETE for function in target.functions})


def proved(source, function, folder, seconds):
    """Whether each target that has the function keeps its proof of it."""
    targets = [target for target in COMPLETE if function in target.functions and (target.source == source or source.endswith(".h"))]
    if not targets:
        raise CannotRun(f"{function} in {source} is not proved: name one that --list prints")
    outcomes = (frama_c.prove(target._replace(functions=(function,)), folder, seconds, until=frama_c.LEFT) for target in targets)
    return all(outcome.proved and not outcome.unproved for outcome in outcomes)


def main(words):
    if words == ["--list"]:
        print("\n".join(listed()))
        return 0
    source, function, folder, seconds = words
    return 0 if proved(source, function, pathlib.Path(folder), int(seconds)) else 1


if __name__ == "__main__":
    command_line.finish("prove", lambda: main(sys.argv[1:]))
