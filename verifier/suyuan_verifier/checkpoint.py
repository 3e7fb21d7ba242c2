"""Checkpoints of a log and the cosignatures of its witnesses (C2SP tlog-checkpoint, -cosignature).

A checkpoint is the text of a signed note, three lines or more:

    origin                      the log's name
    size                        ASCII decimal without leading zeros, below 2^63
    root                        base64 of 32 bytes; of the empty tree SHA-256("")
    extension lines             optional, not empty, signed but without meaning here

A witness that has seen only consistent checkpoints of a log cosigns with the time T in POSIX
seconds; after the key ID its line carries T as 8 big-endian bytes and the signature. It signs

    0x04  "cosignature/v1" LF "time " T LF || text
    0x06  "subtree/v1" LF NUL || u8 length || witness name || u64 T
          || u8 length || origin || u64 0 || u64 size || root      ML-DSA-44 (FIPS 204), no context

Only witnesses that the caller names are looked at.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from suyuan_verifier.encodings import MAX_INT63, parse_base64, parse_decimal
from suyuan_verifier.errors import MalformedError, ProofError
from suyuan_verifier.merkle import EMPTY_ROOT, HASH_SIZE
from suyuan_verifier.note import (
    COSIGNATURE_ED25519,
    COSIGNATURE_ML_DSA_44,
    Note,
    VerificationKey,
    index_keys,
    parse_note,
    verify_ed25519,
    verify_note,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_ORIGIN_BYTES = 255
"""The message of a 0x06 cosignature gives the origin's length in one byte."""

_TIMESTAMP_SIZE = 8
_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log claims about itself at one moment.

    Attributes:
        origin: the log's name.
        size: number of entries.
        root: root hash of the tree of that size.
        extensions: further lines, signed by the log and ignored by this verifier.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cosignature:
    """One witness's verified statement; `timestamp` is its clock in POSIX seconds."""

    key: VerificationKey
    timestamp: int


@dataclass(frozen=True, slots=True)
class WitnessCount:
    """Which of the named witnesses cosigned.

    Attributes:
        verified: one cosignature per witness, the latest where it signed more than once.
        unchecked: witnesses whose lines this installation cannot check (a build of `cryptography`
            without ML-DSA); they count for nothing, and are not the same as absent.
    """

    verified: tuple[Cosignature, ...]
    unchecked: tuple[VerificationKey, ...]


def parse_checkpoint(text: str) -> Checkpoint:
    """Parse the text of a note as a checkpoint.

    Raises:
        MalformedError: `checkpoint.lines`, `checkpoint.origin_length`, `checkpoint.size`,
            `checkpoint.root` or `checkpoint.empty_root`.
    """
    lines = text.split("\n")
    if lines.pop() or len(lines) < _LINES or not all(lines):
        raise MalformedError(
            "checkpoint.lines", expected="three or more lines, none empty", found=len(lines)
        )
    origin = lines[0]
    if len(origin.encode("utf-8", "replace")) > MAX_ORIGIN_BYTES:
        raise MalformedError(
            "checkpoint.origin_length", expected=f"<= {MAX_ORIGIN_BYTES} bytes", found=len(origin)
        )
    size = parse_decimal(lines[1], "checkpoint.size")
    root = parse_base64(lines[2], "checkpoint.root", size=HASH_SIZE)
    if size == 0 and root != EMPTY_ROOT:
        raise MalformedError("checkpoint.empty_root", expected=EMPTY_ROOT.hex(), found=root.hex())
    return Checkpoint(origin, size, root, tuple(lines[_LINES:]))


def verify_checkpoint(data: bytes, origin: str, keys: Sequence[VerificationKey]) -> Checkpoint:
    """Verify a log's signature on a checkpoint and return what it says.

    Args:
        data: the note as received.
        origin: the log's name, from the caller's own policy.
        keys: the log's Ed25519 keys (type 0x01), from the caller's own policy.

    Raises:
        MalformedError: of `parse_note`, `verify_note` and `parse_checkpoint`.
        ProofError: of `verify_note`; `checkpoint.origin` if the note is another log's.
    """
    note = parse_note(data)
    verify_note(note, keys)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise ProofError("checkpoint.origin", expected=origin, found=ascii(checkpoint.origin))
    return checkpoint


