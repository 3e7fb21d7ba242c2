"""Signed notes and their keys, strictly (C2SP signed-note).

A note is text followed by signatures, one line each:

    note = text || LF || line+           text ends in LF; the last empty line separates
    line = U+2014 SP name SP base64(key ID, 4 bytes || signature) LF

A verification key is written `name+hex(key ID)+base64(type || public key)`, and

    key ID = first 4 bytes of SHA-256(name || LF || type || public key)

Types: 0x01 Ed25519 over the text; 0x04 Ed25519 and 0x06 ML-DSA-44 timestamped cosignatures, which
`checkpoint` verifies (C2SP tlog-cosignature).

A line under an unknown key is ignored: logs add signatures over time. A line under a known key that
does not verify rejects the whole note: somebody tried. A note on which no known key verified proves
nothing and is refused. Worked example: docs/spec/log.md, section "Signed note".
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from suyuan_verifier.encodings import format_base64, parse_base64
from suyuan_verifier.errors import MalformedError, ProofError
from suyuan_verifier.signature import check_public_key

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_NOTE_BYTES = 65_536
MAX_SIGNATURES = 100
MAX_VKEY_CHARACTERS = 4_096
KEY_ID_SIZE = 4

ED25519 = 0x01
COSIGNATURE_ED25519 = 0x04
COSIGNATURE_ML_DSA_44 = 0x06

_PUBLIC_KEY_SIZES = {ED25519: 32, COSIGNATURE_ED25519: 32, COSIGNATURE_ML_DSA_44: 1312}
_DASH = "\N{EM DASH} "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """One public key that may sign notes.

    Attributes:
        name: key name; for a log it is the origin line of its checkpoints.
        key_id: 4 bytes that follow from the name, the type and the public key.
        kind: signature type, one of the constants of this module.
        public_key: raw public key, 32 bytes for Ed25519, 1312 for ML-DSA-44.
    """

    name: str
    key_id: bytes
    kind: int
    public_key: bytes


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line; `signature` is what follows the key ID."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note: the signed text with its final LF, and at least one signature line."""

    text: str
    signatures: tuple[NoteSignature, ...]


