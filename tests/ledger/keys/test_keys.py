"""Keys: encrypted or not at all, never overwritten, never repeated in an error."""

from __future__ import annotations

import base64
import os
import shutil
import stat
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import KeyAccessError, ledger_codes
from suyuan_ledger.keys import (
    MemorySigner,
    create_key_file,
    open_signer,
    passphrase_source,
    register_scheme,
)
from suyuan_ledger.keys.environment import format_secret

PASSPHRASE = "correct horse 电池"
SEED = bytes(range(32))


def passphrase():
    return PASSPHRASE


def no_passphrase():
    pytest.fail("nobody should be asked for a passphrase here")


def refusal(action, *args):
    with pytest.raises(KeyAccessError) as caught:
        action(*args)
    assert caught.value.code in ledger_codes()
    assert PASSPHRASE not in str(caught.value)
    return caught.value.code


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "transcriber.pem"
    create_key_file(path, PASSPHRASE)
    return path


def test_file_round_trip(tmp_path):
    path = tmp_path / "key.pem"
    made = create_key_file(path, PASSPHRASE)
    opened = open_signer(f"file:{path}", passphrase)
    assert (opened.did, opened.public_key) == (made.did, made.public_key)
    Ed25519PublicKey.from_public_bytes(made.public_key).verify(opened.sign(b"message"), b"message")


def test_file_is_private_and_encrypted(key_file):
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    label, first = key_file.read_bytes().splitlines()[:2]
    assert first == b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
    assert label.decode() == open_signer(f"file:{key_file}", passphrase).did


def test_the_passphrase_is_stretched(key_file):
    """The rounds stand in the file as a DER integer, where any reader finds them."""
    body = b"".join(key_file.read_bytes().splitlines()[2:-1])
    assert b"\x02\x03" + (600_000).to_bytes(3, "big") in base64.b64decode(body)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
def test_openssl_opens_our_file(key_file):
    command = ["openssl", "pkey", "-in", str(key_file), "-passin", f"pass:{PASSPHRASE}", "-pubout"]
    shown = subprocess.run([*command, "-outform", "DER"], check=True, capture_output=True).stdout
    assert shown[-32:] == open_signer(f"file:{key_file}", passphrase).public_key


def test_key_file_of_another_program(tmp_path):
    """What openssl wrote has no label; it opens all the same."""
    path = tmp_path / "key.pem"
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    path.write_bytes(pem(key, BestAvailableEncryption(PASSPHRASE.encode())))
    assert open_signer(f"file:{path}", passphrase).did == MemorySigner.from_seed(SEED).did


def test_exchanged_label_is_damage(key_file, tmp_path):
    path = tmp_path / "key.pem"
    other = MemorySigner.from_seed(SEED).did.encode()
    path.write_bytes(other + b"\n" + key_file.read_bytes().split(b"\n", 1)[1])
    assert refusal(open_signer, f"file:{path}", passphrase) == "key.damaged"


def test_a_key_is_never_overwritten(key_file):
    before = key_file.read_bytes()
    assert refusal(create_key_file, key_file, PASSPHRASE) == "key.exists"
    assert key_file.read_bytes() == before


def test_a_key_is_never_written_in_the_clear(tmp_path):
    assert refusal(create_key_file, tmp_path / "key.pem", "") == "key.passphrase_empty"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path):
    assert refusal(create_key_file, tmp_path / "no" / "key.pem", PASSPHRASE) == "key.write"
    assert refusal(open_signer, f"file:{tmp_path / 'none.pem'}", passphrase) == "key.read"