def count_witnesses(note: Note, witness_keys: Iterable[VerificationKey]) -> WitnessCount:
    """Verify the cosignatures of the named witnesses on a checkpoint; ignore all others.

    Args:
        note: a parsed checkpoint, whose log signature the caller checks with `verify_checkpoint`.
        witness_keys: keys of type 0x04 or 0x06, from the caller's own policy.

    Raises:
        MalformedError: `note.key_kind`, `note.ambiguous_key`; `checkpoint.witness_key` if two
            witnesses share a public key (0x04 does not bind the name, so one would count twice);
            `checkpoint.cosignature_time` for a time of 0 or beyond 2^63-1; of `parse_checkpoint`.
        ProofError: `checkpoint.cosignature` if the line of a named witness does not verify.
    """
    known = index_keys(witness_keys, (COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44))
    if len({key.public_key for key in known.values()}) != len(known):
        raise MalformedError("checkpoint.witness_key", expected="one public key per witness")
    checkpoint = parse_checkpoint(note.text)
    verified: dict[VerificationKey, int] = {}
    unchecked: dict[VerificationKey, None] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        timestamp = int.from_bytes(line.signature[:_TIMESTAMP_SIZE], "big")
        # 0 is what a log says of its own checkpoint; a witness claims to have seen it at a time.
        if not 1 <= timestamp <= MAX_INT63:
            raise MalformedError(
                "checkpoint.cosignature_time", expected="1 to 2^63-1", found=timestamp
            )
        try:
            holds = _verify_cosignature(
                key, timestamp, line.signature[_TIMESTAMP_SIZE:], note.text, checkpoint
            )
        except UnsupportedAlgorithm:
            unchecked[key] = None
            continue
        if not holds:
            raise ProofError("checkpoint.cosignature", found=f"{line.name} {line.key_id.hex()}")
        verified[key] = max(timestamp, verified.get(key, 0))
    return WitnessCount(
        tuple(Cosignature(key, timestamp) for key, timestamp in verified.items()),
        tuple(unchecked),
    )


def cosignature_message(text: str, timestamp: int) -> bytes:
    """Return what a 0x04 cosigner signs: a header with the time, and the whole checkpoint."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def subtree_message(name: str, timestamp: int, checkpoint: Checkpoint) -> bytes:
    """Return what a 0x06 cosigner signs for a whole checkpoint (start 0, end = size).

    Raises:
        MalformedError: `checkpoint.cosigner_name` for a name of more than 255 bytes.
    """
    cosigner, origin = name.encode("utf-8"), checkpoint.origin.encode("utf-8")
    if len(cosigner) > MAX_ORIGIN_BYTES:
        raise MalformedError("checkpoint.cosigner_name", expected="<= 255 bytes", found=name)
    return b"".join(
        (
            b"subtree/v1\n\x00",
            bytes([len(cosigner)]),
            cosigner,
            struct.pack(">Q", timestamp),
            bytes([len(origin)]),
            origin,
            struct.pack(">QQ", 0, checkpoint.size),
            checkpoint.root,
        )
    )


def _verify_cosignature(
    key: VerificationKey, timestamp: int, signature: bytes, text: str, checkpoint: Checkpoint
) -> bool:
    if key.kind == COSIGNATURE_ED25519:
        message = cosignature_message(text, timestamp)
        return verify_ed25519(key.public_key, message, signature)
    # Loaded only where a policy names such a witness: most runs never need it.
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey  # noqa: PLC0415

    message = subtree_message(key.name, timestamp, checkpoint)
    try:
        MLDSA44PublicKey.from_public_bytes(key.public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
