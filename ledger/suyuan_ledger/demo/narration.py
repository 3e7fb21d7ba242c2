"""How the demo tells what it does: numbered, in one language at a time."""

from __future__ import annotations

import sys
import time


class Narrator:
    """Prints the story; `lang` is `en` or `zh`."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._number = 0
        self._start = time.monotonic()

    def step(self, en: str, zh: str) -> None:
        """Begin a numbered step."""
        self._number += 1
        elapsed = time.monotonic() - self._start
        self._print(f"\n[{self._number}] {self.pick(en, zh)}  ({elapsed:.1f} s)")

    def tell(self, en: str, zh: str) -> None:
        """Say one thing within a step."""
        self._print(f"    {self.pick(en, zh)}")

    def quote(self, text: str) -> None:
        """Show what another program printed."""
        for line in text.rstrip().splitlines():
            self._print(f"    | {line}")

    def pick(self, en: str, zh: str) -> str:
        """Choose the language."""
        return zh if self.lang == "zh" else en

    @staticmethod
    def _print(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
