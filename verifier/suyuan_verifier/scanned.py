"""A code scanned from goods against the label it should be (docs/spec/report.md#scanned-codes).

Goods may carry their own lot and serial number behind what the label states; who is asked, and
which product or label is named, has to be what the certifier signed.
"""

from __future__ import annotations

from typing import Any

from suyuan_verifier.certification import fits_code
from suyuan_verifier.digital_link import read_code
from suyuan_verifier.errors import describe, shorten
from suyuan_verifier.report import Check, Outcome

KIND = "LabelIssuance"


def check_scanned(record: dict[str, Any] | None, uri: str) -> Check:
    """Compare a scanned code with a label.

    Args:
        record: `report.record` of the label's bundle.
        uri: as scanned.

    Returns:
        A check outside the steps: `unknown` if the bundle is about no label.
    """
    found = shorten(describe(uri))
    if record is None:
        return Check(0, "step.not_run", Outcome.NOT_RUN)
    digest = record["contentDigest"]
    if record["kind"] != KIND:
        return Check(
            0, "label.absent", Outcome.UNKNOWN, digest, expected=KIND, found=record["kind"]
        )
    label = record["claim"]
    if fits_code(label, uri) and _asks(uri) == _asks(label["qr"]):
        return Check(0, "label.scan_fits", Outcome.PASS, digest, found=found)
    return Check(
        0, "label.scanned", Outcome.FAIL, digest, "/credentialSubject/qr", label["qr"], found
    )


def _asks(uri: str) -> tuple[str, bool] | None:
    """Return whom a code asks, and whether about a trade item or a label's number."""
    code = read_code(uri)
    return None if code is None else (code.prefix, code.gtin is not None)
