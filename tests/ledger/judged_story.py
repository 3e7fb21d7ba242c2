"""A story whose every record is proposed to door and verifier, and logged if both let it in.

The verifier gets a bundle of the record and all that it rests on, out of what was let in so far.
"""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest

from governance_story import Story
from signed_records import content_digest, jcs
from simulator import Ledger
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.workflow.door import Door
from suyuan_ledger.workflow.register import MemoryRegister
from suyuan_verifier import Outcome, parse_policy, verify

SAME = {"workflow.before": "workflow.absent"}


class JudgedStory(Story):
    """A ledger told step by step, judged twice.

    Attributes:
        door: the ledger's.
        refused: the door's refusals, in their order.
        serial: counts what was tried, for labels that differ.
    """

    door_only = frozenset()
    """Codes of what a bundle cannot show."""
    either = ()
    """Pairs of rules of which each judge names one, if a record breaks both."""
    steps = (4, 8, 10)
    """Where the verifier may find something wrong; the door has no part in step 10."""

    def __init__(self, **actors):
        super().__init__(**actors)
        self.door = Door([self.ledger.root.did], MemoryRegister())
        self.serial = 0
        self.refused = []

    def append(self, label, record, time=None, **lies):
        """Log a record if both judges let it in."""
        if self.judged(record):
            super().append(label, record, time, **lies)
        return self

    def enrol(self, label, roles=None, *, by=None, **grant):
        """Log a request and an enrolment, which are judged like everything else."""
        actor = self.actors[label]
        person = {"personId": actor.person} if actor.person else {}
        asked = {"organisation": actor.organisation, "roles": roles, **person}
        request = f"{label}.request {self.serial}"
        self.serial += 1
        self.log(request, "EnrolmentRequest", label, asked)
        subject = {
            "id": actor.did,
            **asked,
            "scope": {},
            "notBefore": "2026-01-01T00:00:00Z",
            "notAfter": "2027-12-31T23:59:59Z",
            **grant,
        }
        name = label if label not in self.at else f"{label} {self.serial}"
        return self.log(name, "Enrolment", by, subject, [("about", request)])

    def judged(self, record):
        """Propose a record to both judges."""
        index, time = self.ledger.size, self.ledger.next_time
        ours = None
        try:
            self.door.admit(to_submission(parse_record(jcs(record))), index, time)
        except RefusedError as error:
            ours = error.code
            self.refused.append(ours)
        wrong, elsewhere = self.verified(record)
        if ours in self.door_only and not wrong:
            return False
        if ours == "authority.revoked" and not wrong:
            # What it rests on is void by now; the verifier names that record instead.
            assert "authority.revoked" in elsewhere
            return False
        if elsewhere and not wrong:
            # Something that it rests on was revoked; step 8 did not run.
            return ours is None
        if wrong and {ours, wrong[0]} in self.either:
            return False
        # One record may break several rules of step 9, and the door names one of them.
        later = wrong if any(code in self.arithmetic for code in wrong) else wrong[:1]
        assert SAME.get(ours, ours) in (later or [None]), (ours, wrong, elsewhere)
        return ours is None

    def verified(self, record):
        """Verify a record as the next one; return what is wrong with it, and with its basis."""
        chosen = self.basis_of(record) | self.beside(record)
        log, new = Ledger(), len(self.ledger.records)
        for known in self.ledger.records.values():
            log.append(known)
        log.append(record)
        bundle = log.bundle(new, [*chosen, new], log.anchor())
        starts = [
            at + 1 for at, item in log.records.items() if item["type"][1] == "RuleSet" and at < new
        ]
        policy = log.policy(
            ruleSets=[
                {
                    "contentDigest": content_digest(log.records[start - 1]),
                    "fromIndex": start,
                    "untilIndex": until,
                }
                for start, until in zip_longest(starts, starts[1:])
            ],
            requiredSteps=[1, 2, 3, 4, 5, 6, 7, 8],
        )
        report = verify(jcs(bundle), parse_policy(jcs(policy)), now=datetime.fromisoformat(log.now))
        failed = [check for check in report.checks if check.outcome is Outcome.FAIL]
        # The status of what is suspended by now is step 10's, which the door has no part in.
        assert all(check.step in self.steps for check in failed), failed
        failed = [check for check in failed if check.step != 10]
        self.arithmetic = {check.code for check in failed if check.step == 9}
        unsure = [
            check.code
            for check in report.checks
            if check.outcome is Outcome.UNKNOWN and check.code == "authority.target"
        ]
        subject = bundle["subject"]
        return (
            [check.code for check in failed if check.record == subject] + unsure,
            [check.code for check in failed if check.record != subject],
        )

    def basis_of(self, record):
        """Return the indexes of everything that a record rests on, with who enrolled whom."""
        by_content = {content_digest(item): at for at, item in self.ledger.records.items()}
        enrolments = {}
        revocations = {}
        for at, item in self.ledger.records.items():
            kind, subject = item["type"][1], item["credentialSubject"]
            if kind == "Enrolment":
                enrolments.setdefault(subject["id"], []).append(at)
            elif kind == "EnrolmentRevocation":
                revocations.setdefault(subject["id"], []).append(at)
        found, waiting = set(), [record]
        while waiting:
            item = waiting.pop()
            did = item["issuer"]["id"]
            more = {*enrolments.get(did, ()), *revocations.get(did, ())}
            more |= {
                by_content[link["contentDigest"]]
                for link in item.get("links", ())
                if link["contentDigest"] in by_content
            }
            waiting += [self.ledger.records[at] for at in more - found]
            found |= more
        return found

    def beside(self, _record):
        """Return the indexes of what else the verifier is shown; nothing unless told otherwise."""
        return set()

    # steps

    def take(self, step):
        """Take one step of a drawn history."""
        self.serial += 1
        getattr(self, f"_{step[0]}")(*step[1:])

    def newest(self, kind, number):
        """Return the label of a record of a kind, counted from the newest, or None."""
        labels = self.labels(kind)
        return labels[-1 - number % len(labels)] if labels else None
