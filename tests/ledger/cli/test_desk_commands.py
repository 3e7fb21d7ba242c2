"""The desk on the command line: what is shown is what is signed, and what is signed is logged."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from desk_calls import by, inbox, ok, receipt, refused
from desk_home import PASSPHRASE, copy_home, make_home
from ledger_world import Party, rules_of_the_world
from suyuan_ledger.cli.app import main
from suyuan_ledger.records.profile import format_digest

WORDS = ["--zh", "示例说明", "--en", "an example"]
SCOPE = ["--scope", "Raw data=Validation of data sources,Documentation"]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A governed world in a folder; the tests work on copies."""
    world = make_home(tmp_path_factory.mktemp("template"), rules=rules_of_the_world())
    world.ledger.close()
    return world


@pytest.fixture
def home(template, tmp_path, monkeypatch):
    """A copy of that world; its folder is where commands run."""
    world = copy_home(template, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUYUAN_HOME", "ledger")
    monkeypatch.setenv("SUYUAN_PASSPHRASE", PASSPHRASE)
    monkeypatch.delenv("SUYUAN_LANG", raising=False)
    yield world
    world.ledger.close()


def submitted(world, number=1):
    """Log a factor and its check; return the submission's index and digest."""
    about = world.submission(number)
    world.ledger.submit(world.check(about))
    return world.ledger.record(about).index, about


def test_the_whole_way_of_a_factor_at_the_desk(home):
    """Reviews with a tolerated dissent, verification, admission, correction, withdrawal."""
    index, about = submitted(home)

    assert inbox("expert1") == [("review", index)]
    for name, word in (
        ("expert1", "accept"),
        ("expert2", "accept"),
        ("expert3", "acceptWithChanges"),
        ("expert4", "reject"),
    ):
        found = receipt("review", index, *by(name), "--recommend", word, *SCOPE)
        if name == "expert3":
            conditional = found["index"]
    assert inbox("expert1") == []
    receipt("verify-authority", index, *by("bureau"), "--result", "verified", *WORDS)
    assert inbox("registry") == [("admit", index)]
    resolve = ["--resolve", f"{conditional}=已补充|supplied"]
    admitted = receipt("admit", index, *by("registry"), "--number", "EX-1", *resolve)
    assert inbox("registry") == []

    right = ["--right", "/credentialSubject/value=1.6", "--impact", "informOnly"]
    receipt("correct", "EX-1", *by("registry"), *right, *WORDS)
    receipt("withdraw", "EX-1", *by("registry"), "--impact", "recall", *WORDS)
    told = json.loads(ok("show", "EX-1", "--json").stdout)
    assert (told["index"], told["state"]) == (admitted["index"], "revoked")
    dissent = [node for node in told["restsOn"] if node["dissent"]]
    assert len(dissent) == 1
    assert {node["kind"] for node in told["restedOnBy"]} == {"FactorErratum", "FactorWithdrawal"}
    assert told["record"]["credentialSubject"]["conditions"][0]["resolution"]["en"] == "supplied"
    assert home.ledger.record(about) is not None


def test_what_is_shown_before_signing_is_what_is_logged(home):
    """Digest and members; nothing is signed without a yes."""
    index, _ = submitted(home)
    arguments = ["review", index, "--recommend", "accept", *SCOPE]
    done = ok(*arguments, *by("expert1"))
    digest = next(line for line in done.stderr.splitlines() if "to be signed" in line).split()[-1]

    shown = json.loads(ok("show", digest, "--raw").stdout)
    for text in (shown["id"], shown["nonce"], "Validation of data sources", "accept"):
        assert text in done.stderr
    size = home.ledger.checkpoint().size
    refused("desk.not_confirmed", *arguments, "--key", "file:expert2.pem")
    assert home.ledger.checkpoint().size == size


@pytest.mark.parametrize("answer", [True, False])
def test_a_person_is_asked(home, monkeypatch, answer):
    """And only a yes signs."""
    index, _ = submitted(home)
    asked = []
    monkeypatch.setattr("suyuan_ledger.cli.signing.sys", SimpleNamespace(stdin=Terminal()))
    monkeypatch.setattr("typer.confirm", lambda text, **_: asked.append(text) or answer)
    size = home.ledger.checkpoint().size
    review = ["review", index, "--key", "file:expert1.pem", "--recommend", "accept", *SCOPE]
    if answer:
        ok(*review)
    else:
        refused("desk.not_confirmed", *review)
    assert asked == ["Sign this?"]
    assert home.ledger.checkpoint().size == size + answer


class Terminal:
    """Standard input at which a person sits."""

    def isatty(self):
        """It is one."""
        return True


def test_out_writes_the_signed_record_and_logs_nothing(home):
    """It is submitted later, by whoever has the log's key."""
    index, _ = submitted(home)
    size = home.ledger.checkpoint().size
    arguments = ["--recommend", "accept", *SCOPE, "--out", "review.json"]
    ok("review", index, *by("expert1"), *arguments)

    assert home.ledger.checkpoint().size == size
    ok("submit", "review.json")
    assert home.ledger.checkpoint().size == size + 1


def test_assign_return_object_supersede_and_status_change(home):
    """The other commands of the workflow, each logged with its links."""
    index, _ = submitted(home)
    other, _ = submitted(home, 2)
    receipt(
        *["assign", index, *by("registry"), "--to", home.experts[0].did],
        *["--task", "ExpertReview", "--due", "2099-01-31"],
    )
    change = ["--change", "/credentialSubject/sources/0/locator|请注明页码|State the page"]
    receipt("return", other, *by("registry"), *WORDS, *change, "--due", "2099-02-01")
    receipt("object", index, *by("works"), "--request", "explain", *WORDS)
    listed = ok("inbox", "--key", "file:expert1.pem").stdout
    assert "assigned to you" in listed
    assert "due 2099-01-31" in listed
    assert inbox("works") == [("answer", other)]

    home.admit(3)
    home.admit(4)
    by_new = ["--by", "EX-0004", "--impact", "noNewUse"]
    receipt("supersede", "EX-0003", *by("registry"), *by_new, *WORDS)
    receipt("status-change", "EX-0004", *by("inspectorate"), "--to", "suspended", *WORDS)
    assert json.loads(ok("show", "EX-0003", "--json").stdout)["state"] == "replaced"
    assert json.loads(ok("show", "EX-0004", "--json").stdout)["state"] == "suspended"


def test_members_may_come_from_a_file_and_options_go_before_it(home, tmp_path):
    """For what has no option: conflict, findings, data quality."""
    index, _ = submitted(home)
    given = {
        "recommendation": "reject",
        "reviewType": "Independent review panel",
        "scopes": [{"name": "Documentation", "methods": ["Expert judgement"]}],
    }
    (tmp_path / "review.json").write_text(json.dumps(given), encoding="utf-8")
    finding = ["--finding", "/credentialSubject/value|major|偏高|high"]
    arguments = ["--from", "review.json", "--recommend", "abstain", *finding, "--conflict", *WORDS]
    found = receipt("review", index, *by("expert1"), *arguments)

    subject = json.loads(home.ledger.record_at(found["index"]).body)["credentialSubject"]
    assert (subject["recommendation"], subject["reviewType"]) == (
        "abstain",
        "Independent review panel",
    )
    assert subject["findings"][0]["severity"] == "major"
    assert subject["conflictOfInterest"]["statement"]["zh"] == "示例说明"


def test_rules_are_drafted_issued_and_shown(home, tmp_path):
    """A new version follows the old one; only a root's signature counts."""
    ok("rules", "draft", "rules.json")
    rules = json.loads((tmp_path / "rules.json").read_text("utf-8"))
    (tmp_path / "next.json").write_text(json.dumps({**rules, "version": "2"}), encoding="utf-8")
    names = ["--name", "Example Authority 1", "--name-zh", "示例主管机关1"]
    refused("authority.root_only", "rules", "issue", "next.json", *by("works"))
    ok("rules", "issue", "next.json", *by("root"), *names)

    shown = json.loads(ok("rules", "show", "--json").stdout)
    assert shown["credentialSubject"]["version"] == "2"
    assert shown["links"] == [{"rel": "supersedes", "contentDigest": format_digest(home.rule_set)}]
    assert "version: 2" in ok("rules", "show").stdout
    ok("rules", "draft", "default.json", "--default")
    assert json.loads((tmp_path / "default.json").read_text("utf-8"))["version"] == "1"


def test_a_method_is_registered(home, tmp_path):
    """By a root, with names that no enrolment states."""
    text = {"zh": "示例", "en": "example"}
    source = {"title": text, "publisher": text, "documentNumber": "notStated"}
    method = {
        "standardNumber": "EXAMPLE 1-2026",
        "title": text,
        "issueDate": "notStated",
        "effectiveDate": "notStated",
        "declaredUnit": "notStated",
        "allocationDefault": "mass",
        "sources": [{**source, "date": "notStated", "locator": "notStated"}],
    }
    (tmp_path / "method.json").write_text(json.dumps(method), encoding="utf-8")
    names = ["--name", "Example Authority 1", "--name-zh", "示例主管机关1"]
    found = receipt("method", "method.json", *by("root"), *names)
    assert home.ledger.record_at(found["index"]).kind == "MethodReference"


def test_a_key_is_revoked_and_what_it_signed_since_is_void(home):
    """A compromise reaches back by index."""
    index, _ = submitted(home)
    done = receipt("review", index, *by("expert1"), "--recommend", "accept", *SCOPE)
    names = ["--name", "Example Authority 1", "--name-zh", "示例主管机关1"]
    reason = ["--reason", "compromised", "--from-index", done["index"]]
    receipt("enrol", "revoke", home.experts[0].did, *by("root"), *names, *reason)

    assert json.loads(ok("show", done["index"], "--json").stdout)["state"] == "void"
    assert inbox("expert1") == []
    refused(
        "desk.nothing_to_revoke",
        "enrol",
        "revoke",
        home.experts[0].did,
        *by("root"),
        *names,
        "--reason",
        "ceased",
    )


def test_a_key_is_rotated_and_stays_the_same_person(home):
    """The new key has the enrolments, the old one none; the person has spoken only once."""
    index, _ = submitted(home)
    receipt("review", index, *by("expert1"), "--recommend", "accept", *SCOPE)
    ok("key", "new", "fresh.pem")
    names = ["--name", "Example Authority 1", "--name-zh", "示例主管机关1"]
    keys = ["--old-key", "file:expert1.pem", "--new-key", "file:fresh.pem"]
    refused("desk.rotate_out", "enrol", "rotate", *keys, "--yes")
    done = ok("enrol", "rotate", *keys, *by("root"), *names, "--json")
    assert len(done.stdout.splitlines()) == 3
    other, _ = submitted(home, 2)

    assert inbox("expert1") == []
    assert inbox("fresh") == [("review", other)]
    refused("authority.revoked", "review", other, *by("expert1"), "--recommend", "accept", *SCOPE)
    receipt("review", other, *by("fresh"), "--recommend", "accept", *SCOPE)


@pytest.mark.usefixtures("home")
def test_without_a_granter_only_the_request_is_written():
    """For the registrar, who grants it by another channel."""
    ok("key", "new", "fresh.pem")
    keys = ["--old-key", "file:expert1.pem", "--new-key", "file:fresh.pem"]
    ok("enrol", "rotate", *keys, "--yes", "--out", "request.json")
    ok(
        *["enrol", "grant", "request.json", "--key", "file:root.pem", "--out", "enrolment.json"],
        *["--not-after", "2099-01-01T00:00:00Z"],
        *["--name", "Example Authority 1", "--name-zh", "示例主管机关1"],
    )
    ok("submit", "request.json", "enrolment.json")


def test_everything_a_person_reads_is_chinese_on_request(home, monkeypatch):
    """Inbox, tree, view, receipt."""
    index, _ = submitted(home)
    monkeypatch.setenv("SUYUAN_LANG", "zh")
    signed = ok("review", index, *by("expert1"), "--recommend", "reject", *SCOPE)
    waiting = ok("inbox", "--key", "file:expert2.pem")
    shown = ok("show", index)

    for text in ("将要签名：sha256:", "评审结论: reject（不同意）", "序号：", "此前已在日志中：否"):
        assert text in signed.output
    for text in ("待专家评审", "已等 0 天", "示例产品1", "专家评审意见 0/3!", "待办 1 项"):
        assert text in waiting.output
    for text in ("状态：有效", "以其为依据的记录：", "不同意见", "登记于", "因子报送"):
        assert text in shown.output


def test_show_tells_a_record_with_both_trees(home):
    """Status and time of the reading first."""
    index, about = submitted(home)
    done = ok("show", format_digest(about))
    assert done.stdout.splitlines()[0] == f"#{index}  {format_digest(about)}"
    assert "status: valid (as of " in done.stdout
    assert "└─ about: #" in done.stdout
    assert "TraceabilityCheck pass" in done.stdout
    assert "status：" not in done.stdout
    chinese = ok("show", index, "--lang", "zh")
    assert "数据溯源性校验" in chinese.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["review", "0", "--recommend", "accept", *SCOPE], "desk.kind"),
        (["review", "999", "--recommend", "accept", *SCOPE], "record.unknown"),
        (["review", "{index}", "--recommend", "accept"], "record.shape"),
        (["review", "{index}", "--scope", "Raw data"], "desk.option"),
        (["review", "{index}", "--finding", "a|b|c"], "desk.option"),
        (["review", "{index}", "--conflict", "--zh", "示例"], "desk.two_languages"),
        (
            ["verify-authority", "{index}", "--result", "verified", "--en", "x"],
            "desk.two_languages",
        ),
        (["object", "{index}", "--from", "works.pem"], "file.json"),
        (["withdraw", "{index}", "--impact", "recall", *WORDS], "desk.kind"),
        (["admit", "{index}", "--number", "EX-1", "--resolve", "3=x"], "desk.option"),
        (["admit", "{index}", "--number", "EX-1"], "authority.role"),
    ],
)
def test_mistakes_are_named(home, arguments, code):
    """Before anything is logged."""
    index, _ = submitted(home)
    size = home.ledger.checkpoint().size
    refused(code, *(part.format(index=index) for part in arguments), *by("expert1"))
    assert home.ledger.checkpoint().size == size


def test_a_stranger_has_an_empty_inbox(home, capsys, monkeypatch):
    """And is told so in one line; an error is two lines, never a traceback."""
    ok("key", "new", "stranger.pem")
    done = ok("inbox", "--key", "file:stranger.pem")
    assert (done.stdout, done.stderr) == ("", "0 waiting\n")
    monkeypatch.setattr("sys.argv", ["suyuan", "show", "999"])
    with pytest.raises(SystemExit):
        main()
    assert "[record.unknown]" in capsys.readouterr().err
    assert Party(2).did == home.works.did
