"""Block headers: rebuilt from a node's JSON for every fork that may be met, and bounds."""

from __future__ import annotations

import pytest
import rlp
from eth_utils import keccak
from hypothesis import given, settings
from hypothesis import strategies as st
from local_chain import local_chain
from suyuan_verifier.errors import MalformedError, VerifierError
from suyuan_verifier.evm.header import MAX_FIELDS, MAX_HEADER_BYTES, parse_header
from synthetic_evidence import NUMBER, TIME, header

# Fields by fork: 15 in the yellow paper, then what each fork appended.
FORKS = {"berlin": 15, "london": 16, "shanghai": 17, "cancun": 20, "prague": 21, "osaka": 21}


@pytest.mark.anvil
@pytest.mark.parametrize("fork", FORKS)
def test_a_header_rebuilt_from_json_has_the_blocks_hash(tmp_path, fork):
    with local_chain(tmp_path, "--hardfork", fork) as chain:
        receipt = chain.send(to="0x" + "11" * 20, value=hex(5), gasPrice=hex(3_000_000_000))
        chain.mine(2)
        # Not the genesis: for forks before cancun anvil 1.7 puts blob fields into that one block.
        for number in range(1, int(receipt["blockNumber"], 16) + 3):
            raw, named, _ = chain.header(hex(number))
            parsed = parse_header(raw)
            assert "0x" + parsed.hash.hex() == named
            assert parsed.number == number
            assert len(rlp.decode(raw)) == FORKS[fork]


def good() -> list:
    return header(bytes(32))


def refuse(fields: object, code: str = "evm.header") -> None:
    with pytest.raises(MalformedError) as caught:
        parse_header(fields if isinstance(fields, bytes) else rlp.encode(fields))
    assert caught.value.code == code


def test_what_a_header_says():
    raw = rlp.encode(good())
    parsed = parse_header(raw)
    assert parsed.hash == keccak(raw)
    assert (parsed.number, parsed.timestamp, parsed.state_root) == (NUMBER, TIME + 60, bytes(32))


def test_the_number_of_fields_is_bounded():
    assert parse_header(rlp.encode(good()[:15])).number == NUMBER
    assert parse_header(rlp.encode(good() + [b""] * (MAX_FIELDS - 16))).number == NUMBER
    refuse(good()[:14])
    refuse(good() + [b""] * (MAX_FIELDS - 15))
    refuse([])
    refuse(b"\x83dog")


@pytest.mark.parametrize("place", [0, 1, 2, 3, 4, 5, 6, 13, 14])
def test_hashes_and_blooms_have_their_length(place):
    for size in (0, len(good()[place]) - 1, len(good()[place]) + 1):
        refuse(header(bytes(32), **{f"field{place}": bytes(size)}))


@pytest.mark.parametrize("place", [7, 8, 9, 10, 11])
def test_integers_have_no_leading_zero(place):
    refuse(header(bytes(32), **{f"field{place}": b"\x00\x01"}), "evm.rlp")
    refuse(header(bytes(32), **{f"field{place}": bytes([1]) * 33}), "evm.rlp")


@pytest.mark.parametrize("place", [8, 11])
def test_number_and_time_stay_below_2_64(place):
    assert parse_header(rlp.encode(header(bytes(32), **{f"field{place}": 2**64 - 1})))
    refuse(header(bytes(32), **{f"field{place}": 2**64}))


def test_lists_inside_a_header_and_huge_headers_are_refused():
    refuse(header(bytes(32), field12=[b"list"]), "evm.rlp")
    refuse(header(bytes(32), field12=bytes(MAX_HEADER_BYTES)), "evm.rlp")
    refuse(rlp.encode(good()) + b"\x00", "evm.rlp")


@given(st.one_of(st.binary(max_size=700), st.lists(st.binary(max_size=260), max_size=24)))
@settings(max_examples=300, deadline=None)
def test_only_our_own_errors_leave(data):
    raw = data if isinstance(data, bytes) else rlp.encode(data)
    try:
        parse_header(raw)
    except VerifierError:
        return
