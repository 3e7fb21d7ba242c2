"""Step 4: was the key entitled to sign this, at this place in the log?

Judged at the record's log index, along a chain of enrolments that ends at a root authority which
the policy pins. Today's date and `created` decide nothing: an enrolment's dates are compared with
the time of the record's log entry (docs/spec/record.md#enrolment).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from suyuan_verifier.bundle import Position
from suyuan_verifier.canonical import format_digest
from suyuan_verifier.errors import ProofError
from suyuan_verifier.policy import TrustPolicy, covers
from suyuan_verifier.record import Record

ROOT_ONLY_ROLES = frozenset({"registrar", "authority", "admitter", "statusPublisher"})
"""Roles that a registrar never grants."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A record together with its claimed place in the log (step 5 proves the place)."""

    record: Record
    position: Position


class Authority:
    """Decides for every record of one bundle whether its issuer was entitled to sign it."""

    def __init__(self, logged: list[Logged], policy: TrustPolicy) -> None:
        self._policy = policy
        self._by_digest = {format_digest(item.record.content_digest): item for item in logged}
        self._enrolments: dict[str, list[Logged]] = {}
        # Many records rest on one enrolment: each is judged once, else the work grows cubically.
        self._grants: dict[int, ProofError | None] = {}
        for item in logged:
            if item.record.kind == "Enrolment":
                self._enrolments.setdefault(item.record.subject["id"], []).append(item)

    def check(self, item: Logged) -> None:
        """Check one record.

        Raises:
            ProofError: an `authority.*` code; `policy.root` if the policy names no root authority
                for the record's index or for that of an enrolment it rests on, so that nothing can
                be said.
        """
        self._require_root_range(item.position.index)
        kind = item.record.kind
        if kind == "EnrolmentRequest":
            # Its signature proves possession of the key and entitles to nothing.
            return
        if kind == "Enrolment":
            self._check_grant(item)
            self._earlier(item.record.subject["id"], item.position.index + 1)
            return
        self._require(item, _needed_role(item.record), item.record.subject)

    def _require(self, item: Logged, role: str, subject: dict[str, Any] | None) -> Logged:
        """Find an enrolment that gives the issuer of `item` the role, scope and time it needs.

        With several enrolments of one key, the problem reported is that of the candidate which
        comes nearest.
        """
        issuer, index = item.record.issuer, item.position.index
        earlier = self._earlier(issuer, index)
        if not earlier:
            raise ProofError(
                "authority.not_enrolled",
                expected=f"an enrolment of {issuer} before index {index}",
                found="none in the bundle",
            )
        nearest: tuple[int, ProofError] | None = None
        for enrolment in earlier:
            problem = _unfit(item, enrolment, role, subject)
            if problem is None:
                # Only an enrolment with the right role is followed upwards: a registrar's must
                # then come from a root, so that the chain is never longer than two.
                try:
                    self._check_grant(enrolment)
                except ProofError as error:
                    problem = (6 if error.code == "policy.root" else 5, error)
                else:
                    return enrolment
            if nearest is None or problem[0] > nearest[0]:
                nearest = problem
        assert nearest is not None  # noqa: S101 - `earlier` is not empty
        raise nearest[1]

    def _earlier(self, did: str, index: int) -> list[Logged]:
        """Return the enrolments of a key before `index`, which must all name one organisation."""
        earlier = [item for item in self._enrolments.get(did, []) if item.position.index < index]
        organisations = {item.record.subject["organisation"]["registeredId"] for item in earlier}
        if len(organisations) > 1:
            raise ProofError("authority.two_organisations", found=did)
        return earlier

    def _require_root_range(self, index: int) -> None:
        if not any(covers(root.from_index, root.until_index, index) for root in self._policy.roots):
            raise ProofError("policy.root", found=f"index {index}")

    def _check_grant(self, enrolment: Logged) -> None:
        """Check that an enrolment was given by somebody who may, to the one who asked for it."""
        index = enrolment.position.index
        if index not in self._grants:
            try:
                self._judge_grant(enrolment)
            except ProofError as error:
                self._grants[index] = error
            else:
                self._grants[index] = None
        problem = self._grants[index]
        if problem is not None:
            raise problem

    def _judge_grant(self, enrolment: Logged) -> None:
        record, index = enrolment.record, enrolment.position.index
        self._require_root_range(index)
        if not self._policy.is_root(record.issuer, index):
            self._check_registrar(enrolment)
        digest = dict(record.links)["about"]
        request = self._by_digest.get(digest)
        if (
            request is None
            or request.record.kind != "EnrolmentRequest"
            or request.position.index >= index
        ):
            raise ProofError(
                "authority.request",
                pointer="/links/0",
                expected=f"an EnrolmentRequest before index {index}",
                found="none" if request is None else request.record.kind,
            )
        asked, given = request.record.subject, record.subject
        if (
            request.record.issuer != given["id"]
            or asked["organisation"] != given["organisation"]
            or asked.get("personId") != given.get("personId")
            or not set(given["roles"]) <= set(asked["roles"])
        ):
            raise ProofError(
                "authority.request",
                pointer="/credentialSubject",
                expected="the key, organisation and person of the request, and roles it asks for",
            )

    def _check_registrar(self, enrolment: Logged) -> None:
        if not self._earlier(enrolment.record.issuer, enrolment.position.index):
            raise ProofError(
                "authority.not_root",
                pointer="/issuer/id",
                expected="a root authority of the policy, or a registrar it enrolled",
                found=enrolment.record.issuer,
            )
        # Before the registrar's own enrolment is looked at: it has a role that only a root grants,
        # so that the walk ends there and never recurses further.
        forbidden = sorted(set(enrolment.record.subject["roles"]) & ROOT_ONLY_ROLES)
        if forbidden:
            raise ProofError(
                "authority.may_not_grant",
                pointer="/credentialSubject/roles",
                expected="roles that a registrar may grant",
                found=", ".join(forbidden),
            )
        own = self._require(enrolment, "registrar", None)
        if not _scope_within(enrolment.record.subject["scope"], own.record.subject["scope"]):
            raise ProofError(
                "authority.may_not_grant",
                pointer="/credentialSubject/scope",
                expected="a scope within the registrar's own",
            )


