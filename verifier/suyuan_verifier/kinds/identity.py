"""EnrolmentRequest, Enrolment and EnrolmentRevocation (docs/spec/kinds.md#enrolment)."""

from __future__ import annotations

from suyuan_verifier import shape
from suyuan_verifier.kinds.terms import (
    AT,
    CREDIT_CODE,
    NAME,
    ROLE_LIST,
    SERIES,
    SIZE,
    Subject,
    check_roles,
    did,
)
from suyuan_verifier.shape import array, bilingual, fail, obj, one_of, pattern, text
from suyuan_verifier.uscc import is_credit_code

_ORGANISATION = obj(
    {
        "registeredId": CREDIT_CODE,
        "name": NAME,
        "nameZh": NAME,
        "orgType": one_of(
            "association",
            "enterprise",
            "institute",
            "authority",
            "certificationBody",
            "verificationBody",
            "ledgerOperator",
        ),
    },
    {"parentGroupId": CREDIT_CODE},
)
_PERSON = pattern(r"[A-Za-z0-9_-]{8,64}")
_REQUEST = obj({"organisation": _ORGANISATION, "roles": ROLE_LIST}, {"personId": _PERSON})
_ENROLMENT = obj(
    {
        "id": did,
        "organisation": _ORGANISATION,
        "roles": ROLE_LIST,
        "scope": obj(
            {},
            {
                "classification": array(obj({"scheme": text(64), "prefix": text(64)}), 1, 64),
                "geography": array(text(32), 1, 64),
                "series": array(one_of(*SERIES), 1, len(SERIES)),
            },
        ),
        "notBefore": shape.time,
        "notAfter": shape.time,
    },
    {"personId": _PERSON},
)
_REVOCATION = obj(
    {"id": did, "reason": one_of("superseded", "ceased", "compromised"), "fromIndex": SIZE},
    {"statement": bilingual()},
)


def check_request(subject: Subject) -> None:
    """登记申请: an organisation and the roles it asks for."""
    _REQUEST(subject, AT)
    _check_organisation_and_roles(subject)


def check_enrolment(subject: Subject) -> None:
    """主体与密钥登记: a key, whose it is, and what it may sign when."""
    _ENROLMENT(subject, AT)
    _check_organisation_and_roles(subject)
    if subject["notAfter"] < subject["notBefore"]:
        raise fail(
            f"{AT}/notAfter",
            "notBefore <= notAfter",
            f"{subject['notBefore']} > {subject['notAfter']}",
            "record.period",
        )


def check_revocation(subject: Subject) -> None:
    """登记撤销: a key, from which index on it is void, and why."""
    _REVOCATION(subject, AT)


def _check_organisation_and_roles(subject: Subject) -> None:
    organisation = subject["organisation"]
    for name in ("registeredId", "parentGroupId"):
        if name in organisation and not is_credit_code(organisation[name]):
            raise fail(
                f"{AT}/organisation/{name}",
                "a check character that fits (GB 32100)",
                organisation[name],
                "record.uscc",
            )
    check_roles(subject["roles"], f"{AT}/roles")
