"""The way of a factor to its admission, many factors at a time and a batch for each step.

What people say is drafted by the desk (`suyuan_ledger.desk`), which fills in what follows from the
log: the rule set in force, the opinions that an admission rests on, the tree size that was
reviewed. Each draft is signed with the key of whoever says it, and judged by the log's door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from suyuan_ledger.demo import cast
from suyuan_ledger.demo.actors import Actor, now
from suyuan_ledger.demo.cast import Member
from suyuan_ledger.demo.stage import Stage, submit
from suyuan_ledger.desk.drafts import Draft, Drafter
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import Link, format_digest
from suyuan_ledger.traceability.setting import draft_check, read_setting

REVIEW: dict[str, Any] = {
    "recommendation": "accept",
    "reviewType": "Independent external review",
    "scopes": [{"name": "Raw data", "methods": ["Validation of data sources"]}],
    "conflictOfInterest": {"declaration": "none"},
}
"""The shortest review that accepts."""

_BASIS = {
    "zh": "示例：核对了所列来源与评审意见（虚构）",
    "en": "Example: compared with the stated sources and the reviews (fictional)",
}


class Walk:
    """Takes submissions through the gates. Submissions are named by content digest, 32 bytes."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def submit(
        self, by: Member, subjects: Iterable[dict[str, Any]], links: Sequence[Link] = ()
    ) -> list[Receipt]:
        """Log factors."""
        actor = self._stage.actor(by)
        records = [actor.say("FactorSubmission", subject, links) for subject in subjects]
        return submit(self._stage.ledger, records)

    def check(self, contents: Sequence[bytes]) -> list[dict[str, Any]]:
        """Execute the rule set's traceability rules; return what the checker signed."""
        checker = self._stage.actor(cast.CHECKER)
        with self._stage.ledger.store.read() as connection:
            setting = read_setting(connection)
        with self._stage.desk() as desk:
            drafter = Drafter(desk, checker.did)
            drafts = [
                draft_check(
                    setting,
                    drafter.find(format_digest(content)).value,
                    format_digest(content),
                    checker.issuer,
                    valid_from=now(),
                )
                for content in contents
            ]
        submit(self._stage.ledger, [checker.sign(draft) for draft in drafts])
        return [draft["credentialSubject"] for draft in drafts]

    def review(
        self, contents: Sequence[bytes], experts: Iterable[Member], **changes: Any
    ) -> list[Receipt]:
        """Let experts review factors; `changes` replace members of the accepting review."""
        said = {**REVIEW, **changes}
        return [
            receipt
            for expert in experts
            for receipt in self._say(
                expert, contents, lambda drafter, which: drafter.review(which, said)
            )
        ]

    def verify(self, contents: Sequence[bytes]) -> None:
        """Let the competent authority verify factors."""
        said = {"result": "verified", "documentNumber": "notStated", "basis": _BASIS}
        self._say(
            cast.AUTHORITY, contents, lambda drafter, which: drafter.verification(which, said)
        )

    def admit(self, contents: Sequence[bytes]) -> list[Receipt]:
        """Admit factors to the registry."""
        return submit(self._stage.ledger, self.draft_admissions(contents))

    def draft_admissions(self, contents: Sequence[bytes]) -> list[bytes]:
        """Return signed admissions that rest on every opinion that is logged."""
        return self.sign(cast.ADMITTER, contents, draft_admission)

    def sign(
        self,
        by: Member,
        contents: Sequence[bytes],
        make: Callable[[Drafter, str], Draft],
    ) -> list[bytes]:
        """Let a member draft a record for each factor, and sign it."""
        actor = self._stage.actor(by)
        with self._stage.desk() as desk:
            drafter = Drafter(desk, actor.did)
            drafts = [make(drafter, format_digest(content)) for content in contents]
        return [sign_draft(actor, draft) for draft in drafts]

    def _say(
        self,
        by: Member,
        contents: Sequence[bytes],
        make: Callable[[Drafter, str], Draft],
    ) -> list[Receipt]:
        return submit(self._stage.ledger, self.sign(by, contents, make))


def sign_draft(actor: Actor, draft: Draft) -> bytes:
    """Put a draft of the desk into its envelope and sign it."""
    record = new_record(
        draft.kind,
        actor.issuer,
        draft.subject,
        valid_from=now(),
        valid_until=draft.valid_until,
        links=draft.links,
    )
    return actor.sign(record)


def registry_number(factor_code: str) -> str:
    """Return the number under which the demo's registry admits a factor."""
    return f"DEMO/{factor_code}"


def draft_admission(drafter: Drafter, which: str) -> Draft:
    """Draft the admission of a submission, based on every opinion that is logged about it."""
    code = drafter.find(which).subject["factorCode"]
    subject = {"registryNumber": registry_number(code), "effectiveFrom": now()}
    return drafter.admission(which, subject, {})
