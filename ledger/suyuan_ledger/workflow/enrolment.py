"""The ledger's own check at the door: may this key sign this record at this place in the log?

The verifier judges the same question later and without us (docs/spec/verification.md, step 4);
this module must refuse whatever that step would fail, so its codes are the verifier's. A record
is judged at its future index and at the time its entry will carry, never by `created` or by
today's date.

- An `EnrolmentRequest` proves possession of its key and entitles to nothing: anybody may submit,
  as long as its issuer states the names of the organisation that it asks for.
- An `Enrolment` is given by a root authority, or by a registrar that a root enrolled, to the very
  key, organisation and person of the request it is about, with no role that was not asked for. A
  registrar never grants the roles that only a root grants, nor a scope wider than its own. A key
  belongs to one organisation for ever.
- Every other record needs an enrolment of its issuer that has the role, the scope and the names,
  and is valid at the entry's time.

Because an Enrolment that breaks these rules never enters the log, a stored grant needs no second
look at how it was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.workflow.consequences import case_of, rows_of
from suyuan_ledger.workflow.register import LayeredRegister, MemoryRegister

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.workflow.register import Register
    from suyuan_ledger.workflow.statements import Grant

ROOT_ONLY_ROLES = frozenset({"registrar", "authority", "admitter", "statusPublisher"})

_SUBJECT = "/credentialSubject"


class Door:
    """Judges the records of one batch in order, each after the ones before it.

    Args:
        roots: did:keys of the root authorities.
        logged: what the log holds before the batch.

    Attributes:
        new: what the batch has added so far; stored only together with the batch.
    """

    def __init__(self, roots: Collection[str], logged: Register) -> None:
        self._roots = frozenset(roots)
        self.new = MemoryRegister()
        self._register = LayeredRegister(logged, self.new)

    def admit(self, record: Submission, index: int, time: str) -> Grant | None:
        """Let a record in or refuse it; later records of the batch see it as logged.

        Args:
            record: profile and signature hold.
            index: the position that it will have.
            time: the time that its entry will carry.

        Returns:
            What the record grants, if it is an Enrolment.

        Raises:
            RefusedError: an `authority.*` code.
        """
        if record.kind == "FactorSubmission":
            subject = record.value["credentialSubject"]
            used = self._require(
                record, _factor_role(subject), time, lambda scope: _outside(subject, scope)
            )
            self.new.log_factor(record, index, time, case_of(record, index, used.registered_id))
            return None
        if record.kind == "EnrolmentRequest":
            _check_own_names(record)
        elif record.kind == "Enrolment":
            self._check_enrolment(record, time)
        else:
            raise RefusedError("record.kind", pointer="/type/1", found=record.kind)
        rows = rows_of(record, index, self._register)
        self.new.log(record, index, time, rows)
        return rows.grants[0] if rows.grants else None

    def _require(
        self,
        record: Submission,
        role: str,
        time: str,
        outside: Callable[[dict[str, Any]], RefusedError | None],
    ) -> Grant:
        """Find a grant that fits in every respect, else report what the nearest one lacks."""
        nearest: tuple[int, RefusedError] | None = None
        for grant in self._register.grants(record.issuer):
            problem = _unfit(record, grant, role, time, outside)
            if problem is None:
                return grant
            if nearest is None or problem[0] > nearest[0]:
                nearest = problem
        if nearest is None:
            raise RefusedError("authority.not_enrolled", pointer="/issuer/id", found=record.issuer)
        raise nearest[1]

    def _check_enrolment(self, record: Submission, time: str) -> None:
        given = record.value["credentialSubject"]
        if record.issuer not in self._roots:
            self._check_registrar(record, given, time)
        self._check_request(record, given)
        organisation = given["organisation"]
        for earlier in self._register.grants(given["id"]):
            if earlier.registered_id != organisation["registeredId"]:
                raise RefusedError(
                    "authority.two_organisations",
                    pointer=f"{_SUBJECT}/organisation/registeredId",
                    expected=earlier.registered_id,
                    found=organisation["registeredId"],
                )

    def _check_registrar(self, record: Submission, given: dict[str, Any], time: str) -> None:
        if not self._register.grants(record.issuer):
            raise RefusedError(
                "authority.not_root",
                pointer="/issuer/id",
                expected="a root authority of this log, or a registrar it enrolled",
                found=record.issuer,
            )
        forbidden = sorted(ROOT_ONLY_ROLES.intersection(given["roles"]))
        if forbidden:
            raise RefusedError(
                "authority.may_not_grant",
                pointer=f"{_SUBJECT}/roles",
                expected="roles that a registrar may grant",
                found=", ".join(forbidden),
            )
        self._require(record, "registrar", time, lambda own: _wider(given["scope"], own))

    def _check_request(self, record: Submission, given: dict[str, Any]) -> None:
        digest = bytes.fromhex(record.value["links"][0]["contentDigest"].removeprefix("sha256:"))
        logged = self._register.find(digest)
        if logged is None or logged.kind != "EnrolmentRequest":
            raise RefusedError(
                "authority.request",
                pointer="/links/0",
                expected="an EnrolmentRequest that is in the log",
                found="none",
            )
        request, asked = logged.value, logged.subject
        for pointer, expected, found in (
            ("/id", request["issuer"]["id"], given["id"]),
            ("/organisation", asked["organisation"], given["organisation"]),
            ("/personId", asked.get("personId"), given.get("personId")),
        ):
            if expected != found:
                raise RefusedError(
                    "authority.request",
                    pointer=f"{_SUBJECT}{pointer}",
                    expected=expected,
                    found=found,
                )
        unasked = sorted(set(given["roles"]) - set(asked["roles"]))
        if unasked:
            raise RefusedError(
                "authority.request",
                pointer=f"{_SUBJECT}/roles",
                expected="only roles that were asked for",
                found=", ".join(unasked),
            )


def _check_own_names(request: Submission) -> None:
    organisation = request.value["credentialSubject"]["organisation"]
    issuer = request.value["issuer"]
    if (issuer["name"], issuer["nameZh"]) != (organisation["name"], organisation["nameZh"]):
        raise RefusedError(
            "authority.names",
            pointer="/issuer",
            expected=f"{organisation['name']} / {organisation['nameZh']}",
            found=f"{issuer['name']} / {issuer['nameZh']}",
        )


def _factor_role(subject: dict[str, Any]) -> str:
    """Official figures are a transcriber's, all others a submitter's."""
    return "transcriber" if subject["dataStatus"] == "officialTranscribed" else "submitter"


def _unfit(
    record: Submission,
    grant: Grant,
    role: str,
    time: str,
    outside: Callable[[dict[str, Any]], RefusedError | None],
) -> tuple[int, RefusedError] | None:
    """Say why a grant does not fit, with how near it came; None if it fits."""
    issuer = record.value["issuer"]
    if issuer["name"] != grant.name or issuer["nameZh"] != grant.name_zh:
        return 1, RefusedError(
            "authority.names",
            pointer="/issuer",
            expected=f"{grant.name} / {grant.name_zh}",
            found=f"{issuer['name']} / {issuer['nameZh']}",
        )
    if role not in grant.roles:
        return 2, RefusedError(
            "authority.role", expected=role, found=", ".join(sorted(grant.roles))
        )
    if misplaced := outside(grant.scope):
        return 3, misplaced
    if not grant.not_before <= time <= grant.not_after:
        return 4, RefusedError(
            "authority.dates", expected=f"{grant.not_before} to {grant.not_after}", found=time
        )
    return None


def _outside(subject: dict[str, Any], scope: dict[str, Any]) -> RefusedError | None:
    """Refuse a factor that does not lie within a scope."""
    if not scope or _in_scope(subject, scope):
        return None
    return RefusedError("authority.scope", pointer=_SUBJECT, expected=scope)


def _wider(given: dict[str, Any], own: dict[str, Any]) -> RefusedError | None:
    """Refuse a scope that allows something which a registrar's own does not."""
    if _within(given, own):
        return None
    return RefusedError(
        "authority.may_not_grant",
        pointer=f"{_SUBJECT}/scope",
        expected="a scope within the registrar's own",
    )


