"""A label code written a second time from docs/spec/label.md#label-code, right or wrong."""

from __future__ import annotations

import zlib
from functools import cache

from footprint_story import label_story
from signed_records import jcs

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45(data: bytes) -> str:
    """RFC 9285, section 4."""
    text = ""
    for place in range(0, len(data) - 1, 2):
        high, rest = divmod(data[place] * 256 + data[place + 1], 45 * 45)
        text += ALPHABET[rest % 45] + ALPHABET[rest // 45] + ALPHABET[high]
    if len(data) % 2:
        text += ALPHABET[data[-1] % 45] + ALPHABET[data[-1] // 45]
    return text


def code_of(content: bytes) -> str:
    """The code that carries some bytes, whatever they are."""
    return "SUYUAN1:" + base45(zlib.compress(content, 9))


def code_of_record(record: dict) -> str:
    """The code of a record."""
    return code_of(jcs(record))


@cache
def _story():
    return label_story()


def label_record() -> dict:
    """The label of the story that is told everywhere."""
    return _story().record("label")


def certificate_record() -> dict:
    """A signed record of another kind."""
    return _story().record("certificate")
