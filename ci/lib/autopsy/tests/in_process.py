"""Runs ci/autopsy --json within a test, which saves the start of Python."""
import contextlib
import io
import json
import os
import sys
from unittest import mock

import jsonschema

from autopsy import examine
from autopsy.commands import autopsy
from shared.repository import ROOT

VALIDATOR = jsonschema.Draft202012Validator(json.loads((ROOT / "ci/lib/autopsy/output.schema.json").read_text()))


def run(*arguments, **environment):
    """The exit code, the text, and the JSON, which is held to the schema."""
    with mock.patch.object(sys, "argv", ["autopsy", "--json", *map(str, arguments)]), contextlib.redirect_stdout(io.StringIO()) as printed, \
            mock.patch.dict(os.environ, {"DEBUGINFOD_URLS": ""} | environment):
        options = autopsy.arguments()
        options.json = io.StringIO()
        status = examine.run(options)
    found = json.loads(options.json.getvalue())
    VALIDATOR.validate(found)
    return status, printed.getvalue(), found
