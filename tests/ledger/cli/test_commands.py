"""The `suyuan` command line on bad input and bad days: clear errors, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from suyuan_ledger.anchor.register import register_contract
from suyuan_ledger.keys.passphrase import passphrase_source
from suyuan_ledger.official import official_factors, official_table
from suyuan_ledger.service import Ledger
from suyuan_ledger.store.tables import Contract

SUYUAN = str(Path(sys.executable).with_name("suyuan"))
PASSPHRASE = "only for this test"
ORGANISATION = {
    "registeredId": "91999999MADEM0BB3X",
    "name": "Example transcription desk (fictional)",
    "nameZh": "示例官方数据转录组（虚构）",
    "orgType": "institute",
}


DESK = ["--key", "file:desk.pem"]
ZERO = "0x" + "0" * 40
# Mixed case whose checksum (EIP-55) does not hold.
MISTYPED = "0x" + "aB" * 20


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A home with a log, a root authority's key and an enrolled transcriber's key."""
    tmp_path = tmp_path_factory.mktemp("template")
    root = json.loads(ok(tmp_path, "key", "new", "root.pem", "--json").stdout)
    ok(tmp_path, "init", "--origin", "log.example/test", "--root", root["did"])
    (tmp_path / "desk.json").write_text(json.dumps(ORGANISATION), encoding="utf-8")
    ok(tmp_path, "key", "new", "desk.pem")
    ok(
        tmp_path,
        *["enrol", "request", "desk.json", "--roles", "transcriber"],
        "--key",
        "file:desk.pem",
        "--out",
        "request.json",
    )
    ok(
        tmp_path,
        *["enrol", "grant", "request.json", "--key", "file:root.pem", "--out", "enrolment.json"],
        *["--not-before", "2020-01-01T00:00:00Z", "--not-after", "2099-01-01T00:00:00Z"],
        "--name",
        "Example root",
        "--name-zh",
        "示例根机构",
    )
    ok(tmp_path, "submit", "request.json", "enrolment.json")
    return tmp_path


@pytest.fixture
def home(template, tmp_path):
    """A copy of that home for one test."""
    return Path(shutil.copytree(template, tmp_path / "work"))


