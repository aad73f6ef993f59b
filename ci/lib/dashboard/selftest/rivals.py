"""Runs other programs that find steps on the same series, with rival_steps.py in a Python that has them."""
import json
import pathlib
import subprocess

from shared.errors import CannotRun
from shared.repository import ROOT

PYTHON = ROOT / "build/rivals/bin/python"
INSTALL = "python3 -m venv build/rivals && build/rivals/bin/pip install apache-otava ruptures"
SCRIPT = pathlib.Path(__file__).with_name("rival_steps.py")


def steps_of(all_series):
    """For each program by its name: the places of its steps for each series, or None if it is not installed."""
    if not PYTHON.is_file():
        return {"Otava": None, "ruptures": None}
    given = json.dumps([list(values) for values in all_series])
    done = subprocess.run([PYTHON, SCRIPT], input=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotRun(f"{PYTHON} failed; make it again: rm -r build/rivals && {INSTALL}\n{done.stderr.strip()[-1000:]}")
    return json.loads(done.stdout)
