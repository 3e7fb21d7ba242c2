"""Evidence files against the digests and sizes in the submission."""

from __future__ import annotations

import pytest
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.traceability.evidence import check_files, digest_bytes, read_evidence
from traceability_cases import sound

FILE = digest_bytes("meter.txt", b"abc")
OTHER = digest_bytes("other.txt", b"abd")


def item(file, **changes):
    """An item of evidence for a file."""
    return {**sound()["evidence"][0], "digestSRI": file.digest, "size": file.size, **changes}


def test_digest_is_that_of_the_example():
    assert FILE.digest == sound()["evidence"][0]["digestSRI"]


@pytest.mark.parametrize(
    ("items", "files", "finding"),
    [
        ([item(FILE)], [FILE], ("pass", None, None)),
        ([item(FILE)], [FILE, OTHER], ("pass", None, None)),
        ([item(FILE)], None, ("notEvaluated", "no files given", None)),
        ([item(FILE), item(OTHER)], [FILE], ("notEvaluated", "1 of 2 items have no file", None)),
        ([item(FILE), item(OTHER)], [], ("notEvaluated", "2 of 2 items have no file", None)),
        ([item(FILE, size=4)], [FILE], ("fail", "3 bytes", "/evidence/0/size 4")),
        (
            [item(FILE)],
            [OTHER],
            (
                "fail",
                "1 files that the submission does not name",
                "files of the 1 items that have none",
            ),
        ),
    ],
)
def test_rule(items, files, finding):
    """A changed file stands in the place of the one that is missing."""
    assert check_files({"evidence": items}, files) == finding


def test_no_evidence_needs_no_files():
    assert check_files({}, [FILE]).outcome == "notApplicable"


def test_folder_is_read_by_name_without_hidden_files_and_folders(tmp_path):
    (tmp_path / "b.txt").write_bytes(b"abc")
    (tmp_path / "a\u202e.txt").write_bytes(b"abd")
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "inside").mkdir()

    found = read_evidence(tmp_path)

    assert [file.name for file in found] == ["a\\u202e.txt", "b.txt"]
    assert found[1].as_member() == {"name": "b.txt", "digestSRI": FILE.digest}
    assert found[1].size == 3


def test_more_files_than_a_check_can_name(tmp_path):
    for number in range(64):
        (tmp_path / f"{number}").write_bytes(b"")

    with pytest.raises(RefusedError, match=r"trace\.inputs"):
        read_evidence(tmp_path)


def test_folder_that_is_none(tmp_path):
    with pytest.raises(RefusedError, match=r"file\.read"):
        read_evidence(tmp_path / "absent")
