"""recall, audit, status and admitted as they are typed: by the operator and by an auditor."""

from __future__ import annotations

import csv
import json
import sys

import pytest
from ledger_world import GovernedWorld
from suyuan_ledger.cli.app import main
from suyuan_ledger.export.bundle import export_bundle
from suyuan_ledger.export.trust import export_trust
from suyuan_ledger.keys.environment import format_secret


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A home with an admitted factor, a status list and a mirror; keys in the environment."""
    home = tmp_path / "home"
    home.mkdir()
    world = GovernedWorld(home / "ledger.sqlite").begin()
    world.home, world.mirror = home, tmp_path / "mirror"
    world.factor, world.admitted = world.admit(3)
    world.ledger.publish_status(world.publisher.signer)
    world.ledger.mirror(world.mirror)
    monkeypatch.setenv("SUYUAN_LOG_KEY", "env:LOG_KEY")
    monkeypatch.setenv("LOG_KEY", format_secret(b"\x10" * 32))
    monkeypatch.setenv("PUBLISHER_KEY", format_secret((13).to_bytes(32, "big")))
    monkeypatch.delenv("SUYUAN_LANG", raising=False)
    yield world
    world.ledger.close()


@pytest.fixture
def suyuan(monkeypatch, capsys):
    """Run a command; return (exit code, standard output, standard error)."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["suyuan", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code
        return (code, *capsys.readouterr())

    return run


def listed(out):
    return [row["index"] for row in json.loads(out)["restOnIt"]]


def test_recall_by_every_name_gives_the_same_list_from_home_and_mirror(world, suyuan):
    index = world.ledger.record(world.factor).index
    by_home = [
        listed(suyuan("recall", name, "--home", world.home, "--json")[1])
        for name in (index, f"sha256:{world.factor.hex()}", "EXAMPLE-3")
    ]
    by_mirror = [
        listed(
            suyuan("recall", name, "--mirror", world.mirror, "--vkey", world.ledger.vkey, "--json")[
                1
            ]
        )
        for name in (index, f"sha256:{world.factor.hex()}")
    ]
    # a check, three reviews, a verification, and the admission that rests on them
    assert by_home + by_mirror == [list(range(index + 1, index + 7))] * 5


def test_recall_by_registry_number_needs_no_ledger(world, suyuan):
    admission = world.ledger.record(world.admitted)
    for source in (["--home", world.home], ["--mirror", world.mirror, "--vkey", world.ledger.vkey]):
        code, out, _ = suyuan("recall", "EX-0003", *source, "--json")
        assert code == 0
        assert [row["index"] for row in json.loads(out)["records"]] == [admission.index]


def test_recall_in_chinese(world, suyuan):
    code, out, _ = suyuan("recall", "EX-0003", "--home", world.home, "--lang", "zh")

    assert code == 0
    assert "0 条记录依据它" in out


def test_recall_of_nothing_and_of_a_stranger_s_mirror(world, suyuan):
    """No list is printed: not for what is not there, not without a key, not with another key."""
    code, out, err = suyuan("recall", "EX-9999", "--home", world.home)
    assert (code, out) == (1, "")
    assert "[recall.unknown]" in err
    code, out, err = suyuan("recall", "0", "--mirror", world.mirror)
    assert (code, out) == (1, "")
    assert "[public.key]" in err
    other = world.ledger.vkey.replace("suyuan-test", "another")
    code, out, err = suyuan("recall", "0", "--mirror", world.mirror, "--vkey", other)
    assert (code, out) == (1, "")


def test_a_trust_policy_names_key_and_roots(world, suyuan, tmp_path):
    trust = tmp_path / "trust.json"
    trust.write_bytes(export_trust(world.ledger, [], []))
    code, out, _ = suyuan("audit", "--mirror", world.mirror, "--trust", trust, "--json")
    report = json.loads(out)

    assert (code, report["findings"]) == (0, [])
    assert "audit.roots" not in [row["code"] for row in report["unknown"]]
    trust.write_text("{}", encoding="utf-8")
    code, _, err = suyuan("audit", "--mirror", world.mirror, "--trust", trust)
    assert code == 1
    assert "[public.policy]" in err


def test_a_trust_policy_for_other_sizes_names_no_key(world, suyuan, tmp_path):
    policy = json.loads(export_trust(world.ledger, [], []))
    policy["log"]["keys"][0]["untilSize"] = 3
    trust = tmp_path / "trust.json"
    trust.write_text(json.dumps(policy), encoding="utf-8")

    code, _, err = suyuan("audit", "--mirror", world.mirror, "--trust", trust)
    assert code == 1
    assert "[public.key]" in err


def test_audit_of_an_honest_log_from_home_and_mirror(world, suyuan):
    mirror = ["--mirror", world.mirror, "--vkey", world.ledger.vkey]
    for arguments in (
        ["audit", "--home", world.home],
        ["audit", *mirror, "--root", world.root.did],
        ["audit", "status", "--home", world.home],
        ["audit", "status", *mirror],
        ["audit", "checks", "--home", world.home],
    ):
        code, out, _ = suyuan(*arguments)
        assert (code, out.splitlines()[-1]) == (0, "nothing is wrong"), out


