"""The ledger's door gives every case of the corpus exactly its answer."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest
from suyuan_ledger.errors import RefusedError, ledger_codes
from suyuan_ledger.records.profile import format_digest, parse_record
from suyuan_ledger.records.signing import check_proof
from suyuan_verifier.codes import codes

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "records"
ACCEPT = sorted((FOLDER / "accept").glob("*.json"))
REFUSE = sorted((FOLDER / "refuse").glob("*.json"))


def read_case(path: Path) -> tuple[bytes, dict[str, str]]:
    case = json.loads(path.read_text("ascii"))
    parts = []
    for part in case["input"]:
        if isinstance(part, str):
            parts.append(part.encode())
        elif "hex" in part:
            parts.append(bytes.fromhex(part["hex"]))
        else:
            parts.append(part["text"].encode() * part["times"])
    return b"".join(parts), case["expect"]


@pytest.mark.parametrize("path", ACCEPT, ids=lambda path: path.stem)
def test_sound_record_is_taken(path):
    raw, expect = read_case(path)
    record = parse_record(raw)
    check_proof(record)
    assert expect == {
        "kind": record.kind,
        "id": record.id,
        "contentDigest": format_digest(record.content_digest),
        "envelopeDigest": format_digest(record.envelope_digest),
    }
    # What is stored reads back as itself, by the quick reading.
    assert parse_record(record.canonical) == record


@pytest.mark.parametrize("path", REFUSE, ids=lambda path: path.stem)
def test_broken_record_is_refused_by_name(path):
    raw, expect = read_case(path)
    with pytest.raises(RefusedError) as caught:
        check_proof(parse_record(raw))
    assert caught.value.code == expect["code"], str(caught.value)
    assert caught.value.code in ledger_codes()


def test_corpus_is_what_its_generator_writes(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    spec = importlib.util.spec_from_file_location("corpus_generate", FOLDER / "generate.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "corpus_generate", module)
    spec.loader.exec_module(module)
    files = {f"{path.parent.name}/{path.name}": path.read_text("ascii") for path in ACCEPT + REFUSE}
    assert module.render() == files


def test_every_code_of_the_profile_has_a_case():
    """A rule without a refused record is a rule that nobody has seen fire."""
    shown = {read_case(path)[1]["code"] for path in REFUSE}
    rules = {
        code
        for code in codes()
        if code.startswith(("record.", "sig.")) and not code.endswith(".valid")
    }
    assert shown == rules
