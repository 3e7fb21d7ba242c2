"""Steps 5 and 6: entries that are not in the tree, and checkpoints that the log did not sign."""

from __future__ import annotations

from bundle_case import invalid, undecided
from simulator import Actor, Ledger, b64, cosign, edited, good_story, secure, sha256, sign_note


def _note(make):
    """The honest story with another checkpoint."""
    ledger, bundle, policy = good_story()
    note = make(ledger, bundle["log"]["checkpoint"])
    return ledger, edited(bundle, "log", "checkpoint", to=note), policy


def _changed(*path, to=...):
    """The honest story with one member of the bundle changed."""
    ledger, bundle, policy = good_story()
    return ledger, edited(bundle, *path, to=to), policy


@invalid(5, "merkle.root")
def position_claimed_elsewhere():
    """The subject claims the place of the entry before it."""
    ledger, bundle, policy = good_story()
    return ledger, edited(bundle, "log", "entries", 4, "index", to=6), policy


@invalid(5, "merkle.root")
def entry_time_changed():
    """The entry's time is a second earlier than the log said."""
    return _changed("log", "entries", 4, "time", to="2026-01-05T08:06:59Z")


@invalid(5, "merkle.root")
def never_logged():
    """A sound record in the place of another that was logged."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    index = ledger.append(ledger.factor(ledger.provider))
    anchor = ledger.anchor()
    ledger.records[index] = ledger.factor(ledger.provider, value="1.150")
    return ledger, ledger.bundle(index, [*enrolments, index], anchor), ledger.policy()


@invalid(5, "merkle.root")
def signed_again_after_logging():
    """The same content under a second, valid signature: the log committed to the first."""
    ledger, bundle, policy = good_story()
    document = {name: item for name, item in bundle["records"][4].items() if name != "proof"}
    again = secure(document, ledger.provider, created="2026-02-02T00:00:00Z")
    return ledger, edited(bundle, "records", 4, to=again), policy


@invalid(5, "merkle.root")
def mixed_from_two_bundles():
    """Proof and entries of another log's bundle of the same shape."""
    ledger, bundle, policy = good_story()
    _, other, _ = good_story(value="9.999")
    return ledger, edited(bundle, "log", "proof", to=other["log"]["proof"][::-1]), policy


@invalid(5, "merkle.proof_length")
def proof_hash_missing():
    """The last hash of the batch proof is missing."""
    ledger, bundle, policy = good_story()
    return ledger, edited(bundle, "log", "proof", -1), policy


@invalid(5, "merkle.proof_length")
def proof_hash_left_over():
    """One hash more than the batch proof consumes."""
    ledger, bundle, policy = good_story()
    bundle["log"]["proof"].append(b64(sha256(b"left over")))
    return ledger, bundle, policy


@invalid(5, "merkle.index", (7, "anchor.position"))
def logged_after_checkpoint():
    """The subject lies beyond the checkpoint, and so beyond the anchor."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    anchor = ledger.anchor()
    note = ledger.checkpoint()
    index = ledger.append(ledger.factor(ledger.provider))
    bundle = ledger.bundle(index, [*enrolments, index], anchor, checkpoint=note)
    bundle["anchor"]["consistency"] = []
    return ledger, bundle, ledger.policy()


@invalid(5, "merkle.root", (7, "anchor.not_covered"))
def log_signed_another_tree():
    """The log signed a root that is not the root of its entries: a fork."""
    return _note(lambda ledger, _: ledger.checkpoint(root=sha256(b"a fork")))


@invalid(6, "note.unverified")
def checkpoint_of_strangers_key():
    """The checkpoint is signed by a key that the policy does not name."""
    return _note(lambda ledger, _: ledger.checkpoint(signer=Actor("stranger")))


@invalid(6, "note.signature")
def checkpoint_signature_broken():
    """The line names the log's key, and its signature is of another checkpoint."""

    def make(ledger, note):
        other = ledger.checkpoint(size=ledger.size - 1).rpartition("\n\n")[2]
        return note.rpartition("\n\n")[0] + "\n\n" + other

    return _note(make)


