"""How much work a call is, counted in interpreter instructions: the same on every machine.

A clock would fail whoever runs the suite beside something else. Work inside one instruction (a
regular expression, a set operation on long integers) is not seen; loops written in Python are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def instructions(work: Callable[[], object]) -> int:
    """The number of bytecode instructions that one run of `work` executes in this thread."""
    count = 0

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        if event == "opcode":
            count += 1
        else:
            frame.f_trace_opcodes = True
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def growth(work_of_size: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times more work a call of double the size is: 2 is linear, 4 is quadratic.

    `work_of_size` prepares a call, and only the call is counted. What does not depend on the size
    is taken off, as the work of half the size shows it. A pair of things adds to the growth what
    it costs beside one thing: at size n, it passes 2.7 where a pair costs more than 0.36/n of one.
    """
    # What the first call of all imports and remembers is no part of its size.
    work_of_size(size // 2)()
    half, one, two = (instructions(work_of_size(number)) for number in (size // 2, size, 2 * size))
    return (two - one) / (one - half)
