"""CBAM data of an installation, beside footprints (docs/spec/views.md#cbam)."""

from __future__ import annotations

from typing import Any

from suyuan_verifier.views.sources import Sources
from suyuan_verifier.views.terms import NoViewError, notice, present

FORMAT = "suyuan/view/cbam@v1"
KIND = "CbamInstallationData"
_NOTICE_EN = " Not derived from a product carbon footprint, and none may be derived from it."
_NOTICE_ZH = "CBAM 口径数据，不由产品碳足迹换算，也不得换算为产品碳足迹。以签名记录为准。"


def project_cbam(sources: Sources) -> dict[str, Any]:
    """Project the data that a bundle is about; nothing is converted.

    Raises:
        NoViewError: if the bundle is about something else.
    """
    source = sources.subject
    if source.kind != KIND:
        raise NoViewError(KIND)
    value = source.value
    issuer = value["issuer"]
    return present(
        {
            "format": FORMAT,
            "series": "CBAM",
            "record": source.digest,
            "recordId": source.record.id,
            "dataStatus": source.subject["dataStatus"],
            "issuer": present(
                {**issuer, "registeredId": sources.registered_id(issuer["id"])},
            ),
            "validFrom": value["validFrom"],
            "validUntil": value.get("validUntil"),
            "notice": {"en": notice(source) + _NOTICE_EN, "zh": _NOTICE_ZH},
            "data": source.subject,
        }
    )
