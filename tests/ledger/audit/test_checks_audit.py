"""What a checker said of other records is executed again, over what was admitted then."""

from __future__ import annotations

import orjson
import pytest
from ledger_world import GovernedWorld, rules_of_the_world
from suyuan_ledger.audit.checks_audit import audit_checks
from suyuan_ledger.log.checkpoint import open_checkpoint
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.store.casework import read_admitted
from suyuan_ledger.traceability import check, verdict_of
from suyuan_ledger.traceability.outcome import result_of


@pytest.fixture
def world(tmp_path):
    """A log whose rules ask whether a factor is admitted already; one factor is."""
    rules = rules_of_the_world()
    rules["traceability"]["rules"][:0] = [
        {"ruleId": "duplicate.admitted", "severity": "error"},
        {"ruleId": "evidence.files", "severity": "info"},
    ]
    world = CheckedWorld(tmp_path / "log.sqlite", rules=rules).begin()
    world.admit()
    yield world
    world.ledger.close()


class CheckedWorld(GovernedWorld):
    """Its checker executes every rule, those over the registry too."""

    def full_check(self, about):
        """What an honest checker says of a submission now."""
        record = orjson.loads(self.ledger.record(about).body)
        with self.ledger.store.read() as connection:
            admitted = read_admitted(connection, self.size)
        content = f"sha256:{about.hex()}"
        return check(record, content, self.rules, admitted=admitted, as_of=self.size)

    def check(self, about, party=None, **changes):
        """Sign it."""
        subject = {**self.full_check(about), **changes}
        return self.governed(party or self.checker, "TraceabilityCheck", subject, about=about)


def audit(world):
    with world.ledger.store.read() as connection:
        checkpoint = open_checkpoint(world.ledger.checkpoint().note, parse_vkey(world.ledger.vkey))
        return audit_checks(connection, checkpoint)


def test_honest_checks_come_out_again(world):
    """Also one that failed for a duplicate, after the log has gone on."""
    copy = world.submission(0)
    world.ledger.submit(world.check(copy))
    world.admit(5)
    report = audit(world)

    assert report.wrong == []
    assert report.counts == {"checks": 3}


def test_a_check_that_overlooks_an_admitted_duplicate(world):
    """The door cannot tell, the verifier takes the checker's word; the audit finds it."""
    copy = world.submission(0)
    honest = world.full_check(copy)
    results = [
        {"ruleId": r["ruleId"], "scope": r["scope"], "severity": r["severity"], "outcome": "pass"}
        if r["ruleId"] == "duplicate.admitted"
        else r
        for r in honest["results"]
    ]
    assert results != honest["results"]
    verdict = verdict_of(result_of(member) for member in results)
    receipt = world.ledger.submit(world.check(copy, results=results, verdict=verdict))
    report = audit(world)

    assert [(finding.code, finding.index) for finding in report.wrong] == [
        ("audit.check", receipt.index)
    ]
    assert report.wrong[0].expected == "/results/0 error fail"
    assert report.wrong[0].found == "error pass"


def test_results_over_files_stay_unknown(world):
    """A result that needs a file is neither right nor wrong here."""
    other = world.submission(9)
    honest = world.full_check(other)
    results = [
        {"ruleId": "evidence.files", "scope": "files", "severity": "info", "outcome": "pass"}
        if member["ruleId"] == "evidence.files"
        else member
        for member in honest["results"]
    ]
    receipt = world.ledger.submit(world.check(other, results=results))
    report = audit(world)

    assert report.clean
    assert [(f.code, f.index) for f in report.unknown] == [("audit.check_unknown", receipt.index)]
