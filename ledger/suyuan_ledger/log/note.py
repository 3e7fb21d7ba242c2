"""Signed notes: the log's signature format (C2SP signed-note v1.0.0).

    note = text || LF || line+           the text ends in LF; the last empty line separates
    line = U+2014 SP name SP base64(key id || signature) LF
    key id = first 4 bytes of SHA-256(name || LF || 0x01 || public key)

The log signs with Ed25519 (type 0x01) and reads back only what it signed itself, perhaps with
cosignatures added below. Codes are the verifier's: where it refuses a note, so does this module,
with the same code (a property test holds both together).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from suyuan_ledger.errors import KeyAccessError, RefusedError
from suyuan_ledger.log.encodings import format_base64, parse_base64

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_NOTE_BYTES = 65_536
MAX_SIGNATURES = 100

_ED25519 = b"\x01"
_KEY_ID_SIZE = 4
_PUBLIC_KEY_SIZE = 32
_SIGNATURE_SIZE = 64
_DASH = "\N{EM DASH}"
_VKEY_PARTS = 3
_LINE_PARTS = 3
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_HEX_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)


class NoteSigner(Protocol):
    """What signs for the log; `suyuan_ledger.keys` opens such signers."""

    @property
    def public_key(self) -> bytes:
        """The raw Ed25519 public key, 32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of a message."""
        ...


@dataclass(frozen=True, slots=True)
class LogKey:
    """The public key that a log's notes are verified with.

    Attributes:
        name: key name, which is the log's origin.
        public_key: raw Ed25519 public key, 32 bytes.
    """

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that a signature line names the key by."""
        return key_id(self.name, self.public_key)


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line; `signature` is what follows the key id."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note: the signed text with its final LF, and its signature lines."""

    text: str
    signatures: tuple[NoteSignature, ...]


def key_id(name: str, public_key: bytes) -> bytes:
    """Derive the id of an Ed25519 key (signed-note, section "Signatures")."""
    digest = sha256(name.encode() + b"\n" + _ED25519 + public_key)
    return digest.digest()[:_KEY_ID_SIZE]


def format_vkey(name: str, public_key: bytes) -> str:
    """Write a verification key as trust policies name it.

    Raises:
        RefusedError: `note.vkey`, the name or the key cannot be written.
    """
    _check_name(name, "note.vkey")
    if len(public_key) != _PUBLIC_KEY_SIZE:
        raise RefusedError("note.vkey", expected="32 bytes", found=len(public_key))
    return f"{name}+{key_id(name, public_key).hex()}+{format_base64(_ED25519 + public_key)}"


def parse_vkey(text: str) -> LogKey:
    """Read the verification key of a log.

    Raises:
        RefusedError: `note.vkey` for its form, `note.key_kind` for anything but Ed25519,
            `note.key_id` for an id that does not follow from the rest.
    """
    # Base64 may hold a plus sign too, hence only the first two separate.
    parts = text.split("+", 2)
    if len(parts) != _VKEY_PARTS or not _HEX_ID.fullmatch(parts[1]):
        raise RefusedError("note.vkey", expected="name+hex8+base64", found=ascii(text))
    name, claimed, encoded = parts
    _check_name(name, "note.vkey")
    data = parse_base64(encoded, "note.vkey")
    if data[:1] != _ED25519:
        raise RefusedError("note.key_kind", expected="01", found=data[:1].hex())
    if len(data) != 1 + _PUBLIC_KEY_SIZE:
        raise RefusedError("note.vkey", expected="32 bytes", found=len(data) - 1)
    key = LogKey(name, data[1:])
    if key.key_id.hex() != claimed:
        raise RefusedError("note.key_id", expected=key.key_id.hex(), found=claimed)
    return key


