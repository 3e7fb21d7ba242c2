"""Any interleaving of batches, repetitions, conflicts, failures and crashes keeps the log whole.

The model is a list of what was acknowledged or may have been stored; the log must agree with it
after every step.
"""

from __future__ import annotations

import json
import tempfile
from hashlib import sha256
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from ledger_world import Clock, Party, World
from suyuan_ledger.errors import ConflictError, LedgerError, StorageError
from suyuan_ledger.log import sequencer
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.store import repository
from suyuan_verifier.merkle import leaf_hash, node_hash

COUNT = 24
WORKS, STRANGER = Party(2), Party(9)
DRAFTS = [WORKS.factor_draft(number) for number in range(COUNT)]
FIRST = [WORKS.sign(draft) for draft in DRAFTS]
RESIGNED = [WORKS.sign(draft, created="2026-02-28T12:00:00Z") for draft in DRAFTS]
CHANGED = [
    WORKS.sign({**draft, "credentialSubject": {**draft["credentialSubject"], "value": "0.1"}})
    for draft in DRAFTS
]
FOREIGN = [STRANGER.factor(number) for number in range(4)]
BROKEN = [raw.replace(b'"tCO2e/TNE"', b'"kgCO2e/TNE"') for raw in FIRST[:4]]

POOL = {
    **{f"first {n}": raw for n, raw in enumerate(FIRST)},
    **{f"resigned {n}": raw for n, raw in enumerate(RESIGNED)},
    **{f"changed {n}": raw for n, raw in enumerate(CHANGED)},
    **{f"foreign {n}": raw for n, raw in enumerate(FOREIGN)},
    **{f"broken {n}": raw for n, raw in enumerate(BROKEN)},
}
# Names, not bytes, so that a failing example can be read.
ANY = st.sampled_from(sorted(POOL))
SOUND = st.sampled_from(sorted(name for name in POOL if name[0] in "frc" and name[:2] != "fo"))
NEW = st.sampled_from([f"first {n}" for n in range(COUNT)])


class Crash(BaseException):
    """The process ends here; nothing of it may be caught on the way."""


