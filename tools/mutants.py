#!/usr/bin/env python3
"""Mutation testing of the modules that decide who may sign, what must come first, what stands.

    .venv/bin/python tools/mutants.py [--show] [MODULE ...]

Changes each of these modules in one place at a time, runs the tests that concern them, and lists
the changes that no test noticed. Exit code 1 if one of them is not explained in
docs/reference/mutation-testing.md, or if something is explained there that is noticed now.
`--show` prints the survivors as rows for that page.

The changes are those of mutmut. Its own runner is not used: it changes only what stands inside
functions, and the tables of roles and kinds, which are rules too, stand outside; it looks for the
package at the top of the repository, not in a workspace; and it would take hours. Here the tests
run once, and every verification that they ask for is remembered with its report. Each mutant is a
fork that puts the changed code into the living module and asks for the same verifications again,
those first that told its neighbours. A test all of whose reports are the same passes as before; of
the others, each is run until one fails. It needs an operating system with fork.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
import suyuan_verifier
from _pytest.runner import runtestprotocol
from mutant import Mutant, graft, mutants, replace_everywhere
from suyuan_verifier import Report, TrustPolicy
from suyuan_verifier import verify as ask

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "verifier" / "suyuan_verifier"
PAGE = ROOT / "docs" / "reference" / "mutation-testing.md"
MODULES = (
    "authority",
    "grants",
    "revocations",
    "enrolments",
    "targets",
    "rule_set",
    "workflow",
    "quorum",
    "traceability_check",
    "events",
    "status",
)
TESTS = (
    "test_authority",
    "test_bundle_vectors",
    "test_grants*",
    "test_lies*",
    "test_status*",
    "test_workflow*",
)
NOT_RUN = ("test_command_line_agrees", "test_vectors_are_what", "test_vectors_stay_small")
"""Tests of the vectors that say nothing about these modules."""
CPU_SECONDS = 20
"""A mutant that takes longer never ends."""
MEMORY_BYTES = 4 * 1024**3
_ROW = re.compile(r"\| `(?P<place>[^`]+)` \| (?P<change>.+?) \| [^|]+ \|")


@dataclass(frozen=True)
class Call:
    """One verification that a test asked for, and what it got."""

    item: pytest.Item
    arguments: tuple[bytes, TrustPolicy]
    options: dict[str, Any]
    report: Report

    def differs(self) -> bool:
        """Tell whether the same question is answered otherwise now."""
        try:
            return ask(*self.arguments, **self.options) != self.report
        except Exception:  # noqa: BLE001 - whatever the changed code raises
            return True


class Runner:
    """A pytest plugin: runs the tests once, then against every mutant.

    Attributes:
        survivors: the mutants that no test noticed.
        all: number of mutants by module.
        survived: number of survivors by module.
        unsound: whether a test fails without any change.
    """

    def __init__(self, modules: list[str]) -> None:
        # Read at once, so that nobody who edits a module meanwhile mixes up two versions.
        self._sources = {name: (PACKAGE / f"{name}.py").read_text("utf-8") for name in modules}
        self._calls: list[Call] = []
        self._silent: list[pytest.Item] = []
        self._current: pytest.Item | None = None
        self.survivors: list[Mutant] = []
        self.all: Counter[str] = Counter()
        self.survived: Counter[str] = Counter()
        self.unsound = False

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what says nothing about the modules."""
        items[:] = [item for item in items if not item.name.startswith(NOT_RUN)]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run everything; pytest's own loop does not follow."""
        self._remember(session.items)
        if self.unsound:
            return True
        gc.collect()
        gc.freeze()  # so that a fork copies little
        for module, source in self._sources.items():
            begun = time.monotonic()
            for mutant in mutants(module, source):
                self.all[module] += 1
                if not self._noticed(mutant):
                    self.survived[module] += 1
                    self.survivors.append(mutant)
            say(f"{module}: {self.all[module]} mutants, {time.monotonic() - begun:.0f} s")
        return True

    def _remember(self, items: list[pytest.Item]) -> None:
        """Run the tests as they are, and remember the verifications that each asks for.

        A test looks at reports, or calls a module by itself and asks for no verification; the
        latter ones are run against every mutant.
        """
        steps = sys.modules["suyuan_verifier.verify"]
        lay, laid = steps.lay_foundations, {}

        def lay_once(data: bytes, policy: TrustPolicy, now: datetime, chain: None) -> object:
            key = (data, policy.digest, now)
            if key not in laid:
                laid[key] = lay(data, policy, now, chain)
            return laid[key]

        def remember(*arguments: Any, **options: Any) -> Report:
            report = ask(*arguments, **options)
            self._calls.append(Call(self._current, arguments, options, report))
            return report

        # What the bytes of a bundle say by themselves rests on none of the modules.
        steps.lay_foundations = lay_once
        replace_everywhere("verify", ask, remember)
        for item in items:
            self._current, before = item, len(self._calls)
            if fails(item):
                say(f"fails without any change: {item.nodeid}")
                self.unsound = True
            if len(self._calls) == before:
                self._silent.append(item)

    def _noticed(self, mutant: Mutant) -> bool:
        """Tell whether a test notices a mutant."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._become(mutant, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            telling = pipe.read()
        _, status = os.waitpid(child, 0)
        if telling:
            # What told of one change mostly tells of the next one.
            self._calls.insert(0, self._calls.pop(int(telling)))
        return os.waitstatus_to_exitcode(status) != 0

    def _become(self, mutant: Mutant, writing: int) -> NoReturn:
        """Go on as the mutant in this process, which ends with it: 0 if nobody noticed."""
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            graft(mutant.module, mutant.source)
            done = set()
            for number, call in enumerate(self._calls):
                if call.item not in done and call.differs():
                    if fails(call.item):
                        os.write(writing, b"%d" % number)
                        os._exit(1)
                    done.add(call.item)
            os._exit(int(any(fails(item) for item in self._silent)))
        except BaseException:  # noqa: BLE001 - a module that does not load is noticed, too
            os._exit(1)


def fails(item: pytest.Item) -> bool:
    """Run one test."""
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def main() -> int:
    """Run the mutants of some modules, or of all."""
    parser = argparse.ArgumentParser(description="Mutation testing; see the module's docstring.")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=", ".join(MODULES))
    parser.add_argument("--show", action="store_true", help="print the survivors as table rows")
    asked = parser.parse_args()
    modules = asked.modules or list(MODULES)
    if unknown := set(modules) - set(MODULES):
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    tests = sorted(
        {str(path) for name in TESTS for path in (ROOT / "tests/verifier").glob(f"{name}.py")}
    )
    os.chdir(ROOT)
    if Path(suyuan_verifier.__file__).parent != PACKAGE:
        parser.error(f"suyuan_verifier is not the one of this folder: {suyuan_verifier.__file__}")
    runner = Runner(modules)
    options = ["-qq", "-p", "no:cacheprovider", "--no-header", "--no-summary"]
    pytest.main([*options, *tests], plugins=[runner])
    if runner.unsound or not runner.all:
        say("the tests must pass before anything is changed")
        return 1
    report(runner, show=asked.show)
    return compare(runner, modules)


def report(runner: Runner, *, show: bool) -> None:
    """Print the counts, and the survivors if they are asked for."""
    print("\n| module | mutants | noticed | survived |\n|---|---|---|---|")
    for module, count in runner.all.items():
        alive = runner.survived[module]
        print(f"| {module} | {count} | {count - alive} | {alive} |")
    alive, count = runner.survived.total(), runner.all.total()
    print(f"| **all** | {count} | {count - alive} | {alive} |\n")
    if show:
        for mutant in runner.survivors:
            print(f"| `{mutant.place}` | {mutant.change()} |  |")


def compare(runner: Runner, modules: list[str]) -> int:
    """Compare the survivors with the explained ones; return the exit code."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else ""
    explained = Counter(
        (row["place"], row["change"])
        for row in _ROW.finditer(text)
        if row["place"].split(".")[0] in modules
    )
    alive = Counter((mutant.place, mutant.change()) for mutant in runner.survivors)
    for place, change in (alive - explained).elements():
        print(f"not explained: {place}: {change}")
    for place, change in (explained - alive).elements():
        print(f"noticed now, but still explained: {place}: {change}")
    return 0 if alive == explained else 1


def say(message: str) -> None:
    """Print one line of progress."""
    print(f"== {time.strftime('%H:%M:%S')} {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
