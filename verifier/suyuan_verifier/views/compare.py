"""Is a file what a bundle's records say? (docs/spec/views.md#checking-a-view).

Every byte counts. Where one differs, the first member that does is named; a file that says the same
in another spelling is told so. A view that is equal says no more than the bundle does.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from suyuan_verifier.errors import MalformedError, ProofError, describe, shorten
from suyuan_verifier.multibase import parse_did_key
from suyuan_verifier.report import Check, Outcome, Report
from suyuan_verifier.views import cbam, openlca, pact, table, untp
from suyuan_verifier.views.archive import format_archive, read_archive
from suyuan_verifier.views.sources import Source, Sources
from suyuan_verifier.views.terms import NoViewError, sri
from suyuan_verifier.views.tokens import first_difference, format_tokens, parse_tokens, unknown

MAX_VIEW_BYTES = 16 * 1024 * 1024
"""Checked before anything of a view is read."""

_SPELLING = "the same in another spelling"
_TOKENS: Mapping[str, Callable[[Sources, str], tuple[Source, dict[str, Any]]]] = {
    "DigitalProductPassport": untp.project_passport,
    "DigitalConformityCredential": untp.project_conformity,
}


@dataclass(frozen=True, slots=True)
class _Compared:
    """A view that says what the bundle says.

    Attributes:
        name: of the view.
        source: digest of the record that it was projected from, None where there are several.
    """

    name: str
    source: str | None = None


def check_view(view: bytes, data: bytes, report: Report) -> Check:
    """Compare a view with the bundle that it should be of.

    Args:
        view: the file, read up to one byte beyond `MAX_VIEW_BYTES`.
        data: the bundle.
        report: what `verify` found in the bundle.

    Returns:
        A check outside the steps: `view.valid`; `fail` with `view.differs`, `view.source` or
        `view.signature`; `unknown` with `view.unknown`; not run if nothing of the bundle's content
        can be relied on.
    """
    if report.record is None:
        return Check(0, "step.not_run", Outcome.NOT_RUN)
    try:
        sources = Sources(data)
    except MalformedError:
        # Its disclosures are malformed, as step 9 says.
        return Check(0, "step.not_run", Outcome.NOT_RUN)
    try:
        found = _compare(view, sources)
    except NoViewError as error:
        expected = shorten(describe(error.expected), 300)
        kind = report.record["kind"]
        return Check(0, "view.source", Outcome.FAIL, expected=expected, found=kind)
    except (MalformedError, ProofError) as error:
        outcome = Outcome.UNKNOWN if error.code == "view.unknown" else Outcome.FAIL
        return Check(0, error.code, outcome, None, error.pointer, error.expected, error.found)
    return Check(0, "view.valid", Outcome.PASS, found.source, found=found.name)


def _compare(view: bytes, sources: Sources) -> _Compared:
    if len(view) > MAX_VIEW_BYTES:
        raise unknown(f"<= {MAX_VIEW_BYTES} bytes", f"{len(view)} bytes or more")
    if view.startswith(b"PK"):
        return _archive(view, sources)
    if view.startswith(table.BOM):
        return _table(view, sources)
    if view.startswith(b"{"):
        return _json(view, sources)
    if view.startswith(b"eyJ"):
        return _token(view, sources)
    raise unknown("a file that begins with PK, EF BB BF, { or eyJ", view[:8].hex(" "))


def _json(view: bytes, sources: Sources) -> _Compared:
    value = parse_tokens(view)
    if "specVersion" in value:
        digest = _named(sources.on_the_way("FootprintStatement"))
        named = _at(value, "extensions", 0, "data", "record")
        _require_source("/extensions/0/data/record", digest, named)
        projected, name = pact.project_pact(sources, value), "pact"
    elif value.get("format") == cbam.FORMAT:
        digest = sources.subject.digest
        _require_source("/record", digest, _at(value, "record"))
        projected, name = cbam.project_cbam(sources), "cbam"
    else:
        raise unknown(f"specVersion, or format {cbam.FORMAT}", _at(value, "format"))
    _require_equal(format_tokens(projected) + b"\n", view, value)
    return _Compared(name, digest)


def _token(view: bytes, sources: Sources) -> _Compared:
    parts = view.split(b".")
    if len(parts) != 3:
        raise unknown("header, payload and signature", f"{len(parts)} parts")
    header, payload, signature = (_decode(part) for part in parts)
    said, value = parse_tokens(header), parse_tokens(payload)
    kind = _at(value, "type", 0)
    if not isinstance(kind, str) or kind not in _TOKENS:
        raise unknown(" | ".join(_TOKENS), kind)
    issuer = _at(value, "issuer", "id")
    if not untp.is_did_web(issuer):
        raise ProofError("view.differs", pointer="/issuer/id", expected="did:web", found=issuer)
    source, projected = _TOKENS[kind](sources, issuer)
    _require_source(
        "/relatedResource/0/digestSRI", sri(source), _at(value, "relatedResource", 0, "digestSRI")
    )
    _require_equal(format_tokens(projected), payload, value)
    _require_equal(format_tokens(untp.token_header(source, issuer)), header, said)
    key = source.value["issuer"]["id"]
    try:
        Ed25519PublicKey.from_public_bytes(parse_did_key(key)).verify(
            signature, b".".join(parts[:2])
        )
    except InvalidSignature:
        raise ProofError("view.signature", expected=key) from None
    return _Compared(kind, source.digest)


def _archive(view: bytes, sources: Sources) -> _Compared:
    projected = openlca.project_openlca(sources)
    expected = {name: format_tokens(value) + b"\n" for name, value in projected.items()}
    if format_archive(expected) != view:
        found = read_archive(view)
        for name in sorted(expected.keys() | found.keys()):
            if name not in expected or name not in found:
                here = "absent" if name not in found else "an entry"
                wanted = "absent" if name not in expected else "an entry"
                raise _differs(f"/{name}", wanted, here)
            if expected[name] != found[name]:
                value = parse_tokens(found[name])
                _require_equal(expected[name], found[name], value, f"/{name}")
        raise _differs("", "the archive's only layout", _SPELLING)
    return _Compared("openlca")


def _table(view: bytes, sources: Sources) -> _Compared:
    lines = table.read_table(view)
    name = lines[1][0] if len(lines) > 1 else None
    if name == table.ITEMS:
        digest = _named(sources.on_the_way("FootprintStatement"))
        _require_source("/1/statement", digest, lines[1][1] if len(lines[1]) > 1 else None)
        rows, source = table.project_items(sources), digest
    elif name == table.FACTORS:
        rows, source = table.project_factors(sources), None
    else:
        raise unknown(f"{table.ITEMS} | {table.FACTORS}", name)
    columns = list(rows[0])
    # Rows are counted from the header, which is row 0; a row of another width has no columns.
    found = [_cells(columns, line) for line in lines]
    difference = first_difference([_cells(columns, columns), *rows], found)
    if difference is not None:
        raise _differs(*difference)
    return _Compared(str(name), source)


def _cells(columns: list[str], line: list[str]) -> Any:
    return dict(zip(columns, line, strict=True)) if len(line) == len(columns) else line


def _require_equal(expected: bytes, found: bytes, value: Any, prefix: str = "") -> None:
    """Require the same bytes; name the first member that differs."""
    if expected == found:
        return
    difference = first_difference(parse_tokens(expected), value)
    if difference is None:
        raise _differs(prefix, "names in order, no blanks", _SPELLING)
    pointer, wanted, here = difference
    raise _differs(prefix + pointer, wanted, here)


def _require_source(pointer: str, expected: str | None, found: Any) -> None:
    """Require that a view names the record that the bundle leads to."""
    if expected is not None and found != expected:
        raise ProofError("view.source", pointer=pointer, expected=expected, found=found)


def _differs(pointer: str, expected: str, found: str) -> ProofError:
    return ProofError("view.differs", pointer=pointer, expected=expected, found=found)


def _named(source: Source | None) -> str | None:
    return None if source is None else source.digest


def _at(value: Any, *path: str | int) -> Any:
    """Return what stands at a path, None where there is no such thing."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _decode(part: bytes) -> bytes:
    """Decode base64url without padding, canonical form only (RFC 7515 section 2)."""
    try:
        data = base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        raise unknown("base64url") from None
    if base64.urlsafe_b64encode(data).rstrip(b"=") != part:
        raise unknown("canonical base64url without padding")
    return data
