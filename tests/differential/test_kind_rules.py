"""Rules that a few examples do not cover: cycles in a rule set, and what may stand in a bitstring.

Ledger and verifier find them on different ways; an oracle written here says who is right.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.rules import check_kind as ledger_check
from suyuan_ledger.records.shape import KINDS, kind_validator, load_schema
from suyuan_ledger.status.encode import decode_segment as ledger_decode
from suyuan_verifier import kinds as verifier
from suyuan_verifier.errors import MalformedError

CORPUS = Path(__file__).resolve().parents[1] / "vectors" / "records" / "accept"
GOVERNED = sorted(verifier.GOVERNED_KINDS)
LENGTH = 16_384


def record_of(name):
    """A record of the corpus."""
    parts = json.loads((CORPUS / f"{name}.json").read_text("ascii"))["input"]
    return json.loads("".join(parts))


def subject(name):
    """The subject of a record of the corpus."""
    return record_of(name)["credentialSubject"]


def answer(read, *arguments):
    """What a function returns, or the code of its refusal."""
    try:
        return read(*arguments)
    except (RefusedError, MalformedError) as error:
        return error.code


RULED = [{"rel": "underRule", "contentDigest": f"sha256:{0:064}"}]


def both(kind, value, links=()):
    """The one answer of ledger and verifier about a subject whose links are sound."""
    ours = answer(ledger_check, kind, value)
    assert ours == answer(verifier.check_kind, kind, value, list(links))
    return ours


# Which kinds each kind waits for.
GRAPHS = st.dictionaries(
    st.sampled_from(GOVERNED), st.sets(st.sampled_from(GOVERNED), max_size=3), min_size=1
)


def has_cycle(graph):
    """Whether a kind is among those that it waits for, directly or through others."""
    reached = {kind: set(before) for kind, before in graph.items()}
    for middle in graph:
        for kind in graph:
            if middle in reached[kind]:
                reached[kind] |= reached[middle]
    return any(kind in before for kind, before in reached.items())


def entry(kind, before):
    accept = {kind: {"accept": [words[0]]} for kind, (_, words) in verifier.OUTCOMES.items()}
    return {
        "kind": kind,
        "roles": ["admitter"],
        "independence": "group",
        "order": "any",
        "after": [
            {"kind": other, "rel": "basedOn", "quorum": 1, **accept.get(other, {})}
            for other in sorted(before)
        ],
    }


@given(GRAPHS)
@settings(max_examples=300)
def test_a_cycle_is_found_wherever_it_lies(graph):
    workflow = [entry(kind, before) for kind, before in sorted(graph.items())]
    found = both("RuleSet", {**subject("RuleSet-small"), "workflow": workflow})
    assert found == ("record.rule_cycle" if has_cycle(graph) else None)


@given(st.sets(st.integers(0, 2 * 8 * LENGTH - 1), min_size=1, max_size=5), st.integers(1, 300_000))
@example({0}, 1)
@example({8 * LENGTH}, 8 * LENGTH + 1)
@settings(max_examples=100, deadline=None)
def test_no_bit_lies_beyond_the_tree(records, size):
    """A list speaks of records that were there, in whichever segment and byte their bits are."""
    segments = []
    for place in sorted({record // (8 * LENGTH) for record in records}):
        bits = bytearray(LENGTH)
        for record in records:
            if record // (8 * LENGTH) == place:
                bit = record % (8 * LENGTH)
                bits[bit // 8] |= 128 >> bit % 8
        encoded = text(gzip.compress(bytes(bits)))
        segments.append({"purpose": "refresh", "segment": place, "encodedList": encoded})
    found = both("StatusList", {"asOfTreeSize": size, "segments": segments})
    assert found == ("record.status_beyond" if max(records) >= size else None)


def text(member):
    return "u" + base64.urlsafe_b64encode(member).rstrip(b"=").decode()


MEMBER = gzip.compress(b"\x80" + bytes(LENGTH - 1), mtime=0)


@st.composite
def members(draw):
    """Bytes that are a gzip member of the right length, or nearly."""
    data = draw(
        st.sampled_from([MEMBER, MEMBER + MEMBER])
        | st.integers(0, 40_000).map(lambda size: gzip.compress(b"\1" * size, mtime=0))
        | st.binary(max_size=40)
    )
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.binary(max_size=2)) + data[at + draw(st.integers(0, 2)) :]
    return data


@given(members())
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_both_inflate_the_same_members(member):
    ours = answer(ledger_decode, text(member))
    assert ours == answer(verifier.decode_segment, text(member))
    if isinstance(ours, bytes):
        assert ours == zlib.decompress(member, 31)
        assert len(ours) == LENGTH


@given(st.text(st.sampled_from([*"uzAB-_+/= \n\u00e9"]), max_size=9))
def test_both_read_the_same_texts(encoded):
    assert answer(ledger_decode, encoded) == answer(verifier.decode_segment, encoded)


def test_both_take_as_many_line_items_as_there_may_be():
    """The corpus has the one item more that both refuse."""
    footprint = subject("FootprintStatement-small")
    item = footprint["lineItems"][0]
    footprint["lineItems"] = [{**item, "id": f"{place:03}"} for place in range(480)]
    assert both("FootprintStatement", footprint, RULED) is None
    validator = kind_validator("FootprintStatement")
    record = {**record_of("FootprintStatement-small"), "credentialSubject": footprint}
    assert validator.is_valid(record)


@given(st.from_regex(r"[0-9]{13}", fullmatch=True), st.sampled_from("0123456789"))
@settings(max_examples=100)
def test_a_gtin_has_one_check_digit(body, last):
    """GS1: the digits weighted 1, 3, 1, ... from the right make a multiple of ten."""
    digits = body + last
    weighted = sum(int(digit) for digit in digits[::-2]) + 3 * sum(map(int, digits[-2::-2]))
    footprint = {**subject("FootprintStatement-small"), "productIds": [f"urn:gtin:{digits}"]}
    found = both("FootprintStatement", footprint, RULED)
    assert found == (None if weighted % 10 == 0 else "record.product_id")


STAGES = ("production", "rawMaterial", "use")
CATEGORIES = ("fossil", "biogenic", "biogenicUptake")
SEALED_ITEMS = st.lists(
    st.tuples(
        st.booleans(),  # sealed
        st.sampled_from(STAGES),
        st.sampled_from(CATEGORIES),
        st.none() | st.sets(st.integers(0, 5), min_size=1, max_size=2),  # what it transmits
    ),
    min_size=1,
    max_size=8,
)


BRIDGE = [
    (True, "production", "fossil", None),
    (True, "production", "fossil", None),
    (True, "production", "biogenic", None),
    (True, "rawMaterial", "biogenic", None),
    (True, "rawMaterial", "biogenic", None),
]
"""Two of each subtotal, and the one in the middle is the difference of two subtotals."""


@given(SEALED_ITEMS)
@example(BRIDGE)
@example(BRIDGE[:2] + BRIDGE[3:])
@settings(max_examples=300)
def test_what_may_be_sealed_is_the_same_to_both(shapes):
    """No sealed line follows from subtotals; transmission is sealed with what it carries."""
    items = []
    for place, (sealed, stage, category, carried) in enumerate(shapes):
        digest = base64.urlsafe_b64encode(bytes([place]) * 32).rstrip(b"=").decode()
        use = {"instrument": "grid", "period": {"start": "2025-01-01", "end": "2025-12-31"}}
        if carried is not None:
            use["transmissionOf"] = [str(other) for other in sorted(carried)]
        template = subject("FootprintStatement-all-sealed")["lineItems"][0]
        item = {**template, "id": str(place), "stage": stage, "category": category}
        item |= {"_sd": [digest], "electricity": use}
        if not sealed:
            del item["_sd"]
            item |= {"quantity": "1", "emission": "1"}
        items.append(item)
    footprint = {**subject("FootprintStatement-small"), "lineItems": items}
    footprint["systemBoundary"] = "cradleToGrave"
    found = both("FootprintStatement", footprint, RULED)
    assert found == ("record.sealed" if given_away(shapes) else None)


def given_away(shapes):
    """Whether a sealed line follows from the subtotals, or from a line that transmits with it."""
    for sealed, _, _, carried in shapes:
        for other in carried or ():
            if other < len(shapes) and shapes[other][0] != sealed:
                return True
    # What transmission lines carry follows from others: each is asked about beside those only.
    telling = [shape[1:3] for shape in shapes if shape[0] and shape[3] is None]
    for sealed, stage, category, carried in shapes:
        if sealed:
            others = list(telling)
            if carried is None:
                others.remove((stage, category))
            if is_determined((stage, category), others):
                return True
    return False


def is_determined(line, others):
    """Whether all sums by stage and category leave one value only for the first unknown.

    That is so where the row that asks for it alone is a combination of the rows of the sums, which
    the rank of the matrix says.
    """
    unknown = [line, *others]
    rows = [
        [Fraction(stage == one and category != "biogenicUptake") for stage, category in unknown]
        for one in STAGES
    ]
    rows += [[Fraction(category == one) for _, category in unknown] for one in CATEGORIES]
    asked = [Fraction(place == 0) for place in range(len(unknown))]
    return rank([*rows, asked]) == rank(rows)


def rank(rows):
    """The rank of a matrix, by elimination over fractions."""
    rows, found = [list(row) for row in rows], 0
    for column in range(len(rows[0])):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        for place in range(found + 1, len(rows)):
            times = rows[place][column] / pivot[column]
            rows[place] = [x - times * y for x, y in zip(rows[place], pivot, strict=True)]
        found += 1
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_both_allow_the_same_links(kind):
    """The verifier's table says what the ledger's schemas say."""
    schema = load_schema(kind)
    limits = schema["properties"].get("links")
    if limits is None:
        assert verifier.LINKS[kind] is None
        return
    counted = {
        rule["contains"]["properties"]["rel"]["const"]: (rule["minContains"], rule["maxContains"])
        for rule in limits["allOf"]
    }
    assert counted == verifier.LINKS[kind]
    assert limits["items"]["properties"]["rel"]["enum"] == list(counted)
    assert ("links" in schema.get("required", [])) == any(low for low, _ in counted.values())


def test_both_know_the_same_kinds():
    assert set(KINDS) == set(verifier.KINDS)
