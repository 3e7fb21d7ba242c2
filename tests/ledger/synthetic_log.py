"""Public logs of entries alone, as a mirror serves them, by an operator who may do anything."""

from __future__ import annotations

import hashlib

import orjson
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.log.bundles import format_entry_bundle
from suyuan_ledger.log.checkpoint import sign_checkpoint
from suyuan_ledger.log.hashing import leaf_hashes
from suyuan_ledger.log.note import format_vkey, parse_vkey
from suyuan_ledger.log.tiles import TILE_WIDTH, entries_path
from suyuan_ledger.log.tree import Edge

ORIGIN = "log.example/synthetic"
LOG_KEY = MemorySigner.from_seed(b"\x31" * 32)
VKEY = format_vkey(ORIGIN, LOG_KEY.public_key)
KEY = parse_vkey(VKEY)
DID = MemorySigner.from_seed(b"\x32" * 32).did
TIME = "2026-03-01T08:00:00Z"


def content(number) -> str:
    """The content digest of a record that exists only as an entry."""
    return "sha256:" + hashlib.sha256(f"content {number}".encode()).hexdigest()


def entry(index, kind="FactorSubmission", links=(), **changes) -> bytes:
    """One entry; `links` are (rel, number of the target)."""
    value = {
        "type": "suyuan/entry@v1",
        "index": index,
        "kind": kind,
        "id": f"urn:uuid:019aa000-0000-7000-8000-{index:012d}",
        "content": content(index),
        "envelope": "sha256:" + hashlib.sha256(f"envelope {index}".encode()).hexdigest(),
        "issuer": DID,
        "time": TIME,
        **changes,
    }
    if links:
        pairs = sorted({(rel, content(number)) for rel, number in links})
        value["links"] = [{"rel": rel, "contentDigest": digest} for rel, digest in pairs]
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def write_log(folder, entries, *, signer=LOG_KEY, origin=ORIGIN):
    """Publish a log whose key signs whatever these entries lead to; return the folder."""
    edge = Edge.empty().append(leaf_hashes(entries)).edge
    for start in range(0, len(entries), TILE_WIDTH):
        part = entries[start : start + TILE_WIDTH]
        path = folder / entries_path(start // TILE_WIDTH, len(part))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(format_entry_bundle(part))
    folder.mkdir(parents=True, exist_ok=True)
    note = sign_checkpoint(origin, len(entries), edge.root(), signer)
    (folder / "checkpoint").write_bytes(note)
    return folder
