"""The demo as a user runs it: everything comes out as it must, and nothing is left running."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from suyuan_ledger.demo.offline import network_namespace

BIN = Path(sys.executable).parent
ATTACKS = (
    "workflow.omitted",
    "workflow.independence",
    "workflow.gate",
    "workflow.same_person",
    "status.differs",
    "status.unexplained",
    "sig.invalid",
    "authority.not_root",
    "merkle.root",
    "chain.inconsistent",
    "anchor.not_covered",
    "anchor.contract",
    "anchor.void",
    "footprint.td_quantity",
    "footprint.series",
    "footprint.electricity",
    "record.decimal",
    "footprint.total",
    "footprint.emission",
    "footprint.factor",
    "cbam.link",
    "footprint.certificate_twice",
    "label.quantity",
    "label.value",
    "label.claim",
    "label.validity",
    "disclosure.unmatched",
    "disclosure.twice",
    "label.scanned",
    "view.differs",
)


@pytest.mark.anvil
def test_demo_ends_well(demo):
    """Exit 0, 51 valid bundles, a clean log, and no line that is not as expected."""
    _, done = demo

    assert done.returncode == 0, done.stdout + done.stderr
    assert "51 of 51 bundles are VALID" in done.stdout
    assert "NOT AS EXPECTED" not in done.stdout


@pytest.mark.anvil
def test_every_attack_is_refused_with_its_code(demo):
    """Every attack and the thief's anchor after the recovery, each by the check made for it."""
    _, done = demo

    assert [code for code in ATTACKS if code not in done.stdout] == []


@pytest.mark.anvil
@pytest.mark.parametrize("code", ["workflow.independence", "workflow.gate", "workflow.same_person"])
def test_the_verifier_refuses_what_the_door_refuses(demo, code):
    """An attack on the rules meets the same code twice: at the door, and offline at step 8."""
    _, done = demo

    assert f"[{code}]" in done.stdout
    assert f"INVALID: step 8 {code}" in done.stdout


@pytest.mark.anvil
@pytest.mark.parametrize(
    "said",
    [
        "INVALID: step 9 footprint.total",
        "INVALID: step 9 footprint.emission, step 9 footprint.factor",
        "INVALID: step 8 label.quantity",
        "INVALID: step 9 disclosure.unmatched",
        "INVALID: step 9 disclosure.twice",
    ],
)
def test_the_verifier_refuses_wrong_figures_that_an_operator_logs(demo, said):
    """Footprints, labels and disclosures are met offline, too."""
    _, done = demo

    assert said in done.stdout


@pytest.mark.anvil
@pytest.mark.parametrize(
    "said",
    [
        # the slip of a unit, found by rule and sent back with a proposal
        "unit.magnitude (warning): 12 kgCO2e/KWH; expected 0.001 to 2 kgCO2e/KWH",
        "likely gCO2e/KWH or kgCO2e/MWH",
        "the checker returns it",
        "submitted anew as version 2: 0.0120 kgCO2e/KWH (illustrative)",
        # the dissent, in the report of the verifier
        "Example institute B (fictional) [workflow.dissent]",
        # the recall list and the statement that it is complete
        "7 records rest on it:",
        "Complete: these are all records that rest on it",
        # two revocations: one leaves the past alone, one reaches back
        "Example institute C (fictional): ceased",
        "Example institute D (fictional): compromised",
        # a list grown too old decides nothing
        "the status list is older than the policy allows: 172801 s [status.stale]",
    ],
)
def test_demo_tells_what_became_of_the_factors(demo, said):
    _, done = demo

    assert said in done.stdout


@pytest.mark.anvil
@pytest.mark.parametrize(
    "said",
    [
        "7 of 7 traceability checks pass; each factor says illustrative",
        "Aluminium ingot for remelting (example): 10 lines, 5 of them sealed, 6721.426 kgCO2e",
        "stated as 6.72 tCO2e/TNE, illustrative",
        "Ammonium phosphate (example): 6 lines, 0 of them sealed, 828.226 kgCO2e",
        "stated as 828 kgCO2e/TNE, illustrative",
        "3300 KWH × 0.5777 kgCO2e/KWH = 1906.41 kgCO2e",
        "the rest was recomputed: 7 of 10 [footprint.partial]",
        "signature only, never VALID",
        # the correction of one factor, followed to both labels
        "DEMO-LABEL-AL-1: 6.72 -> 6.72; DEMO-LABEL-P-1: 828 -> 836",
        "[status.suspended]",
    ],
)
def test_demo_tells_what_became_of_the_labels(demo, said):
    """From the table to the recall."""
    _, done = demo

    assert said in done.stdout