def sign_note(text: str, signers: Sequence[tuple[str, NoteSigner]]) -> bytes:
    """Sign a text under one or more key names.

    Every signature is verified before the note is returned: a device that signs with another key
    must not put a checkpoint into the world that nobody can verify.

    Raises:
        RefusedError: a `note.*` code, the text, a name or the number of signers is not allowed.
        KeyAccessError: `log.signer`, a signer's own public key does not verify its signature.
    """
    if not text.endswith("\n"):
        raise RefusedError("note.separator", expected="a text that ends in LF", found=ascii(text))
    _check_text(text)
    try:
        message = text.encode()
    except UnicodeEncodeError as error:
        raise RefusedError("note.encoding", expected="UTF-8", found=error.reason) from None
    lines: list[str] = []
    for name, signer in signers:
        _check_name(name, "note.signature_line")
        signature = signer.sign(message)
        if not _verifies(signer.public_key, message, signature):
            raise KeyAccessError("log.signer", found=name)
        signed = key_id(name, signer.public_key) + signature
        lines.append(f"{_DASH} {name} {format_base64(signed)}\n")
    note = message + b"\n" + "".join(lines).encode()
    parse_note(note)
    return note


def parse_note(raw: bytes) -> Note:
    """Read a note without verifying anything.

    Raises:
        RefusedError: `note.too_large`, `note.encoding`, `note.control`, `note.separator`,
            `note.signature_line`, `note.too_many_signatures`.
    """
    if len(raw) > MAX_NOTE_BYTES:
        raise RefusedError("note.too_large", expected=f"<= {MAX_NOTE_BYTES}", found=len(raw))
    try:
        note = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError("note.encoding", expected="UTF-8", found=error.reason) from None
    _check_text(note)
    cut = note.rfind("\n\n")
    if cut < 0:
        raise RefusedError("note.separator", expected="an empty line before the signatures")
    text, signed = note[: cut + 1], note[cut + 2 :]
    if not signed.endswith("\n"):
        raise RefusedError("note.signature_line", expected="a line that ends in LF")
    lines = signed[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise RefusedError(
            "note.too_many_signatures", expected=f"<= {MAX_SIGNATURES}", found=len(lines)
        )
    return Note(text, tuple(_parse_line(number, line) for number, line in enumerate(lines, 1)))


def open_note(raw: bytes, key: LogKey) -> str:
    """Verify the log's signature on a note and return the text.

    Lines by other keys are cosignatures, which say nothing here. Each line by this key must verify.

    Raises:
        RefusedError: a `note.*` code of `parse_note`; `note.signature` if a line by the key does
            not verify; `note.unverified` if there is none.
    """
    note = parse_note(raw)
    ours = [line for line in note.signatures if (line.name, line.key_id) == (key.name, key.key_id)]
    if not ours:
        raise RefusedError("note.unverified", expected=f"{key.name} {key.key_id.hex()}")
    message = note.text.encode()
    for line in ours:
        if not _verifies(key.public_key, message, line.signature):
            raise RefusedError("note.signature", found=f"{line.name} {line.key_id.hex()}")
    return note.text


def _parse_line(number: int, line: str) -> NoteSignature:
    code = "note.signature_line"
    place = f"signature line {number}"
    parts = line.split(" ")
    if len(parts) != _LINE_PARTS or parts[0] != _DASH:
        raise RefusedError(
            code, pointer=place, expected="U+2014, name and base64", found=ascii(line)
        )
    _check_name(parts[1], code)
    data = parse_base64(parts[2], code, pointer=place)
    if len(data) <= _KEY_ID_SIZE:
        raise RefusedError(
            code, pointer=place, expected="a key id and a signature", found=f"{len(data)} bytes"
        )
    return NoteSignature(parts[1], data[:_KEY_ID_SIZE], data[_KEY_ID_SIZE:])


def _check_text(text: str) -> None:
    """Refuse control characters other than LF."""
    control = _CONTROL.search(text)
    if control:
        raise RefusedError("note.control", found=f"U+{ord(control[0]):04X} at {control.start()}")


def _check_name(name: str, code: str) -> None:
    """Refuse what may not name a key: nothing, white space, a plus sign, half a character."""
    if not name or any(
        letter == "+" or letter.isspace() or "\ud800" <= letter <= "\udfff" for letter in name
    ):
        raise RefusedError(
            code, expected="a key name without white space or plus sign", found=ascii(name)
        )


def _verifies(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether an Ed25519 signature verifies (RFC 8032 section 5.1.7)."""
    if len(signature) != _SIGNATURE_SIZE:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
