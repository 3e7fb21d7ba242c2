"""Input built to be slow or to exhaust memory is answered, and never by a crash.

No clock judges it: what would take hours runs into the suite's limit for one test, and where the
verifier itself loops over records, the growth of its work is measured.
"""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from instructions import growth
from simulator import Actor, Ledger, good_story, jcs
from suyuan_verifier import MalformedError, Verdict, checkpoint, note, parse_policy, verify
from suyuan_verifier.bundle import MAX_BUNDLE_BYTES, parse_bundle
from suyuan_verifier.note import verify_ed25519
from suyuan_verifier.record import MAX_RECORD_BYTES, parse_record

HEAD = b'{"format":"suyuan/bundle@v1","hint":'


def _fill(head: bytes, piece: bytes, tail: bytes) -> bytes:
    return head + piece * ((MAX_BUNDLE_BYTES - len(head) - len(tail)) // len(piece)) + tail


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[" * MAX_BUNDLE_BYTES, "bundle.depth"),
        (b'{"a":' * (MAX_BUNDLE_BYTES // 5), "bundle.depth"),
        (b'\\"' * (MAX_BUNDLE_BYTES // 2), "bundle.syntax"),
        (b'"' + b'\\"' * (MAX_BUNDLE_BYTES // 2 - 1), "bundle.syntax"),
        (b'"' * MAX_BUNDLE_BYTES, "bundle.syntax"),
        (b'"' + b"\\" * (MAX_BUNDLE_BYTES - 1), "bundle.syntax"),
        (b"1" * MAX_BUNDLE_BYTES, "bundle.number"),
        (b"-" * MAX_BUNDLE_BYTES, "bundle.syntax"),
        (b" " * MAX_BUNDLE_BYTES, "bundle.syntax"),
        (b"\0" * MAX_BUNDLE_BYTES, "bundle.syntax"),
        (b"x" * (MAX_BUNDLE_BYTES + 1), "bundle.too_large"),
        (_fill(HEAD + b"[", b"[],", b"0]}"), "bundle.too_many"),
        (_fill(HEAD + b"[", b'{"":0},', b"0]}"), "bundle.too_many"),
        (_fill(HEAD + b"[", b'"",', b"0]}"), "bundle.shape"),
        (_fill(HEAD + b"[", b"0,", b"0]}"), "bundle.shape"),
        (_fill(HEAD + b'"', b"\\ud800", b'"}'), "bundle.surrogate"),
        (_fill(HEAD + b'"', "源".encode(), b'"}'), "bundle.shape"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_sixteen_mebibytes_of_one_thing(data, code):
    with pytest.raises(MalformedError) as caught:
        parse_bundle(data)
    assert caught.value.code == code


def test_duplicate_after_a_million_keys():
    keys = ",".join(f'"{number}":0' for number in range(1_000_000))
    with pytest.raises(MalformedError) as caught:
        parse_bundle(f'{{{keys},"999999":1}}'.encode())
    assert caught.value.code == "bundle.duplicate_key"


def test_long_key_above_a_long_array():
    """A pointer is written for an error only: else each item would cost the length of the key."""
    bundle, policy, now = _story()
    bundle["records"][0] = {"k" * 6_000_000: [0] * 3_000_000}
    report = verify(jcs(bundle), policy, now=now)
    assert "record.too_large" in {check.code for check in report.checks}
    assert max(len(check.pointer) for check in report.checks) < 400


def test_longest_record_is_read():
    """Exactly 256 KiB of canonical form is a record; one byte more is not."""
    record = {"a": ""}
    room = MAX_RECORD_BYTES - len(jcs(record))
    with pytest.raises(MalformedError) as caught:
        parse_record(jcs({"a": "x" * room}))
    assert caught.value.code == "record.members"
    with pytest.raises(MalformedError) as caught:
        parse_record(jcs({"a": "x" * (room + 1)}))
    assert caught.value.code == "record.too_large"


@pytest.mark.parametrize("change", ["links", "entries", "proof", "records"])
def test_long_arrays(change):
    bundle, policy, now = _story()
    if change == "links":
        bundle["records"][4]["links"] = [
            {"rel": "uses", "contentDigest": f"sha256:{number:064x}"} for number in range(2_000)
        ]
        expected = {"record.links"}
    elif change == "entries":
        bundle["log"]["entries"] *= 50_000
        expected = {"bundle.shape"}
    elif change == "proof":
        bundle["log"]["proof"] = bundle["log"]["proof"][:1] * 250_000
        expected = {"merkle.proof_length"}
    else:
        bundle["records"] = [{}] * 4_097
        expected = {"bundle.shape"}
    report = verify(jcs(bundle), policy, now=now)
    assert {check.code for check in report.checks if check.outcome == "fail"} == expected


def _factors(count):
    """A call that judges `count` factors of one enrolled key."""
    ledger = Ledger()
    indexes = list(ledger.enrol_actors())
    indexes += [ledger.append(ledger.factor(ledger.provider)) for _ in range(count)]
    return _judging(ledger, indexes)


@pytest.mark.slow
def test_bundle_of_4096_records_is_valid():
    """As many records as a bundle may have are usable, not only allowed."""
    assert _factors(4_092)().verdict is Verdict.VALID


def test_work_grows_with_the_records():
    assert growth(_factors, 64) < 2.2


def _registrars(count, **grant):
    """A call that judges a registrar's `count` ended enrolments, as many by it, and factors."""
    ledger = Ledger()
    ended = {"notAfter": "2026-01-01T00:00:01Z"}
    indexes = [ledger.request(ledger.registrar, ["registrar"])]
    indexes += [ledger.enrol(ledger.root, 0, **ended) for _ in range(count)]
    asked = ledger.request(ledger.provider, ["submitter"])
    indexes += [asked]
    indexes += [ledger.enrol(ledger.registrar, asked, **grant) for _ in range(count)]
    indexes += [ledger.append(ledger.factor(ledger.provider)) for _ in range(count)]
    return _judging(ledger, indexes)


@pytest.mark.parametrize("grant", [{}, {"notAfter": "2026-01-01T00:00:01Z"}], ids=["lasts", "ends"])
def test_many_enrolments_of_one_key_by_a_registrar_of_many(grant):
    """Whoever signs everything may build enrolments that never fit, for factors without end.

    Dates are asked of each pair of a factor and an enrolment, and of each pair of an enrolment and
    one of its registrar's, so that the work grows a little more than by 2. Asked of all three
    together, it would grow by up to 8.
    """
    assert "authority.dates" in {check.code for check in _registrars(30, **grant)().checks}
    assert growth(lambda count: _registrars(count, **grant), 32) < 2.7


def test_report_of_many_failures_stays_proportional():
    bundle, policy, now = _story()
    bundle["records"] = [{"x" * 2_000: number} for number in range(1_000)]
    bundle["log"]["entries"] = [
        {"index": number, "time": "2026-01-01T00:00:00Z"} for number in range(1_000)
    ]
    report = verify(jcs(bundle), policy, now=now)
    assert sum(len(check.pointer) + len(check.found or "") for check in report.checks) < 600_000


def test_stranger_key_ids_do_not_cost_signatures(monkeypatch):
    """A checkpoint with a hundred lines of strangers is one signature check."""
    ledger, bundle, policy = good_story()
    checked = []

    def count(public_key, message, signature):
        checked.append(signature)
        return verify_ed25519(public_key, message, signature)

    monkeypatch.setattr(note, "verify_ed25519", count)
    monkeypatch.setattr(checkpoint, "verify_ed25519", count)

    def judge():
        checked.clear()
        return verify(
            jcs(bundle), parse_policy(jcs(policy)), now=datetime.fromisoformat(ledger.now)
        )

    assert judge().verdict is Verdict.VALID
    alone = list(checked)
    assert len(alone) == 1
    text = bundle["log"]["checkpoint"]
    line = ledger.checkpoint(signer=Actor("stranger")).rpartition("\n\n")[2]
    bundle["log"]["checkpoint"] = text + line * 99
    assert judge().verdict is Verdict.VALID
    assert checked == alone
    bundle["log"]["checkpoint"] = text + "\u2014 a " + "A" * 70_000 + "=\n"
    assert "note.too_large" in {check.code for check in judge().checks}
    assert checked == []


def _judging(ledger, indexes):
    data = jcs(ledger.bundle(indexes[-1], indexes, ledger.anchor()))
    policy, now = parse_policy(jcs(ledger.policy())), datetime.fromisoformat("2026-02-01T00:00:00Z")
    return lambda: verify(data, policy, now=now)


def _story():
    ledger, bundle, policy = good_story()
    return (
        json.loads(jcs(bundle)),
        parse_policy(jcs(policy)),
        datetime.fromisoformat(ledger.now),
    )