def _in_scope(subject: dict[str, Any], scope: dict[str, Any]) -> bool:
    """Tell whether a factor lies within a scope."""
    if "series" in scope and subject["seriesType"] not in scope["series"]:
        return False
    place = subject["geography"]
    if "geography" in scope and not any(_covers(code, place) for code in scope["geography"]):
        return False
    if "classification" not in scope:
        return True
    return any(
        rule["scheme"] == item["scheme"] and item["code"].startswith(rule["prefix"])
        for rule in scope["classification"]
        for item in subject.get("classification", ())
    )


def _covers(code: str, place: dict[str, str]) -> bool:
    """Tell whether a scope's geography code covers a factor's; CN covers every grid region."""
    if place["scheme"] == "CN-GRID":
        return code in ("CN", place["code"])
    return _contains(code, place["code"])


def _contains(code: str, inner: str) -> bool:
    return inner == code or inner.startswith(code + "-")


def _within(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    """Tell whether a scope allows nothing that another does not; absent means unrestricted."""
    if not outer.keys() <= inner.keys():
        return False
    if "series" in outer and not set(inner["series"]) <= set(outer["series"]):
        return False
    if "geography" in outer and not all(
        any(_contains(wide, code) for wide in outer["geography"]) for code in inner["geography"]
    ):
        return False
    return "classification" not in outer or all(
        any(
            rule["scheme"] == wide["scheme"] and rule["prefix"].startswith(wide["prefix"])
            for wide in outer["classification"]
        )
        for rule in inner["classification"]
    )
