"""A view is compared byte by byte; what differs, whose it is and who signed it has its own code."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import label_reports as given
import made_views as made
import pytest
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st
from suyuan_verifier import Outcome
from suyuan_verifier.cli import main
from suyuan_verifier.codes import codes
from suyuan_verifier.views import MAX_VIEW_BYTES, check_view, pact, table
from suyuan_verifier.views.archive import format_archive


def found(check):
    """Code, outcome and place of a comparison."""
    return check.code, check.outcome.value, check.pointer


def edited(value, pointer, new):
    """A JSON value with a member replaced; `...` removes it."""
    *path, last = [int(step) if step.isdigit() else step for step in pointer.split("/")[1:]]
    target = value
    for step in path:
        target = target[step]
    if new is ...:
        del target[last]
    else:
        target[last] = new
    return value


@pytest.mark.parametrize("name", made.VIEWS)
def test_a_view_that_says_what_the_bundle_says_is_valid(name):
    check = made.judge(made.VIEWS[name]())
    assert found(check) == ("view.valid", "pass", "")
    assert check.found
    statement = given.label_report().record["footprint"]["contentDigest"]
    certificate = given.label_report().record["certificate"]["contentDigest"]
    sources = {"conformity": certificate, "openlca": None, "factors": None}
    assert check.record == sources.get(name, statement)


def test_every_view_says_what_it_comes_from_and_that_it_is_an_example():
    statement = given.label_report().record["footprint"]["contentDigest"]
    notice = (
        f"Projected from FootprintStatement {statement}. Data status: illustrative. "
        "Illustrative data, not data of a real product. The signed record governs."
    )
    assert made.pact_value()["comment"] == notice
    payload = json.loads(made.passport_payload())
    assert payload["description"] == notice
    assert payload["name"] == "Digital product passport (illustrative data)"
    assert "Illustrative data, not data of a real product." in made.cbam_value()["notice"]["en"]


def test_a_view_of_sealed_lines_says_how_many_are_not_disclosed():
    for disclosed, said in (([], "2 of 3"), (["secret-1"], "1 of 3"), (None, "")):
        names = ["secret-1", "secret-2"] if disclosed is None else disclosed
        data = given.files(given.sealed_story(), "statement", disclose={"statement": names})[0]
        comment = pact.project_pact(made.Sources(data), made.SAID)["comment"]
        assert (f" Figures of {said} line items are not disclosed." in comment) == bool(said)
        assert ("Figures of" in comment) == bool(said)


def test_cbam_data_is_compared_with_a_bundle_about_it():
    check = made.judge(made.written(made.cbam_value()), made.installation)
    assert found(check) == ("view.valid", "pass", "")


# a difference, where, and both values


@pytest.mark.parametrize(
    ("pointer", "new", "expected", "shown"),
    [
        ("/pcf/fossilGhgEmissions", "4367.3251", '"4367.325"', '"4367.3251"'),
        ("/pcf/fossilGhgEmissions", 4367, '"4367.325"', "4367"),
        ("/pcf/primaryDataShare", ..., '"57.24"', "absent"),
        ("/pcf/dqi", "1", "absent", '"1"'),
        ("/companyName", "Somebody \u202e else", None, '"Somebody \\u202e else"'),
        ("/pcf/crossSectoralStandards", ["ISO14067", "GHGP-Product"], "absent", None),
        ("/pcf/crossSectoralStandards", ["ISO14067", "ISO14067"], "absent", None),
        ("/pcf/crossSectoralStandards", ["EN 15804"], "absent", None),
        ("/pcf/crossSectoralStandards", [], "absent", "[]"),
        ("/pcf/fossilCarbonContent", "-1", "absent", '"-1"'),
        ("/pcf/fossilCarbonContent", "1e3", "absent", '"1e3"'),
        ("/pcf/fossilCarbonContent", 1, "absent", "1"),
        ("/extensions/0/data/statement/lineItems/0/emission", "577.8", '"577.7"', '"577.8"'),
        ("/extensions/0/data/dataStatus", "calculated", '"illustrative"', '"calculated"'),
        ("/extensions/1", {}, "absent", "{}"),
    ],
)
def test_an_edited_member_is_named_with_both_values(pointer, new, expected, shown):
    value = made.pact_value()
    if pointer == "/extensions/1":
        value["extensions"].append(new)
    else:
        edited(value, pointer, new)
    check = made.judge(made.written(value))
    assert found(check) == ("view.differs", "fail", pointer)
    assert expected is None or check.expected == expected
    assert shown is None or check.found == shown


def test_of_several_differences_the_first_is_named():
    value = made.pact_value()
    edited(value, "/pcf/declaredUnitAmount", "2")
    edited(value, "/companyName", "x")
    assert made.judge(made.written(value)).pointer == "/companyName"


@pytest.mark.parametrize(
    ("pointer", "new"),
    [("/data/direct/value", "0"), ("/series", "PCF"), ("/dataStatus", "measured")],
)
def test_edited_cbam_data_differ(pointer, new):
    value = edited(made.cbam_value(), pointer, new)
    check = made.judge(made.written(value), made.installation)
    assert found(check) == ("view.differs", "fail", pointer)


@pytest.mark.parametrize(
    "bend",
    [
        lambda view: view.rstrip(b"\n"),
        lambda view: view + b"\n",
        lambda view: json.dumps(json.loads(view), ensure_ascii=False).encode(),
        lambda view: (
            json.dumps(json.loads(view), separators=(",", ":"), sort_keys=True).encode() + b" \n"
        ),
    ],
    ids=["no line feed", "two line feeds", "blanks", "escapes and blanks"],
)
def test_the_same_in_another_spelling_differs_and_says_so(bend):
    check = made.judge(bend(made.pact_view()))
    assert found(check) == ("view.differs", "fail", "")
    assert check.found == "the same in another spelling"


# which record it is of


def test_a_view_of_another_record_names_it():
    other = "sha256:" + "0" * 64
    value = edited(made.pact_value(), "/extensions/0/data/record", other)
    check = made.judge(made.written(value))
    assert found(check) == ("view.source", "fail", "/extensions/0/data/record")
    assert check.found == other
    assert check.expected == given.label_report().record["footprint"]["contentDigest"]
    value = edited(made.cbam_value(), "/record", other)
    check = made.judge(made.written(value), made.installation)
    assert found(check) == ("view.source", "fail", "/record")
    row = made.items().replace(statement_of(made.items()), other.encode())
    assert found(made.judge(row)) == ("view.source", "fail", "/1/statement")
    payload = re.sub(rb"sha256-[^\"]{43}=", b"sha256-" + b"A" * 43 + b"=", made.passport_payload())
    check = made.judge(made.token(payload))
    assert found(check) == ("view.source", "fail", "/relatedResource/0/digestSRI")


def statement_of(items: bytes) -> bytes:
    """The digest of the statement in a table."""
    match = re.search(rb"sha256:[0-9a-f]{64}", items)
    assert match
    return match[0]


@pytest.mark.parametrize("name", made.VIEWS)
def test_a_bundle_without_the_record_has_no_such_view(name):
    check = made.judge(made.VIEWS[name](), made.installation)
    assert found(check) == ("view.source", "fail", "")
    assert check.found == "CbamInstallationData"
    assert check.expected


def test_cbam_data_are_no_view_of_a_footprint():
    check = made.judge(made.written(made.cbam_value()))
    assert found(check)[:2] == ("view.source", "fail")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"systemBoundary": "gateToGate"}, "systemBoundary cradleToGate"),
        (
            {"referencePeriod": {"start": "2025-01-01", "end": "9996-01-01"}},
            "a referencePeriod that ends by 9995",
        ),
        ({"declaredUnit": "LTR"}, "productMass"),
    ],
    ids=["boundary", "period", "mass"],
)
def test_not_every_statement_has_a_view_for_pact(changes, expected):
    story = given.stated_story().state(lines=[given.emission("x", "1")], **changes)
    sent = given.files(story, "statement")
    report = given.report_on(sent)
    digest = report.record["contentDigest"]
    view = edited(made.pact_value(), "/extensions/0/data/record", digest)
    check = check_view(made.written(view), sent[0], report)
    assert found(check) == ("view.source", "fail", "")
    assert check.expected == expected


# who signed it


def test_a_token_of_another_key_says_so():
    forged = made.token(made.passport_payload(), "certifier", kid=_kid("producer"))
    check = made.judge(forged)
    assert found(check) == ("view.signature", "fail", "")
    assert check.expected == given.told().actors["producer"].did
    for signature in (b"", b"A" * 86, b"AAAA"):
        head = made.token(made.passport_payload()).rpartition(b".")[0]
        assert made.judge(head + b"." + signature).code == "view.signature"


def test_a_signature_has_one_spelling():
    token = made.token(made.passport_payload())
    # 64 bytes leave four unused bits in the last symbol.
    symbols = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spare = token[:-1] + symbols[symbols.index(token[-1]) + 1 :][:1]
    for bent in (token + b"\n", token + b"!", token + b"==", spare):
        assert found(made.judge(bent)) == ("view.unknown", "unknown", "")


@pytest.mark.parametrize(
    ("member", "new", "pointer"),
    [("alg", "none", "/alg"), ("kid", "x", "/kid"), ("typ", "JWT", "/typ"), ("crit", "x", "/crit")],
)
def test_the_header_of_a_token_is_compared_too(member, new, pointer):
    check = made.judge(made.token(made.passport_payload(), **{member: new}))
    assert found(check) == ("view.differs", "fail", pointer)


def test_an_edited_payload_differs_even_if_the_right_key_signed_it():
    payload = made.conformity_payload()
    assert b'"conformance":true' in payload
    bent = payload.replace(b'"conformance":true', b'"conformance":false')
    check = made.judge(made.token(bent, "certifier"))
    pointer = "/credentialSubject/assessment/0/conformance"
    assert found(check) == ("view.differs", "fail", pointer)


@pytest.mark.parametrize(
    "issuer",
    [
        "did:web:localhost",
        "did:web:Producer.example",
        "did:web:producer.example/x",
        "did:web:producer.example%3A123456",
        "did:web:producer.example:" + "a" * 250,
        "did:key:z6Mk",
        "did:web:producer.example\n",
    ],
)
def test_an_issuer_that_no_operator_may_name_differs(issuer):
    payload = made.passport_payload().replace(made.DID.encode(), json.dumps(issuer)[1:-1].encode())
    check = made.judge(made.token(payload))
    assert found(check) == ("view.differs", "fail", "/issuer/id")


# archives and tables


def test_a_difference_in_an_archive_names_entry_and_member():
    entries = made.entries()
    name = next(name for name in entries if b'"amount":1.250' in entries[name])
    bent = entries | {name: entries[name].replace(b'"amount":1.250', b'"amount":1.25')}
    check = made.judge(format_archive(bent))
    assert found(check) == ("view.differs", "fail", f"/{name}/exchanges/1/amount")
    assert (check.expected, check.found) == ("1.250", "1.25")


def test_an_entry_that_is_missing_or_too_many_is_named():
    entries = made.entries()
    short = {name: content for name, content in entries.items() if name != "olca-schema.json"}
    check = made.judge(format_archive(short))
    assert found(check) == ("view.differs", "fail", "/olca-schema.json")
    assert check.found == "absent"
    check = made.judge(format_archive(entries | {"bin/x": b"1"}))
    assert found(check) == ("view.differs", "fail", "/bin/x")
    assert check.expected == "absent"


def test_an_archive_in_another_layout_differs():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in made.entries().items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 0, 0, 0)), content)
    check = made.judge(buffer.getvalue())
    assert found(check) == ("view.differs", "fail", "")
    assert check.found == "the same in another spelling"


def test_nothing_is_ever_inflated():
    """64 MiB in 64 kB, under the name of a right entry."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("olca-schema.json", bytes(64 * 2**20))
    check = made.judge(buffer.getvalue())
    assert found(check) == ("view.unknown", "unknown", "")


