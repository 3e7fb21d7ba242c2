"""Refused before the members are looked at: bytes, JSON syntax, values that the profile lacks."""

from __future__ import annotations

import json
from typing import Any

from cases_sound import factor
from corpus_base import Case, Part, Value, canonical, envelope, product_factor, sign


def refuse(name: str, code: str, why: str, *parts: Part, ledger_only: bool = False) -> Case:
    """Make a case that must be refused with exactly this code."""
    return Case(name, why, list(parts), {"code": code}, ledger_only)


def _sound(name: str) -> Value:
    return sign(factor(name), "transcriber")


def _with_size(name: str, token: str) -> str:
    """Return a factor whose one number is spelled `token`."""
    subject = product_factor()
    subject["evidence"][0]["size"] = 4711
    record = sign(envelope("FactorSubmission", "transcriber", subject, name), "transcriber")
    return canonical(record).replace('"size":4711', f'"size":{token}')


def _encodings() -> list[Case]:
    text = canonical(_sound("encoding"))
    head, tail = text.split("Yunnan")
    return [
        refuse("bom", "record.bom", "a byte-order mark", {"hex": "efbbbf"}, text),
        refuse(
            "utf16", "record.encoding", "UTF-16", {"hex": "fffe" + "{}".encode("utf-16-le").hex()}
        ),
        refuse("encoding-stray", "record.encoding", "a stray byte", head, {"hex": "ff"}, tail),
        refuse("encoding-overlong", "record.encoding", "overlong", head, {"hex": "c0af"}, tail),
        refuse("encoding-surrogate", "record.encoding", "CESU-8", head, {"hex": "eda080"}, tail),
        refuse("encoding-cut", "record.encoding", "a cut sequence", head, {"hex": "e4ba"}, tail),
    ]


def _syntax() -> list[Case]:
    text = canonical(_sound("syntax"))
    broken = {
        "empty": "",
        "cut": text[:-1],
        "trailing-comma": text[:-1] + ",}",
        "trailing-data": text + "{}",
        "single-quotes": "{'a':1}",
        "raw-line-feed": text.replace("Yunnan", "Yun\nnan"),
        "comment": "/* */" + text,
        "leading-zero": _with_size("leading-zero", "04711"),
        "plus": _with_size("plus", "+4711"),
        "bad-escape": text.replace("Yunnan", "Yun\\xnan"),
    }
    cases = [
        refuse(f"syntax-{name}", "record.syntax", f"not JSON: {name}", part)
        for name, part in broken.items()
    ]
    deep = {"times": 100_000}
    extra = sign(factor("depth"), "transcriber")
    nested: Any = "x"
    for _ in range(31):
        nested = [nested]
    extra["credentialSubject"]["variant"] = [nested]
    cases += [
        refuse("depth-33", "record.depth", "one level too deep", json.dumps(extra)),
        refuse(
            "depth-100000",
            "record.depth",
            "a stack overflow for others",
            {"text": "[", **deep},
            {"text": "]", **deep},
        ),
        refuse(
            "depth-objects",
            "record.depth",
            "objects count too",
            {"text": '{"a":', "times": 33},
            "1",
            {"text": "}", "times": 33},
        ),
    ]
    head, tail = text.split("附件 表3")
    big = {"text": "x", "times": 300_000}
    cases.append(refuse("too-large", "record.too_large", "300 kB of text", head, big, tail))
    return cases


