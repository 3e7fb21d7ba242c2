"""Status lists whose segments are not what they claim, and some that are, however odd.

All but the last table break what one segment says; the gzip members are written by hand.
"""

from __future__ import annotations

from functools import partial

from cases_bytes import refuse
from cases_changed import Change, cases_of
from cases_sound import accept
from corpus_base import Case, Value, sign
from corpus_governance import status_list
from corpus_links import SIGNER, signed_text, unsigned
from gzip_members import HEADER, LENGTH, bitstring, deflate, gzip_member, multibase, stored

_BITS = bitstring(0, 7, 131_071)
_MEMBER = gzip_member(_BITS)
_TEXT = multibase(_MEMBER)
_NAMED_HEADER = HEADER[:3] + b"\x08" + HEADER[4:]
"""A file name follows, which ends in a zero byte: the same member, said with more words."""
MOST_BYTES = 24_575
"""What fits into 32,768 characters."""
MEGABYTES = 3 * 2**20


def _list(encoded: str) -> Value:
    subject = status_list(0)
    subject["segments"][0]["encodedList"] = encoded
    return subject


def _padded(size: int) -> bytes:
    """A sound member of so many bytes: nothing compressed, and a long file name."""
    bare = gzip_member(_BITS, stored(_BITS), header=_NAMED_HEADER + b"\0")
    name = b"n" * (size - len(bare))
    return gzip_member(_BITS, stored(_BITS), header=_NAMED_HEADER + name + b"\0")


def _spare_bits() -> str:
    """A text whose last symbol has an unused bit set: leniently read, it says the same bytes."""
    sound = multibase(_padded(16_415))  # one byte more than whole groups of three
    symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return sound[:-1] + symbols[symbols.index(sound[-1]) + 1]


def status_list_refused() -> list[Case]:
    """Return the lists that must be refused."""
    broken: dict[str, dict[str, str]] = {
        "record.status_encoding": {
            "empty-text": "",
            "no-u": _TEXT[1:],
            "base58": "z" + _TEXT[1:],
            "u-alone": "u",
            "padding": _TEXT + "=" * (-len(_TEXT[1:]) % 4 or 4),
            "standard-alphabet": "u" + "+/" + _TEXT[3:],
            "spare-bits": _spare_bits(),
            "one-symbol-too-many": _TEXT + "A" * ((1 - len(_TEXT[1:])) % 4 or 4),
            "blank": _TEXT[:9] + " " + _TEXT[9:],
            "line-feed": _TEXT + "\n",
            "not-ascii": "u\u4e91" + _TEXT[2:],
        },
        "record.status_gzip": {
            "not-gzip": multibase(_BITS[:64]),
            "zlib": multibase(b"\x78\x01" + deflate(_BITS)),
            "raw-deflate": multibase(deflate(_BITS)),
            "cut-in-trailer": multibase(_MEMBER[:-1]),
            "no-trailer": multibase(_MEMBER[:-8]),
            "cut-in-body": multibase(_MEMBER[:40]),
            "header-alone": multibase(_MEMBER[:10]),
            "trailing-byte": multibase(_MEMBER + b"\0"),
            "two-members": multibase(_MEMBER + _MEMBER),
            "second-member-empty": multibase(_MEMBER + gzip_member(b"")),
            "halves": multibase(
                gzip_member(_BITS[: LENGTH // 2]) + gzip_member(_BITS[LENGTH // 2 :])
            ),
            "checksum": multibase(gzip_member(_BITS, crc=0)),
            "length-field": multibase(_MEMBER[:-4] + bytes(4)),
            "reserved-flag": multibase(
                gzip_member(_BITS, header=HEADER[:3] + b"\x80" + HEADER[4:])
            ),
            "method": multibase(gzip_member(_BITS, header=HEADER[:2] + b"\x07" + HEADER[3:])),
            "body": multibase(gzip_member(_BITS, b"\x07")),
        },
        "record.status_length": {
            "short": multibase(gzip_member(_BITS[:-1])),
            "no-bytes": multibase(gzip_member(b"")),
        },
        "record.status_bomb": {
            "one-byte-long": multibase(gzip_member(_BITS + b"\0")),
            "bomb": multibase(gzip_member(b"\x80" + bytes(MEGABYTES))),
        },
        "record.status_empty": {"no-bit": multibase(gzip_member(bytes(LENGTH)))},
    }
    broken["record.shape"] = {"text-too-long": multibase(_padded(MOST_BYTES + 1))}
    cases = [
        refuse(
            f"StatusList-{name}", code, f"encodedList: {name}",
            signed_text("StatusList", f"list-{name}", _list(encoded)),
        )
        for code, texts in broken.items()
        for name, encoded in texts.items()
    ]  # fmt: skip
    make = partial(signed_text, "StatusList")
    segment = status_list(0)["segments"][0]
    order: dict[str, Change] = {
        "order-purpose": (
            "segments", [{**segment, "purpose": name} for name in ("suspension", "refresh")],
        ),
        "order-segment": ("segments", [{**segment, "segment": place} for place in (1, 0)]),
        "twice": ("segments", [segment, segment]),
    }  # fmt: skip
    # Room for every segment, so that nothing but the order is wrong.
    cases += cases_of("StatusList", "record.order", make, status_list(0, size=2**40), order)
    beyond: dict[str, tuple[tuple[int, ...], int, int]] = {
        "next-record": ((5,), 5, 0),
        "far-record": ((0, 131_071), 131_071, 0),
        "second-segment": ((0,), 131_072, 1),
        "within-the-byte": ((0, 6), 6, 0),
        "last-segment": ((0,), 1, 2**36),
    }
    for name, (bits, size, place) in beyond.items():
        subject = status_list(*bits, size=size)
        subject["segments"][0]["segment"] = place
        text = signed_text("StatusList", f"beyond-{name}", subject)
        cases.append(
            refuse(f"StatusList-beyond-{name}", "record.status_beyond", f"beyond: {name}", text)
        )
    return cases


def status_list_accepted() -> list[Case]:
    """Return lists at the edge of a rule."""
    three = status_list(0, size=2**53 - 1)
    segment = three["segments"][0]
    three["segments"] = [
        {**segment, "purpose": "refresh", "segment": 2},
        {**segment, "purpose": "refresh", "segment": 10},
        {**segment, "purpose": "suspension", "segment": 2**36 - 1},
    ]
    lists = {
        "last-record": status_list(0, 5, size=6),
        "last-of-segment": status_list(131_071, size=131_072),
        "first-of-second-segment": {
            "asOfTreeSize": 131_073,
            "segments": [{**segment, "segment": 1}],
        },
        "three-segments": three,
        "every-bit": _list(multibase(gzip_member(b"\xff" * LENGTH))),
        "stored": _list(multibase(gzip_member(_BITS, stored(_BITS)))),
        "named": _list(multibase(gzip_member(_BITS, header=_NAMED_HEADER + b"list\0"))),
        "longest-text": _list(multibase(_padded(MOST_BYTES))),
    }
    cases = []
    for name, subject in lists.items():
        record = unsigned("StatusList", f"list-{name}", subject)
        cases.append(accept(f"StatusList-{name}", f"a status list: {name}", sign(record, SIGNER)))
    return cases
