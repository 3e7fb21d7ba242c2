"""Keys, signed records and signed notes, written a second time from their standards.

JCS comes from rfc8785, Ed25519 from `cryptography`; did:key, `eddsa-jcs-2022` and C2SP notes are
written down here, so that the simulator shares no code with the verifier or the ledger.

The organisations are fictional; their identifiers stand in an unassigned division (000000).
"""

from __future__ import annotations

import base64
import copy
import hashlib
from dataclasses import dataclass
from datetime import datetime

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "log.example/suyuan"

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def jcs(value) -> bytes:
    """RFC 8785 canonical JSON."""
    return rfc8785.dumps(value)


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def digest(value) -> str:
    """`sha256:` digest of a JSON value."""
    return "sha256:" + sha256(jcs(value)).hex()


def b64(data: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(data).decode()


def base58btc(data: bytes) -> str:
    """Multibase `z`: base58btc."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def did_key(public_key: bytes) -> str:
    """did:key of an Ed25519 public key."""
    return "did:key:" + base58btc(b"\xed\x01" + public_key)


def stamp(moment: datetime) -> str:
    """`YYYY-MM-DDThh:mm:ssZ`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def credit_code(serial: int) -> str:
    """A unified social credit identifier with a right check character (GB 32100-2015)."""
    body = f"91000000{serial:09d}"
    total = sum(_CREDIT.index(symbol) * pow(3, place, 31) for place, symbol in enumerate(body))
    return body + _CREDIT[-total % 31]


@dataclass(frozen=True)
class Actor:
    """Somebody with a key and an organisation.

    Attributes:
        label: what the key is derived from.
        serial: the organisation's number.
        person: the stable id of a natural person, "" if the key is the organisation's own.
        parent: the number of the parent group, 0 for none.
    """

    label: str
    serial: int = 1
    person: str = ""
    parent: int = 0

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(sha256(self.label.encode()))

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self._private.public_key().public_bytes_raw()

    @property
    def did(self) -> str:
        """did:key."""
        return did_key(self.public_key)

    @property
    def organisation(self) -> dict[str, str]:
        """The organisation as an enrolment names it."""
        group = {"parentGroupId": credit_code(self.parent)} if self.parent else {}
        return {
            **group,
            "registeredId": credit_code(self.serial),
            "name": f"Fictional Organisation {self.serial} (example)",
            "nameZh": f"示例机构{self.serial}（虚构）",
            "orgType": "enterprise",
        }

    @property
    def issuer(self) -> dict[str, str]:
        """The `issuer` of this actor's records."""
        names = self.organisation
        return {"id": self.did, "name": names["name"], "nameZh": names["nameZh"]}

    def sign(self, message: bytes) -> bytes:
        """Pure Ed25519."""
        return self._private.sign(message)

    def vkey(self, name: str = ORIGIN, kind: int = 1) -> str:
        """C2SP verification key."""
        return f"{name}+{self.key_id(name, kind).hex()}+{b64(bytes([kind]) + self.public_key)}"

    def key_id(self, name: str = ORIGIN, kind: int = 1) -> bytes:
        """C2SP key ID."""
        return sha256(name.encode() + b"\n" + bytes([kind]) + self.public_key)[:4]


def secure(document: dict, signer: Actor, created: str | None = None) -> dict:
    """Add the one `eddsa-jcs-2022` proof, by whomever; the document keeps its own issuer."""
    did = document["issuer"]["id"]
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": created or document["validFrom"],
        "verificationMethod": f"{did}#{did.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }
    return resign({**document, "proof": proof}, signer)


def resign(record: dict, signer: Actor) -> dict:
    """Replace the proof value by one that fits the record as it stands."""
    options = {name: item for name, item in record["proof"].items() if name != "proofValue"}
    document = {name: item for name, item in record.items() if name != "proof"}
    value = base58btc(signer.sign(sha256(jcs(options)) + sha256(jcs(document))))
    return {**document, "proof": {**options, "proofValue": value}}


def edited(value: dict, *path, to=...) -> dict:
    """Return a copy of a JSON value with one member replaced, or removed without `to`."""
    result = copy.deepcopy(value)
    target = result
    for part in path[:-1]:
        target = target[part]
    if to is ...:
        del target[path[-1]]
    else:
        target[path[-1]] = to
    return result


def content_digest(record: dict) -> str:
    """What links and the subject of a bundle refer to."""
    return digest({name: item for name, item in record.items() if name != "proof"})


def sign_note(text: str, signer: Actor, name: str = ORIGIN) -> str:
    """A signed note with one signature line."""
    line = b64(signer.key_id(name) + signer.sign(text.encode()))
    return f"{text}\n— {name} {line}\n"


def cosign(note: str, witness: Actor, name: str, time: int) -> str:
    """Add a 0x04 cosignature line."""
    text = note.split("\n\n", maxsplit=1)[0] + "\n"
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    line = witness.key_id(name, 4) + time.to_bytes(8, "big") + witness.sign(message)
    return f"{note}— {name} {b64(line)}\n"
