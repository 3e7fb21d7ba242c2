"""`fsck` over a log of footprints: its derived tables, and the door's second judgement."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from footprint_log import certified_power
from story_door import StoryLedger
from suyuan_ledger.log.fsck import fsck
from suyuan_ledger.store.engine import Store


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A log up to a label; closed, with the indexes of its records."""
    story = certified_power().issue()
    path = tmp_path_factory.mktemp("fsck") / "log.sqlite"
    with closing(StoryLedger(story, path)) as told:
        assert told.log() == {}
    return path, story.at


@pytest.fixture
def damaged(sound, tmp_path):
    """A copy of the log to damage, without any protection; its path; where its records are."""
    path = tmp_path / "log.sqlite"
    path.write_bytes(sound[0].read_bytes())
    with closing(sqlite3.connect(path)) as raw:
        yield raw, path, sound[1]


def problem(path):
    with Store(path) as store:
        return fsck(store).problem


def test_a_sound_log_of_labels_is_clean(sound):
    assert problem(sound[0]) is None


DAMAGE = [
    ("document_number", "SET number = 'OTHER' WHERE kind = 'Certificate'", "certificate"),
    ("document_number", "SET kind = 'Certificate' WHERE kind = 'Filing'", "filing"),
    ("document_number", None, "certificate"),
    (
        "energy_certificate",
        "SET certificate_id = 'EX-9' WHERE certificate_id = 'EX-2'",
        "statement",
    ),
    ("energy_certificate", None, "statement"),
    ("label_quantity", "SET quantity = '6'", "label"),
    ("label_quantity", "SET unit = 'KGM'", "label"),
    ("label_quantity", "SET certificate_index = 1", "label"),
    ("label_quantity", None, "label"),
]


@pytest.mark.parametrize(("table", "change", "place"), DAMAGE)
def test_a_row_that_no_record_states_is_named(damaged, table, change, place):
    raw, path, at = damaged
    statement = f"UPDATE {table} {change}" if change else f"DELETE FROM {table}"  # noqa: S608
    assert raw.execute(statement).rowcount > 0
    raw.commit()
    found = problem(path)
    assert (found.code, found.pointer) == ("fsck.derived", f"record {at[place]}, table {table}")
    assert json.loads(found.expected)


def test_a_certificate_that_no_statement_uses_is_named(damaged):
    raw, path, at = damaged
    raw.execute("INSERT INTO energy_certificate VALUES ('EX-7', ?)", (at["label"],))
    raw.commit()
    found = problem(path)
    assert found.pointer == f"record {at['label']}, table energy_certificate"
    raw.execute("""UPDATE energy_certificate SET "index" = 9999 WHERE certificate_id = 'EX-7'""")
    raw.commit()
    found = problem(path)
    assert (found.code, found.pointer) == ("fsck.extra", "table energy_certificate")


def test_what_the_tables_say_does_not_mislead_fsck(damaged):
    """The number of the second certificate stands in the table of the first; bodies decide."""
    raw, path, at = damaged
    raw.execute("UPDATE document_number SET number = 'EXAMPLE-LABEL-0001' WHERE kind = 'Filing'")
    raw.commit()
    assert problem(path).pointer == f"record {at['filing']}, table document_number"
