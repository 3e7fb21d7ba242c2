"""`suyuan export` as it is typed: each view into a file, and what is refused."""

from __future__ import annotations

import json
import sys
import zipfile

import exchange_cases as cases
import pytest
from footprint_story import certified_story
from joserfc import jws
from joserfc.jwk import OKPKey
from signed_records import sha256
from simulator import jcs
from suyuan_ledger.cli.app import main
from suyuan_ledger.exchange.pact import PactFacts, write_pact
from suyuan_ledger.keys.environment import format_secret

CENTURY = 3_155_760_000
"""Seconds: the commands look at the clock, and these bundles do not grow old."""


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A folder with the bundle of a filing, the policy, and the keys in the environment."""
    # A filing has no end of its validity, which a certificate has: the clock would reach it.
    bundle, policy = certified_story().export("filing", maxAnchorAge=CENTURY, maxStatusAge=CENTURY)
    (tmp_path / "b.suyuan.json").write_bytes(jcs(bundle))
    (tmp_path / "trust.json").write_bytes(jcs(policy))
    for label in ("producer", "certifier"):
        monkeypatch.setenv(f"{label.upper()}_KEY", format_secret(sha256(label.encode())))
    monkeypatch.delenv("SUYUAN_LANG", raising=False)
    monkeypatch.delenv("SUYUAN_ISSUER", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def suyuan(monkeypatch, capsys):
    """Run `suyuan export`; return (exit code, standard output, standard error)."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["suyuan", "export", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code
        return (code, *capsys.readouterr())

    return run


BUNDLE = ("b.suyuan.json", "--trust", "trust.json")
FACTS = ("--fossil-carbon-content", "0.25", "--standard", "PACT-3.0", "--standard", "ISO14067")
PASSPORT = ("untp-dpp", *BUNDLE, "--key", "env:PRODUCER_KEY")


def test_pact(files, suyuan):
    code, out, err = suyuan("pact", *BUNDLE, *FACTS, "-o", "view.json", "--json")
    assert (code, json.loads(out)["view"]) == (0, "view.json")
    assert "suyuan-verify b.suyuan.json --trust trust.json --view view.json" in err
    held = cases.dossier(certified_story(), "filing")
    facts = PactFacts.read("0.25", ["ISO14067", "PACT-3.0"])
    assert (files / "view.json").read_bytes() == write_pact(held, facts)


def test_untp_with_the_did_document_that_goes_with_it(files, suyuan):
    for view, role in (("untp-dpp", "producer"), ("untp-dcc", "certifier")):
        issuer, key = f"did:web:{role}.example", f"env:{role.upper()}_KEY"
        ask = ("--key", key, "--issuer", issuer)
        assert suyuan(view, *BUNDLE, *ask, "-o", f"{view}.jwt")[0] == 0
        assert suyuan("did", *ask, "-o", f"{role}.did.json")[0] == 0
        document = json.loads((files / f"{role}.did.json").read_text("utf-8"))
        jwk = OKPKey.import_key(document["verificationMethod"][0]["publicKeyJwk"])
        token = (files / f"{view}.jwt").read_bytes()
        with pytest.warns(match="RFC 9864"):
            signature = jws.deserialize_compact(token, jwk, algorithms=["EdDSA"])
        assert json.loads(signature.payload)["issuer"]["id"] == issuer
        assert signature.headers()["kid"] == document["assertionMethod"][0]


def test_the_issuer_comes_from_the_environment_too(files, suyuan, monkeypatch):
    monkeypatch.setenv("SUYUAN_ISSUER", "did:web:producer.example")
    assert suyuan(*PASSPORT, "-o", "p.jwt")[0] == 0
    assert (files / "p.jwt").read_bytes().startswith(b"eyJ")


def test_tables_and_archive(files, suyuan):
    for view in ("openlca", "items-csv", "factors-csv"):
        assert suyuan(view, *BUNDLE, "-o", view)[0] == 0
    assert zipfile.is_zipfile(files / "openlca")
    assert (files / "items-csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (files / "factors-csv").read_text("utf-8-sig").count("factors-csv@v1") == 2


def test_cbam(files, suyuan):
    bundle, policy = cases.cbam_story().export("cbam", maxAnchorAge=CENTURY)
    (files / "c.json").write_bytes(jcs(bundle))
    (files / "p.json").write_bytes(jcs(policy))
    assert suyuan("cbam", "c.json", "--trust", "p.json", "-o", "view.json")[0] == 0
    assert json.loads((files / "view.json").read_text("utf-8"))["series"] == "CBAM"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("pact", *BUNDLE), "export.fact"),
        (("pact", *BUNDLE, "--standard", "ISO14067"), "export.fact"),
        (("cbam", *BUNDLE), "export.subject"),
        ((*PASSPORT, "--issuer", "producer.example"), "export.issuer"),
        (("untp-dcc", *PASSPORT[1:], "--issuer", "did:web:a.example"), "export.key"),
        (("openlca", "absent.json", "--trust", "trust.json"), "file.read"),
    ],
)
def test_what_is_refused_leaves_no_file(files, suyuan, arguments, code):
    status, _, err = suyuan(*arguments, "-o", "view")
    assert status == 1
    assert f"[{code}]" in err
    assert not (files / "view").exists()


def test_an_invalid_bundle_gives_nothing(files, suyuan):
    bundle = json.loads((files / "b.suyuan.json").read_bytes())
    bundle["records"][-1]["credentialSubject"]["filingNumber"] = "EXAMPLE-OTHER"
    (files / "b.suyuan.json").write_bytes(jcs(bundle))
    status, _, err = suyuan("openlca", *BUNDLE, "-o", "view")
    assert (status, (files / "view").exists()) == (1, False)
    assert "[export.bundle]" in err
    assert "sig.invalid" in err


def test_an_undecided_bundle_is_said_to_be_so(files, suyuan, monkeypatch):
    policy = json.loads((files / "trust.json").read_bytes())
    (files / "trust.json").write_bytes(jcs({**policy, "maxAnchorAge": 1}))
    status, _, err = suyuan("items-csv", *BUNDLE, "-o", "view")
    assert status == 0
    assert "the bundle is UNDECIDED: the view is no better" in err
    monkeypatch.setenv("SUYUAN_LANG", "zh")
    assert "证明包为 UNDECIDED" in suyuan("items-csv", *BUNDLE, "-o", "view", "--force")[2]


def test_an_existing_file_is_not_overwritten_unasked(files, suyuan):
    (files / "view").write_text("mine")
    assert "[file.exists]" in suyuan("openlca", *BUNDLE, "-o", "view")[2]
    assert (files / "view").read_text("utf-8") == "mine"
    assert suyuan("openlca", *BUNDLE, "-o", "view", "--force")[0] == 0
