"""Steps 2 and 3: records that were logged although they break the profile, and bad signatures.

Every rule of a record has its own cases in the record corpus; here is what a bundle makes of them.
"""

from __future__ import annotations

from bundle_case import finish, invalid
from simulator import Actor, Ledger, base58btc, did_key, edited, good_story, resign, secure


def _logged(change):
    """A record changed and signed again by its own issuer, then logged."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    record = change(ledger.factor(ledger.provider))
    return finish(ledger, resign(record, ledger.provider), enrolments)


@invalid(2, "record.kind")
def record_of_unknown_kind():
    """A kind that this version does not know."""
    return _logged(lambda record: edited(record, "type", 1, to="FactorRumour"))


@invalid(2, "record.members")
def record_with_unknown_member():
    """A member that the profile does not name."""
    return _logged(lambda record: {**record, "approvedBy": "everybody"})


@invalid(2, "record.decimal")
def record_with_exponent():
    """A quantity with an exponent."""
    return _logged(lambda record: edited(record, "credentialSubject", "value", to="1.25e0"))


@invalid(2, "record.text")
def record_with_bidi_control():
    """A text that is shown in another order than it was signed."""
    return _logged(
        lambda record: edited(
            record, "credentialSubject", "productName", "en", to="safe\u202e521.0 :value"
        )
    )


@invalid(2, "record.null")
def record_with_null():
    """A member that is null instead of absent."""
    return _logged(lambda record: {**record, "validUntil": None})


@invalid(2, "record.series")
def record_mixes_series():
    """A product footprint in kgCO2 instead of kgCO2e."""
    return _logged(lambda record: edited(record, "credentialSubject", "valueUnit", to="kgCO2/KGM"))


@invalid(3, "sig.invalid")
def signed_by_stranger():
    """The record names an enrolled issuer, and a stranger signed it."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    record = ledger.factor(ledger.provider, signer=Actor("stranger"))
    return finish(ledger, record, enrolments)


@invalid(3, "sig.invalid", (5, "merkle.root"))
def created_changed():
    """Somebody changed the proof's date, and nothing else, after the record was logged."""
    ledger, bundle, policy = good_story()
    return (
        ledger,
        edited(bundle, "records", 4, "proof", "created", to="2026-01-05T08:00:01Z"),
        policy,
    )


@invalid(3, "sig.invalid", (1, "bundle.subject"), (5, "merkle.root"))
def digit_changed():
    """One digit of the value was changed after the record was logged."""
    ledger, bundle, policy = good_story()
    return ledger, edited(bundle, "records", 4, "credentialSubject", "value", to="1.150"), policy


@invalid(3, "sig.method")
def proof_names_another_key():
    """The proof's verification method is not the issuer's key."""
    method = Actor("stranger").did
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    record = ledger.factor(ledger.provider)
    record = edited(
        record, "proof", "verificationMethod", to=f"{method}#{method.removeprefix('did:key:')}"
    )
    return finish(ledger, resign(record, ledger.provider), enrolments)


@invalid(3, "sig.value")
def signature_too_short():
    """A proof value of 63 bytes."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    record = ledger.factor(ledger.provider)
    return finish(
        ledger, edited(record, "proof", "proofValue", to=base58btc(b"\x07" * 63)), enrolments
    )


def _issued_by(did: str, signature: bytes):
    """A record whose issuer is any did:key, with any signature."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    document = ledger.document("FactorSubmission", ledger.provider, {})
    subject = ledger.factor(ledger.provider)["credentialSubject"]
    document |= {
        "issuer": {**ledger.provider.issuer, "id": did},
        "credentialSubject": subject,
    }
    record = edited(
        secure(document, ledger.provider), "proof", "proofValue", to=base58btc(signature)
    )
    return finish(ledger, record, enrolments)


@invalid(3, "sig.small_order")
def issuer_key_of_small_order():
    """The neutral point as key: R = key, S = 0 "verifies" under every message in a lax library."""
    neutral = b"\x01" + bytes(31)
    return _issued_by(did_key(neutral), neutral + bytes(32))


@invalid(3, "sig.key_encoding")
def issuer_key_not_canonical():
    """The same kind of key spelt with y = p + 1."""
    spelt = (2**255 - 19 + 1).to_bytes(32, "little")
    return _issued_by(did_key(spelt), b"\x01" + bytes(63))


@invalid(3, "sig.key")
def issuer_key_of_another_curve():
    """A did:key of a secp256k1 key."""
    return _issued_by("did:key:" + base58btc(b"\xe7\x01" + bytes([2]) * 33), bytes([1]) * 64)
