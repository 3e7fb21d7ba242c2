"""Keys open with the right passphrase only, and never show themselves."""

from __future__ import annotations

import json
import stat

import pytest
from eth_account import Account
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from suyuan_ledger.anchor.keystore import GROUP_ORDER, create_keystore, open_chain_key
from suyuan_ledger.errors import KeyAccessError

SECRET = "0x" + "46" * 32
ADDRESS = Account.from_key(SECRET).address.lower()


def refused(code):
    return pytest.raises(
        KeyAccessError,
        check=lambda error: error.code == code and not error.text("zh").startswith("chain_key"),
    )


@pytest.fixture(scope="module")
def keystore(tmp_path_factory):
    """A real V3 file; few rounds, because the tests open it often."""
    path = tmp_path_factory.mktemp("keys") / "hot.json"
    path.write_text(json.dumps(Account.encrypt(SECRET, "right", kdf="pbkdf2", iterations=10)))
    return path


def test_the_right_passphrase_opens_the_key(keystore):
    assert open_chain_key(f"file:{keystore}", lambda: "right").address == ADDRESS


@pytest.mark.parametrize("wrong", ["wrong", "", "right ", "Right", "口令"])
def test_a_wrong_passphrase_is_named(keystore, wrong):
    with refused("chain_key.passphrase") as caught:
        open_chain_key(f"file:{keystore}", lambda: wrong)
    assert caught.value.pointer == "hot.json"
    assert caught.value.__cause__ is None


def test_a_new_key_is_encrypted_private_and_never_overwritten(tmp_path):
    path = tmp_path / "new.json"
    made = create_keystore(path, "a passphrase")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["crypto"]["kdf"] == "scrypt"
    assert open_chain_key(f"file:{path}", lambda: "a passphrase").address == made.address
    before = path.read_bytes()
    with refused("chain_key.exists"):
        create_keystore(path, "another")
    assert path.read_bytes() == before


def test_a_key_without_a_passphrase_is_not_made(tmp_path):
    with refused("chain_key.passphrase"):
        create_keystore(tmp_path / "new.json", "")
    assert not (tmp_path / "new.json").exists()


def test_public_keystore_vectors_open(vectors_dir, tmp_path):
    """Every case of ethereum/tests, KeyStoreTests/basic_tests.json."""
    cases = json.loads((vectors_dir / "evm" / "KeyStoreTests-basic_tests.json").read_text())
    for name, case in cases.items():
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(case["json"]))
        key = open_chain_key(f"file:{path}", lambda case=case: case["password"])
        assert key.address == Account.from_key(case["priv"]).address.lower(), name
    assert len(cases) >= 5


@pytest.mark.parametrize(
    "text", [SECRET, SECRET[2:], SECRET.upper().replace("0X", "0x"), f" {SECRET}\n"]
)
def test_a_key_from_the_environment(text):
    assert open_chain_key("env:HOT", str, {"HOT": text}).address == ADDRESS


@pytest.mark.parametrize(
    "text",
    ["", "0x", "46" * 31, "46" * 33, "zz" * 32, "00" * 32, f"{GROUP_ORDER:064x}", "ff" * 32],
)
def test_what_is_no_key_in_the_environment_is_refused_without_repeating_it(text):
    with refused("chain_key.secret") as caught:
        open_chain_key("env:HOT", str, {"HOT": text})
    assert not text or text not in str(caught.value)


def test_an_unset_variable_is_named():
    with refused("chain_key.secret") as caught:
        open_chain_key("env:HOT", str, {})
    assert (caught.value.pointer, caught.value.found) == ("HOT", "not set")


@pytest.mark.parametrize("uri", ["", "env:", "file:", "0x" + "46" * 32, "vault:key", "46" * 32])
def test_a_place_that_is_not_understood_is_refused_without_repeating_a_secret(uri):
    with refused("chain_key.uri") as caught:
        open_chain_key(uri, str, {})
    assert "4646464646" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with refused("chain_key.file") as caught:
        open_chain_key(f"file:{tmp_path}/none.json", str)
    assert caught.value.pointer == "none.json"


def test_a_file_whose_address_is_another_keys_is_refused(keystore, tmp_path):
    document = json.loads(keystore.read_text())
    document["address"] = "11" * 20
    path = tmp_path / "swapped.json"
    path.write_text(json.dumps(document))
    with refused("chain_key.keystore"):
        open_chain_key(f"file:{path}", lambda: "right")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"version":1}', b"\xff", b"[" * 60_000])
def test_what_is_no_keystore_is_refused(tmp_path, content):
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    with refused("chain_key.keystore"):
        open_chain_key(f"file:{path}", lambda: "right")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.sampled_from(
        [
            "crypto",
            "cipher",
            "ciphertext",
            "cipherparams",
            "iv",
            "kdf",
            "kdfparams",
            "mac",
            "c",
            "salt",
            "dklen",
            "prf",
            "version",
            "id",
            "address",
        ]
    ),
    value=JSON,
)
def test_only_our_own_error_leaves_a_keystore(tmp_path, keystore, place, value):
    """Any member replaced by anything either still opens the key or is one of our errors."""
    document = json.loads(keystore.read_text())

    def put(node):
        if isinstance(node, dict):
            for name in node:
                if name == place:
                    node[name] = value
                else:
                    put(node[name])

    put(document)
    path = tmp_path / "mutated.json"
    path.write_text(json.dumps(document))
    try:
        address, code = open_chain_key(f"file:{path}", lambda: "right").address, ""
    except KeyAccessError as error:
        address, code = ADDRESS, error.code
    assert address == ADDRESS
    assert code in {"", "chain_key.keystore", "chain_key.passphrase"}


def test_a_key_never_shows_its_secret(keystore):
    key = open_chain_key(f"file:{keystore}", lambda: "right")
    assert "46464646" not in f"{key!r} {key} {vars(key)!r}"


def test_a_transaction_without_a_chain_id_is_not_signed(keystore):
    key = open_chain_key(f"file:{keystore}", lambda: "right")
    with refused("chain_key.chain_id"):
        key.sign({"nonce": 0, "to": ADDRESS, "value": 0, "gas": 21000, "gasPrice": 0})


def test_a_legacy_transaction_names_its_chain(keystore):
    """EIP-155: another chain id gives another transaction; anvil itself would take either."""
    key = open_chain_key(f"file:{keystore}", lambda: "right")
    base = {"nonce": 0, "to": ADDRESS, "value": 0, "gas": 21000, "gasPrice": 0}
    one, two = (key.sign({**base, "chainId": number}) for number in (1, 2))
    assert one.raw != two.raw
    assert Account.recover_transaction(one.raw).lower() == ADDRESS