@pytest.mark.anvil
def test_a_label_is_recomputed_from_its_bundle_alone(demo):
    """All ten lines with the smelter's disclosures, and everything in it says illustrative."""
    folder, _ = demo
    path = folder / "labels" / "aluminium.suyuan.json"
    report = _report(folder, "labels/aluminium.suyuan.json")
    label = report["subjects"][0]["record"]
    bundle = json.loads(path.read_bytes())

    assert report["exitCode"] == 0
    assert (label["kind"], label["claim"]["dataStatus"]) == ("LabelIssuance", "illustrative")
    assert label["claim"]["displayed"]["value"] == "6.72"
    assert len(bundle["disclosures"]) == 5
    # What the issue asks for: all proofs included.
    assert path.stat().st_size < 2500 * len(bundle["records"])


@pytest.mark.anvil
def test_another_importer_decides_by_its_own_policy_about_sealed_lines(demo):
    """The same file is UNDECIDED under one policy and VALID under the other."""
    folder, _ = demo
    path = str(folder / "labels" / "aluminium-partial.suyuan.json")
    never = _report(folder, "labels/aluminium-partial.suyuan.json")
    done = _run("suyuan-verify", path, "--trust", str(folder / "trust-sealed.json"))

    assert never["exitCode"] == 4
    assert "footprint.partial" in _codes(never)
    assert (done.returncode, "7 / 10" in done.stdout) == (0, True)


@pytest.mark.anvil
@pytest.mark.parametrize(
    ("product", "exit_code", "code"),
    [("phosphate", 1, "status.suspended"), ("aluminium", 0, "status.no_new_use")],
)
def test_archived_labels_get_to_know_what_happened(demo, product, exit_code, code):
    """One was suspended; the other rests on a factor that was corrected since."""
    folder, _ = demo
    status = str(folder / "labels" / f"{product}.status.json")
    then = _report(folder, f"labels/{product}.suyuan.json")
    now = _report(folder, f"labels/{product}.suyuan.json", "--status", status)

    assert then["exitCode"] == 0
    assert (now["exitCode"], code in _codes(now)) == (exit_code, True)


@pytest.mark.anvil
@pytest.mark.parametrize(
    "suffix",
    ["pact.json", "passport.jwt", "conformity.jwt", "items.csv", "factors.csv", "openlca.zip"],
)
def test_views_of_the_label_say_what_its_bundle_says(demo, suffix):
    """Compared again by the verifier's command; one byte less and they do not."""
    folder, _ = demo
    view = folder / "labels" / f"aluminium.{suffix}"
    good = _report(folder, "labels/aluminium.suyuan.json", "--view", str(view))
    cut = folder / "labels" / f"cut.{suffix}"
    cut.write_bytes(view.read_bytes()[:-1])
    bad = _report(folder, "labels/aluminium.suyuan.json", "--view", str(cut))

    assert (good["exitCode"], "view.valid" in _codes(good)) == (0, True)
    assert bad["exitCode"] != 0


@pytest.mark.anvil
def test_what_is_printed_of_the_labels_is_left_behind(demo):
    """Artwork, codes, one page in each language; certificates where there is a Chinese font."""
    folder, done = demo
    found = {path.name for path in (folder / "labels").iterdir()}

    for product in ("aluminium", "phosphate"):
        printed = f"{product}.pdf" in found
        assert printed != (f"{product}: no certificate: " in done.stdout)
        assert {f"{product}.svg", f"{product}.code.svg", f"{product}.code.txt"} <= found
    assert {"aluminium.en.html", "aluminium.zh.html", "phosphate.en.html"} <= found


@pytest.mark.anvil
def test_the_label_code_is_never_valid_by_itself(demo):
    """Exit code 4, and the value it shows."""
    folder, _ = demo
    done = _run("suyuan-verify", "--code", str(folder / "labels" / "aluminium.code.txt"))

    assert done.returncode == 4
    assert "6.72" in done.stdout


@pytest.mark.anvil
def test_the_verification_had_no_network(demo):
    """Where the machine allows an empty network namespace, the verifier ran in one."""
    _, done = demo

    expected = "unshare --net + socket guard" if network_namespace() else "socket guard"
    assert expected in done.stdout


@pytest.mark.anvil
def test_nothing_of_the_demo_keeps_running(demo):
    """No anvil survives its demo."""
    folder, _ = demo
    lines = [
        path.read_bytes()
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if path.exists() and str(folder).encode() in _read(path)
    ]

    assert lines == []


@pytest.mark.anvil
def test_report_of_a_demo_bundle_as_json(demo):
    """A script gets the factor, its reviews, the trust basis and the policy from one object."""
    folder, _ = demo
    report = _report(folder, "bundles/CN-GRID-CO2-2023-YN.suyuan.json")
    subject = report["subjects"][0]
    opinions = [opinion["kind"] for opinion in subject["record"]["basedOn"]]
    people = {opinion["issuer"]["name"] for opinion in subject["record"]["basedOn"]}

    assert (report["exitCode"], report["verdict"]) == (0, "VALID")
    assert report["trust"]["requiredSteps"] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert subject["record"]["factor"]["claim"]["value"] == "0.1333"
    assert opinions == ["TraceabilityCheck", *["ExpertReview"] * 3, "AuthorityVerification"]
    assert len(people) == len(opinions)
    assert subject["trustBasis"]["basis"] == "pinned"


