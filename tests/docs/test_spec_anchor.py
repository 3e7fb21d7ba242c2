"""The worked example of docs/spec/anchor.md, recomputed, and its codes held to the table."""

from __future__ import annotations

import re
from pathlib import Path

from eth_utils import keccak
from suyuan_verifier.codes import codes
from suyuan_verifier.evm.anchor import anchor_slot

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/anchor.md").read_text(encoding="utf-8")
(BLOCK,) = re.findall(r"^```example\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES = {
    name.strip(): value.strip()
    for name, value in (line.split("=", 1) for line in BLOCK.splitlines())
}


def test_every_example_is_what_its_sentence_gives():
    first = int.from_bytes(keccak((2).to_bytes(32, "big")), "big")
    packed = 51 + 1795000000 * 2**64 + 18 * 2**128 + 3 * 2**192
    expected = {
        "slot(0)": f"0x{first:064x}",
        "slot(3)": f"0x{first + 6:064x}",
        "meta(51,1795000000,18,3)": f"0x{packed:064x}",
    }
    assert expected == EXAMPLES
    assert int(EXAMPLES["slot(3)"], 16) == anchor_slot(3)


def test_the_page_names_every_code_of_its_sections_and_no_other():
    named = set(re.findall(r"`((?:anchor|evm|rpc)\.[a-z_]+)`", PAGE))
    table = {code for code, row in codes().items() if row.spec.startswith("anchor.md#")}
    assert named <= set(codes())
    # `absent` and `age` are judged where the bundle's and the policy's pages describe them.
    assert table - named <= {"anchor.absent", "anchor.age", "anchor.valid"}


def test_every_section_that_a_code_refers_to_exists():
    for page in ("log.md", "anchor.md"):
        text = (Path(__file__).resolve().parents[2] / "docs/spec" / page).read_text("utf-8")
        slugs = {
            re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
            for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        }
        for row in codes().values():
            if row.spec.startswith(f"{page}#"):
                assert row.spec.split("#")[1] in slugs, row