def root_of(leaves):
    """The tree's root by the definition of RFC 9162 section 2.1.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(root_of(leaves[:split]), root_of(leaves[split:]))


class LogMachine(RuleBasedStateMachine):
    """A log with two writers, and everything that can happen to it."""

    @initialize()
    def create(self):
        """Begin with one enrolled submitter."""
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name) / "log.sqlite", Clock())
        self.world.enrol(WORKS)
        self.ledger = self.world.ledger
        self.acknowledged = {}  # index -> (content, body)
        self.sizes = {}  # size -> root of every checkpoint that left the log

    @rule(names=st.lists(ANY, max_size=8), batch_size=st.integers(1, 5))
    def submit(self, names, batch_size):
        """Import anything, in batches."""
        raws = [POOL[name] for name in names]
        self.judge(raws, list(self.ledger.submit_many(raws, batch_size=batch_size)))

    @rule(name=ANY)
    def submit_one(self, name):
        """Submit through the group commit."""
        raw = POOL[name]
        try:
            self.judge([raw], [self.ledger.submit(raw)])
        except LedgerError as error:
            self.judge([raw], [error])

    @rule(names=st.lists(NEW, min_size=1, max_size=6))
    def submit_by_another_writer(self, names):
        """Move the log behind the first writer's back."""
        raws = [POOL[name] for name in names]
        with self.world.open() as other:
            self.judge(raws, list(other.submit_many(raws)))

    @rule(
        names=st.lists(SOUND, min_size=1, max_size=6),
        place=st.sampled_from(["sign_checkpoint", "_check_growth", "leaf_hashes"]),
        crash=st.booleans(),
    )
    def fail_inside_a_batch(self, names, place, crash):
        """Nothing of the batch is stored, wherever it stops before the commit."""
        raws = [POOL[name] for name in names]
        error = Crash() if crash else StorageError("store.io")
        before = self.ledger.checkpoint()
        self.run_with_fault(sequencer, place, error, raws)
        assert self.ledger.checkpoint() == before

    @rule(
        names=st.lists(SOUND, min_size=1, max_size=6),
        crash=st.booleans(),
    )
    def fail_after_the_head_moved(self, names, crash):
        """Nothing is stored even when every row was written, unless it was committed."""
        raws = [POOL[name] for name in names]
        error = Crash() if crash else StorageError("store.io")
        before = self.ledger.checkpoint()
        original = repository.advance_head

        def moved_then_failed(*arguments):
            original(*arguments)
            raise error

        repository.advance_head = moved_then_failed
        try:
            self.expect_fault(raws, error)
        finally:
            repository.advance_head = original
        assert self.ledger.checkpoint() == before

    @rule(names=st.lists(NEW, min_size=1, max_size=6))
    def crash_after_the_commit(self, names):
        """Stored but never acknowledged: asking again must find it, not store it twice."""
        raws = [POOL[name] for name in names]
        original = sequencer.Sequencer._answers

        def crashed(*_arguments):
            raise Crash

        sequencer.Sequencer._answers = crashed
        try:
            list(self.ledger.submit_many(raws))
        except Crash:
            pass
        finally:
            sequencer.Sequencer._answers = original
        self.reopen()
        results = list(self.ledger.submit_many(raws))
        assert all(isinstance(result, ConflictError) or result.duplicate for result in results)
        self.judge(raws, results)

    @rule()
    def reopen(self):
        """Restart."""
        self.ledger.close()
        self.ledger = self.world.open()

    @rule(seconds=st.integers(-200, 4000))
    def pass_time(self, seconds):
        """Let the clock run, or be set back a little."""
        self.world.clock.now = max(self.world.clock.now + seconds, self.newest_time() - 300)

    @invariant()
    def everything_acknowledged_is_where_it_was(self):
        """No index changes its record."""
        for index, (content, body) in self.acknowledged.items():
            stored = self.ledger.record_at(index)
            assert (stored.content, stored.body) == (content, body)

    @invariant()
    def the_tree_is_over_exactly_these_entries(self):
        """Indexes, times, uniqueness, and every root that was ever signed."""
        head = self.ledger.checkpoint()
        stored = list(self.ledger.records())
        assert [record.index for record in stored] == list(range(head.size))
        assert len({record.content for record in stored}) == head.size
        assert len({(record.issuer, record.record_id) for record in stored}) == head.size
        times = [record.time for record in stored]
        assert times == sorted(times)
        entries = [json.loads(record.entry) for record in stored]
        assert [entry["index"] for entry in entries] == list(range(head.size))
        leaves = [leaf_hash(record.entry) for record in stored]
        assert root_of(leaves) == head.root
        for size, root in self.sizes.items():
            assert root_of(leaves[:size]) == root

    def teardown(self):
        """Recompute everything."""
        if hasattr(self, "ledger"):
            report = self.ledger.fsck()
            assert report.clean, report.problem
            self.ledger.close()
            self.folder.cleanup()

    def newest_time(self):
        """Return the time of the newest checkpoint."""
        return self.ledger.checkpoint().time

    def run_with_fault(self, module, name, error, raws):
        """Submit while one step raises."""
        original = getattr(module, name)

        def failing(*_arguments):
            raise error

        setattr(module, name, failing)
        try:
            self.expect_fault(raws, error)
        finally:
            setattr(module, name, original)

    def expect_fault(self, raws, error):
        """Submit as one batch; it fails with `error`, unless nothing in it was new."""
        try:
            results = list(self.ledger.submit_many(raws))
        except type(error):
            return
        self.judge(raws, results)

    def judge(self, raws, results):
        """Compare the answers with the model, and extend the model by them."""
        assert len(results) == len(raws)
        known = {content: index for index, (content, _) in self.acknowledged.items()}
        for raw, result in zip(raws, results, strict=True):
            if isinstance(result, LedgerError):
                self.judge_refusal(raw, result)
                continue
            record = parse_record(raw)
            assert result.content == record.content_digest
            if result.content in known:
                assert result.duplicate
                assert result.index == known[result.content]
            known[result.content] = result.index
            if result.index not in self.acknowledged:
                self.acknowledged[result.index] = (result.content, result.body)
            assert self.acknowledged[result.index] == (result.content, result.body)
            if not result.duplicate:
                assert result.body == raw
            self.sizes[result.size] = self.ledger.root(result.size)

    def judge_refusal(self, raw, error):
        """Compare a refusal with what was submitted."""
        if raw in FOREIGN:
            assert error.code == "authority.not_enrolled"
        elif raw in BROKEN:
            assert error.code == "sig.invalid"
        else:
            assert error.code == "submit.conflict"
            record = parse_record(raw)
            holder = next(
                stored for stored in self.ledger.records() if stored.record_id == record.id
            )
            assert holder.content != record.content_digest


LogMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestLogMachine = LogMachine.TestCase
