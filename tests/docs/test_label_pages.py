"""The howto on labels is run, the specification recomputed; CI runs the README's test command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from printed_labels import chinese_font, lasting, said
from suyuan_ledger.errors import ledger_codes
from suyuan_ledger.label.code import encode_base45
from suyuan_ledger.label.digital_link import (
    DigitalLink,
    format_digital_link,
    parse_digital_link,
    to_gtin14,
)
from suyuan_ledger.label.symbol import MIN_MODULE, make_symbol
from suyuan_verifier.label_code import decode_base45

ROOT = Path(__file__).resolve().parents[2]
ENGLISH, CHINESE = (ROOT / "docs" / "howto" / name for name in ("label.md", "label.zh.md"))
SPEC = (ROOT / "docs" / "spec" / "label.md").read_text("utf-8")


def commands(path: Path) -> list[str]:
    """Return a page's blocks of commands."""
    return re.findall(r"```sh\n(.*?)```", path.read_text("utf-8"), re.DOTALL)


def example(language: str) -> dict[str, str]:
    """Names and values of a worked example."""
    (text,) = re.findall(rf"```{language}\n(.*?)```", SPEC, re.DOTALL)
    return dict(line.split(" = ", 1) for line in text.splitlines())


@pytest.mark.slow
def test_a_label_is_printed_as_the_page_says(tmp_path):
    chinese_font()
    label = lasting()
    (tmp_path / "label.suyuan.json").write_bytes(label.bundle)
    (tmp_path / "trust.json").write_bytes(label.policy)
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(commands(ENGLISH))],
        cwd=tmp_path,
        env={**os.environ, "PATH": places},
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "VALID (steps 1-10)" in done.stdout
    assert "code.signature_only" in done.stdout
    assert "示例数据" in said((tmp_path / "label.svg").read_bytes())
    assert len(pypdf.PdfReader(tmp_path / "certificate.pdf").pages) >= 2
    assert (tmp_path / "code.png").read_bytes().startswith(b"\x89PNG")


def test_both_languages_give_the_same_commands_and_codes():
    assert commands(ENGLISH) == commands(CHINESE)
    row = re.compile(r"^\| `([a-z_.]+)`", re.MULTILINE)
    named, translated = (row.findall(page.read_text("utf-8")) for page in (ENGLISH, CHINESE))
    assert named == translated
    assert set(named) <= ledger_codes().keys()


def test_every_code_of_the_page_is_a_row():
    named = set(re.findall(r"`((?:code|print|gs1)\.[a-z0-9_]+)`", SPEC))
    rows = {name for name in ledger_codes() if name.split(".")[0] in ("code", "print", "gs1")}
    assert named == rows


def test_the_example_of_a_digital_link():
    values = example("uri")
    link = DigitalLink(values["host"], to_gtin14(values["gtin"]), lot=values["lot"])
    assert format_digital_link(link) == values["uri"]
    assert parse_digital_link(values["uri"]).element_string() == values["element string"]


def test_the_examples_of_base45():
    for plain, text in example("base45").items():
        assert encode_base45(plain.encode()) == text
        assert decode_base45(text) == plain.encode()


def test_the_table_of_sizes():
    rows = re.findall(r"^\| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) \|$", SPEC, re.MULTILINE)
    assert len(rows) == 6
    for length, version, modules, side in rows:
        symbol = make_symbol("https://id.example/" + "a" * (int(length) - 19))
        assert (symbol.version, symbol.modules) == (int(version), int(modules))
        assert format(symbol.modules * MIN_MODULE, ".1f") == side


def test_ci_runs_exactly_the_command_that_the_readme_gives():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert script.rstrip().splitlines()[-1] == "exec python3 dev.py test"
    assert "```sh\npython3 dev.py test\n```" in (ROOT / "README.md").read_text("utf-8")
