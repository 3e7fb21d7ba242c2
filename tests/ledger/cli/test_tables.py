"""Tables on the command line: workbooks, reports for scripts, and records signed without a log."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from suyuan_ledger.official import official_table
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof

SUYUAN = str(Path(sys.executable).with_name("suyuan"))
NAMES = ["--name", "Example desk (fictional)", "--name-zh", "示例单位（虚构）"]
PROVIDER = ["--key", "file:key.pem", "--home", "provider"]


def call(folder, *arguments, **environment):
    """Run one command in a folder."""
    return subprocess.run(
        [SUYUAN, *arguments],
        cwd=folder,
        env={**os.environ, "SUYUAN_PASSPHRASE": "only for this test", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def folder(tmp_path):
    """A provider's folder: a key, the official figures as a table, and no ledger."""
    (tmp_path / "official.csv").write_bytes(official_table())
    made = call(tmp_path, "key", "new", "key.pem")
    assert made.returncode == 0, made.stderr
    return tmp_path


def bad_workbook(folder):
    """A template whose example was changed to a number."""
    assert call(folder, "template", "t.xlsx", "--lang", "zh").returncode == 0
    book = openpyxl.load_workbook(folder / "t.xlsx")
    sheet = book["因子"]
    sheet["A2"], sheet["G2"] = "EXAMPLE-7", 0.924
    stream = io.BytesIO()
    book.save(stream)
    (folder / "bad.xlsx").write_bytes(stream.getvalue())


def test_a_bad_cell_of_a_workbook_is_named_for_people_and_for_scripts(folder):
    """In Chinese for a person, as one JSON object for a script; nothing is signed."""
    bad_workbook(folder)

    told = call(folder, "import", "bad.xlsx", *PROVIDER, SUYUAN_LANG="zh")
    report = call(folder, "import", "bad.xlsx", *PROVIDER, "--dry-run", "--json")

    assert told.returncode == report.returncode == 1
    assert "因子!G2（因子值）" in told.stderr
    assert "0.9240 而非 0.924" in told.stderr
    assert "未导入任何行" in told.stderr
    found = json.loads(report.stdout)
    assert (found["good"], found["bad"], found["encoding"]) == (0, 1, "xlsx")
    (problem,) = found["problems"]
    assert (problem["cell"], problem["code"]) == ("因子!G2", "xlsx.number")
    assert problem["hint"]
    assert not (folder / "provider").exists()


def test_a_dry_run_of_a_good_table_reports_it_as_json(folder):
    """One object, no problems, exit code 0."""
    done = call(folder, "import", "official.csv", *PROVIDER, "--dry-run", "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "good": 51,
        "bad": 0,
        "encoding": "utf-8",
        "problems": [],
    }


def test_a_provider_signs_a_table_without_a_ledger_and_signs_once(folder):
    """The operator's log key is not needed; a second run gives the same records."""
    first = call(folder, "import", "official.csv", *PROVIDER, *NAMES, "--out", "a.ndjson")
    second = call(folder, "import", "official.csv", *PROVIDER, *NAMES, "--out", "b.ndjson")

    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    lines = (folder / "a.ndjson").read_bytes().splitlines()
    assert len(lines) == 51
    assert json.loads(lines[0])["issuer"]["nameZh"] == NAMES[3]
    assert (folder / "b.ndjson").read_bytes() == (folder / "a.ndjson").read_bytes()
    assert not (folder / "provider" / "ledger.sqlite").exists()


def test_a_kept_row_that_the_door_would_refuse_is_signed_anew(folder):
    """An import leaves the check to the door, so that what it kept is checked when it is found."""
    call(folder, "import", "official.csv", *PROVIDER, *NAMES, "--out", "a.ndjson")
    lines = (folder / "a.ndjson").read_bytes().splitlines()
    (kept,) = (folder / "provider" / "imports").glob("*.ndjson")
    spoilt = json.loads(lines[0])
    spoilt["proof"]["proofValue"] = json.loads(lines[1])["proof"]["proofValue"]
    kept.write_bytes(b"\n".join([json.dumps(spoilt).encode(), *lines[1:]]))

    done = call(folder, "import", "official.csv", *PROVIDER, *NAMES, "--out", "b.ndjson")

    assert done.returncode == 0, done.stderr
    again = (folder / "b.ndjson").read_bytes().splitlines()
    assert again[1:] == lines[1:]
    fresh = parse_record(again[0])
    check_proof(fresh)
    assert fresh.value["credentialSubject"] == spoilt["credentialSubject"]


def test_names_come_from_the_enrolment_when_they_are_not_stated(folder):
    """Without a ledger at hand there is nothing to read them from."""
    done = call(folder, "import", "official.csv", *PROVIDER, "--out", "a.ndjson")

    assert done.returncode == 1
    assert "[ledger.absent]" in done.stderr


def test_a_workbook_is_written_by_its_name_or_on_request(folder):
    """`--xlsx` for a name that does not say so."""
    assert call(folder, "template", "a.xlsx").returncode == 0
    assert call(folder, "template", "b", "--xlsx").returncode == 0
    assert call(folder, "template", "c.csv").returncode == 0

    assert (folder / "a.xlsx").read_bytes()[:2] == (folder / "b").read_bytes()[:2] == b"PK"
    assert (folder / "c.csv").read_bytes().startswith(b"\xef\xbb\xbf")
