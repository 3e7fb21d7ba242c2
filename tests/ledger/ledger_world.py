"""A small ledger world: a log key, a root authority, organisations, and signed records to submit.

Organisations are fictional; their codes come from an unassigned division (00) and have a valid
check character (GB 32100).
"""

from __future__ import annotations

from datetime import UTC, datetime

from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import Link, format_digest, parse_record
from suyuan_ledger.records.signing import sign_record
from suyuan_ledger.service import Ledger

ORIGIN = "log.example/suyuan-test"
START = int(datetime(2026, 3, 1, 8, 0, 0, tzinfo=UTC).timestamp())
CREATED = "2026-02-28T00:00:00Z"
NOT_BEFORE, NOT_AFTER = "2026-01-01T00:00:00Z", "2027-12-31T23:59:59Z"

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


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
