"""A ledger in memory that can be told to lie.

Records, a Merkle log, checkpoints and anchors, all deterministic and made in milliseconds, with no
node and no database. Every lie is told where a real liar would tell it: a stranger signs, the log
signs a tree that is not its own, a registrar grants what it may not, the chain holds a root that
the log never signed. Shares no code with the verifier or the ledger: keys and signatures are
`signed_records`, the tree is RFC 9162 section 2.1 written down, the chain `synthetic_chain`.
`governance_story` tells what a factor goes through until it is admitted, and after.
"""

from __future__ import annotations

import base64
import copy
from datetime import UTC, datetime, timedelta

from illustrative import illustrative_factor
from rfc9162_tree import Tree
from signed_records import (
    ORIGIN,
    Actor,
    b64,
    base58btc,
    content_digest,
    cosign,
    did_key,
    digest,
    edited,
    jcs,
    resign,
    secure,
    sha256,
    sign_note,
    stamp,
)
from synthetic_chain import Chain, Contract, hexed, keccak256

__all__ = [
    "CONTEXT",
    "ORIGIN",
    "START",
    "Actor",
    "Ledger",
    "b64",
    "base58btc",
    "content_digest",
    "cosign",
    "did_key",
    "digest",
    "edited",
    "effect",
    "entry",
    "good_story",
    "jcs",
    "resign",
    "secure",
    "sha256",
    "sign_note",
    "stamp",
]

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://suyuan.example/ns/v1"]
START = datetime(2026, 1, 5, 8, 0, 0, tzinfo=UTC)
"""When the first record is logged; one more each minute."""


_EFFECTS = {
    "EnrolmentRevocation": ("revoke", "fromIndex"),
    "StatusChange": ("", "effectiveFrom"),
    "FactorSupersession": ("supersede", "effectiveFrom impact"),
    "FactorWithdrawal": ("withdraw", "effectiveFrom impact"),
    "FactorErratum": ("correct", "effectiveFrom impact"),
}
_STATUS_ACTIONS = {
    "active": "activate",
    "suspended": "suspend",
    "revoked": "revoke",
    "cancelled": "cancel",
}


def effect(record: dict) -> dict | None:
    """What a status record does, as its public log entry repeats it; None for other kinds."""
    action, members = _EFFECTS.get(record["type"][1], (None, ""))
    if action is None:
        return None
    subject = record["credentialSubject"]
    return {
        "action": action or _STATUS_ACTIONS[subject["to"]],
        **{name: subject[name] for name in members.split()},
    }


def entry(record: dict, index: int, time: str, **lies) -> bytes:
    """The log entry of a record. Lies replace members, or leave them out with None."""
    value = {
        "type": "suyuan/entry@v1",
        "index": index,
        "kind": record["type"][1],
        "id": record["id"],
        "content": content_digest(record),
        "envelope": digest(record),
        "issuer": record["issuer"]["id"],
        "time": time,
    }
    if "links" in record:
        value["links"] = record["links"]
    if done := effect(record):
        value["effect"] = done
    return jcs({name: item for name, item in {**value, **lies}.items() if item is not None})