@pytest.mark.parametrize(
    "bend",
    [
        lambda data: data[:20],
        lambda data: data[:40],
        lambda data: data[:30] + data,
        lambda data: data.replace(b"PK\x01\x02", b"PK\x03\x04", 1),
    ],
    ids=["no whole header", "no whole entry", "a header twice", "a directory as entry"],
)
def test_a_broken_archive_is_never_valid(bend):
    assert made.judge(bend(made.archive())).code in {"view.unknown", "view.differs"}


def test_an_entry_twice_is_no_archive():
    data = made.archive()
    length = data.index(b"PK\x03\x04", 4)
    assert made.judge(data[:length] + data).code == "view.unknown"


def test_a_difference_in_a_table_names_row_and_column():
    check = made.judge(made.items().replace(b'"2500"', b'"2501"'))
    assert found(check) == ("view.differs", "fail", "/2/emission")
    assert (check.expected, check.found) == ('"2500"', '"2501"')
    check = made.judge(made.items().replace(b'"emissionUnit"', b'"unit of emission"'))
    assert found(check)[:2] == ("view.differs", "fail")
    rows = made.items().split(b"\r\n")
    check = made.judge(b"\r\n".join([*rows[:-2], b""]))
    assert found(check) == ("view.differs", "fail", "/4")
    assert check.found == "absent"
    check = made.judge(made.items().replace(b'"2500"', b'"2500","2500"'))
    assert found(check) == ("view.differs", "fail", "/2")


