"""What an audit found, and what it could not judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from suyuan_ledger.errors import ledger_codes

SCHEMA = "suyuan/audit@v1"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or that could not be judged.

    Attributes:
        code: stable id, a row of the table of codes.
        index: log index of the record that it is about, None for the log as a whole.
        expected: what the rule asks for.
        found: what was there.
    """

    code: str
    index: int | None = None
    expected: str = ""
    found: str = ""

    def text(self, lang: str) -> str:
        """Say it in one line."""
        place = "" if self.index is None else f"{self.index}  "
        parts = [place + ledger_codes()[self.code].message[lang]]
        if self.expected:
            parts.append(f"应为 {self.expected}" if lang == "zh" else f"expected {self.expected}")
        if self.found:
            parts.append(f"实为 {self.found}" if lang == "zh" else f"found {self.found}")
        return ("，" if lang == "zh" else ", ").join(parts) + f" [{self.code}]"


@dataclass(slots=True)
class AuditReport:
    """The result of one audit.

    Attributes:
        name: which audit: `log`, `status` or `checks`.
        size: size of the signed checkpoint.
        root: its root.
        wrong: findings, each of which is a failure.
        unknown: what could not be judged from the data at hand.
        notes: what somebody has yet to act on, though the log is as it must be.
        counts: what was looked at, by name.
    """

    name: str
    size: int
    root: bytes
    wrong: list[Finding] = field(default_factory=list)
    unknown: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[Finding] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong; what is unknown is not wrong."""
        return not self.wrong

    def fail(
        self, code: str, index: int | None = None, expected: object = "", found: object = ""
    ) -> None:
        """Note that something is wrong."""
        self.wrong.append(Finding(code, index, str(expected), str(found)))

    def doubt(
        self, code: str, index: int | None = None, expected: object = "", found: object = ""
    ) -> None:
        """Note that something could not be judged."""
        self.unknown.append(Finding(code, index, str(expected), str(found)))

    def note(
        self, code: str, index: int | None = None, expected: object = "", found: object = ""
    ) -> None:
        """Note that somebody has yet to act."""
        self.notes.append(Finding(code, index, str(expected), str(found)))

    def count(self, name: str, number: int = 1) -> None:
        """Count something that was looked at."""
        self.counts[name] = self.counts.get(name, 0) + number

    def to_json(self) -> dict[str, Any]:
        """Return the report as one JSON object."""
        return {
            "schema": SCHEMA,
            "audit": self.name,
            "clean": self.clean,
            "checkpoint": {"size": self.size, "root": self.root.hex()},
            "counts": self.counts,
            "findings": [_row(finding) for finding in self.wrong],
            "notes": [_row(finding) for finding in self.notes],
            "unknown": [_row(finding) for finding in self.unknown],
        }

    def to_text(self, lang: str) -> Iterator[str]:
        """Yield the lines of the report; nothing is left out."""
        zh = lang == "zh"
        counted = ", ".join(f"{name} {number}" for name, number in self.counts.items())
        yield f"{'规模' if zh else 'size'} {self.size}  {self.root.hex()}"
        if counted:
            yield f"{'已检查' if zh else 'looked at'}: {counted}"
        for finding in self.wrong:
            yield f"{'错误' if zh else 'WRONG'}    {finding.text(lang)}"
        for finding in self.notes:
            yield f"{'待处理' if zh else 'TO DO'}    {finding.text(lang)}"
        for finding in self.unknown:
            yield f"{'未判定' if zh else 'UNKNOWN'}  {finding.text(lang)}"
        if self.clean:
            yield "未发现错误" if zh else "nothing is wrong"
        else:
            count = len(self.wrong)
            yield f"{count} 项错误" if zh else f"{count} finding{'' if count == 1 else 's'}"


def _row(finding: Finding) -> dict[str, Any]:
    row: dict[str, Any] = {"code": finding.code, "index": finding.index}
    if finding.expected:
        row["expected"] = finding.expected
    if finding.found:
        row["found"] = finding.found
    return row
