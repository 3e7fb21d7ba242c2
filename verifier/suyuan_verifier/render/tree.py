"""The tree from a label down to its factors, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from suyuan_verifier.render.provenance import Node, is_illustrative, provenance
from suyuan_verifier.render.terminal import printable
from suyuan_verifier.render.terms import ILLUSTRATIVE
from suyuan_verifier.render.words import pick

_MARK = "(!) "
_INDENT = "  "


def tree_lines(record: dict[str, Any], lang: str) -> list[str]:
    """Return the lines of a record's tree, indented to stand below the verdict.

    Args:
        record: `report.record` that has a member `footprint`.
        lang: `en` or `zh`.
    """
    banner = [f"{_INDENT}{_MARK}{pick(ILLUSTRATIVE, lang)}"] if is_illustrative(record) else []
    return banner + list(_lines(provenance(record, lang), _INDENT, _INDENT))


def _lines(node: Node, first: str, rest: str) -> Iterator[str]:
    """Write a node, then its facts, then its branches.

    Args:
        node: what is written.
        first: what stands before its first line.
        rest: what stands before every other line of it.
    """
    mark = _MARK if node.illustrative else ""
    status = f"  ({printable(node.status)})" if node.status else ""
    yield f"{first}{mark}{node.name}: {printable('  '.join(node.words))}{status}"
    bar = "│ " if node.children else "  "
    yield from (f"{rest}{bar}  {name}: {printable(text)}" for name, text in node.facts)
    for number, child in enumerate(node.children, start=1):
        last = number == len(node.children)
        yield from _lines(
            child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  ")
        )