@invalid(6, "checkpoint.origin")
def checkpoint_of_another_log():
    """The log's key signed a checkpoint with another log's name."""
    return _note(
        lambda ledger, _: ledger.checkpoint(origin="other.example/log", name=ledger.origin)
    )


@invalid(6, "checkpoint.size")
def checkpoint_size_with_leading_zero():
    """The size is written 012."""
    return _note(lambda ledger, _: ledger.checkpoint(size_line=f"0{ledger.size}"))


@invalid(6, "checkpoint.root")
def checkpoint_root_too_short():
    """The root has 31 bytes."""
    return _note(lambda ledger, _: ledger.checkpoint(root=bytes(31)))


@invalid(6, "checkpoint.empty_root")
def checkpoint_of_empty_log():
    """Size 0, with the root of a tree that is not empty."""
    return _note(lambda ledger, _: ledger.checkpoint(size_line="0"))


@invalid(6, "checkpoint.lines")
def checkpoint_without_root():
    """Two lines instead of three."""
    return _note(lambda ledger, _: sign_note(f"{ledger.origin}\n{ledger.size}\n", ledger.key))


@invalid(6, "note.separator")
def checkpoint_without_signature():
    """The text of a checkpoint, signed by nobody."""
    return _note(lambda _, note: note.split("\n\n", maxsplit=1)[0] + "\n")


@invalid(6, "note.signature_line")
def checkpoint_with_hyphen():
    """A hyphen where the signature line needs an em dash."""
    return _note(lambda _, note: note.replace("\u2014", "-"))


@invalid(6, "note.control")
def checkpoint_with_carriage_returns():
    """Some program turned the line ends into CR LF."""
    return _note(lambda _, note: note.replace("\n", "\r\n"))


@invalid(6, "note.too_many_signatures")
def checkpoint_with_a_hundred_lines():
    """101 signature lines."""
    return _note(lambda _, note: note + 100 * ("\u2014 a AAAAAAA=\n"))


@undecided(6, "policy.log_key")
def policy_names_no_log_key_here():
    """The policy's only log key signs larger trees: the checkpoint cannot be judged."""
    ledger, bundle, policy = good_story()
    policy["log"]["keys"][0]["fromSize"] = ledger.size + 1
    return ledger, bundle, policy


def _witnessed(quorum: int, cosigned):
    ledger, bundle, policy = good_story()
    witnesses = [Actor(f"witness {number}") for number in range(2)]
    policy["log"]["witnesses"] = [
        witness.vkey(f"witness{number}.example", 4) for number, witness in enumerate(witnesses)
    ]
    policy["log"]["quorum"] = quorum
    bundle["log"]["checkpoint"] = cosigned(bundle["log"]["checkpoint"], witnesses)
    return ledger, bundle, policy


@invalid(6, "checkpoint.quorum")
def witness_missing():
    """One witness cosigned, twice; the policy asks for two."""

    def once(note, witnesses):
        note = cosign(note, witnesses[0], "witness0.example", 1_767_700_000)
        return cosign(note, witnesses[0], "witness0.example", 1_767_700_001)

    return _witnessed(2, once)


@invalid(6, "checkpoint.cosignature")
def cosignature_of_another_time():
    """A named witness's line claims a later time than the witness signed."""

    def bend(note, witnesses):
        good = cosign(note, witnesses[0], "witness0.example", 1_767_700_000)
        key_id = witnesses[0].key_id("witness0.example", 4)
        message = f"cosignature/v1\ntime 1767700000\n{note.split(chr(10) * 2)[0]}\n".encode()
        line = key_id + (1_767_799_999).to_bytes(8, "big") + witnesses[0].sign(message)
        return good[: len(note)] + f"\u2014 witness0.example {b64(line)}\n"

    return _witnessed(1, bend)


@invalid(6, "checkpoint.cosignature_time")
def cosignature_without_time():
    """A witness cosigned at time zero."""
    return _witnessed(1, lambda note, w: cosign(note, w[0], "witness0.example", 0))
