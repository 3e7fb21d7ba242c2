"""Refused for a member of the envelope, or for the signature."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from cases_bytes import refuse
from cases_sound import factor
from corpus_base import (
    CONTEXT,
    Case,
    Value,
    base58,
    canonical,
    did_key,
    did_of,
    enrolment_request,
    envelope,
    hash_data,
    key_of,
    link,
    options_of,
    sign,
)

SIGNER = "transcriber"
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493


def _set(name: str, member: str, value: Any) -> str:
    record = factor(name)
    record[member] = value
    return canonical(sign(record, SIGNER))


def _members() -> list[Case]:
    cases = []
    for member in sorted(factor("x")):
        record = factor(f"without-{member}")
        del record[member]
        name = member.replace("@", "at-")
        text = canonical(sign(record, SIGNER))
        cases.append(refuse(f"members-no-{name}", "record.members", f"{member} is required", text))
    unsigned = canonical(factor("unsigned"))
    cases += [
        refuse("members-no-proof", "record.members", "an unsigned record", unsigned),
        refuse("members-unknown", "record.members", "unknown", _set("unknown", "description", "x")),
        refuse("members-status", "record.members", "unknown", _set("st", "credentialStatus", {})),
        refuse("members-string", "record.members", "a record is an object", '"record"'),
    ]
    table: dict[str, tuple[str, str, dict[str, Any]]] = {
        "context": ("@context", "record.context", {
            "string": CONTEXT[0], "short": CONTEXT[:1], "swapped": CONTEXT[::-1],
            "longer": [*CONTEXT, "https://other.example/v1"], "number": 1,
        }),
        "id": ("id", "record.id", {
            "version-4": "urn:uuid:9b2f1c1e-5c0a-4f6e-8a51-0123456789ab",
            "upper-case": "urn:uuid:019AA2F1-5C0A-7F6E-8A51-0123456789AB",
            "variant": "urn:uuid:019aa2f1-5c0a-7f6e-ca51-0123456789ab",
            "bare": "019aa2f1-5c0a-7f6e-8a51-0123456789ab",
            "line-feed": "urn:uuid:019aa2f1-5c0a-7f6e-8a51-0123456789ab\n",
            "number": 7,
        }),
        "type": ("type", "record.type", {
            "string": "FactorSubmission", "short": ["VerifiableCredential"],
            "swapped": ["FactorSubmission", "VerifiableCredential"],
            "longer": ["VerifiableCredential", "FactorSubmission", "Other"],
            "number": ["VerifiableCredential", 1],
        }),
        "kind": ("type", "record.kind", {
            "unknown": ["VerifiableCredential", "AlumniCredential"],
            "case": ["VerifiableCredential", "factorSubmission"],
            "empty": ["VerifiableCredential", ""],
        }),
        "nonce": ("nonce", "record.nonce", {
            "short": "AAAAAAAAAAAAAAAAAAAA", "padded": "AAAAAAAAAAAAAAAAAAAAAA==",
            "alphabet": "++++++++++++++++++++AA", "spare-bits": "AAAAAAAAAAAAAAAAAAAAAB",
            "line-feed": "AAAAAAAAAAAAAAAAAAAAAA\n", "number": 1,
        }),
        "subject": ("credentialSubject", "record.shape", {"array": [], "string": "x"}),
        "related": ("relatedResource", "record.shape", {
            "empty": [], "object": {}, "no-digest": [{"id": "urn:x", "mediaType": "a/b"}],
            "hex": [{"id": "urn:x", "mediaType": "a/b", "digestSRI": "sha256-" + "a" * 64}],
        }),
    }  # fmt: skip
    for group, (member, code, values) in table.items():
        cases += [
            refuse(
                f"{group}-{name}", code, f"{member}: {name}", _set(f"{group}-{name}", member, value)
            )
            for name, value in values.items()
        ]
    return cases


def _issuers_and_times() -> list[Case]:
    issuer = factor("x")["issuer"]
    issuers: dict[str, Any] = {
        "string": issuer["id"],
        "no-name": {"id": issuer["id"], "nameZh": "示例"},
        "extra": {**issuer, "url": "https://issuer.example"},
        "empty-name": {**issuer, "nameZh": ""},
        "long-name": {**issuer, "name": "x" * 201},
        "did-web": {**issuer, "id": "did:web:issuer.example"},
        "number": {**issuer, "id": 1},
    }
    cases = [
        refuse(f"issuer-{name}", "record.issuer", f"issuer: {name}", _set(name, "issuer", value))
        for name, value in issuers.items()
    ]
    times: dict[str, Any] = {
        "offset": "2026-11-22T16:00:00+08:00",
        "fraction": "2026-11-22T08:00:00.000Z",
        "leap-second": "2016-12-31T23:59:60Z",
        "hour-24": "2026-11-22T24:00:00Z",
        "minute-60": "2026-11-22T08:60:00Z",
        "lower-case": "2026-11-22t08:00:00z",
        "blank": "2026-11-22 08:00:00Z",
        "date": "2026-11-22",
        "no-leap-year": "2023-02-29T00:00:00Z",
        "century": "1900-02-29T00:00:00Z",
        "april-31": "2026-04-31T00:00:00Z",
        "month-13": "2026-13-01T00:00:00Z",
        "day-0": "2026-01-00T00:00:00Z",
        "year-0": "0000-01-01T00:00:00Z",
        "year-5-digits": "12026-01-01T00:00:00Z",
        "line-feed": "2026-11-22T08:00:00Z\n",
        "full-width": "２026-11-22T08:00:00Z",
        "number": 1795334400,
    }
    cases += [
        refuse(f"time-{name}", "record.time", f"validFrom: {name}", _set(name, "validFrom", value))
        for name, value in times.items()
    ]
    early = "2026-11-22T07:59:59Z"
    cases += [
        refuse(
            "time-until-form",
            "record.time",
            "validUntil has the same form",
            _set("u", "validUntil", "never"),
        ),
        refuse(
            "time-until-early",
            "record.time",
            "lapses before it begins",
            _set("v", "validUntil", early),
        ),
    ]
    return cases


def _linked(name: str, value: Any) -> str:
    """Return a request with these links: the one kind whose links may be of any relation."""
    record = envelope("EnrolmentRequest", SIGNER, enrolment_request(), name)
    record["links"] = value
    return canonical(sign(record, SIGNER))


def _links() -> list[Case]:
    one, two = sorted(
        (link("about", "1"), link("about", "2")), key=lambda item: item["contentDigest"]
    )
    many = sorted(
        (link("uses", str(n)) for n in range(513)), key=lambda item: item["contentDigest"]
    )
    values: dict[str, Any] = {
        "empty": [],
        "object": {},
        "unsorted": [two, one],
        "unsorted-rel": [link("uses", "1"), link("about", "1")],
        "twice": [one, one],
        "rel": [link("likes", "1")],
        "upper-case": [
            {**one, "contentDigest": one["contentDigest"].upper().replace("SHA", "sha")}
        ],
        "no-prefix": [{**one, "contentDigest": one["contentDigest"][7:]}],
        "short": [{**one, "contentDigest": one["contentDigest"][:-2]}],
        "extra": [{**one, "record": "urn:uuid:0"}],
        "no-rel": [{"contentDigest": one["contentDigest"]}],
        "string": ["about"],
        "513": many,
    }
    return [
        refuse(f"links-{name}", "record.links", f"links: {name}", _linked(f"links-{name}", value))
        for name, value in values.items()
    ]


def _proofs() -> list[Case]:
    base = factor("proof")
    options = options_of(base)

    def changed(**members: Any) -> str:
        return canonical(sign(base, SIGNER, {**options, **members}))

    def without(member: str) -> str:
        return canonical(sign(base, SIGNER, {k: v for k, v in options.items() if k != member}))

    sound = sign(base, SIGNER)
    texts = {
        "set": canonical({**sound, "proof": [sound["proof"]]}),
        "string": canonical({**sound, "proof": "x"}),
        "no-context": without("@context"),
        "no-created": without("created"),
        "no-value": canonical({**sound, "proof": options}),
        "other-context": changed(**{"@context": CONTEXT[:1]}),
        "suite": changed(cryptosuite="eddsa-rdfc-2022"),
        "type": changed(type="Ed25519Signature2020"),
        "purpose": changed(proofPurpose="authentication"),
        "expires": changed(expires="2030-01-01T00:00:00Z"),
        "chain": changed(previousProof="urn:uuid:0"),
        "method-number": changed(verificationMethod=1),
        "value-number": canonical({**sound, "proof": {**options, "proofValue": 1}}),
    }
    cases = [
        refuse(f"proof-{name}", "record.proof", f"proof: {name}", text)
        for name, text in texts.items()
    ]
    cases.append(
        refuse(
            "proof-created",
            "record.time",
            "created has the same form",
            changed(created="2026-11-22"),
        )
    )
    return cases


def envelope_refused() -> list[Case]:
    """Return the cases about members of the envelope."""
    return [*_members(), *_issuers_and_times(), *_links(), *_proofs()]


def _as_issuer(did: str, name: str) -> Value:
    record = factor(name)
    record["issuer"]["id"] = did
    return record


def _keys() -> list[Case]:
    raw = key_of(SIGNER).public_key().public_bytes_raw()
    sound = did_key(raw)
    unusable = {
        "p256": did_key(b"\x02" + raw, b"\x80\x24"),
        "secp256k1": did_key(b"\x02" + raw, b"\xe7\x01"),
        "secret": did_key(raw, b"\x80\x26"),
        "short": did_key(raw[:-1]),
        "long": did_key(raw + b"\0"),
        "leading-zero": did_key(raw, b"\0\xed\x01"),
        "alphabet": sound[:-1] + "0",
        "hex": "did:key:f" + "ed01" + raw.hex(),
        "fragment": sound + "#" + sound[8:],
        "empty": "did:key:",
    }
    cases = []
    for name, did in unusable.items():
        text = canonical(sign(_as_issuer(did, name), SIGNER))
        cases.append(refuse(f"sig-key-{name}", "sig.key", "not an Ed25519 did:key", text))
    # P + y for y in 0..18 and the all-ones string are second spellings of other points.
    spellings = {"zero": P, "one": P + 1, "last": 2**255 - 1, "sign-bit": P + 1 + 2**255}
    for name, number in spellings.items():
        did = did_key(number.to_bytes(32, "little"))
        text = canonical(sign(_as_issuer(did, name), SIGNER))
        cases.append(refuse(f"sig-encoding-{name}", "sig.key_encoding", "y is not below p", text))
    y8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    other = (P - int.from_bytes(y8, "little")).to_bytes(32, "little")
    points = [number.to_bytes(32, "little") for number in (0, 1, P - 1)] + [y8, other]
    # The sign bit makes the other point of the same y, or its second spelling where x = 0.
    points += [point[:-1] + bytes([point[-1] | 0x80]) for point in points]
    for place, point in enumerate(points):
        record = _as_issuer(did_key(point), f"small-{place}")
        # R = the neutral element, S = 0: fits every message under the neutral key.
        universal = base58(b"\x01" + bytes(63))
        text = canonical({**record, "proof": {**options_of(record), "proofValue": universal}})
        cases.append(
            refuse(f"sig-small-order-{place}", "sig.small_order", "a key for everybody", text)
        )
    return cases


def _signatures() -> list[Case]:
    record = factor("sig")
    options = options_of(record)
    sound = sign(record, SIGNER)
    signature = key_of(SIGNER).sign(hash_data(record, options))

    def valued(text: str) -> str:
        return canonical({**record, "proof": {**options, "proofValue": text}})

    malformed = {
        "short": base58(signature[:-1]),
        "long": base58(signature + b"\0"),
        "leading-one": "z1" + base58(signature)[1:],
        "alphabet": base58(signature)[:-1] + "l",
        "base": "f" + signature.hex(),
        "empty": "",
        "prefix-only": "z",
        "blank": base58(signature) + " ",
        "huge": "z" + "2" * 5000,
    }
    cases = [
        refuse(f"sig-value-{name}", "sig.value", "not 64 bytes in base58btc", valued(text))
        for name, text in malformed.items()
    ]
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    hashes = hash_data(record, options)
    swapped = key_of(SIGNER).sign(hashes[32:] + hashes[:32])
    changed = deepcopy(sound)
    changed["credentialSubject"]["value"] = "0.1334"
    backdated = deepcopy(sound)
    backdated["proof"]["created"] = "2020-01-01T00:00:00Z"
    zero = deepcopy(sound)
    zero["credentialSubject"]["value"] = "0.13330"
    off_curve = _as_issuer(did_key((2).to_bytes(32, "little")), "off-curve")
    invalid = {
        "digit": canonical(changed),
        "trailing-zero": canonical(zero),
        "created": canonical(backdated),
        "stranger": canonical(sign(record, "stranger", options)),
        "swapped-hashes": valued(base58(swapped)),
        "scalar-plus-order": valued(base58(signature[:32] + scalar.to_bytes(32, "little"))),
        "zeros": valued(base58(bytes(64))),
        "off-curve-key": canonical(sign(off_curve, SIGNER)),
    }
    cases += [
        refuse(f"sig-invalid-{name}", "sig.invalid", f"nobody signed this: {name}", text)
        for name, text in invalid.items()
    ]
    stranger = did_of("stranger")
    methods = {
        "stranger": f"{stranger}#{stranger[8:]}",
        "no-fragment": record["issuer"]["id"],
        "fragment": record["issuer"]["id"] + "#key-1",
    }
    for name, method in methods.items():
        signer = "stranger" if name == "stranger" else SIGNER
        text = canonical(sign(record, signer, {**options, "verificationMethod": method}))
        cases.append(
            refuse(f"sig-method-{name}", "sig.method", "another key than the issuer's", text)
        )
    return cases


def signature_refused() -> list[Case]:
    """Return the cases about keys and signatures."""
    return [*_keys(), *_signatures()]
