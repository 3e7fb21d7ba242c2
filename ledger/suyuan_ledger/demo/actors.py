"""Who acts: a member of the cast together with a key, and the company that is enrolled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from suyuan_ledger.demo.cast import Member
from suyuan_ledger.keys.signer import Signer
from suyuan_ledger.records.drafts import format_time, new_record
from suyuan_ledger.records.profile import Link, format_digest, parse_record
from suyuan_ledger.records.signing import sign_record

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Actor:
    """A name and a key.

    Attributes:
        names: `name` and `nameZh`, as in the issuer of every record.
        signer: the key.
    """

    names: dict[str, str]
    signer: Signer

    @property
    def did(self) -> str:
        """The key's did:key."""
        return self.signer.did

    @property
    def issuer(self) -> dict[str, str]:
        """The `issuer` member of the actor's records."""
        return {"id": self.signer.did, **self.names}

    def say(self, kind: str, subject: dict[str, Any], links: Sequence[Link] = ()) -> bytes:
        """Return a signed record."""
        return self.sign(new_record(kind, self.issuer, subject, valid_from=now(), links=links))

    def sign(self, draft: dict[str, Any]) -> bytes:
        """Return a draft with the actor's proof."""
        return sign_record(draft, self.signer, now())


def ask(member: Member, actor: Actor) -> bytes:
    """Return the request of a member to be enrolled with a key."""
    return actor.say("EnrolmentRequest", _asked(member))


def grant(member: Member, request: bytes, by: Actor) -> bytes:
    """Return the enrolment that answers a request, good for a year from yesterday on."""
    subject = {
        "id": parse_record(request).issuer,
        **_asked(member),
        "scope": member.scope,
        "notBefore": format_time(datetime.now(UTC) - timedelta(days=1)),
        "notAfter": format_time(datetime.now(UTC) + _YEAR),
    }
    return by.say("Enrolment", subject, [Link("about", digest_of(request))])


def enrol(member: Member, actor: Actor, by: Actor) -> list[bytes]:
    """Return a request and the enrolment that answers it."""
    request = ask(member, actor)
    return [request, grant(member, request, by)]


def digest_of(record: bytes) -> str:
    """Return a signed record's content digest, `sha256:...`."""
    return format_digest(parse_record(record).content_digest)


def digests_of(records: Iterable[bytes]) -> list[str]:
    """Return the content digests of signed records."""
    return [digest_of(record) for record in records]


def now() -> str:
    """Return the time as records write it."""
    return format_time(datetime.now(UTC))


def _asked(member: Member) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "organisation": member.organisation,
        "roles": sorted(member.roles),
    }
    if member.person is not None:
        asked["personId"] = member.person
    return asked