@pytest.mark.parametrize(
    "bend",
    [
        lambda data: data.replace(b"\r\n", b"\n"),
        lambda data: data.replace(b'"KGM"', b"KGM"),
        lambda data: data + b"\r\n",
        lambda data: data[:-2],
        lambda data: data[:-3],
        lambda data: data.replace(b"kgCO2e", b"kgCO2e\xff", 1),
        lambda _: table.BOM,
        lambda _: table.BOM + b'"view"\r\n"suyuan/view/items-csv@v2"\r\n',
        lambda _: table.BOM + b'"view"\r\n' + b'"suyuan/view/items-csv@v1"\r\n' * 5000,
        lambda _: table.BOM + b'"view",' * 5000 + b'"view"\r\n"suyuan/view/items-csv@v1"\r\n',
    ],
    ids=[
        "line feeds",
        "no quotation marks",
        "a line too many",
        "no line end",
        "no end of a field",
        "not UTF-8",
        "nothing",
        "another version",
        "too many rows",
        "too many columns",
    ],
)
def test_what_is_no_such_table_is_unknown(bend):
    assert found(made.judge(bend(made.items())))[:2] == ("view.unknown", "unknown")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", '"\'=1+1"'),
        ("＝1+1", '"\'＝1+1"'),
        ("+1", '"\'+1"'),
        ("-1", '"\'-1"'),
        ("@x", '"\'@x"'),
        ("'x", "\"''x\""),
        ('a"b', '"a""b"'),
        ("a=b", '"a=b"'),
    ],
)
def test_no_text_of_a_table_is_a_formula(text, cell):
    activity = {"zh": text, "en": text}
    story = given.stated_story().state(lines=[given.emission("x", "1", activity=activity)])
    data = given.files(story, "statement")[0]
    written = table.format_table(table.project_items(made.Sources(data))).decode("utf-8-sig")
    assert f",{cell},{cell}," in written


