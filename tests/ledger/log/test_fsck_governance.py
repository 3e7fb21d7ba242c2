"""`fsck` over a governed log: derived tables, the door's second judgement, what the chain holds."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from suyuan_ledger.log.fsck import fsck
from suyuan_ledger.store.engine import Store
from suyuan_ledger.store.schema import check as check_schema


@pytest.fixture(scope="module")
def sound(governed_template, tmp_path_factory):
    """A log with every derived table in use; closed, with the indexes of its records."""
    world = governed_template.copy(tmp_path_factory.mktemp("fsck") / "log.sqlite")
    at = {}

    def log(name, record):
        receipt = world.ledger.submit(record)
        at[name] = receipt.index
        return receipt.content

    about, admission = world.admit(1)
    at["factor"] = world.ledger.record(about).index
    at["admission"] = world.ledger.record(admission).index
    log("change", world.status_change(about, "suspended"))
    log("withdrawal", world.event("FactorWithdrawal", admission, "recall"))
    log("revocation", world.revocation(world.enrolments[world.experts[3].did]))
    open_case = world.submission(2)
    at["open"] = world.ledger.record(open_case).index
    returned = world.submission(3)
    at["returned"] = world.ledger.record(returned).index
    log("return", world.returned(returned))
    log("review", world.review(open_case, 0))
    world.ledger.close()
    return world.path, at


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


def test_a_sound_governed_log_is_clean(sound):
    check_schema(sound[0])
    assert problem(sound[0]) is None


DAMAGE = [
    ("revocation", "SET from_index = from_index + 1", "revocation"),
    ("revocation", "SET reason = 'compromised'", "revocation"),
    ("revocation", None, "revocation"),
    ("rule_set", "SET version = '2'", "rules"),
    ("rule_set", "SET content = zeroblob(32)", "rules"),
    ("rule_set", None, "rules"),
    ("factor_case", "SET registered_id = 'nobody' WHERE state = 'returned'", "returned"),
    ("factor_case", "SET factor_code = 'OTHER' WHERE state = 'open'", "open"),
    ("factor_case", "SET geography_code = 'CN' WHERE state = 'admitted'", "factor"),
    ("factor_case", "SET state = 'open' WHERE state = 'returned'", "returned"),
    ("factor_case", "SET state = 'admitted' WHERE state = 'open'", "open"),
    ("factor_case", "SET updated_index = 0 WHERE state = 'open'", "open"),
    ("admission", "SET registry_number = 'EX-9999'", "admission"),
    ("admission", "SET submission_index = submission_index + 1", "admission"),
    ("admission", None, "admission"),
    (
        "status_event",
        "SET effective_from = '2030-01-01T00:00:00Z' WHERE impact = 'recall'",
        "withdrawal",
    ),
    ("status_event", "SET impact = 'informOnly' WHERE impact = 'recall'", "withdrawal"),
    ("status_event", "SET action = 'activate' WHERE action = 'suspend'", "change"),
    ("status_event", "SET target_index = 1 WHERE action = 'suspend'", "change"),
    ("status_event", None, "change"),
]


@pytest.mark.parametrize(("table", "change", "place"), DAMAGE)
def test_a_row_that_no_record_states_is_named(damaged, table, change, place):
    raw, path, at = damaged
    statement = f"UPDATE {table} {change}" if change else f"DELETE FROM {table}"  # noqa: S608
    assert raw.execute(statement).rowcount > 0
    raw.commit()
    found = problem(path)
    assert found.code == "fsck.derived"
    index = at.get(place, 0)  # the rule set is the first record
    assert found.pointer == f"record {index}, table {table}"
    assert "{" in found.expected


def test_what_fsck_shows_of_a_grant_is_json(damaged):
    raw, path, _ = damaged
    raw.execute("""UPDATE enrolment SET roles = '["admitter"]' WHERE "index" = 2""")
    raw.commit()
    found = problem(path)
    assert (found.code, found.pointer) == ("fsck.enrolment", "record 2")
    (row,) = json.loads(found.expected)
    assert row["roles"] == ["submitter"]
    assert list(row) == sorted(row)


def test_an_event_from_nowhere_is_named(damaged):
    raw, path, at = damaged
    raw.execute("INSERT INTO status_event VALUES (?, 0, 'revoke', NULL, NULL, 0)", (at["factor"],))
    raw.commit()
    found = problem(path)
    assert (found.code, found.found[:2]) == ("fsck.derived", "[{")
    raw.execute('UPDATE status_event SET "index" = 9999 WHERE target_index = 0')
    raw.commit()
    found = problem(path)
    assert (found.code, found.pointer) == ("fsck.extra", "table status_event")


def test_a_damaged_table_does_not_mislead_the_second_judgement(damaged):
    """Without its rule set or its revocations in the tables, the log is judged by the records."""
    raw, path, _ = damaged
    raw.execute("DELETE FROM enrolment")
    raw.commit()
    assert problem(path).pointer == "record 2"


def test_a_record_that_slipped_past_the_door_is_named(governed, monkeypatch):
    about = governed.submission()
    record = governed.admission(about, [about])
    monkeypatch.setattr("suyuan_ledger.workflow.door.Door._judge", lambda *_: None)
    receipt = governed.ledger.submit(record)
    monkeypatch.undo()
    found = governed.ledger.fsck().problem
    assert (found.code, found.pointer) == ("fsck.authority", f"record {receipt.index}")
    assert found.found.startswith("workflow.")


# the chain's rows

CONTRACT, OLDER = "0x" + "11" * 20, "0x" + "22" * 20
ANCHOR = "INSERT INTO anchor VALUES (1, ?, ?, ?, ?, 5, '0x00', 0, NULL, 1)"
SENT = (
    "INSERT INTO anchor_tx VALUES (NULL, ?, 1, 0, ?, ?, '[]', '0x00', 0, x'00', '0x01', '0',"
    " '0', NULL, NULL, 0, 'sent', NULL, NULL)"
)


def contracts(raw, *rows):
    for address, predecessor, last_index, active in rows:
        raw.execute(
            "INSERT INTO contract VALUES (1, ?, ?, ?, 0, '0x00', ?)",
            (address, predecessor, last_index, active),
        )


def root_of(raw, size):
    return raw.execute("SELECT root FROM checkpoint WHERE size = ?", (size,)).fetchone()[0]


def test_anchors_of_this_log_are_in_order(damaged):
    raw, path, _ = damaged
    contracts(raw, (CONTRACT, None, None, 1))
    raw.execute(ANCHOR, (CONTRACT, 0, 5, root_of(raw, 5)))
    raw.execute(SENT, (CONTRACT, 7, root_of(raw, 7)))
    raw.commit()
    assert problem(path) is None


def other_root(raw):
    raw.execute(ANCHOR, (CONTRACT, 0, 5, b"\1" * 32))


def other_size(raw):
    raw.execute(ANCHOR, (CONTRACT, 0, 100_000, b"\1" * 32))


def other_transaction(raw):
    raw.execute(SENT, (CONTRACT, 7, b"\1" * 32))


def unknown_predecessor(raw):
    contracts(raw, ("0x" + "33" * 20, OLDER, 3, 0))


def no_last_index(raw):
    contracts(raw, ("0x" + "33" * 20, CONTRACT, None, 0))


def two_active(raw):
    contracts(raw, ("0x" + "33" * 20, None, None, 1))


@pytest.mark.parametrize(
    "damage",
    [other_root, other_size, other_transaction, unknown_predecessor, no_last_index, two_active],
)
def test_what_the_log_never_signed_is_no_anchor_of_it(damaged, damage):
    raw, path, _ = damaged
    contracts(raw, (CONTRACT, None, None, 1))
    damage(raw)
    raw.commit()
    assert problem(path).code == "fsck.anchor"


def test_what_a_thief_left_in_an_old_contract_counts_for_nothing(damaged):
    raw, path, _ = damaged
    contracts(raw, (OLDER, None, None, 0), (CONTRACT, OLDER, 0, 1))
    raw.execute(ANCHOR, (OLDER, 0, 5, root_of(raw, 5)))
    raw.execute(ANCHOR, (OLDER, 1, 6, b"\1" * 32))
    raw.commit()
    assert problem(path) is None
    raw.execute("UPDATE contract SET last_index = 1 WHERE last_index = 0")
    raw.commit()
    assert problem(path).pointer == f"anchor 1 of {OLDER}"
