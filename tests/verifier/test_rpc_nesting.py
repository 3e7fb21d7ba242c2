"""A hostile endpoint cannot end the process with an answer that nests without end."""

from __future__ import annotations

import sys

from suyuan_verifier.rpc import OnlineChain
from test_rpc import CHAIN, HASH, NUMBER, node, serve


def test_deep_answer_is_unknown_even_where_the_recursion_limit_was_raised():
    """An embedding program, or a test tool, may have raised it; the C stack stays as it is."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    try:
        with serve(node(eth_chainId=b"[" * 2_000_000)) as url:
            answer = OnlineChain([url]).confirm_block(CHAIN, NUMBER, HASH)
    finally:
        sys.setrecursionlimit(before)

    assert (answer.outcome, answer.code) == ("unknown", "rpc.response")
