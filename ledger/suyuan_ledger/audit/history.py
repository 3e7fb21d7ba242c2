"""What an audit remembers of the entries that it has passed."""

from __future__ import annotations

from dataclasses import dataclass, field

from suyuan_ledger.workflow.entitlement import FIRST_KINDS, TARGET_KINDS
from suyuan_ledger.workflow.statements import OPINIONS

# Kinds through which a change of status concerns a factor or a footprint.
_BETWEEN = TARGET_KINDS["StatusChange"] - FIRST_KINDS


@dataclass(slots=True)
class Place:
    """What the public entry of one record says."""

    index: int
    kind: str
    issuer: str
    time: str


@dataclass(slots=True)
class History:
    """Everything that later entries are judged by, a few words for each record.

    Attributes:
        places: log index by content digest.
        opinions: by log index of a record, those about it that a decision has to name.
        admitted: by log index of an admission, that of its submission.
        concerned: by log index of a record whose status may change, that of what it is about.
    """

    places: dict[bytes, int] = field(default_factory=dict)
    opinions: dict[int, list[int]] = field(default_factory=dict)
    admitted: dict[int, int] = field(default_factory=dict)
    concerned: dict[int, int] = field(default_factory=dict)
    _kinds: list[str] = field(default_factory=list)
    _issuers: list[str] = field(default_factory=list)
    _times: list[str] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)

    def add(self, content: bytes, kind: str, issuer: str, time: str) -> None:
        """Remember the next entry; its texts are kept once, however many entries say the same."""
        keep = self._texts.setdefault
        self.places.setdefault(content, len(self._kinds))
        self._kinds.append(keep(kind, kind))
        self._issuers.append(keep(issuer, issuer))
        self._times.append(keep(time, time))

    def __len__(self) -> int:
        return len(self._kinds)

    def place(self, index: int) -> Place:
        """Return what is remembered of one entry."""
        return Place(index, self._kinds[index], self._issuers[index], self._times[index])

    def find(self, content: bytes) -> Place | None:
        """Return the record with a content digest, None if it was not passed yet."""
        index = self.places.get(content)
        return None if index is None else self.place(index)

    def note_links(self, index: int, kind: str, links: tuple[tuple[str, bytes], ...]) -> None:
        """Remember what a record is about, where later judgements ask."""
        for rel, content in links:
            if rel == "about" and content in self.places:
                target = self.places[content]
                if kind in OPINIONS:
                    self.opinions.setdefault(target, []).append(index)
                if kind == "FactorAdmission":
                    self.admitted[index] = target
                if kind in _BETWEEN:
                    self.concerned[index] = target

    def first(self, place: Place) -> Place | None:
        """Return the submission, statement or CBAM data that a record concerns in the end."""
        at: Place | None = place
        while at is not None and at.kind not in FIRST_KINDS:
            # A record is about one that was passed before it, so this comes to an end.
            target = self.concerned.get(at.index)
            at = None if target is None else self.place(target)
        return at