def test_full_disk_leaves_no_half_key(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert refusal(create_key_file, tmp_path / "key.pem", PASSPHRASE) == "key.write"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", ["", "correct horse", PASSPHRASE + " ", "x" * 2000])
def test_wrong_passphrase(key_file, wrong):
    assert refusal(open_signer, f"file:{key_file}", lambda: wrong) == "key.passphrase"


def pem(key, encryption):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def test_unencrypted_key_is_refused_unread(tmp_path):
    path = tmp_path / "key.pem"
    path.write_bytes(pem(Ed25519PrivateKey.generate(), NoEncryption()))
    assert refusal(open_signer, f"file:{path}", no_passphrase) == "key.unencrypted"


def test_other_key_types_are_refused(tmp_path):
    path = tmp_path / "key.pem"
    locked = BestAvailableEncryption(PASSPHRASE.encode())
    path.write_bytes(pem(ec.generate_private_key(ec.SECP256R1()), locked))
    assert refusal(open_signer, f"file:{path}", passphrase) == "key.type"


@pytest.mark.parametrize("content", [b"", b"not a key", b"\xff" * 100, b"-----BEGIN " * 2000])
def test_other_files_are_no_keys(tmp_path, content):
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    assert refusal(open_signer, f"file:{path}", no_passphrase) == "key.format"


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_bent_key_file_is_a_key_error(key_file, tmp_path, data):
    content = bytearray(key_file.read_bytes())
    # Within the label, its prefix may vanish: then it is the file of another program.
    place = data.draw(st.integers(content.index(b"\n"), len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "bent.pem"
    path.write_bytes(content)
    try:
        signer = open_signer(f"file:{path}", passphrase)
    except KeyAccessError:
        return
    # A changed line end or padding can leave the key as it was; it never becomes another.
    assert signer.did == open_signer(f"file:{key_file}", passphrase).did


@pytest.mark.parametrize(
    "text",
    [
        base64.urlsafe_b64encode(SEED).rstrip(b"=").decode(),
        format_secret(SEED),
        f" {format_secret(SEED)}\n",
    ],
)
def test_environment_key(monkeypatch, text):
    monkeypatch.setenv("SUYUAN_TEST_KEY", text)
    signer = open_signer("env:SUYUAN_TEST_KEY", no_passphrase)
    assert signer.did == MemorySigner.from_seed(SEED).did


def test_secret_of_the_w3c_example():
    """VC-DI-EDDSA appendix B.1: the secret's multibase form of its seed."""
    text = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
    seed = bytes.fromhex("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6")
    assert format_secret(seed) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "geheim",
        base64.urlsafe_b64encode(SEED).decode(),
        base64.urlsafe_b64encode(SEED).decode()[:42] + "9",
        "+" * 43,
        format_secret(SEED)[:-1],
        format_secret(SEED + b"\0"),
        "z" + "0" * 47,
        "é" * 43,
        SEED.hex(),
    ],
)
def test_environment_that_holds_no_key(monkeypatch, text):
    monkeypatch.setenv("SUYUAN_TEST_KEY", text)
    with pytest.raises(KeyAccessError) as caught:
        open_signer("env:SUYUAN_TEST_KEY", no_passphrase)
    assert caught.value.code == ("key.env_format" if text else "key.env_absent")
    assert not text or text not in str(caught.value)


def test_absent_variable(monkeypatch):
    monkeypatch.delenv("SUYUAN_TEST_KEY", raising=False)
    assert refusal(open_signer, "env:SUYUAN_TEST_KEY", no_passphrase) == "key.env_absent"


@pytest.mark.parametrize("uri", ["", "file:", "key.pem", "hsm:slot-1", "z3u2en7t5LR2WtQH5PfFq"])
def test_unknown_address_is_not_repeated(uri):
    with pytest.raises(KeyAccessError) as caught:
        open_signer(uri, no_passphrase)
    assert caught.value.code == "key.uri"
    assert caught.value.found is None


def test_another_place_can_join():
    register_scheme("test-hsm", lambda rest, _: MemorySigner.from_seed(rest.encode().ljust(32)))
    signer = open_signer("test-hsm:slot-1", no_passphrase)
    assert signer.did == MemorySigner.from_seed(b"slot-1".ljust(32)).did


def test_a_signer_does_not_show_its_key():
    assert repr(MemorySigner.from_seed(SEED)).startswith("MemorySigner(did:key:z6Mk")


def test_passphrase_from_file_before_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SUYUAN_PASSPHRASE", "from the environment")
    path = tmp_path / "passphrase"
    path.write_text(f"{PASSPHRASE}\nsecond line\n", encoding="utf-8")
    assert passphrase_source(path)() == PASSPHRASE
    assert passphrase_source(None)() == "from the environment"


def test_passphrase_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.delenv("SUYUAN_PASSPHRASE", raising=False)
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115, PTH123 - lives as long as stdin
    assert refusal(passphrase_source(None)) == "key.passphrase_absent"
    assert refusal(passphrase_source(tmp_path / "none")) == "key.passphrase_file"
    (tmp_path / "empty").write_text("\nsecond\n")
    assert refusal(passphrase_source(tmp_path / "empty")) == "key.passphrase_empty"
    (tmp_path / "latin").write_bytes(b"\xe9")
    assert refusal(passphrase_source(tmp_path / "latin")) == "key.passphrase_file"
    monkeypatch.setenv("SUYUAN_PASSPHRASE", "")
    assert refusal(passphrase_source(None)) == "key.passphrase_empty"


def test_passphrase_from_the_terminal(monkeypatch):
    monkeypatch.delenv("SUYUAN_PASSPHRASE", raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    answers = iter([PASSPHRASE, PASSPHRASE, PASSPHRASE, "mistyped", ""])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))
    assert passphrase_source(None, confirm=True)() == PASSPHRASE
    assert refusal(passphrase_source(None, confirm=True)) == "key.passphrase_mismatch"
    assert refusal(passphrase_source(None)) == "key.passphrase_empty"