# what is no view


@pytest.mark.parametrize(
    "view",
    [
        b"",
        b"hello",
        b"[]",
        b"{",
        b"{}",
        b'{"format":"suyuan/view/cbam@v2"}',
        b'{"specVersion":"3.0.0","specVersion":"3.0.0"}',
        b'{"specVersion":"\\ud800"}',
        b'{"specVersion":NaN}',
        b'{"specVersion":"\xff"}',
        b'{"specVersion":' + b"[" * 100_000,
        b"PK",
        b"PK\x05\x06",
        b"eyJ",
        b"eyJ.e.e",
        b"eyJhIjoxfQ.eyJhIjoxfQ.AAAA",
        b"eyJhIjoxfQ.eyJ0eXBlIjpbIngiXX0.AAAA",
        b"eyJhIjoxfQ.eyJ0eXBlIjpbMV19.AAAA",
        b"eyJhIjoxfQ=.eyJhIjoxfQ.AAAA",
        b"eyJhIjoxfR.eyJhIjoxfQ.AAAA",
        b"eyJ" + b"." * 100_000,
    ],
)
def test_what_is_no_view_is_unknown(view):
    check = made.judge(view)
    assert check.code in {"view.unknown", "view.differs"}
    assert (check.code == "view.differs") == view.startswith(b"PK")


