"""Write the label code vectors; see README.md beside it.

PYTHONPATH=tests:tests/verifier python tests/vectors/codes/generate.py
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path

from label_codes import base45, certificate_record, code_of, code_of_record, label_record
from signed_records import Actor, content_digest, edited, jcs, resign, secure

HERE = Path(__file__).resolve().parent
SOUND = "code.signature_only"
UNREADABLE = ("code.base45", "code.compression", "code.prefix", "code.too_large", "code.too_long")


@dataclass(frozen=True)
class Case:
    """One vector: its name, what is wrong, the scanned text and the code to expect."""

    name: str
    why: str
    text: str
    code: str


def cases() -> list[Case]:
    """Return every vector."""
    label = label_record()
    good, content = code_of_record(label), jcs(label)
    packed = zlib.compress(content, 9)
    stranger = Actor("stranger", 999)
    own = {name: item for name, item in label.items() if name != "proof"}
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    return [
        Case("sound", "nothing", good, SOUND),
        Case("sound-with-line-end", "nothing: a text file ends so", good + "\n", SOUND),
        Case("sound-stored", "nothing: not compressed", _packed(zlib.compress(content, 0)), SOUND),
        Case(
            "strangers-own-label",
            "nothing that a signature alone could show",
            code_of_record(secure({**own, "issuer": stranger.issuer}, stranger)),
            SOUND,
        ),
        Case("truncated", "all behind 333 groups lacks", good[: 8 + 999], "code.compression"),
        Case("truncated-in-a-group", "one symbol is left over", good[: 8 + 1000], "code.base45"),
        Case(
            "another-prefix", "a later version", good.replace("SUYUAN1", "SUYUAN2"), "code.prefix"
        ),
        Case("small-letters", "base45 has capitals only", good.lower(), "code.prefix"),
        Case("label-uri", "the URI on the label", label["credentialSubject"]["qr"], "code.prefix"),
        Case("not-base45", "a group beyond 65535", "SUYUAN1:GGW", "code.base45"),
        Case("two-line-ends", "one belongs to the file", good + "\n\n", "code.base45"),
        Case("too-long", "no symbol holds it", good + "0" * (4297 - len(good)), "code.too_long"),
        Case("bomb", "two million blanks", code_of(b" " * 2_000_000), "code.too_large"),
        Case(
            "byte-behind", "a byte behind the stream", _packed(packed + b"\0"), "code.compression"
        ),
        Case(
            "raw-deflate",
            "no zlib header",
            _packed(raw.compress(content) + raw.flush()),
            "code.compression",
        ),
        Case(
            "checksum",
            "the checksum is another",
            _packed(packed[:-1] + bytes([packed[-1] ^ 1])),
            "code.compression",
        ),
        Case("not-canonical", "a blank in the JSON", code_of(content + b" "), "code.canonical"),
        Case("twice", "a key stands twice", code_of(b'{"a":1,"a":1}'), "record.duplicate_key"),
        Case(
            "another-kind",
            "a certificate",
            code_of_record(certificate_record()),
            "code.kind",
        ),
        Case(
            "figure-changed",
            "the figure was changed after signing",
            code_of_record(edited(label, "credentialSubject", "displayed", "value", to="0.001")),
            "sig.invalid",
        ),
        Case(
            "wrong-signature",
            "signed by another key than the issuer's",
            code_of_record(resign(label, stranger)),
            "sig.invalid",
        ),
        Case(
            "wrong-shape",
            "a member that no label has",
            code_of_record(edited(label, "credentialSubject", "logo", to="x")),
            "record.shape",
        ),
    ]


def expectation(case: Case) -> dict[str, str]:
    """Return what a verifier has to find."""
    if case.code == SOUND:
        return {"code": SOUND, "verdict": "UNDECIDED"}
    verdict = "UNREADABLE" if case.code in UNREADABLE else "INVALID"
    return {"code": case.code, "verdict": verdict}


def _packed(data: bytes) -> str:
    return "SUYUAN1:" + base45(data)


def main() -> None:
    """Write the files."""
    for case in cases():
        document = {"why": case.why, "text": case.text, "expect": expectation(case)}
        if case.name == "sound":
            document["expect"]["contentDigest"] = content_digest(label_record())
        text = json.dumps(document, ensure_ascii=True, indent=1) + "\n"
        (HERE / f"{case.name}.json").write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
