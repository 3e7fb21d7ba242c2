"""Recursive Length Prefix, strictly canonical (Ethereum yellow paper, appendix B).

An item is a byte string or a list of items. Each item has exactly one encoding here: a single byte
below 0x80 stands for itself, a length uses the short form below 56 and has no leading zeros, and
nothing follows the outermost item. So decode and encode are inverse to each other, and a hash over
the encoding binds the items.
"""

from __future__ import annotations

from typing import TypeAlias

from suyuan_verifier.errors import MalformedError

Item: TypeAlias = "bytes | tuple[Item, ...]"

MAX_BYTES = 1_048_576
MAX_DEPTH = 16

_SHORT = 55
_LIST = 0xC0
_STRING = 0x80


def decode_rlp(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Item:
    """Decode one item that takes up all of `data`.

    Args:
        data: the encoding.
        max_bytes: bound on `data`, checked first.
        max_depth: bound on nested lists; the outermost list is depth 1.

    Raises:
        MalformedError: `evm.rlp`.
    """
    if len(data) > max_bytes:
        raise MalformedError("evm.rlp", expected=f"<= {max_bytes} bytes", found=len(data))
    item, end = _decode(data, 0, len(data), max_depth)
    if end != len(data):
        raise MalformedError("evm.rlp", expected=f"{end} bytes", found=f"{len(data)} bytes")
    return item


def encode_rlp(item: Item) -> bytes:
    """Encode an item in its one encoding."""
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < _STRING:
            return item
        return _prefix(len(item), _STRING) + item
    payload = b"".join(encode_rlp(member) for member in item)
    return _prefix(len(payload), _LIST) + payload


def decode_integer(data: bytes, *, max_bytes: int = 32) -> int:
    """Read a byte string as a big-endian unsigned integer without leading zeros.

    Raises:
        MalformedError: `evm.rlp`.
    """
    if len(data) > max_bytes or data[:1] == b"\0":
        raise MalformedError(
            "evm.rlp", expected=f"an integer of <= {max_bytes} bytes", found=data[:40].hex()
        )
    return int.from_bytes(data, "big")


def _prefix(length: int, offset: int) -> bytes:
    if length <= _SHORT:
        return bytes([offset + length])
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([offset + _SHORT + len(size)]) + size


def _decode(data: bytes, start: int, end: int, depth: int) -> tuple[Item, int]:
    """Decode the item at `start`, which must lie inside [start, end); return it and its end."""
    if start >= end:
        raise MalformedError("evm.rlp", expected="an item", found="the end")
    first = data[start]
    if first < _STRING:
        return data[start : start + 1], start + 1
    is_list = first >= _LIST
    content, length = _length(data, start, end, first - (_LIST if is_list else _STRING))
    stop = content + length
    if stop > end:
        raise MalformedError("evm.rlp", expected=f"{length} bytes", found=f"{end - content} bytes")
    if not is_list:
        if length == 1 and data[content] < _STRING:
            raise MalformedError("evm.rlp", expected="a single byte as itself", found="prefixed")
        return data[content:stop], stop
    if depth == 0:
        raise MalformedError("evm.rlp", expected="shallower nesting")
    members: list[Item] = []
    while content < stop:
        member, content = _decode(data, content, stop, depth - 1)
        members.append(member)
    return tuple(members), stop


def _length(data: bytes, start: int, end: int, tag: int) -> tuple[int, int]:
    """Return where the content starts and its length."""
    if tag <= _SHORT:
        return start + 1, tag
    content = start + 1 + tag - _SHORT
    size = data[start + 1 : content]
    length = int.from_bytes(size, "big")
    if content > end or size[0] == 0 or length <= _SHORT:
        raise MalformedError("evm.rlp", expected="the shortest length", found=size.hex())
    return content, length
