"""What has to come out, compared with what does: by the verifier, by the door, by the chain."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from suyuan_verifier import Outcome, Report, Verdict, parse_policy, verify
from suyuan_verifier.codes import codes
from suyuan_verifier.render import verdict_text

from suyuan_ledger.demo.narration import Narrator
from suyuan_ledger.errors import LedgerError
from suyuan_ledger.service import Ledger

_OPEN = (Outcome.FAIL, Outcome.UNKNOWN)


class Verdicts:
    """Tells each outcome, and remembers whether all were as expected.

    Args:
        narrator: where they are told.
        trust: file of the importer's trust policy.

    Attributes:
        sound: whether everything so far came out as it must.
        trust: the policy in use.
    """

    def __init__(self, narrator: Narrator, trust: Path) -> None:
        self._narrator = narrator
        self.trust = trust
        self.sound = True

    def verify(
        self,
        bundle: bytes,
        *,
        now: datetime | None = None,
        status: bytes | None = None,
        trust: Path | None = None,
    ) -> Report:
        """Verify a bundle as the importer does, or under another policy."""
        policy = parse_policy((trust or self.trust).read_bytes())
        return verify(bundle, policy, now=now or datetime.now(UTC), status=status)

    def expect(self, report: Report, verdict: Verdict, *said: str) -> None:
        """Tell a verdict that must be this one, and what the report says by some codes.

        Args:
            report: of the verifier.
            verdict: as it must be.
            said: codes that must be among its checks; a family of codes ends in a dot.
        """
        lang = self._narrator.lang
        shown = [
            (check.step, check.code, check.found)
            for check in report.checks
            if any(_fits(check.code, code) for code in said)
        ]
        good = report.verdict is verdict and all(
            any(_fits(found, code) for _, found, _ in shown) for code in said
        )
        text = verdict_text(report, lang)
        self.note(good, text, text)
        for step, code, found in dict.fromkeys(shown):
            message = codes()[code].message[lang]
            self._narrator.tell(
                f"    step {step}: {message}{f': {found}' if found else ''} [{code}]",
                f"    步骤 {step}：{message}{f'：{found}' if found else ''} [{code}]",
            )
        if not good:
            self._explain(report)

    def refute(self, bundle: dict[str, Any], code: str) -> None:
        """Verify a forged bundle that must be INVALID with a code, or one of a family."""
        data = json.dumps(bundle, ensure_ascii=False).encode("utf-8")
        report = self.verify(data)
        failed = [check for check in report.checks if check.outcome is Outcome.FAIL]
        steps = dict.fromkeys((check.step, check.code) for check in failed)
        self.note(
            report.verdict is Verdict.INVALID and any(_fits(name, code) for _, name in steps),
            f"{report.verdict.value}: " + ", ".join(f"step {step} {name}" for step, name in steps),
            f"{verdict_zh(report.verdict)}："
            + "，".join(f"步骤 {step} {name}" for step, name in steps),
        )

    def refuse(self, ledger: Ledger, record: bytes, code: str) -> None:
        """Submit a record that the log's door must refuse with a code."""
        try:
            ledger.submit(record)
        except LedgerError as error:
            self.note(
                error.code == code,
                f"the ledger's door: {error.text()}",
                f"账本入口：{error.text('zh')}",
            )
        else:
            self.fail("the ledger took it", "账本竟然接受了")

    def note(self, good: bool, en: str, zh: str) -> None:  # noqa: FBT001 - a mark and its text
        """Tell an outcome with a mark in front of it."""
        self._narrator.tell(
            f"{'ok ' if good else 'NOT AS EXPECTED '} {en}",
            f"{'符合预期 ' if good else '与预期不符 '} {zh}",
        )
        self.sound = self.sound and good

    def fail(self, en: str, zh: str) -> None:
        """Tell something that must not happen."""
        self.note(False, en, zh)  # noqa: FBT003 - see `note`

    def _explain(self, report: Report) -> None:
        """Tell everything that is open, for whoever has to find out why."""
        for check in report.checks:
            if check.outcome in _OPEN:
                line = f"    {check.outcome.value} {check.step} {check.code} {check.found or ''}"
                self._narrator.tell(line, line)


def _fits(found: str, code: str) -> bool:
    return found == code or (code.endswith(".") and found.startswith(code))


def verdict_zh(verdict: Verdict) -> str:
    """Return the Chinese word for a verdict."""
    return {
        Verdict.VALID: "有效",
        Verdict.INVALID: "无效",
        Verdict.UNREADABLE: "无法读取",
        Verdict.UNDECIDED: "未定",
    }[verdict]
