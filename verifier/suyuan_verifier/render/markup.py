"""HTML that is right by construction: what was not made here as markup is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

from suyuan_verifier.render.terminal import printable

_VOID = frozenset({"meta", "input"})


class Markup(str):
    """A piece of HTML made by `tag`; every other string is text."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str) -> Markup:
    """Write one element.

    Args:
        name: name of the element.
        *children: markup as it is, other strings escaped, control characters shown as escapes.
        **attributes: values, always escaped; `class_` is `class`, `_` in a name is `-`, and an
            empty value leaves the attribute out.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for key, value in attributes.items()
        if value
    )
    if name in _VOID:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{join(*children)}</{name}>")


def join(*children: str) -> Markup:
    """Put pieces one behind the other."""
    return Markup("".join(map(_markup, children)))


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: markup or text, and its class."""

    content: str
    kind: str = ""


def table(columns: list[str], rows: Iterable[list[Cell]]) -> Markup:
    """Write a table; each cell carries its column's name, for screens too narrow for columns."""
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in columns)))
    body = [
        tag(
            "tr",
            *(
                tag("td", cell.content, class_=cell.kind, data_label=name)
                for cell, name in zip(row, columns, strict=True)
            ),
        )
        for row in rows
    ]
    return tag("table", head, tag("tbody", *body))


def facts(pairs: Iterable[tuple[str, str]]) -> Markup:
    """Write names and values as a list of definitions."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs))


def _markup(piece: str) -> str:
    return piece if isinstance(piece, Markup) else _escaped(piece)


def _escaped(text: str) -> str:
    return html.escape(printable(text), quote=True)
