"""Six attacks, each made for real, each with its verdict; then the recovery from a stolen key."""

from __future__ import annotations

import base64
import json
import secrets
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from suyuan_verifier import Outcome, Report, Verdict, parse_policy, verify

from suyuan_ledger.anchor.contract import AnchorContract, encode_anchor
from suyuan_ledger.anchor.deploy import deploy
from suyuan_ledger.anchor.evidence import collect_evidence
from suyuan_ledger.anchor.log_view import StoredLog
from suyuan_ledger.anchor.recovery import recover
from suyuan_ledger.anchor.transactions import send_and_wait
from suyuan_ledger.demo import cast
from suyuan_ledger.demo.narration import Narrator
from suyuan_ledger.demo.stage import FINALITY, Stage, chain_key, now_text, submit
from suyuan_ledger.errors import ChainError, RefusedError
from suyuan_ledger.export.bundle import export_bundle
from suyuan_ledger.keys.signer import Signer
from suyuan_ledger.log.hashing import leaf_hash
from suyuan_ledger.log.tree import Edge, prove_consistency
from suyuan_ledger.official import official_factors
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.signing import sign_record
from suyuan_ledger.service import Ledger
from suyuan_ledger.store.repository import StoredTiles

GARBAGE_LEAVES = 7


class Attacks:
    """The attacks on one good bundle and on the log behind it."""

    def __init__(
        self, stage: Stage, narrator: Narrator, bundle: Path, trust: Path, transcriber: Signer
    ) -> None:
        self._stage = stage
        self._narrator = narrator
        self._good: dict[str, Any] = json.loads(bundle.read_bytes())
        self._trust = trust
        self._transcriber = transcriber
        self._sound = True

    def run(self) -> bool:
        """Make all attacks and the recovery; tell whether each came out as it must."""
        self._changed_digit()
        self._stranger()
        self._other_position()
        self._rewritten_log()
        stolen = self._stolen_hot_key()
        self._other_contract()
        self._recovery(stolen)
        return self._sound

    def _changed_digit(self) -> None:
        self._narrator.step("Attack 1: one digit is changed", "攻击一：改动一个数字")
        bundle = json.loads(json.dumps(self._good))
        subject = bundle["records"][-1]["credentialSubject"]
        before = subject["value"]
        subject["value"] = "0.0041"
        self._narrator.tell(f"{before} becomes 0.0041", f"{before} 改为 0.0041")
        self._expect(bundle, "sig.invalid")

    def _stranger(self) -> None:
        """The door refuses a stranger; an operator who opens it anyway convinces nobody."""
        self._narrator.step(
            "Attack 2: a submission signed by a stranger", "攻击二：由陌生人签名的报送"
        )
        stranger = self._stage.new_key("stranger")
        issuer = {
            "id": stranger.did,
            "name": cast.STRANGER["name"],
            "nameZh": cast.STRANGER["nameZh"],
        }
        record = self._factor(issuer, stranger)
        try:
            self._stage.ledger.submit(record)
        except RefusedError as error:
            self._narrator.tell(
                f"the ledger's door: {error.text()}", f"账本入口：{error.text('zh')}"
            )
        else:
            self._fail("the ledger took it", "账本竟然接受了")
        # The operator makes the stranger a root authority in its own copy of the books.
        rogue_path = self._stage.folder / "rogue.sqlite"
        _copy_database(self._stage.folder / "ledger.sqlite", rogue_path)
        _overwrite_roots(rogue_path, [self._stage.root.did, stranger.did])
        with Ledger.open(rogue_path, signer=self._stage.log_key) as rogue:
            self._stage.enrol(
                rogue,
                stranger,
                cast.STRANGER,
                ["transcriber"],
                by=stranger,
                by_names=cast.STRANGER,
            )
            receipt = submit(rogue, [record])[0]
            bundle = json.loads(export_bundle(rogue, receipt.content, None))
        self._narrator.tell(
            "the operator logs it all the same, with the log's own signature:",
            "运营方仍将其写入日志，并以日志密钥签名：",
        )
        self._expect(bundle, "authority.not_root")

    def _other_position(self) -> None:
        self._narrator.step("Attack 3: a proof for another position", "攻击三：冒用其他位置的证明")
        bundle = json.loads(json.dumps(self._good))
        entry = bundle["log"]["entries"][-1]
        entry["index"] -= 1
        self._narrator.tell(
            f"index {entry['index'] + 1} is claimed to be {entry['index']}",
            f"位置 {entry['index'] + 1} 被说成 {entry['index']}",
        )
        self._expect(bundle, "merkle.")

    def _rewritten_log(self) -> None:
        """The operator holds the log key and the hot key, and still cannot rewrite history."""
        self._narrator.step(
            "Attack 4: the operator rewrites the log and anchors it",
            "攻击四：运营方改写日志并试图锚定",
        )
        path = self._stage.folder / "rewritten.sqlite"
        size = self._stage.ledger.checkpoint().size
        signer = self._stage.log_key
        roots = [self._stage.root.did]
        with Ledger.create(path, origin="demo.example/suyuan", signer=signer, roots=roots) as fork:
            while fork.checkpoint().size <= size:
                self._stage.enrol(
                    fork,
                    self._stage.new_key(f"fork-{fork.checkpoint().size}"),
                    cast.NEWCOMER,
                    ["submitter"],
                    by=self._stage.root,
                    by_names=cast.ROOT_NAMES,
                )
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
            self._note(error.code == "chain.inconsistent", error.code, error.code)
        else:
            self._fail("the contract took it", "合约竟然接受了")

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
        self._expect(bundle, "anchor.not_covered")
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
        self._expect({**self._good, "anchor": evidence.to_json([])}, "anchor.contract")

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
        stage.enrol(
            stage.ledger,
            stage.new_key("newcomer"),
            cast.NEWCOMER,
            ["submitter"],
            by=stage.root,
            by_names=cast.ROOT_NAMES,
        )
        size = stage.anchor()
        self._narrator.tell(
            f"last good anchor: {row.last_index}; {row.address} goes on, now at size {size}",
            f"最后一个有效锚定为第 {row.last_index} 号；由 {row.address} 接续，日志现有 {size} 条",
        )
        thief = collect_evidence(old, stolen, finality=FINALITY)
        source = stage.evidence()
        before = parse_policy(self._trust.read_bytes()).pinned[0].number
        self._trust = stage.write_trust(
            "trust-after-recovery.json", [source, stage.evidence(before)]
        )
        report = self._verify(self._good)
        self._note(
            report.verdict is Verdict.VALID,
            f"the old bundle under the new policy: {report.verdict.value}",
            f"旧证明包按新策略验证：{_verdict_zh(report.verdict)}",
        )
        self._expect({**self._good, "anchor": thief.to_json([])}, "anchor.void")
        newest = stage.ledger.record_at(stage.ledger.checkpoint().size - 1)
        if newest is None:
            self._fail("the new record is gone", "新记录不见了")
            return
        fresh = export_bundle(stage.ledger, newest.content, source.covering(newest.index))
        report = self._verify(json.loads(fresh))
        self._note(
            report.verdict is Verdict.VALID,
            f"a new record, anchored in the successor: {report.verdict.value}",
            f"新记录锚定在后继合约中：{_verdict_zh(report.verdict)}",
        )

    def _factor(self, issuer: dict[str, str], signer: Signer) -> bytes:
        now = now_text()
        draft = new_record("FactorSubmission", issuer, official_factors()[0], valid_from=now)
        return sign_record(draft, signer, now)

    def _verify(self, bundle: dict[str, Any]) -> Report:
        policy = parse_policy(self._trust.read_bytes())
        data = json.dumps(bundle, ensure_ascii=False).encode("utf-8")
        return verify(data, policy, now=datetime.now(UTC))

    def _expect(self, bundle: dict[str, Any], code: str) -> None:
        """Verify a bundle that must be INVALID with a code (or a family, ending in a dot)."""
        report = self._verify(bundle)
        failed = [check for check in report.checks if check.outcome is Outcome.FAIL]
        codes = dict.fromkeys((check.step, check.code) for check in failed)
        found = any(check.code == code or check.code.startswith(code) for check in failed)
        self._note(
            report.verdict is Verdict.INVALID and found,
            f"{report.verdict.value}: " + ", ".join(f"step {step} {text}" for step, text in codes),
            f"{_verdict_zh(report.verdict)}："
            + "，".join(f"步骤 {step} {text}" for step, text in codes),
        )

    def _note(self, good: bool, en: str, zh: str) -> None:  # noqa: FBT001 - a mark and its text
        self._narrator.tell(
            f"{'ok ' if good else 'NOT AS EXPECTED '} {en}",
            f"{'符合预期 ' if good else '与预期不符 '} {zh}",
        )
        self._sound = self._sound and good

    def _fail(self, en: str, zh: str) -> None:
        self._narrator.tell(f"NOT AS EXPECTED {en}", f"与预期不符：{zh}")
        self._sound = False


def _verdict_zh(verdict: Verdict) -> str:
    return {
        Verdict.VALID: "有效",
        Verdict.INVALID: "无效",
        Verdict.UNREADABLE: "无法读取",
        Verdict.UNDECIDED: "未定",
    }[verdict]


def _copy_database(source: Path, target: Path) -> None:
    """Copy a live SQLite database."""
    with sqlite3.connect(source) as live, sqlite3.connect(target) as copy:
        live.backup(copy)


def _overwrite_roots(path: Path, roots: list[str]) -> None:
    with sqlite3.connect(path) as database:
        database.execute("UPDATE meta SET value = ? WHERE key = 'roots'", (json.dumps(roots),))
