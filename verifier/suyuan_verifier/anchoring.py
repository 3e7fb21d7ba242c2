"""Step 7: the log's state stands in the anchor contract's storage, at a block that is trusted.

The evidence proves "this (size, root) is in the storage of this contract, whose code is this, in
the state of the block with this hash". Why that hash is believed is the *trust basis*, named in
the report and never silent (docs/spec/anchor.md#trust-bases):

    pinned      the policy holds the block's number and hash
    validators  committed seals of a pinned validator set; not in this version
    online      endpoints that the user named, asked now
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Protocol

from suyuan_verifier.bundle import Bundle
from suyuan_verifier.checkpoint import Checkpoint
from suyuan_verifier.errors import ProofError, VerifierError
from suyuan_verifier.evm.anchor import (
    AnchoredCheckpoint,
    AnchorEvidence,
    check_anchor,
    parse_anchor,
)
from suyuan_verifier.merkle import check_consistency
from suyuan_verifier.policy import Contract, TrustPolicy
from suyuan_verifier.report import Check, Outcome

CLOCK_TOLERANCE = 300
"""Seconds by which a log entry may be later than its anchor, and an anchor later than `now`."""

# 9999-12-31T00:00:00Z: later times have no spelling here, and a chain in milliseconds shows.
_LAST_TIME = 253_402_214_400


class Confirmation(Protocol):
    """Answer of a chain view: `pass`, `fail` or `unknown`, with a code and what was seen."""

    @property
    def outcome(self) -> str: ...  # noqa: D102 - see the class
    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def detail(self) -> str: ...  # noqa: D102


class ChainView(Protocol):
    """The `online` trust basis: something that can be asked whether a block is final."""

    def confirm_block(self, chain_id: int, number: int, block_hash: bytes) -> Confirmation:
        """Tell whether the block of this number has this hash and is final."""
        ...


class Anchoring:
    """Executes step 7 for one bundle whose checkpoint is already verified."""

    def __init__(self, policy: TrustPolicy, now: datetime, chain: ChainView | None) -> None:
        self._policy = policy
        self._now = now
        self._chain = chain
        self._checks: list[Check] = []
        self.trust_basis: dict[str, Any] | None = None

    def check(self, bundle: Bundle, checkpoint: Checkpoint) -> list[Check]:
        """Return the checks of step 7; `trust_basis` is set if a block hash was believed."""
        if bundle.anchor is None:
            self._add("anchor.absent", Outcome.UNKNOWN)
            return self._checks
        try:
            evidence = parse_anchor(bundle.anchor)
            contract = self._known_contract(evidence)
            _check_covered(evidence, checkpoint, bundle)
            if not evidence.has_proof:
                self._add("anchor.no_proof", Outcome.UNKNOWN)
                return self._checks
            anchored = check_anchor(evidence)
            if anchored.code_hash != contract.code_hash:
                raise ProofError(
                    "anchor.code",
                    pointer="/accountProof",
                    expected="0x" + contract.code_hash.hex(),
                    found="0x" + anchored.code_hash.hex(),
                )
            _check_times(bundle, anchored)
        except VerifierError as error:
            self._checks.append(
                Check(
                    7,
                    error.code,
                    Outcome.FAIL,
                    None,
                    "/anchor" + error.pointer,
                    error.expected,
                    error.found,
                )
            )
            return self._checks
        believed = self._find_trust(evidence, anchored)
        self._check_clock(anchored)
        if believed and all(check.outcome is Outcome.PASS for check in self._checks):
            self._add("anchor.valid", Outcome.PASS)
        return self._checks

    def _known_contract(self, evidence: AnchorEvidence) -> Contract:
        for contract in self._policy.contracts:
            if (contract.chain_id, contract.address) == (evidence.chain_id, evidence.contract):
                if contract.last_index is not None and evidence.index > contract.last_index:
                    raise ProofError(
                        "anchor.void",
                        pointer="/index",
                        expected=f"<= {contract.last_index}",
                        found=evidence.index,
                    )
                return contract
        raise ProofError(
            "anchor.contract",
            pointer="/contract",
            expected="a contract of the trust policy",
            found=f"0x{evidence.contract.hex()} on chain {evidence.chain_id}",
        )

    def _find_trust(self, evidence: AnchorEvidence, anchored: AnchoredCheckpoint) -> bool:
        """Say why the block hash is believed; unknown, never valid, if there is no reason."""
        bases = self._policy.trust_bases
        for pin in self._policy.pinned if "pinned" in bases else ():
            if (pin.chain_id, pin.number) == (evidence.chain_id, anchored.header.number):
                if pin.hash != anchored.header.hash:
                    self._add(
                        "anchor.block",
                        Outcome.FAIL,
                        expected="0x" + pin.hash.hex(),
                        found="0x" + anchored.header.hash.hex(),
                    )
                    return False
                self._believe("pinned", evidence, anchored)
                return True
        if "online" in bases and self._chain is not None:
            answer = self._chain.confirm_block(
                evidence.chain_id, anchored.header.number, anchored.header.hash
            )
            if answer.outcome == "pass":
                self._believe("online", evidence, anchored)
                return True
            outcome = Outcome.FAIL if answer.outcome == "fail" else Outcome.UNKNOWN
            self._add(answer.code, outcome, found=answer.detail or None)
            return False
        self._add(
            "anchor.block_unknown",
            Outcome.UNKNOWN,
            expected="a trust basis: " + (", ".join(sorted(bases)) or "none accepted"),
            found=f"block {anchored.header.number} 0x{anchored.header.hash.hex()}",
        )
        return False

    def _believe(self, basis: str, evidence: AnchorEvidence, anchored: AnchoredCheckpoint) -> None:
        self.trust_basis = {
            "basis": basis,
            "chainId": evidence.chain_id,
            "contract": "0x" + evidence.contract.hex(),
            "anchorIndex": anchored.index,
            "anchoredSize": anchored.size,
            "anchoredAt": format_time(anchored.time),
            "anchorBlock": anchored.block_number,
            "block": anchored.header.number,
            "blockHash": "0x" + anchored.header.hash.hex(),
        }

    def _check_clock(self, anchored: AnchoredCheckpoint) -> None:
        age = int(self._now.timestamp()) - anchored.time
        if age < -CLOCK_TOLERANCE:
            self._add(
                "clock.behind",
                Outcome.UNKNOWN,
                expected=f"now >= {format_time(anchored.time)} - {CLOCK_TOLERANCE} s",
                found=format_time(int(self._now.timestamp())),
            )
        limit = self._policy.max_anchor_age
        if limit is not None and age > limit:
            self._add("anchor.age", Outcome.UNKNOWN, expected=f"<= {limit} s", found=f"{age} s")

    def _add(
        self,
        code: str,
        outcome: Outcome,
        *,
        expected: str | None = None,
        found: str | None = None,
    ) -> None:
        self._checks.append(Check(7, code, outcome, None, "/anchor", expected, found))


def _check_covered(evidence: AnchorEvidence, checkpoint: Checkpoint, bundle: Bundle) -> None:
    """Hold the anchored state to the log's own signature, and every record to the anchor.

    An anchor that no log signature covers is never a basis: whoever steals the key that anchors
    can put a root on the chain, but not the log's signature on it.
    """
    if evidence.size > checkpoint.size:
        raise ProofError(
            "anchor.not_covered",
            pointer="/size",
            expected=f"<= {checkpoint.size}, the size that the log signed",
            found=evidence.size,
        )
    try:
        check_consistency(
            evidence.size, checkpoint.size, evidence.root, checkpoint.root, evidence.consistency
        )
    except VerifierError as error:
        raise ProofError(
            "anchor.not_covered", pointer="/consistency", expected=error.expected, found=error.found
        ) from None
    last = bundle.positions[-1].index
    if last >= evidence.size:
        raise ProofError(
            "anchor.position", pointer="/size", expected=f"> {last}", found=evidence.size
        )


def _check_times(bundle: Bundle, anchored: AnchoredCheckpoint) -> None:
    """The log may not claim to have integrated a record later than the chain saw it."""
    if anchored.time > _LAST_TIME:
        raise ProofError("anchor.time", expected=f"<= {_LAST_TIME}", found=anchored.time)
    last = bundle.positions[-1].time
    if last > format_time(anchored.time + CLOCK_TOLERANCE):
        raise ProofError(
            "anchor.entry_time",
            expected=f"<= {format_time(anchored.time)} + {CLOCK_TOLERANCE} s",
            found=last,
        )


def format_time(seconds: int) -> str:
    """Write POSIX seconds as `YYYY-MM-DDThh:mm:ssZ`."""
    # Not strftime: it leaves out the zeros of years before 1000.
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")[:19] + "Z"
