"""The log's time: whole seconds inside, `YYYY-MM-DDThh:mm:ssZ` in entries."""

from __future__ import annotations

import time as wall_clock
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from suyuan_ledger.records.drafts import format_time

# An entry may be at most this much later than the anchor that covers it (docs/spec/anchor.md), so
# a clock that was set back further must not be papered over by repeating the last time.
CLOCK_TOLERANCE = 300

Clock = Callable[[], int]


def system_clock() -> int:
    """Return the machine's time in whole seconds since 1970-01-01T00:00:00Z."""
    return int(wall_clock.time())


@lru_cache(maxsize=64)
def format_seconds(seconds: int) -> str:
    """Write Unix seconds as entries do: `YYYY-MM-DDThh:mm:ssZ`."""
    return format_time(datetime.fromtimestamp(seconds, UTC))
