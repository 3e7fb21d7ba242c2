"""The errors that may leave this package.

    VerifierError
    ├── MalformedError   bytes that break a rule of the format; carries a stable code
    ├── ProofError       a well-formed proof or signature that does not hold; carries a stable code
    └── PolicyError      the trust policy itself cannot be used

`MalformedError` and `ProofError` are "wrong"; a check that could not be made at all is never an
exception but the outcome `unknown` in the report.
"""

from __future__ import annotations

import json
import re

_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # as in record.text, with LF
)


class VerifierError(Exception):
    """Base of everything this package raises on purpose.

    Attributes:
        code: stable id, a key of `codes.json`.
        pointer: JSON Pointer (RFC 6901) into the record or bundle, empty where none applies;
            shortened to 300 characters, because its names come from the input.
        expected: what the rule asks for, as text, shortened to 300 characters, or None.
        found: what was there, shortened to 120 characters, or None.
    """

    def __init__(
        self,
        code: str,
        *,
        pointer: str = "",
        expected: object = None,
        found: object = None,
    ) -> None:
        self.code = code
        self.pointer = shorten(pointer, 300)
        self.expected = None if expected is None else shorten(describe(expected), 300)
        self.found = None if found is None else shorten(describe(found))
        super().__init__(code)

    def __str__(self) -> str:
        parts = [self.code]
        if self.pointer:
            parts.append(f"at {self.pointer}")
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.found is not None:
            parts.append(f"found {self.found}")
        return ", ".join(parts)


class MalformedError(VerifierError):
    """Bytes break a rule of the format (size, syntax, profile, shape)."""


class ProofError(VerifierError):
    """A well-formed proof, signature or root does not hold."""


class PolicyError(VerifierError):
    """The trust policy cannot be read or contradicts itself."""


def describe(value: object) -> str:
    """Write a value as any implementation can: text as it is, everything else as JSON.

    Control and bidirectional characters are escaped: reports end up on terminals, and JSON leaves
    those beyond U+001F as they are.
    """
    if not isinstance(value, str):
        value = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", value)


def shorten(text: str, limit: int = 120) -> str:
    """Cut `text` to `limit` characters so that hostile input cannot flood a report."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
