"""Whatever the bytes of a record: the ledger's two readings and the verifier's agree on them.

Sound records of each kind, bent in value or in bytes, signed again or not. Accepted by one is
accepted by the other, with the same digests; only Unicode normalisation is the ledger's own rule.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulator import Actor, Ledger, jcs, resign, secure
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.profile import parse_record as ledger_parse
from suyuan_ledger.records.shape import KINDS
from suyuan_ledger.records.signing import check_proof
from suyuan_verifier.errors import VerifierError
from suyuan_verifier.record import parse_record as verifier_parse
from suyuan_verifier.signature import verify_proof

# What a parser sees comes first, whatever else is wrong (docs/spec/record.md).
FIRST = {f"record.{name}" for name in ("bom", "encoding", "syntax", "duplicate_key", "number")}
SIGNER = Actor("provider", 300)
FULL = {
    "classification": [{"scheme": "CPC", "code": "35", "name": {"zh": "电", "en": "power"}}],
    "gases": [{"gas": "CO2", "amount": "1.0", "unit": "kg", "gwp": "1"}],
    "uncertainty": {"distribution": "normal", "lower": "-0.5", "upper": "1"},
    "pedigree": "(1;2;3;4;5)",
    "primaryDataShare": "0.5",
    "method": f"sha256:{0:064}",
    "evidence": [
        {
            "role": "report",
            "digestSRI": f"sha256-{'A' * 43}=",
            "mediaType": "text/plain",
            "size": 1,
            "disclosure": "public",
            "period": {"start": "2025-01-01", "end": "2025-12-31"},
        }
    ],
}


CORPUS = Path(__file__).resolve().parents[1] / "vectors" / "records" / "accept"


def records():
    """A factor, a request and an enrolment, as JSON values."""
    ledger = Ledger()
    ledger.enrol_actors(scope={"series": ["DIRECT_EF"], "geography": ["CN"]})
    links = [{"rel": "responds", "contentDigest": f"sha256:{number:064}"} for number in range(2)]
    factor = ledger.factor(SIGNER, links=links, **FULL)
    factor["relatedResource"] = [
        {"id": "x", "mediaType": "a/b", "digestSRI": f"sha256-{'A' * 43}="}
    ]
    return [resign(factor, SIGNER), ledger.records[2], ledger.records[3]]


def governance(pattern):
    """Records of the corpus of every kind but those three, signed by one key."""
    found = []
    for path in sorted(CORPUS.glob(pattern)):
        record = json.loads("".join(json.loads(path.read_text("ascii"))["input"]))
        if record["type"][1] not in KINDS_OF_RECORDS:
            content = {name: item for name, item in record.items() if name != "proof"}
            found.append(secure({**content, "issuer": SIGNER.issuer}, SIGNER))
    return found


RECORDS = records()
KINDS_OF_RECORDS = {record["type"][1] for record in RECORDS}
FULL_RECORDS = governance("*-full.json")
GOVERNANCE = [*FULL_RECORDS, *governance("*-small.json"), *governance("most-links-*.json")]


def test_records_to_start_from_are_sound_and_of_every_kind():
    """A record that is refused to begin with would hide what is bent in it."""
    for record in (*RECORDS, *GOVERNANCE):
        agree(jcs(record))
        assert judge_ledger(jcs(record))[2] == jcs(record)
    assert {record["type"][1] for record in (*RECORDS, *FULL_RECORDS)} == set(KINDS)


def paths(value, path=()):
    """Every place in a JSON value, the value itself left out."""
    if isinstance(value, (dict, list)):
        members = value.items() if isinstance(value, dict) else enumerate(value)
    else:
        members = ()
    for key, member in members:
        yield (*path, key)
        yield from paths(member, (*path, key))


class Token(str):
    """A number, or anything else, exactly as it is to stand in the bytes."""

    __slots__ = ()


TOKENS = [
    *("0", "-0", "1", "-1", "1.0", "0.0", "-0.0", "1e0", "1E2", "100e-2", "01", "+1", "1.", ".5"),
    *("9007199254740991", "9007199254740992", "-9007199254740991", "-9007199254740992"),
    *("18446744073709551615", "18446744073709551616", "9" * 40, "1e400", "-1e-400"),
    *("NaN", "Infinity", "-Infinity", "null", "true", "false", "[]", "{}", "[[]]", '[""]'),
    *(r'"\ud800"', r'"\udc00\ud800"', r'"\ud83d\ude00"', r'"\u0000"', r'"\u001f"', r'"\u0061"'),
    *(
        r'"\/"',
        r'"\n"',
        r'"\t"',
        r'"\u2028"',
        r'"\u202e"',
        r'"\x41"',
        '"\x7f"',
        '"\x80"',
        '"\ufeff"',
    ),
    *('"a\u0301"', '"\u00e1"', '"\n"', '"\u0338"', r'"\n\u0303"', '"\\n\u0303"', '"\uffff"', '""'),
    *('"2025-02-29"', '"2025-01-01T00:00:60Z"', '"0000-01-01"', '"2024-02-29"', '"2025-1-01"'),
    *(
        '"-0"',
        '"-0.0"',
        '"00"',
        '"1."',
        '"1e3"',
        '"１"',
        '"0.0000000000000000000"',
        '" 1"',
        '"1\\n"',
    ),
    *('"/a~2"', '"/~01"', '"u"', '"uH4sI"', '"group"', '"KWH"', '"reject"', '"1.0"', '"2.x"'),
    *('"notStated"', '"CN"', '"CN-YN"', '"cn"', '"CN-"', '"registrar"', '"Enrolment"', '"about"'),
    *('"biogenicUptake"', '"urn:gtin:95212340"', '"urn:gtin:00000095212340"', '["A"]'),
    *('"https://a/1"', '"https://a/."', '"https://a/../b"', '"https://a/..."', '"https://a/%31"'),
    *('["GEC/1"]', '["GEC-a"]', '["GEC 1"]'),
    json.dumps("9" * 34),
    json.dumps("9" * 35),
    json.dumps("0." + "1" * 18),
    json.dumps("x" * 64),
    json.dumps("x" * 65),
    json.dumps("\U0001f600" * 200, ensure_ascii=False),
    json.dumps("\U0001f600" * 201, ensure_ascii=False),
    json.dumps("汉" * 2000, ensure_ascii=False),
    json.dumps("汉" * 2001, ensure_ascii=False),
]


PIECES = [
    *(
        b"\xef\xbb\xbf",
        b"\0",
        b" ",
        b"\n",
        b",",
        b'"',
        b"\\",
        b"}",
        b"]",
        b"\xff",
        b"\x80",
        b"\x0b",
    ),
    *(
        b"\xed\xa0\x80",
        b"\xc0\x80",
        b"\xf4\x90\x80\x80",
        b"/**/",
        b"1",
        b".0",
        b"e0",
        b"-",
        b"[",
        b"{",
    ),
    *(b'"id":"x",', b'"\\u0069d":"x",', b"\\u0000", b"\\ud800"),
]


def write(value, *, ordered):
    """JSON text in which a `Token` stands for itself."""
    if isinstance(value, Token):
        return str(value)
    if isinstance(value, dict):
        members = sorted(value.items()) if ordered else value.items()
        return (
            "{"
            + ",".join(
                f"{write(k, ordered=ordered)}:{write(v, ordered=ordered)}" for k, v in members
            )
            + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(write(item, ordered=ordered) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def bend(value, path, change):
    """A copy of a value with one place replaced, removed, doubled or renamed."""
    if not path:
        return change(value)
    copied = dict(value) if isinstance(value, dict) else list(value)
    key, *rest = path
    if rest or change is not None:
        copied[key] = bend(copied[key], rest, change)
    else:
        del copied[key]
    return copied


@st.composite
def texts(draw):
    """The bytes of a record with something bent."""
    value = draw(st.sampled_from(RECORDS) | st.sampled_from(GOVERNANCE))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.sampled_from(sorted(paths(value), key=repr)))
        token = Token(draw(st.sampled_from(TOKENS)))
        other = draw(st.sampled_from(sorted(paths(value), key=repr)))
        change = draw(
            st.sampled_from(
                [
                    None,
                    lambda _, token=token: token,
                    lambda _, token=token: token,
                    lambda old: [old, old] if not isinstance(old, list) else [*old, *old],
                    lambda old: old[::-1] if isinstance(old, (list, str)) else old,
                    lambda old, extra=token: (
                        {**old, "extra": extra}
                        if isinstance(old, dict)
                        else [*old, extra]
                        if isinstance(old, list)
                        else extra
                    ),
                    lambda _, value=value, other=other: at(value, other),
                ]
            )
        )
        value = bend(value, place, change)
    text = write(value, ordered=draw(st.booleans()))
    try:
        value = json.loads(text)
        text = write(resign(value, SIGNER), ordered=True) if draw(st.booleans()) else text
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        pass
    data = text.encode("utf-8", "surrogatepass")
    return draw(st.sampled_from([data] * 6 + [broken(data, draw) for _ in range(2)]))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def broken(data, draw):
    """Bytes with something put in, taken out or written twice."""
    where = draw(st.integers(0, len(data)))
    piece = draw(st.sampled_from(PIECES))
    return data[:where] + piece + data[where + draw(st.sampled_from([0, 0, 1, 5])) :]


def judge_ledger(data):
    try:
        record = ledger_parse(data)
        check_proof(record)
    except RefusedError as error:
        return error.code
    return record.content_digest, record.envelope_digest, record.canonical


def judge_verifier(data):
    try:
        record = verifier_parse(data)
        verify_proof(record.value)
    except VerifierError as error:
        return error.code
    return record.content_digest, record.envelope_digest, jcs(record.value)


def agree(data):
    ours, theirs = judge_ledger(data), judge_verifier(data)
    if ours == "record.nfc":
        value = json.loads(data)
        assert any(
            not unicodedata.is_normalized("NFC", text)
            for text in (at(value, path) for path in paths(value))
            if isinstance(text, str)
        )
        return
    assert _stage(ours) == _stage(theirs), (ours, theirs, data)
    if not isinstance(ours, str) or {ours, theirs} & FIRST:
        assert ours == theirs, (ours, theirs, data)


def _stage(answer):
    """How far a record came: refused by the profile, by its signature, or accepted."""
    return answer.partition(".")[0] if isinstance(answer, str) else "accepted"


@given(texts())
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_ledger_and_verifier_read_alike(data):
    agree(data)


@pytest.mark.slow
@given(texts())
@settings(max_examples=12_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_ledger_and_verifier_read_alike_at_length(data):
    agree(data)


def places(value):
    """Paths into what a record says and links to, one of each form: items of a list are alike."""
    forms = {}
    for path in paths(value):
        if path[0] in {"credentialSubject", "links"}:
            forms.setdefault(tuple(0 if isinstance(key, int) else key for key in path), path)
    return forms.values()


@pytest.mark.parametrize("token", TOKENS)
def test_each_odd_token_at_each_place(token):
    """Where a value can stand, every spelling that parsers are known to differ on."""
    spots = [(value, path) for value in RECORDS for path in paths(value)]
    spots += [(value, path) for value in FULL_RECORDS for path in places(value)]
    for value, path in spots:
        bent = bend(value, path, lambda _: Token(token))
        agree(write(bent, ordered=True).encode("utf-8", "surrogatepass"))
