"""The bundle vectors, record by record, at the ledger's door: it refuses what steps 4, 8, 9 fail.

A bundle is a part of a log, so the door is asked about each record at the index and time that the
bundle gives it. What the verifier calls INVALID at one of these steps, the door must have kept out
by the same code; what it calls VALID, the door must have let in.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from suyuan_ledger.errors import LedgerError
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof
from suyuan_ledger.status.derive import derive_segments
from suyuan_ledger.workflow.door import Door
from suyuan_ledger.workflow.register import MemoryRegister

VECTORS = Path(__file__).parent.parent / "vectors" / "bundles"
# Beyond the verifier: a bundle is not the whole log, so the door must not be held to these.
DOOR_ONLY = {"status.from", "status.differs", "status.as_of"}
# At the door a record that is logged later is one that is not there.
SAME = {"workflow.before": "workflow.absent"}
# What the door could not know: a revocation that came later, a policy's own roots.
NOT_THEN = {
    "compromise-reaches-back",
    "enrolled-by-stolen-registrar-key",
    "root-had-been-replaced",
}
# What the door never sees: figures that only a holder can disclose.
NOT_SEEN = {"disclosed-figures-that-are-wrong"}


def read(path):
    return json.loads(path.read_text("utf-8"))


def first_refusal(bundle, roots):
    """Return the code by which the door refuses the first record that it does not let in."""
    door = Door(
        roots,
        MemoryRegister(),
        lambda as_of, time: derive_segments(door.new.rows.events, as_of, time),
    )
    for place, record in zip(bundle["log"]["entries"], bundle["records"], strict=True):
        parsed = parse_record(json.dumps(record).encode())
        check_proof(parsed)
        try:
            door.admit(to_submission(parsed), place["index"], place["time"])
        except LedgerError as error:
            if error.code not in DOOR_ONLY:
                return error.code
    return None


def cases():
    """Every vector whose records are sound; what is wrong with them is authority or workflow."""
    for path in sorted(VECTORS.glob("*/expect.json")):
        problems = read(path)["problems"]
        if not any(problem["step"] <= 3 for problem in problems):
            yield pytest.param(path.parent, problems, id=path.parent.name)


@pytest.mark.parametrize(("folder", "problems"), list(cases()))
def test_the_door_keeps_out_what_the_verifier_fails(folder, problems, monkeypatch):
    # Other logs may hold overlapping enrolments, and what follows them is judged all the same.
    monkeypatch.setattr("suyuan_ledger.workflow.enrolment._check_overlap", lambda *_: None)
    wrong = [
        problem["code"]
        for problem in problems
        if problem["step"] in (4, 8, 9)
        and problem["outcome"] == "fail"
        and not problem["code"].startswith("disclosure.")
    ]
    unsure = {problem["code"] for problem in problems if problem["outcome"] == "unknown"}
    found = first_refusal(
        read(folder / "bundle.suyuan.json"),
        [root["did"] for root in read(folder / "trust.json")["roots"]],
    )
    if folder.name in NOT_THEN | NOT_SEEN:
        assert found is None
    elif wrong:
        # The arithmetic of one statement may be wrong in several ways, and the door names one.
        assert found in {SAME.get(code, code) for code in wrong}
    else:
        # Where the verifier is not sure for want of a record, the door does not wait for it.
        assert found is None or found in unsure
