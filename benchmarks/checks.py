"""What a bulk check of submissions costs, beside their plain ingestion.

`suyuan check --all-open` reads each open submission, executes every rule of the default rule set,
drafts, signs and logs a TraceabilityCheck. The yardstick is the ingestion of the same submissions.
Products come in groups, and some factors of each group are admitted, so that the set rules have
something to compare with. One process, one core; each part is timed by itself.

    python benchmarks/checks.py [--records N]
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.records.signing import sign_for_door
from suyuan_ledger.store import casework
from suyuan_ledger.traceability import AdmittedFactor, AdmittedFactors, execute, traits_of
from suyuan_ledger.traceability.setting import Setting, draft_check, read_setting
from suyuan_ledger.workflow.default_rules import default_rules
from suyuan_verifier.traceability import execute as verifier_execute

_TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path[:0] = [str(_TESTS), str(_TESTS / "ledger")]
from ledger_world import CREATED, GovernedWorld  # noqa: E402 - a folder of the tests
from traceability_cases import sound  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from suyuan_ledger.store.repository import StoredRecord

GROUPS = 50
PEERS = 9
BATCH = 2_000


def main() -> None:
    """Run and print one table."""
    parser = argparse.ArgumentParser(description="Bulk check against plain ingestion.")
    parser.add_argument("--records", type=int, default=5_000)
    count = parser.parse_args().records
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(dir=os.environ.get("SUYUAN_BENCH_DIR")) as folder:
        world = GovernedWorld(Path(folder) / "log.sqlite", rules=default_rules()).begin()
        raws = [submission(world, number) for number in range(count)]
        times = measure(world, raws)
        world.ledger.close()
    print(f"{count} submissions of {len(raws[0])} bytes, {GROUPS * PEERS} admitted factors")
    for name, cost in times.items():
        print(f"  {name:34} {cost * 1e6:9.1f} us/record {1 / cost:11.0f} /s")
    plain = times["plain ingestion"]
    check = sum(times[name] for name in CHECKING)
    whole = check + sum(times[name] for name in SIGNING)
    print(
        f"  a check (read, rules, draft) runs at {plain / check:.0%} of the plain ingestion rate,"
    )
    print(f"  import and check together at {plain / (plain + check):.0%};")
    print(f"  with the check signed and logged, two records instead of one: {plain / whole:.0%}")


CHECKING = ("read", "rules, draft")
SIGNING = ("sign, checked by the door", "log the checks")


def measure(world: GovernedWorld, raws: list[bytes]) -> dict[str, float]:
    """Return seconds per record of each part."""
    times: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        gc.collect()
        start = time.process_time()
        result = work()
        times[name] = (time.process_time() - start) / len(raws)
        return result

    answers = timed("plain ingestion", lambda: list(world.ledger.submit_many(raws)))
    assert all(isinstance(answer, Receipt) for answer in answers)
    setting = moment(world)
    stored = timed("read", lambda: read(world, setting))
    assert len(stored) == len(raws)
    drafts = timed("rules, draft", lambda: [draft(world, setting, one) for one in stored])
    signed = timed("sign, checked by the door", lambda: [sign(world, one) for one in drafts])
    logged = timed("log the checks", lambda: list(world.ledger.submit_many(signed)))
    assert all(isinstance(answer, Receipt) for answer in logged), logged[0]
    records = [orjson.loads(one.body) for one in stored]
    timed("beside it: record rules, ledger", lambda: [execute(r, world.rules) for r in records])
    timed(
        "beside it: record rules, verifier",
        lambda: [verifier_execute(r, world.rules) for r in records],
    )
    return times


def submission(world: GovernedWorld, number: int) -> bytes:
    """Sign a submission with every list that rules look at."""
    name = f"示例产品{number % GROUPS}"
    changes = {
        "factorCode": f"EXAMPLE-{number}",
        "productName": {"zh": name, "en": name},
        "variant": {"zh": f"{number}", "en": f"{number}"},
    }
    subject = {**sound(), **changes}
    return world.works.sign(world.works.draft("FactorSubmission", subject))


def moment(world: GovernedWorld) -> Setting:
    """Read the setting, with admitted factors put in the place of the none that there are."""
    with world.ledger.store.read() as connection:
        setting = read_setting(connection)
    peers = []
    for number in range(GROUPS * PEERS):
        name = f"示例产品{number % GROUPS}"
        subject = sound() | {
            "factorCode": f"PEER-{number}",
            "productName": {"zh": name, "en": name},
            "value": f"{4 + number % 7 / 10:.2f}",
            "dataSetOwner": {"zh": f"示例厂{number}", "en": f"Works {number}"},
        }
        traits = traits_of({"credentialSubject": subject, "issuer": world.works.issuer})
        peers.append(AdmittedFactor(number, f"REG-{number}", f"{number}", f"a{number}", traits))
    return Setting(setting.as_of, setting.rule_set, setting.rules, AdmittedFactors(peers))


def read(world: GovernedWorld, setting: Setting) -> list[StoredRecord]:
    """Read the open submissions, as `suyuan check --all-open` does."""
    found: list[StoredRecord] = []
    after = -1
    while True:
        with world.ledger.store.read() as connection:
            page = casework.read_unchecked(
                connection, world.checker.did, after=after, before=setting.as_of, limit=BATCH
            )
            contents = [stored.content for stored in page]
            casework.read_assignments(connection, contents, world.checker.did)
        if not page:
            return found
        found += page
        after = page[-1].index


def draft(world: GovernedWorld, setting: Setting, stored: StoredRecord) -> dict[str, Any]:
    """Execute the rules over one submission and draft the check."""
    record = orjson.loads(stored.body)
    content = format_digest(stored.content)
    return draft_check(setting, record, content, world.checker.issuer, valid_from=CREATED)


def sign(world: GovernedWorld, unsigned: dict[str, Any]) -> bytes:
    """Sign one check."""
    return sign_for_door(unsigned, world.checker.signer, CREATED)


if __name__ == "__main__":
    main()