@pytest.mark.anvil
def test_the_provincial_factor_says_that_it_is_illustrative(demo):
    """The new factor is admitted with its objection, and nobody can take it for official."""
    folder, _ = demo
    report = _report(folder, "cases/dissent-kept.suyuan.json")
    record = report["subjects"][0]["record"]
    outcomes = [opinion["outcome"] for opinion in record["basedOn"]]

    assert report["verdict"] == "VALID"
    assert record["factor"]["claim"]["dataStatus"] == "illustrative"
    assert record["factor"]["claim"]["factorVersion"] == "2"
    assert outcomes == ["pass", "accept", "accept", "accept", "reject", "verified"]


@pytest.mark.anvil
@pytest.mark.parametrize(
    ("case", "exit_code", "code"),
    [
        ("withdrawn", 1, "status.revoked"),
        ("voided", 1, "authority.revoked"),
        ("corrected", 0, "status.no_new_use"),
        ("dissent-kept", 0, "status.enrolment_revoked"),
    ],
)
def test_archived_bundles_get_to_know_what_happened(demo, case, exit_code, code):
    """Alone each is good as of its own list; beside the fresher status it says what came since."""
    folder, _ = demo
    path = f"cases/{case}.suyuan.json"
    then = _report(folder, path)
    now = _report(folder, path, "--status", str(folder / "cases" / f"{case}.status.json"))

    assert then["exitCode"] == 0
    assert code not in _codes(then)
    assert now["exitCode"] == exit_code
    assert code in _codes(now)


@pytest.mark.anvil
def test_a_thiefs_review_makes_the_admission_void_and_no_earlier_one(demo):
    """What the stolen key signed before the theft still counts; only its later review is void."""
    folder, _ = demo
    status = str(folder / "cases" / "voided.status.json")
    report = _report(folder, "cases/voided.suyuan.json", "--status", status)
    void = [check for check in report["subjects"][0]["checks"] if check["outcome"] == "fail"]
    reviews = [
        opinion["contentDigest"]
        for opinion in report["subjects"][0]["record"]["basedOn"]
        if opinion["issuer"]["name"] == "Example institute D (fictional)"
    ]

    assert [(check["step"], check["record"]) for check in void] == [(4, reviews[0])]


@pytest.mark.anvil
@pytest.mark.parametrize("what", [[], ["status"], ["checks"]], ids=["log", "status", "checks"])
def test_an_auditor_finds_nothing_wrong_with_the_demo(demo, what):
    """Stolen keys, refused attacks and all: the log that is left behind is in order."""
    folder, _ = demo
    done = _run("suyuan", "audit", *what, "--home", str(folder))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing is wrong" in done.stdout


@pytest.mark.anvil
def test_the_work_that_is_left_waits_in_the_inbox(demo):
    """One invented product was submitted and looked at by nobody: it waits for the checker."""
    folder, _ = demo
    keys = folder / "keys"
    done = _run(
        "suyuan",
        "inbox",
        "--key",
        f"file:{keys / 'checker.pem'}",
        "--passphrase-file",
        str(keys / "passphrase"),
        "--home",
        str(folder),
        "--json",
    )
    items = json.loads(done.stdout)["items"]

    assert [(item["task"], item["factorCode"]) for item in items] == [
        ("check", "EXAMPLE-PRODUCT-5")
    ]


@pytest.mark.anvil
def test_what_it_proposes_to_try_next_works(demo):
    """Each command of the last step runs as printed; only what was withdrawn or void is INVALID.

    A label's code by itself is never more than undecided.
    """
    _, done = demo
    proposed = [
        line.strip().split()
        for line in done.stdout.rpartition("What to try next")[2].splitlines()
        if line.strip().startswith("suyuan")
    ]
    ended = {" ".join(command): _run(*command).returncode for command in proposed}

    assert len(ended) > 10
    assert {command for command, code in ended.items() if code == 1} == {
        command for command in ended if "withdrawn" in command or "voided" in command
    }
    assert {command for command, code in ended.items() if code == 4} == {
        command for command in ended if "--code" in command
    }
    assert set(ended.values()) == {0, 1, 4}


def test_demo_never_empties_a_folder_of_somebody_else(tmp_path):
    """A folder with foreign files is refused and left as it is."""
    mine = tmp_path / "precious.txt"
    mine.write_text("mine", encoding="utf-8")
    done = _run("suyuan", "demo", "--dir", str(tmp_path))

    assert done.returncode == 1
    assert "demo.folder" in done.stderr
    assert mine.read_text(encoding="utf-8") == "mine"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _report(folder: Path, bundle: str, *options: str) -> dict:
    """What `suyuan-verify` says of a file that the demo left behind."""
    trust = str(folder / "trust.json")
    path = str(folder / bundle)
    done = _run("suyuan-verify", path, "--trust", trust, "--format", "json", *options)
    return json.loads(done.stdout)


def _codes(report: dict) -> set[str]:
    return {check["code"] for check in report["subjects"][0]["checks"]}


def _run(command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / command), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SUYUAN_LANG": "en"},
    )
