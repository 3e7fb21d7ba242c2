"""Six attacks, each made for real, each with its verdict; then the recovery from a stolen key."""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path
from typing import Any

from suyuan_verifier import Verdict

from suyuan_ledger.anchor.contract import AnchorContract, encode_anchor
from suyuan_ledger.anchor.deploy import deploy
from suyuan_ledger.anchor.evidence import collect_evidence
from suyuan_ledger.anchor.log_view import StoredLog
from suyuan_ledger.anchor.recovery import recover
from suyuan_ledger.anchor.transactions import send_and_wait
from suyuan_ledger.demo import cast
from suyuan_ledger.demo.actors import Actor, ask, enrol
from suyuan_ledger.demo.rogue import log_anyway
from suyuan_ledger.demo.scene import Scene
from suyuan_ledger.demo.stage import FINALITY, ORIGIN, chain_key, submit
from suyuan_ledger.demo.verdicts import verdict_zh
from suyuan_ledger.errors import ChainError
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.log.hashing import leaf_hash
from suyuan_ledger.log.tree import Edge, prove_consistency
from suyuan_ledger.official import official_factors
from suyuan_ledger.service import Ledger
from suyuan_ledger.store.repository import StoredTiles

GARBAGE_LEAVES = 7


class Attacks:
    """The attacks on one good bundle and on the log behind it."""

    def __init__(self, scene: Scene, bundle: Path) -> None:
        self._stage = scene.stage
        self._narrator = scene.narrator
        self._verdicts = scene.verdicts
        self._good: dict[str, Any] = json.loads(bundle.read_bytes())
        self._place = next(
            place
            for place, record in enumerate(self._good["records"])
            if record["type"][1] == "FactorSubmission"
        )

    def run(self) -> None:
        """Make all attacks and the recovery."""
        # What an attacker continues is the anchored log.
        self._stage.anchor()
        self._changed_digit()
        self._stranger()
        self._other_position()
        self._rewritten_log()
        stolen = self._stolen_hot_key()
        self._other_contract()
        self._recovery(stolen)

    def _changed_digit(self) -> None:
        self._narrator.step("Attack 1: one digit is changed", "攻击一：改动一个数字")
        bundle = json.loads(json.dumps(self._good))
        subject = bundle["records"][self._place]["credentialSubject"]
        before = subject["value"]
        subject["value"] = "0.0041"
        self._narrator.tell(f"{before} becomes 0.0041", f"{before} 改为 0.0041")
        self._verdicts.refute(bundle, "sig.invalid")

    def _stranger(self) -> None:
        """The door refuses a stranger; an operator who opens it anyway convinces nobody."""
        self._narrator.step(
            "Attack 2: a submission signed by a stranger", "攻击二：由陌生人签名的报送"
        )
        stranger = _somebody(cast.STRANGER)
        record = stranger.say("FactorSubmission", official_factors()[0])
        self._verdicts.refuse(self._stage.ledger, record, "authority.not_enrolled")
        self._narrator.tell(
            "the operator lets the stranger enrol itself, and logs it with the log's key:",
            "运营方任由陌生人自行登记，仍将其写入日志，并以日志密钥签名：",
        )
        forged = log_anyway(self._stage, [*enrol(cast.STRANGER, stranger, by=stranger), record])
        self._verdicts.refute(forged, "authority.not_root")

    def _other_position(self) -> None:
        self._narrator.step("Attack 3: a proof for another position", "攻击三：冒用其他位置的证明")
        bundle = json.loads(json.dumps(self._good))
        entry = bundle["log"]["entries"][self._place]
        entry["index"] -= 1
        self._narrator.tell(
            f"index {entry['index'] + 1} is claimed to be {entry['index']}",
            f"位置 {entry['index'] + 1} 被说成 {entry['index']}",
        )
        self._verdicts.refute(bundle, "merkle.")

    def _rewritten_log(self) -> None:
        """The operator holds the log key and the hot key, and still cannot rewrite history."""
        self._narrator.step(
            "Attack 4: the operator rewrites the log and anchors it",
            "攻击四：运营方改写日志并试图锚定",
        )
        path = self._stage.folder / "rewritten.sqlite"
        size = self._stage.ledger.checkpoint().size
        roots = [self._stage.root.did]
        newcomer = _somebody(cast.NEWCOMER)
        with Ledger.create(path, origin=ORIGIN, signer=self._stage.log_key, roots=roots) as fork:
            submit(fork, [ask(cast.NEWCOMER, newcomer) for _ in range(size + 1)])
            new = fork.checkpoint()
            proof = fork.consistency_proof(size, new.size)
        self._narrator.tell(
            f"another history of {new.size} records, signed by the log's key, with its own proof",
            f"另一份 {new.size} 条记录的历史，以日志密钥签名，并附有自己的一致性证明",
        )
        contract = self._stage.contract()
        call = encode_anchor(size, new.size, new.root, proof)
        try:
            send_and_wait(
                self._stage.client,
                self._stage.hot,
                contract.address,
                call,
                self._stage.admin_options(),
            )
        except ChainError as error:
            self._narrator.tell(f"the contract: {error.text()}", f"合约：{error.text('zh')}")
            self._verdicts.note(error.code == "chain.inconsistent", error.code, error.code)
        else:
            self._verdicts.fail("the contract took it", "合约竟然接受了")

    def _stolen_hot_key(self) -> int:
        """A thief continues the public log with garbage: the contract cannot know, readers can."""
        self._narrator.step(
            "Attack 5: a stolen hot key anchors a root that the log never signed",
            "攻击五：被盗的热密钥锚定了日志从未签名的根",
        )
        stage = self._stage
        old = stage.ledger.checkpoint().size
        with stage.ledger.store.read() as connection:
            tiles = StoredTiles(connection)
            garbage = [leaf_hash(secrets.token_bytes(32)) for _ in range(GARBAGE_LEAVES)]
            growth = Edge.load(old, tiles).append(garbage)
            forged = StoredTiles(connection, growth.tiles)
            proof = prove_consistency(old, old + GARBAGE_LEAVES, forged)
        contract = stage.contract()
        call = encode_anchor(old, old + GARBAGE_LEAVES, growth.edge.root(), proof)
        send_and_wait(stage.client, stage.hot, contract.address, call, stage.admin_options())
        index = contract.head().count - 1
        evidence = collect_evidence(contract, index, finality=FINALITY)
        self._narrator.tell(
            f"anchor {index} of the right contract now holds garbage for {GARBAGE_LEAVES} leaves",
            f"在正确的合约中，第 {index} 号锚定是一棵有 {GARBAGE_LEAVES} 个叶的伪造树",
        )
        bundle = {**self._good, "anchor": evidence.to_json([])}
        self._verdicts.refute(bundle, "anchor.not_covered")
        return index

    def _other_contract(self) -> None:
        self._narrator.step(
            "Attack 6: an anchor from another contract", "攻击六：来自其他合约的锚定"
        )
        stage = self._stage
        thief = chain_key(stage.accounts[5])
        row = deploy(
            stage.client,
            thief,
            owner=thief.address,
            anchorer=thief.address,
            options=stage.admin_options(),
        )
        contract = AnchorContract(stage.client, row.address)
        size = self._good["anchor"]["size"]
        root = base64.b64decode(self._good["anchor"]["root"])
        call = encode_anchor(0, size, root, [])
        send_and_wait(stage.client, thief, row.address, call, stage.admin_options())
        evidence = collect_evidence(contract, 0, finality=FINALITY)
        self._narrator.tell(
            f"the same code and the same root, in {row.address}",
            f"同样的代码与根，位于 {row.address}",
        )
        self._verdicts.refute({**self._good, "anchor": evidence.to_json([])}, "anchor.contract")

    def _recovery(self, stolen: int) -> None:
        self._narrator.step(
            "Recovery: the cold key retires the contract, a successor goes on",
            "恢复：冷密钥使合约退役，由后继合约接续",
        )
        stage = self._stage
        old = stage.contract()
        stage.hot = chain_key(stage.accounts[2])
        row = recover(
            stage.ledger.store,
            old,
            stage.owner,
            StoredLog(stage.ledger.store),
            anchorer=stage.hot.address,
            options=stage.admin_options(),
        )
        newcomer = enrol(cast.NEWCOMER, _somebody(cast.NEWCOMER), by=stage.root)
        newest = submit(stage.ledger, newcomer)[-1]
        stage.publish()
        size = stage.anchor()
        self._narrator.tell(
            f"last good anchor: {row.last_index}; {row.address} goes on, now at size {size}",
            f"最后一个有效锚定为第 {row.last_index} 号；由 {row.address} 接续，日志现有 {size} 条",
        )
        thief = collect_evidence(old, stolen, finality=FINALITY)
        source = stage.evidence()
        self._verdicts.trust = stage.write_trust(
            "trust-after-recovery.json", [*stage.pinned, source]
        )
        report = self._verdicts.verify(json.dumps(self._good, ensure_ascii=False).encode("utf-8"))
        self._verdicts.note(
            report.verdict is Verdict.VALID,
            f"the old bundle under the new policy: {report.verdict.value}",
            f"旧证明包按新策略验证：{verdict_zh(report.verdict)}",
        )
        self._verdicts.refute({**self._good, "anchor": thief.to_json([])}, "anchor.void")
        report = self._verdicts.verify(stage.export(newest.content, source))
        self._verdicts.note(
            report.verdict is Verdict.VALID,
            f"a new record, anchored in the successor: {report.verdict.value}",
            f"新记录锚定在后继合约中：{verdict_zh(report.verdict)}",
        )


def _somebody(member: cast.Member) -> Actor:
    """Give a key to somebody who will not be back."""
    return Actor(member.names, MemorySigner.from_seed(secrets.token_bytes(32)))