class Ledger:
    """The writer: makes records, logs, signs, anchors, exports. Obeys, also when told to lie."""

    def __init__(self, origin: str = ORIGIN) -> None:
        self.origin = origin
        self.key = Actor("log")
        self.root = Actor("root", 100)
        self.registrar = Actor("registrar", 200)
        self.provider = Actor("provider", 300)
        self.records: dict[int, dict] = {}
        self.times: list[str] = []
        self.tree = Tree()
        self.chain = Chain()
        self.contract = self.chain.deploy("anchor")
        self.blocks: list[tuple[int, bytes]] = []
        self._serial = 0

    # records

    def document(self, kind: str, issuer: Actor, subject: dict, links: list | None = None) -> dict:
        """An unsigned record; id and nonce follow from a counter."""
        self._serial += 1
        serial = self._serial
        value = {
            "@context": CONTEXT,
            "id": f"urn:uuid:019b8d6e-6800-7000-8000-{serial:012x}",
            "type": ["VerifiableCredential", kind],
            "issuer": issuer.issuer,
            "validFrom": stamp(START),
            "nonce": base64.urlsafe_b64encode(sha256(b"%d" % serial)[:16]).rstrip(b"=").decode(),
            "credentialSubject": subject,
        }
        return {**value, "links": links} if links else value

    def append(self, record: dict, time: str | None = None, **lies) -> int:
        """Log a record, whatever it is; return its index. Lies: members of the entry."""
        index = len(self.tree.leaves)
        time = time or self.next_time
        self.records[index] = record
        self.times.append(time)
        self.tree.leaves.append(sha256(b"\x00" + entry(record, index, time, **lies)))
        return index

    def fill(self, count: int) -> None:
        """Log entries of others; their bodies are not here."""
        for _ in range(count):
            index = len(self.tree.leaves)
            self.times.append(self.next_time)
            self.tree.leaves.append(sha256(b"\x00" + b"entry of somebody else, %d" % index))

    def request(self, applicant: Actor, roles: list[str], **changes) -> int:
        """Log an EnrolmentRequest."""
        person = {"personId": applicant.person} if applicant.person else {}
        subject = {"organisation": applicant.organisation, "roles": roles, **person, **changes}
        return self.append(secure(self.document("EnrolmentRequest", applicant, subject), applicant))

    def enrol(self, by: Actor, request: int, *, signer: Actor | None = None, **changes) -> int:
        """Log the Enrolment that answers a request; `changes` replace members of its subject."""
        return self.append(self.enrolment(by, request, signer=signer, **changes))

    def enrolment(self, by: Actor, request: int, *, signer: Actor | None = None, **changes) -> dict:
        """A signed Enrolment that answers a request, not logged yet."""
        asked = self.records[request]
        subject = {
            "id": asked["issuer"]["id"],
            **asked["credentialSubject"],
            "scope": {},
            "notBefore": "2026-01-01T00:00:00Z",
            "notAfter": "2027-12-31T23:59:59Z",
            **changes,
        }
        links = [{"rel": "about", "contentDigest": content_digest(asked)}]
        document = self.document("Enrolment", by, subject, links)
        return secure(document, signer or by)

    def factor(self, by: Actor, *, signer: Actor | None = None, links=None, **changes) -> dict:
        """A signed FactorSubmission, not logged yet."""
        subject = {**illustrative_factor(), **changes}
        return secure(self.document("FactorSubmission", by, subject, links), signer or by)

    def enrol_actors(self, **provider_grant) -> tuple[int, int, int, int]:
        """Root enrols the registrar, the registrar enrols the provider; return four indexes."""
        first = self.request(self.registrar, ["registrar"])
        second = self.enrol(self.root, first)
        third = self.request(self.provider, provider_grant.pop("asked", ["submitter"]))
        return first, second, third, self.enrol(self.registrar, third, **provider_grant)

    # log and chain

    @property
    def size(self) -> int:
        """Number of entries."""
        return len(self.tree.leaves)

    @property
    def next_time(self) -> str:
        """Time of the next entry, unless it is told another."""
        soon = stamp(START + timedelta(minutes=self.size))
        return max(soon, self.times[-1]) if self.times else soon

    def checkpoint(self, size: int | None = None, **lies) -> str:
        """A signed checkpoint. Lies: `origin`, `signer`, `name`, `root`, `size_line`."""
        size = self.size if size is None else size
        origin = lies.get("origin", self.origin)
        root = lies.get("root", self.tree.root(size))
        text = f"{origin}\n{lies.get('size_line', size)}\n{b64(root)}\n"
        return sign_note(text, lies.get("signer", self.key), lies.get("name", origin))

    def anchor(self, size: int | None = None, *, contract: Contract | None = None, **lies) -> dict:
        """Anchor a size, mine the next block, and return the bundle's `anchor` member.

        Lies: `root` on the chain, `time` of the anchor, `stored_size`, `stored_block`.
        """
        size = self.size if size is None else size
        contract = contract or self.contract
        number = 120 + len(self.blocks)
        time = lies.get("time", int(datetime.fromisoformat(self.next_time).timestamp()) + 30)
        root = lies.get("root", self.tree.root(size))
        index = contract.push(
            lies.get("stored_size", size), root, time=time, block=lies.get("stored_block", number)
        )
        header = self.chain.header(number, lies.get("header_time", time))
        self.blocks.append((number, keccak256(header)))
        return {
            "chainId": self.chain.id,
            "contract": hexed(contract.address),
            "index": index,
            "size": size,
            "root": b64(root),
            "consistency": [],
            **self.chain.prove(contract, index, header),
        }

    # what leaves the ledger

    def bundle(self, subject: int, indexes, anchor: dict | None = None, **lies) -> dict:
        """Export a bundle. Lies: `checkpoint`, `times` of entries, `size` of the tree."""
        size = lies.get("size", self.size)
        indexes = sorted(indexes)
        value = {
            "format": "suyuan/bundle@v1",
            "subject": content_digest(self.records[subject]),
            "records": [copy.deepcopy(self.records[index]) for index in indexes],
            "log": {
                "entries": [{"index": index, "time": self.times[index]} for index in indexes],
                "proof": [b64(node) for node in self.tree.batch(indexes, size)],
                "checkpoint": lies.get("checkpoint", self.checkpoint(size)),
            },
        }
        if anchor is not None:
            proof = self.tree.consistency(anchor["size"], size)
            value["anchor"] = {**anchor, "consistency": [b64(node) for node in proof]}
        return value

    def policy(self, **changes) -> dict:
        """A trust policy that fits this ledger; `changes` replace its members."""
        return {
            "format": "suyuan/trust@v1",
            "roots": [{"did": self.root.did, "fromIndex": 0, "untilIndex": None}],
            "ruleSets": [],
            "log": {
                "origin": self.origin,
                "keys": [{"vkey": self.key.vkey(self.origin), "fromSize": 0, "untilSize": None}],
                "witnesses": [],
                "quorum": 0,
            },
            "contracts": [
                {
                    "chainId": self.chain.id,
                    "address": hexed(self.contract.address),
                    "codeHash": hexed(self.contract.code_hash),
                    "lastIndex": None,
                }
            ],
            "anchorTrust": {
                "accept": ["pinned"],
                "pinned": [
                    {"chainId": self.chain.id, "number": number, "hash": hexed(block)}
                    for number, block in self.blocks
                ],
                "validatorSets": [],
            },
            "maxStatusAge": 604_800,
            "maxAnchorAge": None,
            "acceptSealed": "never",
            "requiredSteps": [1, 2, 3, 4, 5, 6, 7],
            **changes,
        }

    @property
    def now(self) -> str:
        """A moment after everything that happened."""
        return stamp(START + timedelta(days=1))


def good_story(**changes) -> tuple[Ledger, dict, dict]:
    """The shortest honest story: a ledger, the bundle of one factor, and a policy that fits.

    The anchor covers a prefix of the checkpoint's tree. `changes` replace members of the factor.
    """
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    ledger.fill(3)
    factor = ledger.append(ledger.factor(ledger.provider, **changes))
    ledger.fill(2)
    anchor = ledger.anchor()
    ledger.fill(3)
    return ledger, ledger.bundle(factor, [*enrolments, factor], anchor), ledger.policy()