def test_a_view_beyond_the_bound_is_not_looked_at():
    check = made.judge(b"{" + b" " * MAX_VIEW_BYTES)
    assert found(check) == ("view.unknown", "unknown", "")
    assert str(MAX_VIEW_BYTES) in check.expected


def test_nothing_is_compared_with_a_bundle_that_does_not_hold():
    bundle, policy, now = given.files(given.told(), "label")
    for bent in (b"{", bundle.replace(b"4367.325", b"4367.326")):
        report = given.report_on((bent, policy, now))
        check = check_view(made.pact_view(), bent, report)
        assert found(check) == ("step.not_run", "not_run", "")


def test_nothing_is_compared_where_disclosures_are_malformed():
    bundle, policy, now = given.files(given.sealed_story(), "statement", disclose=["e30"])
    report = given.report_on((bundle, policy, now))
    assert report.record is not None
    assert check_view(made.pact_view(), bundle, report).code == "step.not_run"


@settings(max_examples=60, deadline=None)
@draw(
    st.sampled_from(sorted(made.VIEWS)),
    st.integers(0, 10**6),
    st.binary(min_size=1, max_size=3),
    st.booleans(),
)
def test_a_changed_byte_is_never_valid_and_never_a_bug(name, place, new, whole):
    view = made.VIEWS[name]()
    place %= len(view)
    bent = view[:place] + new + (view[place + len(new) :] if whole else b"")
    check = made.judge(bent)
    assert (check.code == "view.valid") == (bent == view)
    assert check.code.startswith("view.")


@settings(max_examples=60, deadline=None)
@draw(
    st.sampled_from([b"PK", b"PK\x03\x04", table.BOM, b"{", b"eyJ", b""]), st.binary(max_size=200)
)
def test_anything_is_judged(start, rest):
    assert made.judge(start + rest).outcome in (Outcome.UNKNOWN, Outcome.FAIL)


# the command line


def run(capsysbinary, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capsysbinary.readouterr()
    return code, out.decode(), err.decode()


@pytest.fixture
def sent(tmp_path):
    """A label's bundle and a policy on disk; returns the options that compare a view with them."""
    bundle, policy, now = given.files(given.told(), "label")
    (tmp_path / "label.suyuan.json").write_bytes(bundle)
    (tmp_path / "trust.json").write_bytes(policy)

    def options(view: bytes) -> list[str]:
        Path(tmp_path / "view").write_bytes(view)
        return [
            *(str(tmp_path / "label.suyuan.json"), "--trust", str(tmp_path / "trust.json")),
            *("--now", now, "--view", str(tmp_path / "view")),
        ]

    return options


@pytest.mark.parametrize(
    ("view", "code"),
    [
        (made.pact_view, "view.valid"),
        (lambda: made.pact_view().replace(b"4367.325", b"4367.326"), "view.differs"),
        (lambda: made.written(made.cbam_value()), "view.source"),
        (
            lambda: made.token(made.passport_payload(), "certifier", kid=_kid("producer")),
            "view.signature",
        ),
        (lambda: b"nonsense", "view.unknown"),
    ],
    ids=["valid", "differs", "source", "signature", "unknown"],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_command_says_what_became_of_the_comparison(sent, capsysbinary, view, code, lang):
    exit_code, out, err = run(capsysbinary, *sent(view()), "--lang", lang)
    assert (exit_code, err) == ({"view.valid": 0, "view.unknown": 4}.get(code, 1), "")
    assert codes()[code].message[lang] in out
    assert ("compared" if lang == "en" else "比对") in out
    _, out, _ = run(capsysbinary, *sent(view()), "--format", "json", "--lang", lang)
    (check,) = [each for each in json.loads(out)["subjects"][0]["checks"] if not each["step"]]
    assert check["code"] == code


def test_a_view_that_cannot_be_read_is_a_usage_error(sent, capsysbinary, tmp_path):
    options = sent(b"")
    (tmp_path / "view").unlink()
    assert run(capsysbinary, *options)[0] == 2


def _kid(label: str) -> str:
    key = given.told().actors[label].did.removeprefix("did:key:")
    return f"{made.DID}#{key}"
