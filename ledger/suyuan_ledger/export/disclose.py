"""What a holder discloses with a bundle: some sealed figures of some statements in it.

The choice is made per bundle. Each disclosure is matched with its statement before the file leaves
(docs/spec/bundle.md#disclosures), so that none is in it that belongs to another statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.sealing import unseal
from suyuan_ledger.records.digest import parse_digest
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.records.rules.footprint import check_sealed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from suyuan_ledger.store.repository import StoredRecord

ALL, NONE = "all", "none"


@dataclass(frozen=True, slots=True)
class Disclosures:
    """What is disclosed of one statement.

    Attributes:
        statement: content digest of the FootprintStatement, 32 bytes.
        by_item: disclosures by line item.
    """

    statement: bytes
    by_item: Mapping[str, str]


def choose(files: Sequence[tuple[str, Mapping[str, str]]], disclose: str) -> list[Disclosures]:
    """Choose what is disclosed.

    Args:
        files: the holder's files: the content digest of a statement, `sha256:...`, and the
            disclosures of its line items.
        disclose: `all`, `none`, or the ids of line items, separated by commas; an id is disclosed
            of every statement that has it.

    Raises:
        RefusedError: `disclosures.item` if no file has one of the ids; a `record.digest` code.
    """
    names = set() if disclose == NONE else {name.strip() for name in disclose.split(",")}
    known = {name for _, listed in files for name in listed}
    unknown = set() if disclose == ALL else names - known
    if unknown:
        raise RefusedError(
            "disclosures.item",
            expected=", ".join(sorted(known)) or "line items of the files",
            found=", ".join(sorted(unknown)),
        )
    wanted = known if disclose == ALL else names
    return [
        Disclosures(
            parse_digest(statement),
            {name: text for name, text in sorted(listed.items()) if name in wanted},
        )
        for statement, listed in files
    ]


def disclosed_texts(chosen: Sequence[Disclosures], records: Sequence[StoredRecord]) -> list[str]:
    """Return the bundle's `disclosures`, each matched with its statement.

    Args:
        chosen: what is disclosed.
        records: of the bundle.

    Raises:
        RefusedError: `disclosures.other` for a statement that is not in the bundle;
            `disclosure.unmatched`, `disclosure.twice` or `disclosure.shape`.
    """
    texts: list[str] = []
    for one, subject in _matched(chosen, records):
        listed = list(one.by_item.values())
        unseal(subject, listed)
        texts += listed
    return texts


def given_away(chosen: Sequence[Disclosures], records: Sequence[StoredRecord]) -> list[str]:
    """Say of which statements what stays sealed follows from what is disclosed.

    A subtotal that has one sealed line item left is its emission, less what is open.

    Returns:
        Content digests, `sha256:...`.
    """
    found = []
    for one, subject in _matched(chosen, records):
        items = unseal(subject, one.by_item.values())["lineItems"]
        try:
            check_sealed(items, "/credentialSubject/lineItems")
        except RefusedError:
            found.append(format_digest(one.statement))
    return found


def _matched(
    chosen: Sequence[Disclosures], records: Sequence[StoredRecord]
) -> list[tuple[Disclosures, dict[str, Any]]]:
    """Find the statement of each choice among the records of a bundle."""
    bodies = {record.content: record for record in records if record.kind == "FootprintStatement"}
    found = []
    for one in chosen:
        record = bodies.get(one.statement)
        if record is None:
            raise RefusedError(
                "disclosures.other",
                expected="a FootprintStatement in the bundle",
                found=format_digest(one.statement),
            )
        found.append((one, orjson.loads(record.body)["credentialSubject"]))
    return found
