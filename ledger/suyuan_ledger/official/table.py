"""Loads the table; it is in the import format, so that it can be imported like any other."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

from suyuan_ledger.records.csv_table import read_factor_table

_FILE = "electricity_factors.csv"


def official_table() -> bytes:
    """Return the table as bytes, for `suyuan import` or for a look."""
    return files("suyuan_ledger.official").joinpath(_FILE).read_bytes()


def official_factors() -> list[dict[str, Any]]:
    """Return the 51 factors as `credentialSubject`s, in the order of the annexes.

    Raises:
        RefusedError: the installed file is not the one that was shipped.
    """
    return deepcopy(_subjects())


@cache
def _subjects() -> list[dict[str, Any]]:
    table = read_factor_table(official_table())
    for problem in table.problems:
        raise problem.as_error()
    return [row.subject for row in table.rows]
