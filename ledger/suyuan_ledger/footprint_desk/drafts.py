"""Drafts of what follows a statement: opinion, certificate, filing, label, surveillance.

As at the desk of factors, whatever follows from the log is filled in: what the product is, the
declared and the displayed figure, the opinions that a certificate rests on, the filings that a
label rests on, validity within the rule set's months. A draft is not judged here; the door does
that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from suyuan_ledger.desk.drafts import Draft, Drafter
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.certificate import add_months, declared_text
from suyuan_ledger.footprint_desk.label_link import label_link
from suyuan_ledger.records.profile import Link, format_digest
from suyuan_ledger.store import repository
from suyuan_ledger.store.register import to_logged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from suyuan_ledger.workflow.statements import Logged

    Subject = dict[str, Any]

STATEMENT, OPINION = "FootprintStatement", "FootprintVerification"
CERTIFICATE, FILING, LABEL = "Certificate", "Filing", "LabelIssuance"
SURVEILLANCE, CBAM = "Surveillance", "CbamInstallationData"

# Most links of one relation, by kind (docs/spec/record.md#kinds).
_MAX_OPINIONS, _MAX_FILINGS, _MAX_RESPONDS = 16, 4, 4
_OF_THE_STATEMENT = ("product", "productIds", "systemBoundary", "referencePeriod", "dataStatus")
_OF_THE_CERTIFICATE = ("product", "productIds", "systemBoundary", "dataStatus")


class FootprintDrafter(Drafter):
    """Makes drafts for one key, those of factors too."""

    def statement(
        self,
        subject: Subject,
        uses: Iterable[str],
        method: Logged | None = None,
        supersedes: str | None = None,
    ) -> Draft:
        """Draft a FootprintStatement whose figures are calculated.

        Args:
            subject: the whole `credentialSubject`.
            uses: content digests of the admissions and upstream statements that its lines name.
            method: the MethodReference that it follows.
            supersedes: the statement that it replaces.
        """
        links = [Link("uses", digest) for digest in uses]
        if method is not None:
            links.append(_link("basedOn", method))
        if supersedes is not None:
            links.append(_link("supersedes", self.find(supersedes, STATEMENT)))
        return self._governed(STATEMENT, subject, None, links)

    def opinion(self, which: str, subject: Subject) -> Draft:
        """Draft a FootprintVerification; it answers to the assignments of its key."""
        target = self.find(which, STATEMENT)
        return self._governed(OPINION, subject, target, self._assignments(target))

    def certificate(
        self,
        which: str,
        subject: Subject,
        *,
        unit: str | None = None,
        scale: int | None = None,
        valid_until: str | None = None,
        valid_from: str,
        supersedes: str | None = None,
    ) -> Draft:
        """Draft a Certificate of a statement: it rests on EVERY opinion logged so far.

        Args:
            which: the statement.
            subject: what the certifier says: number, basis, authorised quantity or lots.
            unit: of the declared figure; the statement's if absent.
            scale: its places; the statement's if absent.
            valid_until: the longest that the rule set allows, if absent.
            valid_from: when it will begin.
            supersedes: the certificate that it replaces.
        """
        target = self.find(which, STATEMENT)
        stated = target.subject
        whole = {name: stated[name] for name in _OF_THE_STATEMENT}
        unit = unit or stated["result"]["unit"]
        scale = stated["result"]["scale"] if scale is None else scale
        value = declared_text(stated, unit, scale)
        whole["declared"] = {"value": value, "unit": unit, "scale": scale}
        whole |= subject
        links = [_link("basedOn", one) for one in self._about(target, OPINION, _MAX_OPINIONS)]
        if supersedes is not None:
            links.append(_link("supersedes", self.find(supersedes, CERTIFICATE)))
        draft = self._governed(CERTIFICATE, whole, target, links)
        until = valid_until or add_months(valid_from, self._certificate_months())
        return replace(draft, valid_until=until)

    def filing(self, which: str, subject: Subject) -> Draft:
        """Draft a Filing of a certificate."""
        return self._governed(FILING, subject, self.find(which, CERTIFICATE))

    def label(
        self,
        which: str,
        subject: Subject,
        *,
        valid_until: str | None = None,
        resolver: str | None = None,
    ) -> Draft:
        """Draft a LabelIssuance under a certificate, on the filings that are logged.

        Args:
            which: the certificate.
            subject: what the certifier says: number, code, quantity or lots, perhaps fewer
                products.
            valid_until: the certificate's own if absent.
            resolver: the address in the code is made under this one.
        """
        target = self.find(which, CERTIFICATE)
        certified = target.subject
        whole = {name: certified[name] for name in _OF_THE_CERTIFICATE}
        whole |= {"displayed": certified["declared"], **subject}
        if resolver is not None and "labelNumber" in whole:
            lots, number = whole.get("lots", ()), whole["labelNumber"]
            whole.setdefault("qr", label_link(resolver, whole["productIds"], lots, number))
        filings = self._about(target, FILING, _MAX_FILINGS)
        links = [_link("basedOn", filing) for filing in filings]
        draft = self._governed(LABEL, whole, target, links)
        return replace(draft, valid_until=valid_until or target.value["validUntil"])

    def surveillance(self, which: str, subject: Subject) -> Draft:
        """Draft a Surveillance of a certificate or a label."""
        return self._governed(SURVEILLANCE, subject, self.find(which, CERTIFICATE, LABEL))

    def cbam(self, subject: Subject, supersedes: str | None = None) -> Draft:
        """Draft CbamInstallationData, which is linked with nothing but its predecessor."""
        links = []
        if supersedes is not None:
            links.append(_link("supersedes", self.find(supersedes, CBAM)))
        return self._governed(CBAM, subject, None, links)

    def _about(self, target: Logged, kind: str, most: int) -> Sequence[Logged]:
        """Return the newest records of a kind about another, without those that are void."""
        found = repository.find_linking(self._desk.connection, target.content, "about", (kind,))
        records = map(to_logged, found)
        return [one for one in records if not self._desk.void(one.issuer, one.index)][-most:]

    def _certificate_months(self) -> int:
        rules = self._desk.register.rule_set()
        if rules is None:
            raise RefusedError("workflow.rule_set", expected="a RuleSet in the log", found="none")
        months: int = rules.subject["caps"]["certificateMonths"]
        return months


def _link(rel: str, target: Logged) -> Link:
    return Link(rel, format_digest(target.content))
