"""CBAM data of an installation, as a file of its own (docs/spec/views.md#cbam).

Another series than footprints: nothing is converted here, in either direction.
"""

from __future__ import annotations

from suyuan_ledger.exchange.dossier import Dossier
from suyuan_ledger.exchange.json_text import present, write_json_file
from suyuan_ledger.exchange.notice import notice

FORMAT = "suyuan/view/cbam@v1"
KIND = "CbamInstallationData"
SERIES = "CBAM"

_NOT_DERIVED = "Not derived from a product carbon footprint, and none may be derived from it."
_ZH = "CBAM 口径数据，不由产品碳足迹换算，也不得换算为产品碳足迹。以签名记录为准。"


def write_cbam(dossier: Dossier) -> bytes:
    """Write the CBAM data that a bundle is about.

    Raises:
        RefusedError: `export.subject`.
    """
    record = dossier.required(KIND)
    return write_json_file(
        present(
            format=FORMAT,
            series=SERIES,
            record=record.digest,
            recordId=record.id,
            dataStatus=record.subject["dataStatus"],
            issuer=present(
                **record.issuer, registeredId=dossier.registered_id(record.issuer["id"])
            ),
            validFrom=record.value["validFrom"],
            validUntil=record.value.get("validUntil"),
            notice={"en": f"{notice(dossier, record)} {_NOT_DERIVED}", "zh": _ZH},
            data=record.subject,
        )
    )
