"""did:key and base58btc: known answers, one spelling per key, no crash on any text."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.did import (
    ALPHABET,
    MAX_BASE58_CHARS,
    SMALL_ORDER_Y,
    check_public_key,
    decode_base58,
    decode_multibase,
    encode_base58,
    format_did_key,
    parse_did_key,
    verification_method,
)

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


@pytest.mark.parametrize(
    ("data", "text"),
    [
        # The three examples of the base58 draft (draft-msporny-base58-03, section 5), and zeros.
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
        (b"", ""),
        (b"\0\0", "11"),
    ],
)
def test_base58_known_answers(data, text):
    assert encode_base58(data) == text
    assert decode_base58(text) == data


@given(st.binary(max_size=92))
def test_base58_round_trip(data):
    assert decode_base58(encode_base58(data)) == data


@given(st.text(ALPHABET, max_size=MAX_BASE58_CHARS))
def test_base58_has_one_spelling(text):
    assert encode_base58(decode_base58(text)) == text


@given(st.text(max_size=200))
def test_any_other_text_is_a_value_error(text):
    for read in (decode_base58, decode_multibase, parse_did_key):
        try:
            read(text)
        except ValueError:
            continue


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "a b", "é", "1" * (MAX_BASE58_CHARS + 1)])
def test_foreign_characters_and_lengths(text):
    with pytest.raises(ValueError, match="base58btc"):
        decode_base58(text)


@given(st.binary(min_size=32, max_size=32))
def test_did_key_round_trip(raw):
    did = format_did_key(raw)
    assert did.startswith("did:key:z6Mk")
    assert parse_did_key(did) == raw
    assert verification_method(did) == f"{did}#{did[8:]}"


def test_a_key_has_32_bytes():
    with pytest.raises(ValueError, match="32 bytes"):
        format_did_key(bytes(31))


def add(one, two):
    """Add two points of the curve -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032 section 5.1)."""
    (x1, y1), (x2, y2) = one, two
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P
    return x, y


def lift(y):
    """Return a point with this y, or None."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (x, y) if x * x % P == square else None


def test_small_order_list_is_the_whole_8_torsion():
    for y in SMALL_ORDER_Y:
        point = lift(y)
        assert point is not None
        for _ in range(3):
            point = add(point, point)
        assert point == (0, 1)
    # A point of order 8 generates them all: its multiples name every y in the list.
    start = next(point for y in SMALL_ORDER_Y if len(multiples(point := lift(y))) == 8)
    assert {y for _, y in multiples(start)} == SMALL_ORDER_Y


def multiples(point):
    found, current = set(), (0, 1)
    while current not in found:
        found.add(current)
        current = add(current, point)
    return found


def test_the_library_takes_what_we_refuse():
    """Why the rule exists: this "signature" fits any message under the neutral key."""
    neutral = (1).to_bytes(32, "little")
    universal = neutral + bytes(32)
    Ed25519PublicKey.from_public_bytes(neutral).verify(universal, b"anything at all")
    with pytest.raises(RefusedError) as caught:
        check_public_key(neutral)
    assert caught.value.code == "sig.small_order"


@pytest.mark.parametrize("y", sorted(SMALL_ORDER_Y))
@pytest.mark.parametrize("sign", [0, 1 << 255])
def test_small_order_keys_are_refused(y, sign):
    with pytest.raises(RefusedError) as caught:
        check_public_key((y + sign).to_bytes(32, "little"))
    assert caught.value.code == "sig.small_order"


@pytest.mark.parametrize("y", range(P, 2**255))
def test_every_second_spelling_is_refused(y):
    with pytest.raises(RefusedError) as caught:
        check_public_key(y.to_bytes(32, "little"))
    assert caught.value.code == "sig.key_encoding"


def test_an_honest_key_passes(signer):
    check_public_key(signer.public_key)
