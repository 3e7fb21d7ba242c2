"""A factor in the registry: admission, replacement, withdrawal, correction, change of status.

See docs/spec/kinds.md#factoradmission and the sections after it.
"""

from __future__ import annotations

from suyuan_verifier import shape
from suyuan_verifier.kinds.terms import AT, DIGEST, POINTER, Subject, check_ascending
from suyuan_verifier.shape import array, bilingual, fail, integer, obj, one_of, pattern, text

_ADMISSION = obj(
    {
        "registryNumber": pattern(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}"),
        "effectiveFrom": shape.time,
        "reviewedTreeSize": integer(1, 2**53 - 1),
    },
    {"conditions": array(obj({"record": DIGEST, "resolution": bilingual()}), 1, 64)},
)
_EVENT = {
    "cause": bilingual(),
    "effectiveFrom": shape.time,
    "impact": one_of("recall", "noNewUse", "informOnly"),
}
_PLAIN_EVENT = obj(_EVENT)
_ERRATUM = obj(
    {
        **_EVENT,
        "corrections": array(
            obj({"pointer": POINTER, "was": text(500, least=0), "is": text(500, least=0)}), 1, 64
        ),
    }
)
_CHANGE = obj(
    {
        # What was revoked or cancelled stays so.
        "from": one_of("active", "suspended"),
        "to": one_of("active", "suspended", "revoked", "cancelled"),
        "cause": bilingual(),
        "effectiveFrom": shape.time,
    }
)


def check_admission(subject: Subject) -> None:
    """入库: under which number a factor enters the registry, and what was read for it."""
    _ADMISSION(subject, AT)
    check_ascending(
        subject.get("conditions", ()), lambda item: item["record"], f"{AT}/conditions", "record"
    )


def check_event(subject: Subject) -> None:
    """更替 or 撤回: why, from when, and what it means for those who used the factor."""
    _PLAIN_EVENT(subject, AT)


def check_erratum(subject: Subject) -> None:
    """勘误: an event that says which members were wrong."""
    _ERRATUM(subject, AT)


def check_status_change(subject: Subject) -> None:
    """状态变更: from one status to another."""
    _CHANGE(subject, AT)
    if subject["from"] == subject["to"]:
        raise fail(f"{AT}/to", "another status than before", subject["to"])
