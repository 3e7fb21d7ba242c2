"""StatusList: segments that inflate to their length, and speak of records that were there."""

from __future__ import annotations

from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.rules.values import check_ascending, check_whole_numbers
from suyuan_ledger.status.encode import SEGMENT_BITS, decode_segment


def check_status_list(subject: dict[str, Any], at: str) -> None:
    """Check 状态列表."""
    check_whole_numbers(subject, at)
    check_ascending(subject["segments"], ("purpose", "segment"), f"{at}/segments")
    for place, item in enumerate(subject["segments"]):
        pointer = f"{at}/segments/{place}/encodedList"
        bits = decode_segment(item["encodedList"], pointer)
        covered = subject["asOfTreeSize"] - item["segment"] * SEGMENT_BITS
        if not _ends_before(bits, covered):
            raise RefusedError(
                "record.status_beyond",
                pointer=pointer,
                expected=f"no bit beyond record {subject['asOfTreeSize'] - 1}",
                found=f"segment {item['segment']}",
            )


def _ends_before(bits: bytes, count: int) -> bool:
    """Tell whether only the first `count` bits, the highest of each byte first, may be set."""
    if count >= SEGMENT_BITS:
        return True
    if count <= 0:
        return False  # at least one bit is set
    whole, rest = divmod(count, 8)
    return bits[whole] & (0xFF >> rest) == 0 and not any(bits[whole + 1 :])