def _needed_role(record: Record) -> str:
    """Name the role that a factor submission needs: official figures are a transcriber's."""
    official = record.subject["dataStatus"] == "officialTranscribed"
    return "transcriber" if official else "submitter"


def _unfit(
    item: Logged, enrolment: Logged, role: str, subject: dict[str, Any] | None
) -> tuple[int, ProofError] | None:
    """Say why a rightly given enrolment does not fit `item`, with how near it came."""
    given = enrolment.record.subject
    issuer = item.record.value["issuer"]
    names = (given["organisation"]["name"], given["organisation"]["nameZh"])
    if (issuer["name"], issuer["nameZh"]) != names:
        return 1, ProofError(
            "authority.names",
            pointer="/issuer",
            expected=" / ".join(names),
            found=f"{issuer['name']} / {issuer['nameZh']}",
        )
    if role not in given["roles"]:
        return 2, ProofError("authority.role", expected=role, found=", ".join(given["roles"]))
    if subject is not None and not _in_scope(subject, given["scope"]):
        return 3, ProofError(
            "authority.scope", pointer="/credentialSubject", expected=given["scope"]
        )
    if not given["notBefore"] <= item.position.time <= given["notAfter"]:
        return 4, ProofError(
            "authority.dates",
            expected=f"{given['notBefore']} to {given['notAfter']}",
            found=item.position.time,
        )
    return None


def _in_scope(subject: dict[str, Any], scope: dict[str, Any]) -> bool:
    """Tell whether a factor lies within a scope; a dimension that is absent does not restrict."""
    if "series" in scope and subject["seriesType"] not in scope["series"]:
        return False
    if "geography" in scope and not any(
        _covers_geography(code, subject["geography"]) for code in scope["geography"]
    ):
        return False
    return "classification" not in scope or any(
        rule["scheme"] == item["scheme"] and item["code"].startswith(rule["prefix"])
        for rule in scope["classification"]
        for item in subject.get("classification", [])
    )


def _covers_geography(code: str, geography: dict[str, str]) -> bool:
    if geography["scheme"] == "CN-GRID":
        return code == "CN" or code == geography["code"]
    return geography["code"] == code or geography["code"].startswith(code + "-")


def _scope_within(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    """Tell whether everything that `inner` allows is allowed by `outer`."""
    if "series" in outer and not (
        "series" in inner and set(inner["series"]) <= set(outer["series"])
    ):
        return False
    if "geography" in outer and not (
        "geography" in inner
        and all(
            any(code == wide or code.startswith(wide + "-") for wide in outer["geography"])
            for code in inner["geography"]
        )
    ):
        return False
    return "classification" not in outer or (
        "classification" in inner
        and all(
            any(
                rule["scheme"] == wide["scheme"] and rule["prefix"].startswith(wide["prefix"])
                for wide in outer["classification"]
            )
            for rule in inner["classification"]
        )
    )
