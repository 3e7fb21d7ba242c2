"""What a footprint goes through until it stands on a product, told record by record.

    story = label_story()
    bundle, policy = story.export("label")

A `FootprintStory` lets the statements of `footprint_statements` be verified, certified, filed,
labelled and supervised; every member of every record can be replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

import footprint_records as says
from footprint_statements import ENVELOPE, PRODUCERS, Line, StatementStory
from governance_story import Link

CERTIFIERS = ("verifier", "certifier", "office")
"""Whom it takes beside the producers to put a label on a product."""


class FootprintStory(StatementStory):
    """A ledger with footprints, certificates and labels."""

    # from the statement to the label

    def verify_footprint(
        self,
        label: str = "verification",
        *,
        of: str = "statement",
        by: str = "verifier",
        **changes: Any,
    ) -> Self:
        """Log a verification body's opinion."""
        subject = says.verification(**_own(changes))
        return self.add(
            label, "FootprintVerification", by, subject, [("about", of)], members=changes
        )

    def certify(
        self,
        label: str = "certificate",
        *,
        of: str = "statement",
        based_on: Iterable[str] = ("verification",),
        by: str = "certifier",
        links: Iterable[Link] = (),
        **changes: Any,
    ) -> Self:
        """Log a certificate, valid for as long as the rules allow unless told otherwise."""
        subject = says.certificate(self.record(of)["credentialSubject"], **_own(changes))
        linked = [("about", of), *(("basedOn", name) for name in based_on), *links]
        members = _until({"validUntil": says.VALID_UNTIL, **changes})
        return self.add(label, "Certificate", by, _without_absent(subject), linked, members=members)

    def file(
        self,
        label: str = "filing",
        *,
        of: str = "certificate",
        by: str = "office",
        **changes: Any,
    ) -> Self:
        """Log the filing of a certificate."""
        subject = says.filing(**_own(changes))
        return self.add(label, "Filing", by, subject, [("about", of)], members=changes)

    def issue(
        self,
        label: str = "label",
        *,
        of: str = "certificate",
        based_on: Iterable[str] = ("filing",),
        by: str = "certifier",
        **changes: Any,
    ) -> Self:
        """Log a label, valid for as long as its certificate unless told otherwise."""
        certified = self.record(of)
        subject = says.label(certified["credentialSubject"], **_own(changes))
        linked = [("about", of), *(("basedOn", name) for name in based_on)]
        valid = {name: certified[name] for name in ENVELOPE if name in certified}
        members = _until({**valid, **changes})
        return self.add(
            label, "LabelIssuance", by, _without_absent(subject), linked, members=members
        )

    def surveil(
        self,
        label: str = "surveillance",
        *,
        of: str = "label",
        by: str = "certifier",
        **changes: Any,
    ) -> Self:
        """Log what supervision after certification found."""
        subject = says.surveillance(**_own(changes))
        return self.add(label, "Surveillance", by, subject, [("about", of)], members=changes)

    def cbam(
        self,
        label: str = "cbam",
        *,
        by: str = "producer",
        links: Iterable[Link] = (),
        **changes: Any,
    ) -> Self:
        """Log the data of an installation."""
        return self.add(
            label, "CbamInstallationData", by, says.cbam(**_own(changes)), links, members=changes
        )


def _own(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: item for name, item in changes.items() if name not in (*ENVELOPE, "rules")}


def _until(members: dict[str, Any]) -> dict[str, Any]:
    """Members of the envelope, without those that shall be absent."""
    return {name: item for name, item in members.items() if item is not None}


def _without_absent(subject: dict) -> dict:
    return {name: item for name, item in subject.items() if item is not None}


def stated_story(*labels: str, **rules: Any) -> FootprintStory:
    """A producer, rules in force, and the national average of electricity admitted.

    `labels` are enrolled beside those whom a statement takes; `rules` replace members of the rules.
    """
    story = FootprintStory().cast(*PRODUCERS, *labels).govern(**rules)
    return story.transcribe(says.AVERAGE)


def widget_lines(story: FootprintStory) -> list[Line]:
    """Line items of each type that needs no other statement; logs the factor that one names."""
    story.register("widget", value="1.250")
    return [
        story.power("electricity", quantity="1000"),
        says.line(
            "fuel", "directEmission", quantity="2.5", unit="TNE", gas={"name": "CO2", "gwp": "1"}
        ),
        says.line(
            "other",
            "external",
            quantity="40",
            unit="KGM",
            activityDataSource="secondary",
            external=says.external("0.35", "kgCO2e/KGM"),
        ),
        story.activity("widgets", "widget", "1020.5", stage="rawMaterial"),
    ]


def certified_story(*labels: str) -> FootprintStory:
    """A footprint of four line items that was verified, certified and filed."""
    story = stated_story(*CERTIFIERS, *labels)
    story.state(lines=widget_lines(story))
    return story.verify_footprint().certify().file()


def label_story() -> FootprintStory:
    """The whole way of one label, under surveillance, and not revoked as of the newest list."""
    return certified_story("publisher").issue().surveil().publish()
