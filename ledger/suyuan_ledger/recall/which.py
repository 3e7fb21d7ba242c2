"""What a person may call the record that is recalled (docs/spec/recall.md#what-can-be-named)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from orjson import loads

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.recall.events import EVENT_KINDS, event_of
from suyuan_ledger.recall.graph import Start
from suyuan_ledger.records.digest import parse_digest
from suyuan_ledger.records.profile import format_digest

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

DOCUMENT_KINDS = ("Certificate", "Filing", "LabelIssuance")
"""Kinds with a number of their own, unique among records of the kind."""

_REGISTRY = "registry:"
# More digits than a log index has.
_INDEX_DIGITS = 18


def parse_which(text: str) -> Start:
    """Read a name as a mirror knows it: digest, index or registry number.

    Raises:
        RefusedError: the code of `parse_digest` for a malformed digest.
    """
    if text.startswith("sha256:"):
        return Start(contents=frozenset({parse_digest(text)}))
    if text.startswith(_REGISTRY):
        return Start(registry_number=text.removeprefix(_REGISTRY))
    if text.isascii() and text.isdecimal() and len(text) <= _INDEX_DIGITS:
        return Start(indexes=frozenset({int(text)}))
    return Start(registry_number=text)


def find_which(connection: Connection, text: str) -> Start:
    """Read a name as the ledger itself knows it; of an event, what it acts on is meant too.

    Raises:
        RefusedError: as `parse_which`.
    """
    return _with_targets(connection, find_named(connection, text))


def find_named(connection: Connection, text: str) -> Start:
    """Read a name as the ledger itself knows it.

    The number of a certificate, filing or label is a name, too, and a factor code is one for all
    its submissions.

    Raises:
        RefusedError: as `parse_which`.
    """
    # The database layer takes a second to import, and a mirror is read without it.
    from sqlalchemy import select  # noqa: PLC0415

    from suyuan_ledger.store import governance_tables  # noqa: PLC0415
    from suyuan_ledger.store.footprints import find_document  # noqa: PLC0415
    from suyuan_ledger.store.governance import find_registry_number  # noqa: PLC0415

    start = parse_which(text)
    number = start.registry_number
    if number is None:
        return start
    admission = find_registry_number(connection, number)
    if admission is not None:
        return Start(indexes=frozenset({admission.index}))
    documents = [find_document(connection, kind, number) for kind in DOCUMENT_KINDS]
    indexes = frozenset(index for index in documents if index is not None)
    if indexes:
        return Start(indexes=indexes)
    table = cast("Table", governance_tables.FactorCase.__table__)  # type: ignore[attr-defined]
    query = select(table.c.index).where(table.c.factor_code == number)
    return Start(indexes=frozenset(connection.execute(query).scalars()))


def find_content(connection: Connection, text: str) -> str:
    """Return the content digest, `sha256:...`, of the one record that a name stands for.

    Args:
        connection: an open transaction.
        text: digest, log index or registry number.

    Raises:
        RefusedError: `recall.unknown`; as `parse_which`.
    """
    from suyuan_ledger.store import repository  # noqa: PLC0415 - see above
    from suyuan_ledger.store.governance import find_registry_number  # noqa: PLC0415

    start = parse_which(text)
    for content in start.contents:
        return format_digest(content)
    indexes = start.indexes
    if start.registry_number is not None:
        admission = find_registry_number(connection, start.registry_number)
        indexes = frozenset() if admission is None else frozenset({admission.index})
    for index in indexes:
        stored = repository.find_record(connection, index)
        if stored is not None:
            return format_digest(stored.content)
    raise RefusedError("recall.unknown", found=text)


def _with_targets(connection: Connection, start: Start) -> Start:
    """Add what an event acts on, so that `recall` need not read the log once more for it."""
    from suyuan_ledger.store import repository  # noqa: PLC0415 - see above

    found = [repository.find_record(connection, index) for index in start.indexes]
    found += [repository.find_content(connection, content) for content in start.contents]
    contents = set(start.contents)
    for stored in found:
        if stored is not None and stored.kind in EVENT_KINDS:
            event = event_of(loads(stored.entry))
            contents.update(parse_digest(target) for target in (event.targets if event else ()))
    return replace(start, contents=frozenset(contents))
