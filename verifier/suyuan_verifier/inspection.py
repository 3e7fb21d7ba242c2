"""`suyuan-verify inspect`: show what a file claims, without checking any of it.

The first line says so, and nothing here ever says valid.
"""

from __future__ import annotations

from typing import Any

from suyuan_verifier.bundle import parse_bundle
from suyuan_verifier.render import printable

FIRST_LINE = (
    "NOT VERIFIED: this shows what the file claims; nothing was checked",
    "未经验证：以下仅为文件自称的内容，未作任何检查",
)

_SHOWN = (
    "registryNumber",
    "certificateNumber",
    "filingNumber",
    "labelNumber",
    "factorCode",
    "value",
    "valueUnit",
    "dataStatus",
)


def inspect_bundle(data: bytes) -> dict[str, Any]:
    """Return the claims of a bundle as a JSON value.

    Raises:
        MalformedError: if the file is not a bundle.
    """
    bundle = parse_bundle(data)
    origin = bundle.checkpoint.split(b"\n", 2)[:2]
    anchor = bundle.anchor or {}
    return {
        "verified": False,
        "subject": bundle.subject,
        "checkpoint": [line.decode("utf-8") for line in origin],
        "anchor": {
            name: anchor[name]
            for name in ("chainId", "contract", "index", "size", "root")
            if name in anchor
        },
        "records": [
            {"index": position.index, "time": position.time, **_claims(value)}
            for value, position in zip(bundle.records, bundle.positions, strict=True)
        ],
    }


def render_inspection(name: str, claims: dict[str, Any], lang: str) -> str:
    """Return the claims as text; the first line says that nothing was checked."""
    lines = [FIRST_LINE[1 if lang == "zh" else 0], printable(name)]
    lines.append(f"  subject     {printable(claims['subject'])}")
    lines.append(f"  checkpoint  {printable(' / '.join(claims['checkpoint']))}")
    lines.extend(f"  anchor.{key}  {printable(value)}" for key, value in claims["anchor"].items())
    lines.extend(
        "  "
        + printable(
            f"{record['index']:>6}  {record['time']}  {record['kind']}  {record['issuer']}"
            f"  {record['claim']}"
        )
        for record in claims["records"]
    )
    return "\n".join(lines)


def _claims(value: Any) -> dict[str, Any]:
    """Pick what can be shown of a value that may be anything."""
    record = value if isinstance(value, dict) else {}
    kind = record.get("type")
    issuer = record.get("issuer")
    subject = record.get("credentialSubject")
    claim = subject if isinstance(subject, dict) else {}
    shown = (claim.get(name) for name in _SHOWN)
    return {
        "kind": kind[-1] if isinstance(kind, list) and kind else None,
        "issuer": issuer.get("name") if isinstance(issuer, dict) else None,
        "claim": " ".join(part for part in shown if isinstance(part, str)),
    }