def compute_key_id(name: str, kind: int, public_key: bytes) -> bytes:
    """Derive the 4-byte key ID (C2SP signed-note, section "Signatures")."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + bytes([kind]) + public_key).digest()[
        :KEY_ID_SIZE
    ]


def parse_vkey(text: str) -> VerificationKey:
    """Parse a verification key.

    Raises:
        MalformedError: `note.vkey` for the form, `note.key_kind` for another signature type,
            `note.key_id` for an ID that does not follow from the rest, `sig.key_encoding` or
            `sig.small_order` for an Ed25519 key that no honest signer has.
    """
    if len(text) > MAX_VKEY_CHARACTERS:
        raise MalformedError(
            "note.vkey", expected=f"<= {MAX_VKEY_CHARACTERS} characters", found=len(text)
        )
    # Split at the first two only: base64 may contain a plus sign.
    parts = text.split("+", 2)
    if len(parts) != 3 or not _is_name(parts[0]) or not _KEY_ID.fullmatch(parts[1]):
        raise MalformedError("note.vkey", expected="name+hex8+base64", found=ascii(text))
    name, key_id = parts[0], bytes.fromhex(parts[1])
    data = parse_base64(parts[2], "note.vkey")
    kind, public_key = data[0] if data else -1, data[1:]
    if kind not in _PUBLIC_KEY_SIZES:
        raise MalformedError("note.key_kind", expected="01, 04 or 06", found=data[:1].hex())
    if len(public_key) != _PUBLIC_KEY_SIZES[kind]:
        raise MalformedError(
            "note.vkey",
            expected=f"a public key of {_PUBLIC_KEY_SIZES[kind]} bytes",
            found=f"{len(public_key)} bytes",
        )
    expected = compute_key_id(name, kind, public_key)
    if key_id != expected:
        raise MalformedError("note.key_id", expected=expected.hex(), found=key_id.hex())
    if kind != COSIGNATURE_ML_DSA_44:
        check_public_key(public_key)
    return VerificationKey(name, key_id, kind, public_key)


def format_vkey(key: VerificationKey) -> str:
    """Write a verification key in its one spelling."""
    return f"{key.name}+{key.key_id.hex()}+{format_base64(bytes([key.kind]) + key.public_key)}"


def parse_note(data: bytes) -> Note:
    """Parse a note without verifying anything.

    Raises:
        MalformedError: `note.too_large`, `note.encoding`, `note.control`, `note.separator`,
            `note.signature_line` or `note.too_many_signatures`.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise MalformedError(
            "note.too_large", expected=f"<= {MAX_NOTE_BYTES} bytes", found=f"{len(data)} bytes"
        )
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError("note.encoding", found=f"byte {error.start}") from None
    control = _CONTROL.search(content)
    if control:
        raise MalformedError("note.control", found=f"U+{ord(control.group()):04X}")
    before, separator, after = content.rpartition("\n\n")
    if not separator:
        raise MalformedError("note.separator", expected="an empty line before the signatures")
    if not after.endswith("\n"):
        raise MalformedError("note.signature_line", expected="lines that end in LF")
    lines = after[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise MalformedError(
            "note.too_many_signatures", expected=f"<= {MAX_SIGNATURES}", found=len(lines)
        )
    return Note(before + "\n", tuple(_parse_line(line) for line in lines))


def verify_note(note: Note, keys: Iterable[VerificationKey]) -> tuple[VerificationKey, ...]:
    """Verify the Ed25519 signatures of the given keys.

    Returns:
        The keys that verified, each once, in the order of their first lines.

    Raises:
        MalformedError: `note.key_kind` for a cosigner's key, `note.ambiguous_key` if two different
            keys share name and ID.
        ProofError: `note.signature` if a line of a given key does not verify, `note.unverified` if
            no line is by a given key.
    """
    known = index_keys(keys, (ED25519,))
    message = note.text.encode("utf-8")
    verified: list[VerificationKey] = []
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        if not verify_ed25519(key.public_key, message, line.signature):
            raise ProofError("note.signature", found=f"{line.name} {line.key_id.hex()}")
        if key not in verified:
            verified.append(key)
    if not verified:
        raise ProofError(
            "note.unverified",
            expected=", ".join(f"{name} {key_id.hex()}" for name, key_id in known),
            found=", ".join(f"{line.name} {line.key_id.hex()}" for line in note.signatures),
        )
    return tuple(verified)


def index_keys(
    keys: Iterable[VerificationKey], kinds: tuple[int, ...]
) -> dict[tuple[str, bytes], VerificationKey]:
    """Index keys by name and key ID, the pair that a signature line names.

    Raises:
        MalformedError: `note.key_kind` for a type that is not in `kinds`, `note.ambiguous_key` if
            two different keys share name and ID.
    """
    known: dict[tuple[str, bytes], VerificationKey] = {}
    for key in keys:
        if key.kind not in kinds:
            expected = " or ".join(f"{kind:02x}" for kind in kinds)
            raise MalformedError("note.key_kind", expected=expected, found=f"{key.kind:02x}")
        if known.setdefault((key.name, key.key_id), key) != key:
            raise MalformedError("note.ambiguous_key", found=f"{key.name} {key.key_id.hex()}")
    return known


def verify_ed25519(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a pure Ed25519 signature (RFC 8032 section 5.1.7) verifies."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _parse_line(line: str) -> NoteSignature:
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2 or not _is_name(parts[0]):
        raise MalformedError(
            "note.signature_line", expected="U+2014, name, base64", found=ascii(line)
        )
    data = parse_base64(parts[1], "note.signature_line")
    if len(data) <= KEY_ID_SIZE:
        raise MalformedError(
            "note.signature_line", expected="a key ID and a signature", found=f"{len(data)} bytes"
        )
    return NoteSignature(parts[0], data[:KEY_ID_SIZE], data[KEY_ID_SIZE:])


def _is_name(name: str) -> bool:
    """Key names are not empty and have neither Unicode spaces nor a plus sign (signed-note)."""
    return bool(name) and not any(
        symbol == "+" or symbol.isspace() or "\ud800" <= symbol <= "\udfff" for symbol in name
    )
