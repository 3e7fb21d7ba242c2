"""Stories of the simulator, told to the ledger's door record by record, or to a whole ledger."""

from __future__ import annotations

from datetime import datetime

from ledger_world import ORIGIN, Clock
from signed_records import jcs
from suyuan_ledger.errors import LedgerError
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.service import Ledger
from suyuan_ledger.status.derive import derive_segments
from suyuan_ledger.workflow.door import Door
from suyuan_ledger.workflow.register import MemoryRegister


def submission_of(record):
    """A story's record as the sequencer takes it: its profile holds."""
    return to_submission(parse_record(jcs(record)))


class StoryDoor:
    """A door that has let in what came before.

    Attributes:
        door: the ledger's; all that it let in is one batch.
    """

    def __init__(self, story):
        self._story = story
        self.door = Door([story.ledger.root.did], MemoryRegister(), self._derive)

    def admit(self, label):
        """Put one record before the door; return the code of its refusal, None if it is in."""
        index = self._story.at[label]
        record = submission_of(self._story.record(label))
        try:
            self.door.admit(record, index, self._story.ledger.times[index])
        except LedgerError as error:
            return error.code
        return None

    def _derive(self, as_of, time):
        return derive_segments(self.door.new.rows.events, as_of, time)


def refusals(story):
    """Put all of a story before a door; return the codes of refusals by label."""
    door = StoryDoor(story)
    answers = {label: door.admit(label) for label in sorted(story.at, key=story.at.get)}
    return {label: code for label, code in answers.items() if code}


class StoryLedger:
    """A ledger of its own, in which a story is logged.

    Attributes:
        ledger: the ledger.
    """

    def __init__(self, story, path):
        self._story = story
        self._clock = Clock(self._time(0))
        self.ledger = Ledger.create(
            path,
            origin=ORIGIN,
            signer=MemorySigner.from_seed(b"\x10" * 32),
            roots=[story.ledger.root.did],
            clock=self._clock,
        )

    def log(self, labels=None, *, together=False):
        """Log records of the story in its order, each at its own time, or in one batch.

        Returns:
            The codes of refusals by label.
        """
        labels = sorted(self._story.at if labels is None else labels, key=self._story.at.get)
        answers = {}
        for group in [labels] if together else [[label] for label in labels]:
            self._clock.now = self._time(self._story.at[group[-1]])
            raws = [jcs(self._story.record(label)) for label in group]
            answers |= zip(group, self.ledger.submit_many(raws), strict=True)
        return {
            label: answer.code
            for label, answer in answers.items()
            if isinstance(answer, LedgerError)
        }

    def close(self):
        """Close the ledger."""
        self.ledger.close()

    def _time(self, index):
        return int(datetime.fromisoformat(self._story.ledger.times[index]).timestamp())
