"""A bundle that lay in an archive until its status list was too old to say that it still stands."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from suyuan_verifier import Verdict, parse_policy

from suyuan_ledger.demo.scene import Scene
from suyuan_ledger.export.evidence import EvidenceSource
from suyuan_ledger.export.status import export_status

STATUS_FILE = "status.json"


def play_archive(scene: Scene, bundle: Path, source: EvidenceSource) -> None:
    """Verify an official figure's bundle when its list has grown too old, alone and with help.

    Args:
        scene: with a status list that is newer than the bundle's.
        bundle: file of the archived bundle.
        source: evidence of an anchor that covers the newest list.
    """
    archived = bundle.read_bytes()
    listed = _listed_at(archived)
    bound = parse_policy(scene.verdicts.trust.read_bytes()).max_status_age
    # The fresher list is a second younger at least, and so still fresh enough at this moment.
    then = listed + timedelta(seconds=bound + 1)
    scene.narrator.step(
        f"An archive: {bundle.name}, {bound // 3600} hours and a second after its status list",
        f"存档：{bundle.name}，距其状态列表 {bound // 3600} 小时零一秒",
    )
    scene.verdicts.expect(
        scene.verdicts.verify(archived, now=then), Verdict.UNDECIDED, "status.stale"
    )
    newest = source.newest(scene.stage.ledger.checkpoint().size - 1)
    status = export_status(scene.stage.ledger, archived, newest)
    (scene.stage.folder / STATUS_FILE).write_bytes(status)
    scene.narrator.tell(
        f"with --status {STATUS_FILE}, a fresher list:",
        f"配合较新的状态列表 --status {STATUS_FILE}：",
    )
    report = scene.verdicts.verify(archived, now=then, status=status)
    scene.verdicts.expect(report, Verdict.VALID, "status.valid")


def _listed_at(bundle: bytes) -> datetime:
    """Return the log's time of a bundle's status list."""
    value = json.loads(bundle)
    newest = max(value["status"]["lists"])
    time = next(row["time"] for row in value["log"]["entries"] if row["index"] == newest)
    return datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
