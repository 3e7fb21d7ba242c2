"""What a report says of a label: down to every factor and everybody who stands behind it.

Only what the records say, and what was disclosed; whether it is right is in the checks. A reader
of `report.record` needs no second look into the bundle (docs/spec/report.md#record).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.disclosure import Figures, parse_disclosures
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import MalformedError
from suyuan_verifier.footprint.exact import plain
from suyuan_verifier.kinds import OUTCOME_MEMBER

_LINE_MEMBERS = (
    "id",
    "type",
    "stage",
    "activity",
    "category",
    "unit",
    "dataStatus",
    "activityDataSource",
    "conversion",
    "allocation",
    "gas",
    "formula",
    "electricity",
    "external",
)
_FACTOR_MEMBERS = (
    "factorCode",
    "factorVersion",
    "seriesType",
    "productName",
    "variant",
    "value",
    "valueUnit",
    "systemBoundary",
    "referencePeriod",
    "geography",
    "dataStatus",
    "sources",
)


def summarise_footprint(
    item: Logged, logged: Sequence[Logged], disclosures: Sequence[Any]
) -> dict[str, Any]:
    """Return the members that a statement, certificate or label adds to `report.record`.

    Args:
        item: the subject, signed soundly.
        logged: the records of the bundle.
        disclosures: the bundle's `disclosures`.

    Returns:
        `certificate`, `filings` and `footprint`, as far as the subject has them below it; nothing
        for other kinds.
    """
    return _Summary(logged, _disclosed(disclosures)).below(item)


def identify(item: Logged) -> dict[str, Any]:
    """Return by whom, when and where a record was signed and logged."""
    return {
        "contentDigest": _digest(item),
        "index": item.position.index,
        "time": item.position.time,
        "issuer": item.record.value["issuer"],
    }


def opinion(item: Logged) -> dict[str, Any]:
    """Return who said what: kind, signer, and the one word in which it ends, None without one."""
    member = OUTCOME_MEMBER.get(item.record.kind)
    return {
        "kind": item.record.kind,
        **identify(item),
        "outcome": None if member is None else item.record.subject[member],
    }


class _Summary:
    def __init__(self, logged: Sequence[Logged], disclosed: Mapping[str, Figures]) -> None:
        self._by_digest = {_digest(item): item for item in logged}
        self._disclosed = disclosed

    def below(self, item: Logged) -> dict[str, Any]:
        found: dict[str, Any] = {}
        kind = item.record.kind
        if kind == "LabelIssuance":
            found["filings"] = [_told(each) for each in self._linked(item, "basedOn")]
            certificate = self._about(item, "Certificate")
            if certificate is None:
                return found
            found["certificate"] = {**_validity(certificate), **self._stated(certificate)}
            item, kind = certificate, "Certificate"
        if kind == "Certificate":
            statement = self._about(item, "FootprintStatement")
            if statement is not None:
                found["footprint"] = self._footprint(statement, self._linked(item, "basedOn"))
        elif kind == "FootprintStatement":
            found["footprint"] = self._footprint(item, [])
        return found

    def _footprint(self, statement: Logged, verifications: Sequence[Logged]) -> dict[str, Any]:
        subject = statement.record.subject
        items = [self._line(item) for item in subject["lineItems"]]
        return {
            **self._stated(statement),
            "claim": {name: subject[name] for name in subject if name != "lineItems"},
            "lineItems": items,
            "verifications": [_told(each) for each in verifications],
            "recomputed": {"done": sum("emission" in item for item in items), "of": len(items)},
        }

    def _line(self, item: dict[str, Any]) -> dict[str, Any]:
        line = {name: item[name] for name in _LINE_MEMBERS if name in item}
        line["sealed"] = "_sd" in item
        if "_sd" not in item:
            line.update(quantity=item["quantity"], emission=item["emission"])
        elif (figures := self._disclosed.get(item["_sd"][0])) is not None:
            line.update(quantity=plain(figures.quantity), emission=plain(figures.emission))
        if item["type"] == "activityFactor":
            factor = self._factor(item["factor"]["admission"])
            if factor is not None:
                line["factor"] = factor
        elif item["type"] == "upstreamStatement":
            line["statement"] = self._upstream(item["statement"])
        return line

    def _factor(self, digest: str) -> dict[str, Any] | None:
        """Tell an admitted factor with everybody who had a say; None if there is none."""
        admission = self._by_digest.get(digest)
        if admission is None or admission.record.kind != "FactorAdmission":
            return None
        submission = self._about(admission, "FactorSubmission")
        if submission is None:
            return None
        claim = submission.record.subject
        return {
            **identify(admission),
            "registryNumber": admission.record.subject["registryNumber"],
            **{name: claim[name] for name in _FACTOR_MEMBERS if name in claim},
            "submission": identify(submission),
            "basedOn": [opinion(each) for each in self._linked(admission, "basedOn")],
        }

    def _upstream(self, claimed: dict[str, Any]) -> dict[str, Any]:
        statement = self._by_digest.get(claimed["contentDigest"])
        if statement is None or statement.record.kind != "FootprintStatement":
            return claimed
        subject = statement.record.subject
        return {
            **claimed,
            **identify(statement),
            "product": subject["product"],
            "dataStatus": subject["dataStatus"],
        }

    def _stated(self, item: Logged) -> dict[str, Any]:
        return {**identify(item), "claim": item.record.subject}

    def _about(self, item: Logged, kind: str) -> Logged | None:
        return next(
            (each for each in self._linked(item, "about") if each.record.kind == kind), None
        )

    def _linked(self, item: Logged, rel: str) -> list[Logged]:
        """Return what a record links to by one relation, as far as it is at hand, in log order."""
        found = [
            self._by_digest[digest]
            for name, digest in item.record.links
            if name == rel and digest in self._by_digest
        ]
        return sorted(found, key=lambda each: each.position.index)


def _told(item: Logged) -> dict[str, Any]:
    """Return an opinion with all it says: a filing's number, a verification's level."""
    return {**opinion(item), "claim": item.record.subject}


def _validity(item: Logged) -> dict[str, Any]:
    value = item.record.value
    return {name: value[name] for name in ("validFrom", "validUntil") if name in value}


def _disclosed(disclosures: Sequence[Any]) -> Mapping[str, Figures]:
    try:
        return parse_disclosures(disclosures)
    except MalformedError:
        return {}  # step 9 has said so


def _digest(item: Logged) -> str:
    return format_digest(item.record.content_digest)