def _keys_and_numbers() -> list[Case]:
    text = canonical(_sound("keys"))
    once = '"declaredUnit":"KWH"'
    twice = {
        "nested": (once, once + "," + once),
        "other-value": (once, '"declaredUnit":"MWH",' + once),
        "escaped": (once, once + ',"declared\\u0055nit":"KWH"'),
        "top": ('"nonce":', '"id":"urn:uuid:0","nonce":'),
    }
    cases = [
        refuse(f"duplicate-{name}", "record.duplicate_key", "a key twice", text.replace(*change))
        for name, change in twice.items()
    ]
    tokens = {
        "nan": "NaN",
        "infinity": "Infinity",
        "minus-infinity": "-Infinity",
        "float": "4711.0",
        "fraction": "0.5",
        "exponent": "4711e0",
        "capital-exponent": "1E3",
        "minus-zero": "-0",
        "too-big": "9007199254740992",
        "too-small": "-9007199254740992",
        "beyond-64-bits": "123456789012345678901234567890",
        "digits-5000": "1" + "0" * 5000,
    }
    cases += [
        refuse(
            f"number-{name}",
            "record.number",
            f"{token[:40]} is no number here",
            _with_size(name, token),
        )
        for name, token in tokens.items()
    ]
    named = {"e-acute": "caf\u00e9", "full-width": "\uff41", "nul": "a\u0000b", "tab": "a\tb"}
    for name, key in named.items():
        record = sign(factor("key", **{key: "x"}), "transcriber")
        cases.append(
            refuse(f"key-{name}", "record.key", "keys are printable ASCII", canonical(record))
        )
    return cases


def _values() -> list[Case]:
    cases = []
    nulls: dict[str, Value] = {
        "optional": factor("null-optional", variant=None),
        "required": factor("null-required", value=None),
        "in-array": factor(
            "null-in-array", sources=[*factor("x")["credentialSubject"]["sources"], None]
        ),
    }
    for name, record in nulls.items():
        text = canonical(sign(record, "transcriber"))
        cases.append(refuse(f"null-{name}", "record.null", "absent members are absent", text))
    top = _sound("null-top")
    cases.append(
        refuse(
            "null-member",
            "record.null",
            "null instead of absent",
            canonical({**top, "links": None}),
        )
    )
    cases.append(refuse("null-alone", "record.members", "a record is an object", "[]"))
    sound = canonical(_sound("surrogate"))
    for name, escape in {"high": "\\ud83c", "low": "\\udf0d", "swapped": "\\udf0d\\ud83c"}.items():
        text = sound.replace("Yunnan", f"Yun{escape}nan")
        cases.append(refuse(f"surrogate-{name}", "record.surrogate", "half of a pair", text))
    key = sound.replace('"declaredUnit"', '"\\ud83c":"x","declaredUnit"')
    cases.append(refuse("surrogate-key", "record.surrogate", "half of a pair in a key", key))
    forbidden = {
        "nul": 0x00, "tab": 0x09, "carriage-return": 0x0D, "unit-separator": 0x1F, "delete": 0x7F,
        "c1-first": 0x80, "next-line": 0x85, "c1-last": 0x9F, "arabic-letter-mark": 0x061C,
        "left-to-right-mark": 0x200E, "right-to-left-mark": 0x200F, "embedding": 0x202A,
        "override": 0x202E, "isolate": 0x2066, "pop-isolate": 0x2069,
    }  # fmt: skip
    for name, code in forbidden.items():
        variant = {"zh": "x", "en": f"a{chr(code)}b"}
        text = canonical(sign(factor(name, variant=variant), "transcriber"))
        cases.append(
            refuse(f"text-{name}", "record.text", f"U+{code:04X} hides what is shown", text)
        )
    override = sound.replace("Yunnan", "Yun\\u202enan")
    cases.append(refuse("text-escaped", "record.text", "an escape hides nothing", override))
    for name, text in {
        "decomposed": "Cafe\u0301",
        "hangul": "\u1112\u1161\u11ab",
        "compatible": "\u212b",
    }.items():
        record = sign(factor(name, variant={"zh": "x", "en": text}), "transcriber")
        cases.append(
            refuse(
                f"nfc-{name}",
                "record.nfc",
                "one text, one spelling",
                canonical(record),
                ledger_only=True,
            )
        )
    return cases


def bytes_refused() -> list[Case]:
    """Return the cases about bytes, syntax and values."""
    return [*_encodings(), *_syntax(), *_keys_and_numbers(), *_values()]
