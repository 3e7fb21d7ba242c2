"""What every chapter of the demo is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from suyuan_ledger.demo.narration import Narrator
from suyuan_ledger.demo.stage import Stage
from suyuan_ledger.demo.verdicts import Verdicts
from suyuan_ledger.demo.walk import Walk
from suyuan_ledger.export.bundle import SUFFIX

CASES = "cases"
STATUS_SUFFIX = ".status.json"


@dataclass(frozen=True, slots=True)
class Scene:
    """The stage, who walks on it, who tells, who judges."""

    stage: Stage
    walk: Walk
    narrator: Narrator
    verdicts: Verdicts

    def case(self, name: str) -> Path:
        """Return where the bundle of one of the demo's own factors is kept."""
        return self.stage.folder / CASES / f"{name}{SUFFIX}"

    def status_of(self, name: str) -> Path:
        """Return where the fresher status of such a bundle is kept."""
        return self.stage.folder / CASES / f"{name}{STATUS_SUFFIX}"
