"""What follows from footprints is kept beside them: across restarts, batches and migrations."""

from __future__ import annotations

from contextlib import closing

import pytest
from footprint_log import certified_power, green_power
from footprint_story import certified_story
from sqlalchemy import inspect, select
from story_door import StoryLedger
from suyuan_ledger.log.fsck.derived import DERIVED_TABLES
from suyuan_ledger.store import schema
from suyuan_ledger.store.engine import Store

NEW = ("document_number", "energy_certificate", "label_quantity")


def rows(path):
    """The rows of the tables that follow from records."""
    with Store(path) as store, store.read() as connection:
        return {
            name: sorted(tuple(row) for row in connection.execute(select(table.__table__)))
            for name, table in DERIVED_TABLES.items()
        }


@pytest.fixture(scope="module")
def story():
    """A label on hydropower by certificates."""
    return certified_power().issue()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.sqlite"


def test_each_row_says_what_its_record_states(story, path):
    with closing(StoryLedger(story, path)) as told:
        assert told.log() == {}
        assert told.ledger.fsck().clean
    at, found = story.at, rows(path)
    assert found["document_number"] == [
        (at["certificate"], "Certificate", "EXAMPLE-CERT-0001"),
        (at["filing"], "Filing", "EXAMPLE-FILING-0001"),
        (at["label"], "LabelIssuance", "EXAMPLE-LABEL-0001"),
    ]
    assert found["energy_certificate"] == [("EX-1", at["statement"]), ("EX-2", at["statement"])]
    assert found["label_quantity"] == [(at["label"], at["certificate"], "60", "TNE")]


def test_one_batch_and_many_lead_to_the_same_tables(story, tmp_path):
    found = []
    for together in (True, False):
        path = tmp_path / f"{together}.sqlite"
        with closing(StoryLedger(story, path)) as told:
            assert told.log(together=together) == {}
        found.append(rows(path))
    assert found[0] == found[1]


LIES = {
    "same": "certificate.number",
    "filed again": "filing.number",
    "more": "label.quantity",
    "labelled again": "label.number",
    "used again": "footprint.certificate_twice",
}


@pytest.mark.parametrize("together", [True, False], ids=["same batch", "stored before"])
def test_the_log_remembers_what_was_used(path, together):
    """Each lie is sound by itself; what it repeats stands in the tables, or in the same batch."""
    story = certified_power().issue()
    truth = list(story.at)
    story.certify("same").file("filed again")
    story.issue(
        "more",
        labelNumber="EXAMPLE-2",
        authorised={"quantity": "41", "unit": "TNE"},
        based_on=["filing"],
    )
    story.issue("labelled again", authorised={"quantity": "1", "unit": "TNE"})
    story.state("used again", lines=green_power(story, "EX-2"), productIds=["urn:example:other"])
    with closing(StoryLedger(story, path)) as told:
        if together:
            assert told.log(together=True) == LIES
        else:
            assert told.log(truth) == {}
            assert told.log(LIES) == LIES
        assert told.ledger.fsck().clean
    assert len(rows(path)["document_number"]) == 3


def test_a_log_that_was_taken_back_gets_its_rows_again(story, path):
    """What 0003 reads from the bodies is what the ledger writes."""
    with closing(StoryLedger(story, path)) as told:
        told.log()
    before = rows(path)
    schema.downgrade(path, "0002")
    with Store(path) as store, store.read() as connection:
        assert not set(NEW) & set(inspect(connection).get_table_names())
    schema.upgrade(path)
    schema.check(path)
    assert rows(path) == before
    assert all(before[name] for name in NEW)


def test_a_statement_that_replaces_its_own_uses_its_certificates_again(path):
    """Two rows for one certificate, which is right: neither statement counts beside the other."""
    story = certified_power()
    # As long as the certificate stands, its labels are on goods, and nothing takes its place.
    story.change_status("ended", "cancelled", of="certificate", by="certifier")
    story.state(
        "newer", lines=green_power(story, "EX-1", "EX-3"), links=[("supersedes", "statement")]
    )
    with closing(StoryLedger(story, path)) as told:
        assert told.log() == {}
        assert told.ledger.fsck().clean
    first, newer = story.at["statement"], story.at["newer"]
    assert rows(path)["energy_certificate"] == [
        ("EX-1", first),
        ("EX-1", newer),
        ("EX-2", first),
        ("EX-3", newer),
    ]


@pytest.mark.parametrize("together", [True, False], ids=["same batch", "stored before"])
@pytest.mark.parametrize("back", [True, False], ids=["reaching back", "from now on"])
def test_a_stolen_key_far_below_a_label_is_found(path, back, together):
    """The submission of a factor is void; the label rests on it by way of four other records."""
    story = certified_story()
    start = story.at["widget"] if back else None
    story.revoke("provider", by="root", from_index=start, reason="compromised").issue()
    with closing(StoryLedger(story, path)) as told:
        assert told.log(together=together) == ({"label": "authority.revoked"} if back else {})
        assert told.ledger.fsck().clean
