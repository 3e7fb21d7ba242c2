"""Keccak-256: known values, and the pure code against pycryptodome."""

from __future__ import annotations

import sys

import pytest
from Crypto.Hash import keccak as pycryptodome
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_verifier.evm import keccak as module
from suyuan_verifier.evm.keccak import keccak256, keccak256_pure


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"\x80", "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"),
        (b"\xc0", "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"),
    ],
)
def test_known_values(data, digest):
    """The hashes that Ethereum gives empty code, the empty trie and an empty list of ommers."""
    assert keccak256(data).hex() == digest
    assert keccak256_pure(data).hex() == digest


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_both_codes_agree(data):
    assert keccak256_pure(data) == pycryptodome.new(data=data, digest_bits=256).digest()


def test_both_codes_agree_around_the_block_length():
    for length in (134, 135, 136, 137, 271, 272, 273):
        data = bytes(range(256)) * 2
        expected = pycryptodome.new(data=data[:length], digest_bits=256).digest()
        assert keccak256_pure(data[:length]) == expected


def test_without_pycryptodome_the_pure_code_is_used(monkeypatch):
    monkeypatch.setitem(sys.modules, "Crypto.Hash", None)
    module._backend.cache_clear()
    try:
        assert module._backend() is keccak256_pure
        assert keccak256(b"").hex().startswith("c5d24601")
    finally:
        module._backend.cache_clear()
