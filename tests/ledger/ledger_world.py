"""A small ledger world: a log key, a root authority, organisations, and signed records to submit.

`World` has one enrolled submitter. `GovernedWorld` has everybody that a factor's way into the
registry needs, and a rule set in force; `admit` walks that way in one call.

Organisations are fictional; their codes come from an unassigned division (00) and have a valid
check character (GB 32100).
"""

from __future__ import annotations

import copy
import shutil
from datetime import UTC, datetime

from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import Link, format_digest, parse_record
from suyuan_ledger.records.signing import sign_record
from suyuan_ledger.service import Ledger
from suyuan_ledger.traceability import execute, verdict_of
from suyuan_ledger.workflow.default_rules import default_rules, draft_rule_set

ORIGIN = "log.example/suyuan-test"
START = int(datetime(2026, 3, 1, 8, 0, 0, tzinfo=UTC).timestamp())
START_TEXT = "2026-03-01T08:00:00Z"
CREATED = "2026-02-28T00:00:00Z"
NOT_BEFORE, NOT_AFTER = "2026-01-01T00:00:00Z", "2027-12-31T23:59:59Z"

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


WORDS = {"en": "Fictional", "zh": "虚构"}


def credit_code(number: int) -> str:
    """Make an 18-character code in the unassigned division 00 with its check character."""
    body = f"91000000MA{number:07d}"
    total = sum(_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + _ALPHABET[-total % 31]


class Clock:
    """A clock that stands until it is told to go."""

    def __init__(self, now=START):
        self.now = now

    def __call__(self):
        """Return Unix seconds."""
        return self.now


class Party:
    """An organisation's key and what it signs."""

    def __init__(self, number, name="Example Works", name_zh="示例厂", org_type="enterprise"):
        self.signer = MemorySigner.from_seed(number.to_bytes(32, "big"))
        self.did = self.signer.did
        self.organisation = {
            "registeredId": credit_code(number),
            "name": f"{name} {number}",
            "nameZh": f"{name_zh}{number}",
            "orgType": org_type,
        }

    @property
    def issuer(self):
        """The `issuer` member of its records."""
        return {
            "id": self.did,
            "name": self.organisation["name"],
            "nameZh": self.organisation["nameZh"],
        }

    def draft(self, kind, subject, links=()):
        """Make an unsigned record."""
        return new_record(kind, self.issuer, subject, valid_from=CREATED, links=links)

    def sign(self, draft, created=CREATED):
        """Sign a draft."""
        return sign_record(draft, self.signer, created)

    def request(self, roles, **changes):
        """Ask to be enrolled."""
        subject = {"organisation": self.organisation, "roles": sorted(roles), **changes}
        return self.sign(self.draft("EnrolmentRequest", subject))

    def enrol(self, request, **changes):
        """Grant a request, in all its roles unless `changes` says otherwise."""
        asked = parse_record(request)
        subject = {
            "id": asked.issuer,
            **asked.value["credentialSubject"],
            "scope": {},
            "notBefore": NOT_BEFORE,
            "notAfter": NOT_AFTER,
            **changes,
        }
        link = Link("about", format_digest(asked.content_digest))
        return self.sign(self.draft("Enrolment", subject, [link]))

    def factor(self, number=0, links=(), **changes):
        """Submit an illustrative factor."""
        return self.sign(self.factor_draft(number, links, **changes))

    def factor_draft(self, number=0, links=(), **changes):
        """Make an unsigned illustrative factor."""
        subject = {
            "factorCode": f"EXAMPLE-{number}",
            "factorVersion": "1",
            "seriesType": "PRODUCT_FOOTPRINT",
            "productName": {"en": f"Example product {number}", "zh": f"示例产品{number}"},
            "declaredUnit": "TNE",
            "value": f"{number}.5",
            "valueUnit": "tCO2e/TNE",
            "systemBoundary": "cradleToGate",
            "gwpSet": "AR6",
            "referencePeriod": {"start": "2025-01-01", "end": "2025-12-31"},
            "geography": {"scheme": "ISO3166", "code": "CN-YN"},
            "dataStatus": "illustrative",
            "sources": [
                {
                    "title": {"en": "Illustration", "zh": "示例"},
                    "publisher": {"en": "Example Works", "zh": "示例厂"},
                    "documentNumber": "notStated",
                    "date": "notStated",
                    "locator": "none",
                }
            ],
            **changes,
        }
        return self.draft("FactorSubmission", subject, links)


class World:
    """A log with one root authority and one enrolled submitter."""

    def __init__(self, path, clock=None):
        self.path = path
        self.clock = clock or Clock()
        self.log_key = MemorySigner.from_seed(b"\x10" * 32)
        self.root = Party(1, "Example Authority", "示例主管机关", "authority")
        self.works = Party(2)
        self.ledger = Ledger.create(
            path, origin=ORIGIN, signer=self.log_key, roots=[self.root.did], clock=self.clock
        )

    def enrol(self, party=None, roles=("submitter",), **changes):
        """Log a request and its enrolment by the root."""
        request = (party or self.works).request(roles)
        self.ledger.submit(request)
        return self.ledger.submit(self.root.enrol(request, **changes))

    def open(self):
        """Open the same log again, as another process would."""
        return Ledger.open(self.path, signer=self.log_key, clock=self.clock)


class GovernedWorld(World):
    """A log with a rule set in force and somebody for every role of the workflow.

    Attributes:
        checker, authority, admitter, publisher, supervisor: enrolled for what they are called.
        experts: four, each of an organisation of its own, with a `personId`.
        rules: the subject of the rule set in force.
        rule_set: its content digest.
        enrolments: receipts of the Enrolments, by did; the newest of each key.
    """

    def __init__(self, path, clock=None, rules=None):
        super().__init__(path, clock)
        self.checker = Party(11, "Example Checkers", "示例校验机构", "institute")
        self.authority = Party(12, "Example Bureau", "示例主管部门", "authority")
        self.admitter = Party(13, "Example Registry", "示例因子库", "authority")
        self.publisher = self.admitter
        self.supervisor = Party(14, "Example Inspectorate", "示例监督机关", "authority")
        self.experts = [
            Party(20 + n, "Example Institute", "示例研究院", "institute") for n in range(4)
        ]
        self.rules = rules or rules_of_the_world()
        self.rule_set = None
        self.enrolments = {}

    def begin(self):
        """Log the rule set and everybody's enrolment; return this world."""
        self.follow(self.rules)
        self.enrol(self.works)
        self.enrol(self.checker, ["checker"])
        self.enrol(self.authority, ["authority"])
        self.enrol(self.admitter, ["admitter", "statusPublisher"])
        self.enrol(self.supervisor, ["supervisor"])
        for number, expert in enumerate(self.experts):
            self.enrol(expert, ["expert"], person=f"person-{number:04}")
        return self

    def enrol(self, party=None, roles=("submitter",), person=None, **changes):
        """Log a request and its enrolment by the root."""
        asked = {"personId": person} if person else {}
        request = (party or self.works).request(roles, **asked)
        self.ledger.submit(request)
        receipt = self.ledger.submit(self.root.enrol(request, **changes))
        self.enrolments[(party or self.works).did] = receipt
        return receipt

    def copy(self, path):
        """Return the same world over a copy of its database; this one's ledger is closed."""
        shutil.copy(self.path, path)
        twin = copy.copy(self)
        twin.path, twin.clock = path, Clock(self.clock.now)
        twin.enrolments = dict(self.enrolments)
        twin.ledger = twin.open()
        return twin

    def follow(self, rules):
        """Put a rule set in force."""
        before = f"sha256:{self.rule_set.hex()}" if self.rule_set else None
        draft = draft_rule_set(self.root.issuer, CREATED, rules=rules, supersedes=before)
        self.rules = rules
        self.rule_set = self.ledger.submit(self.root.sign(draft)).content
        return self.rule_set

    def record(self, party, kind, subject, **links):
        """Sign a record; `links` are content digests, or lists of them, by relation."""
        return party.sign(party.draft(kind, subject, link_list(links)))

    def governed(self, party, kind, subject, **links):
        """Sign a record under the rule set in force."""
        return self.record(party, kind, subject, underRule=self.rule_set, **links)

    def submission(self, number=0, **changes):
        """Log a factor that every traceability rule of this world passes; return its digest."""
        return self.ledger.submit(self.works.factor(number, **changes)).content

    def check(self, about, party=None, **changes):
        """Sign a traceability check, its rules really executed."""
        submission = parse_record(self.ledger.record(about).body).value
        results = execute(submission, self.rules)
        subject = {
            "asOfTreeSize": self.size,
            "results": [result.as_member() for result in results],
            "engine": {"name": "example-engine", "version": "1"},
            "verdict": verdict_of(results),
            **changes,
        }
        return self.governed(party or self.checker, "TraceabilityCheck", subject, about=about)

    def review(self, about, expert, recommendation="accept", **changes):
        """Sign an expert's review; `expert` is a party, or the number of one."""
        subject = {
            "recommendation": recommendation,
            "reviewType": "Independent external review",
            "scopes": [{"name": "Documentation", "methods": ["Documentation"]}],
            "conflictOfInterest": {"declaration": "none"},
            **changes,
        }
        party = self.experts[expert] if isinstance(expert, int) else expert
        return self.governed(party, "ExpertReview", subject, about=about)

    def verification(self, about, result="verified", party=None):
        """Sign the authority's verification."""
        subject = {"result": result, "documentNumber": "notStated", "basis": WORDS}
        return self.governed(party or self.authority, "AuthorityVerification", subject, about=about)

    def assignment(self, about, assignee, task="ExpertReview"):
        """Sign an assignment."""
        subject = {"assignee": assignee.did, "task": task, "dueDate": "2026-06-30"}
        return self.governed(self.admitter, "Assignment", subject, about=about)

    def returned(self, about, party=None, **links):
        """Sign the return of a submission."""
        party = party or self.admitter
        return self.governed(party, "Return", {"reason": WORDS}, about=about, **links)

    def objection(self, about, party=None, request="recheck"):
        """Sign an objection."""
        subject = {"grounds": WORDS, "request": request}
        return self.governed(party or self.works, "Objection", subject, about=about)

    def admission(self, about, based_on, number="EX-0001", party=None, links=None, **changes):
        """Sign an admission that rests on `based_on`."""
        subject = {
            "registryNumber": number,
            "effectiveFrom": START_TEXT,
            "reviewedTreeSize": self.size,
            **changes,
        }
        return self.governed(
            party or self.admitter,
            "FactorAdmission",
            subject,
            about=about,
            basedOn=based_on,
            **(links or {}),
        )

    def event(self, kind, target, impact="informOnly", effective_from=None, **links):
        """Sign a FactorSupersession, FactorWithdrawal or FactorErratum of an admission."""
        rels = {"FactorSupersession": "supersedes", "FactorWithdrawal": "withdraws"}
        subject = {
            "cause": WORDS,
            "effectiveFrom": effective_from or START_TEXT,
            "impact": impact,
        }
        if kind == "FactorErratum":
            subject["corrections"] = [{"pointer": "/credentialSubject/value", "was": "", "is": "1"}]
        links = {rels.get(kind, "corrects"): target, **links}
        return self.governed(self.admitter, kind, subject, **links)

    def status_change(self, about, to, was="active", party=None, effective_from=None):
        """Sign a status change, by the supervisor unless `party` is given."""
        subject = {
            "from": was,
            "to": to,
            "cause": WORDS,
            "effectiveFrom": effective_from or START_TEXT,
        }
        return self.record(party or self.supervisor, "StatusChange", subject, about=about)

    def revocation(self, enrolment, by=None, reason="ceased", from_index=None):
        """Sign the revocation of an Enrolment, by the root unless `by` is given.

        Args:
            enrolment: its receipt.
            by: who signs.
            reason: `superseded`, `ceased` or `compromised`.
            from_index: the revocation's own index if absent.
        """
        did = parse_record(enrolment.body).value["credentialSubject"]["id"]
        start = self.size if from_index is None else from_index
        subject = {"id": did, "reason": reason, "fromIndex": start}
        return self.record(by or self.root, "EnrolmentRevocation", subject, about=enrolment.content)

    def opinions(self, about):
        """Log a check, three reviews and a verification, all in favour; return their digests."""
        records = [
            self.check(about),
            *(self.review(about, number) for number in range(3)),
            self.verification(about),
        ]
        return [self.ledger.submit(record).content for record in records]

    def admit(self, number=0, **changes):
        """Log a factor, every opinion and its admission; return (submission, admission) digests."""
        about = self.submission(number, **changes)
        based_on = self.opinions(about)
        record = self.admission(about, based_on, number=f"EX-{number:04}")
        return about, self.ledger.submit(record).content

    @property
    def size(self):
        """Number of records in the log."""
        return self.ledger.checkpoint().size


def rules_of_the_world():
    """The default rule set with the two traceability rules that illustrative factors pass."""
    rules = default_rules()
    rules["traceability"]["rules"] = [
        {"ruleId": "unit.dimension", "severity": "error"},
        {"ruleId": "value.sign", "severity": "error"},
    ]
    return rules


def link_list(links):
    """Make links of content digests, or lists of them, by relation."""
    return [
        Link(rel, format_digest(content))
        for rel, contents in links.items()
        for content in (contents if isinstance(contents, list) else [contents])
        if content is not None
    ]