def test_audit_with_findings_exits_with_one(world, suyuan):
    """A public body was removed from the mirror."""
    next(world.mirror.glob("record/*.json")).unlink()
    arguments = ["audit", "--mirror", world.mirror, "--vkey", world.ledger.vkey]
    code, out, _ = suyuan(*arguments, "--json")

    assert code == 1
    assert json.loads(out)["findings"][0]["code"] == "audit.body_missing"
    code, out, _ = suyuan(*arguments)
    assert code == 1
    assert "[audit.body_missing]" in out


def test_status_is_published_once_and_shown(world, suyuan):
    publish = ["status", "publish", "--key", "env:PUBLISHER_KEY", "--home", world.home, "--json"]
    world.ledger.submit(world.event("FactorWithdrawal", world.admitted))
    first, second = (json.loads(suyuan(*publish)[1]) for _ in range(2))

    assert (first["published"], first["reason"]) == (True, "changed")
    assert second == {"published": False, "asOfTreeSize": first["asOfTreeSize"]}
    code, out, _ = suyuan("status", "show", "--home", world.home, "--json")
    shown = json.loads(out)
    assert code == 0
    assert shown["revocation"] == [world.ledger.record(world.admitted).index]


def test_status_of_a_log_without_a_list(suyuan, tmp_path):
    home = tmp_path / "bare"
    home.mkdir()
    GovernedWorld(home / "ledger.sqlite").ledger.close()
    code, _, err = suyuan("status", "show", "--home", home)

    assert code == 1
    assert "[status.no_list]" in err


def test_a_fresher_status_is_written_for_a_file(world, suyuan, tmp_path):
    archived, out = tmp_path / "a.suyuan.json", tmp_path / "status.json"
    archived.write_bytes(export_bundle(world.ledger, world.admitted, None))
    arguments = ["status", "export", archived, "--out", out, "--unanchored", "--home", world.home]

    assert suyuan(*arguments)[0] == 0
    assert json.loads(out.read_bytes())["status"]["lists"] == [world.size - 1]


def test_admitted_as_text_json_and_table(world, suyuan):
    arguments = ["admitted", "--on", "2026-12-31", "--home", world.home]
    _, text, note = suyuan(*arguments)
    assert text.startswith("EX-0003  valid  3.5 tCO2e/TNE")
    assert "as known at size" in note

    answer = json.loads(suyuan(*arguments, "--json")[1])
    assert answer["on"] == "2026-12-31T23:59:59Z"
    assert answer["asOf"]["root"] == world.ledger.root(world.size).hex()
    (row,) = csv.DictReader(suyuan(*arguments, "--format", "csv")[1].splitlines())
    told = answer["admitted"][0]
    assert {name: "" if value is None else str(value) for name, value in told.items()} == row


def test_admitted_leaves_out_what_ended_unless_asked(world, suyuan):
    world.ledger.submit(world.event("FactorWithdrawal", world.admitted))
    arguments = ["admitted", "--on", "2026-12-31", "--home", world.home]

    assert suyuan(*arguments)[1] == ""
    assert "withdrawn" in suyuan(*arguments, "--all")[1]
    assert "valid" in suyuan(*arguments, "--as-of", world.size - 1)[1]


@pytest.mark.parametrize("on", ["yesterday", "2026-02-30", "2026-1-1", "2026-01-01T24:00:00Z"])
def test_admitted_on_a_day_that_does_not_exist(world, suyuan, on):
    code, _, err = suyuan("admitted", "--on", on, "--home", world.home)

    assert code == 1
    assert "[log.time]" in err


def test_a_revocation_that_reaches_back_is_told_by_every_command(world, suyuan, monkeypatch):
    """Recall of the revocation, admitted and audit; in both languages, and as JSON and CSV."""
    expert = world.experts[0]
    raw = world.revocation(world.enrolments[expert.did], reason="compromised", from_index=0)
    revocation = world.ledger.submit(raw).index
    world.ledger.mirror(world.mirror)
    admission = world.ledger.record(world.admitted).index
    sources = (
        ("--home", world.home),
        ("--mirror", world.mirror, "--vkey", world.ledger.vkey),
    )
    for source in sources:
        code, out, _ = suyuan("recall", revocation, *source, "--json")
        report = json.loads(out)
        assert code == 0
        assert report["admissions"] == [admission]
        assert [row["issuer"] for row in report["void"]] == [expert.did]
        out = suyuan("recall", revocation, *source, "--lang", "zh")[1]
        assert "因此失效的入库：1 条" in out

    admitted = ("admitted", "--on", "2030-01-01", "--home", world.home)
    (row,) = json.loads(suyuan(*admitted, "--json")[1])["admitted"]
    assert (row["state"], row["revocation"]) == ("void", revocation)
    (row,) = csv.DictReader(suyuan(*admitted, "--format", "csv")[1].splitlines())
    assert (row["state"], row["voidRecordKind"]) == ("void", "ExpertReview")
    out = suyuan(*admitted, "--as-of", revocation)[1]
    assert "void" not in out
    assert f"void by the revocation at {revocation}" in suyuan(*admitted)[1]
    code, out, _ = suyuan("audit", "--home", world.home)
    assert code == 0
    assert "[audit.void]" in out
    monkeypatch.setenv("SUYUAN_LANG", "zh")
    assert "失效" in suyuan(*admitted)[1]
    assert "待处理" in suyuan("audit", "--home", world.home)[1]
