"""Commands of the desk, run in this process as a person at a terminal runs them."""

from __future__ import annotations

import json

import pytest
from suyuan_ledger.cli.app import app
from suyuan_ledger.errors import LedgerError
from typer.testing import CliRunner


def call(*arguments):
    """Run one command in this process, its errors shown as `suyuan` shows them."""
    # The last lines of `main` are run too: an error must never be a traceback.
    app_call = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if app_call.exception is not None and not isinstance(app_call.exception, SystemExit):
        raise app_call.exception
    return app_call


def ok(*arguments):
    """Run one command that must succeed."""
    done = call(*arguments)
    assert done.exit_code == 0, done.output
    return done


def refused(code, *arguments):
    """Run one command that must be refused with this code."""
    with pytest.raises(LedgerError) as caught:
        call(*arguments)
    assert caught.value.code == code, str(caught.value)


def by(name):
    """Options that sign with somebody's key, unasked."""
    return ["--key", f"file:{name}.pem", "--yes"]


def receipt(*arguments):
    """Run a signing command and return its receipt."""
    return json.loads(ok(*arguments, "--json").stdout)


def inbox(name):
    """List what waits for a key."""
    found = json.loads(ok("inbox", "--key", f"file:{name}.pem", "--json").stdout)
    return [(item["task"], item["index"]) for item in found["items"]]
