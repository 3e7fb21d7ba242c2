"""Status events and lists, read by ledger and verifier: the same bits, the same codes."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.status.derive import derive_marks
from suyuan_ledger.status.encode import decode_segment, encode_segment, pack_bits
from suyuan_ledger.workflow.statements import StatusEvent
from suyuan_verifier import kinds
from suyuan_verifier.errors import VerifierError
from suyuan_verifier.events import Event, bits_of

TARGET = 3
TIMES = [f"2026-01-0{day}T00:00:00Z" for day in range(1, 6)]
# Action in the log entry -> kind, and the state that a StatusChange names.
KINDS = {
    "supersede": ("FactorSupersession", None),
    "withdraw": ("FactorWithdrawal", None),
    "correct": ("FactorErratum", None),
    "activate": ("StatusChange", "active"),
    "suspend": ("StatusChange", "suspended"),
    "revoke": ("StatusChange", "revoked"),
    "cancel": ("StatusChange", "cancelled"),
    "end": ("EnrolmentRevocation", None),
}


# An enrolment is ended, and nothing else; nothing else is.
actions = st.sampled_from([sorted(KINDS.keys() - {"end"}), ["end"]])
histories = actions.flatmap(
    lambda names: st.lists(st.tuples(st.sampled_from(names), st.sampled_from(TIMES)), max_size=8)
)


@given(
    history=histories,
    size=st.integers(0, 20),
    time=st.sampled_from(TIMES),
)
def test_any_history_sets_the_same_bits(history, size, time):
    ours, theirs = [], []
    for index, (action, start) in enumerate(history, 10):
        kind, state = KINDS[action]
        effective = None if action == "end" else start
        stored = "revoke" if action == "end" else action
        ours.append(StatusEvent(index, TARGET, stored, None, effective, None))
        item = SimpleNamespace(
            record=SimpleNamespace(kind=kind, subject={"to": state}),
            position=SimpleNamespace(index=index),
        )
        theirs.append(Event(item, "sha256:target", effective, None))

    marks = {purpose for purpose, _ in derive_marks(ours, size, time)}
    assert marks == set(bits_of(theirs, size, time))


def outcome(decode, text):
    """What a reading of an encoded segment comes to."""
    try:
        return decode(text)
    except (RefusedError, VerifierError) as error:
        return error.code


GOOD = encode_segment(pack_bits([0, 77, 131_071]))


@given(
    text=st.one_of(
        st.sets(st.integers(0, 131_071), max_size=5).map(lambda b: encode_segment(pack_bits(b))),
        st.binary(max_size=80).map(lambda b: "u" + urlsafe_b64encode(b).rstrip(b"=").decode()),
        st.tuples(st.integers(0, len(GOOD) - 1), st.characters(codec="ascii")).map(
            lambda change: GOOD[: change[0]] + change[1] + GOOD[change[0] + 1 :]
        ),
        st.integers(0, len(GOOD)).map(lambda end: GOOD[:end]),
        st.text(max_size=30),
    )
)
def test_any_text_is_the_same_segment_or_refused_with_the_same_code(text):
    assert outcome(decode_segment, text) == outcome(kinds.decode_segment, text)