def call(folder, *arguments, **environment):
    """Run one command in a folder."""
    return subprocess.run(
        [SUYUAN, *arguments],
        cwd=folder,
        env={**os.environ, "SUYUAN_HOME": "home", "SUYUAN_PASSPHRASE": PASSPHRASE, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def ok(folder, *arguments, **environment):
    """Run one command that must succeed."""
    done = call(folder, *arguments, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def table(*, rows=None, change=None):
    """The official table, cut to some rows, with one text replaced."""
    lines = official_table().decode("utf-8-sig").splitlines()
    text = "\n".join(lines[: 1 + (rows or 51)]) + "\n"
    if change:
        assert change[0] in text
        text = text.replace(*change, 1)
    return text


def test_an_error_is_two_lines_with_a_code_and_never_a_traceback(tmp_path):
    """What happened, then what to do."""
    done = call(tmp_path, "fsck")

    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith("suyuan: error: there is no ledger")
    assert "[ledger.absent]" in done.stderr
    assert "suyuan: hint: " in done.stderr
    assert "Traceback" not in done.stderr


def test_errors_are_shown_in_chinese_on_request(tmp_path):
    """SUYUAN_LANG=zh."""
    assert "该文件夹中没有账本" in call(tmp_path, "fsck", SUYUAN_LANG="zh").stderr


def test_wrong_passphrase_says_so(home):
    """And nothing is logged."""
    done = call(home, "submit", "request.json", SUYUAN_PASSPHRASE="wrong")

    assert done.returncode == 1
    assert "[key.passphrase]" in done.stderr


def test_existing_key_is_never_overwritten(home):
    """A key file is made once."""
    assert "[key.exists]" in call(home, "key", "new", "root.pem").stderr


def test_draft_is_read_before_it_is_signed(home):
    """Draft -> sign -> submit -> show, each step a file that a person can read."""
    (home / "subject.json").write_text(
        json.dumps(official_factors()[0], ensure_ascii=False), encoding="utf-8"
    )
    ok(home, "draft", "FactorSubmission", "subject.json", "--key", "file:desk.pem", "-o", "d.json")
    unsigned = json.loads((home / "d.json").read_text(encoding="utf-8"))
    assert "proof" not in unsigned
    assert unsigned["issuer"]["nameZh"] == ORGANISATION["nameZh"]
    signed = json.loads(
        ok(home, "sign", "d.json", "--key", "file:desk.pem", "-o", "s.json", "--json").stdout
    )
    receipt = json.loads(ok(home, "submit", "s.json", "--json").stdout)
    assert (receipt["index"], receipt["content"]) == (2, signed["content"])
    shown = json.loads(ok(home, "show", signed["content"], "--raw").stdout)
    assert shown["credentialSubject"]["value"] == official_factors()[0]["value"]


def test_another_persons_draft_cannot_be_signed(home):
    """The draft names its issuer; another key refuses to sign it."""
    ok(home, "key", "new", "other.pem")
    (home / "draft.json").write_text(
        json.dumps({"issuer": {"id": "did:key:z6Mkf5rGMoatrSj1f4CyvuHBeXJELe9RPdzo2PKGNCKVtZxP"}}),
        encoding="utf-8",
    )
    done = call(home, "sign", "draft.json", "--key", "file:other.pem", "-o", "out.json")

    assert "[record.issuer]" in done.stderr
    assert not (home / "out.json").exists()


def test_key_that_is_not_enrolled_cannot_draft(home):
    """The names of a record are those of the enrolment; without one there are none."""
    ok(home, "key", "new", "other.pem")
    (home / "subject.json").write_text("{}", encoding="utf-8")
    done = call(
        home, "draft", "FactorSubmission", "subject.json", "--key", "file:other.pem", "-o", "d.json"
    )

    assert "[key.not_enrolled]" in done.stderr


def test_broken_row_among_good_ones_stops_the_import_and_is_named(home):
    """Nothing is imported until the person decides; then the good rows are."""
    (home / "t.csv").write_text(table(rows=5, change=("0.5122", "0.51z2")), encoding="utf-8")
    stopped = call(home, "import", "t.csv", "--key", "file:desk.pem")

    assert stopped.returncode == 1
    assert "row 4, column value" in stopped.stderr
    assert "good rows: 4, rows with problems: 1" in stopped.stderr
    assert "nothing was imported" in stopped.stderr
    assert json.loads(ok(home, "head", "--json").stdout)["size"] == 2

    partial = call(home, "import", "t.csv", "--key", "file:desk.pem", "--partial")
    assert partial.returncode == 1
    assert "4 logged, 0 were logged before, 0 refused" in partial.stderr
    assert json.loads(ok(home, "head", "--json").stdout)["size"] == 6


def test_published_digit_that_was_lost_is_named(home):
    """0.55 where 0.5500 was published, the way a spreadsheet loses digits."""
    (home / "t.csv").write_text(table(rows=5, change=("0.5500", "0.55")), encoding="utf-8")
    done = call(home, "import", "t.csv", "--key", "file:desk.pem", "--dry-run")

    assert done.returncode == 1
    assert "[csv.official_digits]" in done.stderr
    assert "0.5500" in done.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_import_takes_the_encodings_that_offices_use(home, encoding):
    """UTF-8 with or without byte-order mark, and GB18030 from Chinese Excel."""
    (home / "t.csv").write_bytes(table(rows=3).encode(encoding))
    done = ok(home, "import", "t.csv", "--key", "file:desk.pem")

    assert "3 logged, 0 were logged before, 0 refused" in done.stderr


def test_import_made_twice_logs_once(home):
    """The second run submits the same signed bytes."""
    (home / "t.csv").write_text(table(rows=4), encoding="utf-8")
    ok(home, "import", "t.csv", "--key", "file:desk.pem")
    again = ok(home, "import", "t.csv", "--key", "file:desk.pem", "--json")

    assert "0 logged, 4 were logged before, 0 refused" in again.stderr
    assert [json.loads(line)["duplicate"] for line in again.stdout.splitlines()] == [True] * 4


@pytest.mark.slow
def test_killed_import_is_made_again_without_loss_or_double(home):
    """SIGKILL at several moments of an import, then the same import to its end."""
    header, *rows = table().splitlines()
    many = [header]
    for copy in range(30):
        many += [
            row.replace("officialTranscribed", "officialTranscribed").replace(
                "CN-", f"COPY{copy}-CN-", 1
            )
            for row in rows
        ]
    (home / "many.csv").write_text("\n".join(many) + "\n", encoding="utf-8")
    acknowledged: set[str] = set()
    for delay in (0.9, 1.3, 1.8, 2.4):
        acknowledged |= killed_import(home, delay)
    done = call(home, "import", "many.csv", "--key", "file:desk.pem", "--json")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    contents = [result["content"] for result in results if result["ok"]]

    assert acknowledged <= set(contents)
    assert len(contents) == len(set(contents)) == len(rows) * 30
    assert json.loads(ok(home, "head", "--json").stdout)["size"] == 2 + len(rows) * 30
    assert json.loads(ok(home, "fsck", "--json").stdout)["clean"] is True


def killed_import(home, delay):
    """Start the import, kill it, return what it had acknowledged."""
    process = subprocess.Popen(
        [SUYUAN, "import", "many.csv", "--key", "file:desk.pem", "--json"],
        cwd=home,
        env={**os.environ, "SUYUAN_HOME": "home", "SUYUAN_PASSPHRASE": PASSPHRASE},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    output, _ = process.communicate()
    whole = output.decode().rpartition("\n")[0].splitlines()
    return {result["content"] for result in map(json.loads, whole) if result["ok"]}


def test_submit_reads_many_records_from_one_file(home):
    """NDJSON: the good lines stand, the bad one is answered by number."""
    request = (home / "request.json").read_text(encoding="utf-8").strip()
    (home / "three.ndjson").write_text(f"{request}\n{{}}\n{request}\n", encoding="utf-8")
    done = call(home, "submit", "three.ndjson", "--json")
    results = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 1
    assert [result["ok"] for result in results] == [True, False, True]
    assert "record 2:" in done.stderr


def test_proof_file_and_mirror_of_a_small_log(home):
    """What the public log serves, as files."""
    ok(home, "proof", "1", "-o", "one.tlog-proof")
    ok(home, "mirror", "public")

    assert (home / "one.tlog-proof").read_text().startswith("c2sp.org/tlog-proof@v1\nindex 1\n")
    assert (home / "public" / "checkpoint").read_text().startswith("log.example/test\n2\n")


def test_bundle_needs_a_chain_or_says_that_it_waits(home):
    """Without settings for a chain the error names them; --unanchored asks no chain."""
    assert "[chain.settings]" in call(home, "bundle", "0").stderr
    ok(home, "bundle", "1", "--unanchored", "-o", "out")
    bundle = json.loads((home / "out" / "000001-Enrolment.suyuan.json").read_text("utf-8"))

    assert "anchor" not in bundle
    assert len(bundle["records"]) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SUYUAN_CONFIRMATIONS", "many"),
        ("SUYUAN_CHAIN_URL", "node.example:8545"),
        ("SUYUAN_CHAIN_HEADERS", "{secret"),
        ("SUYUAN_CHAIN_HEADERS", '["secret"]'),
        ("SUYUAN_FINALITY_TAG", "latest"),
    ],
)
def test_setting_that_cannot_be_used_is_named(home, name, value):
    """By its name and what it should be, without its value, which may hold a credential."""
    done = call(home, "head", **{name: value})

    assert "[settings.value]" in done.stderr
    assert f"at {name}, expected " in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_that_are_not_text_are_refused(home):
    """As an editor saves them that writes UTF-16."""
    (home / "home" / "suyuan.env").write_bytes("SUYUAN_CHAIN_ID=1".encode("utf-16"))

    assert "suyuan.env, expected a text in UTF-8 [settings.value]" in call(home, "head").stderr


@pytest.mark.parametrize("text", ["sha256:abc", "nonsense", "9999"])
def test_unknown_record_is_a_clear_error(home, text):
    """A wrong digest and a digest or index that is not there."""
    done = call(home, "show", text)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_both_ways_of_asking_for_help_work(tmp_path):
    """Every command knows -h and --help."""
    assert ok(tmp_path, "import", "-h").stdout == ok(tmp_path, "import", "--help").stdout


def test_problems_of_a_table_are_told_in_chinese(home):
    """SUYUAN_LANG=zh: row and column as the Chinese template names them."""
    (home / "t.csv").write_text(table(rows=5, change=("0.5122", "0.51z2")), encoding="utf-8")
    told = call(home, "import", "t.csv", "--key", "file:desk.pem", SUYUAN_LANG="zh_CN").stderr

    assert "位置：第 4 行 因子值 列，应为 十进制数，例如 2.105，实为" in told
    assert "提示：" in told
    assert "正确 4 行，有误 1 行" in told


def test_refused_row_is_named_as_the_table_counts(home):
    """A row that the door refuses stands where the person finds it, not where it was submitted."""
    text = table(rows=3, change=("officialTranscribed", "illustrative"))
    (home / "t.csv").write_text(text.replace("notStated", "AR6", 1), encoding="utf-8")
    done = call(home, "import", "t.csv", "--key", "file:desk.pem")

    assert "t.csv, row 2: " in done.stderr
    assert "2 logged, 0 were logged before, 1 refused" in done.stderr


def test_mended_table_logs_only_what_is_new(home):
    """Import the good rows, mend the bad one, save in another encoding, import the table again."""
    (home / "t.csv").write_text(table(rows=5, change=("0.5122", "0.51z2")), encoding="utf-8")
    call(home, "import", "t.csv", "--key", "file:desk.pem", "--partial")
    (home / "t.csv").write_bytes((table(rows=5) + "\r\n").encode("gb18030"))
    again = ok(home, "import", "t.csv", "--key", "file:desk.pem")

    assert "1 logged, 4 were logged before, 0 refused" in again.stderr
    assert json.loads(ok(home, "head", "--json").stdout)["size"] == 7


def test_foreign_lines_among_the_signed_rows_are_passed_over(home):
    """Whatever else lies in the folder of signed rows, an import neither trusts nor submits it."""
    (home / "home" / "imports").mkdir()
    (home / "home" / "imports" / "0.ndjson").write_bytes(b'\xff\n{}\n[1]\n{"issuer": 1}\n3\n')
    (home / "t.csv").write_text(table(rows=2), encoding="utf-8")

    assert "2 logged" in ok(home, "import", "t.csv", "--key", "file:desk.pem").stderr


def test_full_disk_leaves_no_half_file_behind(home):
    """The next attempt is not told that the file exists already."""
    (home / "t.csv").write_text(table(), encoding="utf-8")
    # In kB: too few for the table, and enough for what the database needs to be read.
    for size, command in ((8, "official o.csv"), (64, "import t.csv --key file:desk.pem")):
        done = subprocess.run(
            ["bash", "-c", f"trap '' XFSZ; ulimit -f {size}; {SUYUAN} {command}"],
            cwd=home,
            env={**os.environ, "SUYUAN_HOME": "home", "SUYUAN_PASSPHRASE": PASSPHRASE},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert "[file.write]" in done.stderr
        assert "Traceback" not in done.stderr
    ok(home, "official", "o.csv")
    ok(home, "import", "t.csv", "--key", "file:desk.pem")
    assert list((home / "home" / "imports").glob("*.new")) == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["init", "--origin", "a b", "--root", "did:key:z", "--home", "new"], "ledger.origin"),
        (["init", "--origin", "a", "--root", "did:key:z", "--home", "desk.json"], "file.write"),
        (["devchain", "--home", "desk.json"], "file.write"),
        (["mirror", "desk.json"], "mirror.write"),
        (["bundle", "1", "--unanchored", "-o", "desk.json"], "file.write"),
        (["bundle", "1", "--all"], "bundle.which"),
        (["upgrade", "--home", "nowhere"], "ledger.absent"),
        (["draft", "X", "desk.json", *DESK, "-o", "d", "--link", "x"], "record.links"),
        (["anchor", "deploy", "--owner-key", "env:X", "--anchorer", "banana"], "chain.address"),
        (["anchor", "rotate", "--owner-key", "env:X", "--anchorer", ZERO], "chain.address"),
        (["anchor", "recover", "--owner-key", "env:X", "--anchorer", MISTYPED], "chain.address"),
        (["show", "9" * 30], "record.unknown"),
        (["bundle", "9" * 30, "--unanchored"], "bundle.unknown"),
    ],
)
def test_mistakes_are_refused_by_name(home, arguments, code):
    """And leave nothing behind."""
    done = call(home, *arguments)

    assert done.returncode == 1
    assert f"[{code}]" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (home / "new").exists()


def test_second_contract_is_not_deployed_by_accident(home):
    """The log has one; another has to be asked for."""
    with Ledger.open(home / "home" / "ledger.sqlite") as ledger:
        register_contract(
            ledger.store,
            Contract(
                chain_id=1, address="0x" + "1" * 40, deployed_block=1, code_hash="0x", active=True
            ),
        )
    deploy = ["anchor", "deploy", "--owner-key", "env:NONE", "--anchorer", "0x" + "2" * 40]

    assert "[chain.has_contract]" in call(home, *deploy).stderr
    assert "[chain_key.secret]" in call(home, *deploy, "--another").stderr


def test_passphrase_prompt_names_the_key(monkeypatch):
    """Two keys may be asked for in one command."""
    asked = []
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or "secret")
    monkeypatch.delenv("SUYUAN_PASSPHRASE", raising=False)
    passphrase_source(None, key="file:desk.pem")()

    assert asked == ["Passphrase of file:desk.pem: "]
