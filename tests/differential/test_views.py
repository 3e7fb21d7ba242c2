"""What the ledger exports is what the verifier projects from the same bundle, byte by byte.

Two implementations of docs/spec/views.md: every view of every story is `view.valid`, and every
change of one is not.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime

import exchange_cases as cases
import footprint_records as says
import pytest
from footprint_story import FootprintStory, certified_story, label_story, stated_story
from hypothesis import given, settings
from hypothesis import strategies as st
from simulator import jcs
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.cbam import write_cbam
from suyuan_ledger.exchange.dossier import Dossier, read_dossier
from suyuan_ledger.exchange.openlca import write_openlca
from suyuan_ledger.exchange.pact import write_pact
from suyuan_ledger.exchange.tables import write_factors, write_items
from suyuan_ledger.exchange.token import write_conformity, write_passport
from suyuan_verifier import parse_policy, verify
from suyuan_verifier.views import check_view

WRITERS: dict[str, Callable[[Dossier], bytes]] = {
    "pact": lambda held: write_pact(held, cases.FACTS),
    "untp-dpp": lambda held: write_passport(held, cases.PRODUCER_DID, cases.signer("producer")),
    "untp-dcc": lambda held: write_conformity(held, cases.CERTIFIER_DID, cases.signer("certifier")),
    "cbam": write_cbam,
    "openlca": write_openlca,
    "items-csv": write_items,
    "factors-csv": write_factors,
}

NO_SUCH_VIEW = {"export.subject", "export.boundary", "export.mass"}


class Exported:
    """A bundle, what the verifier says of it, and what the ledger reads in it."""

    def __init__(self, story: FootprintStory, subject: str, **export) -> None:
        bundle, policy = story.export(subject, **export)
        self.data = jcs(bundle)
        now = datetime.fromisoformat(story.ledger.now)
        self.report = verify(self.data, parse_policy(jcs(policy)), now=now)
        self.held = read_dossier(json.loads(self.data))

    def view(self, name: str) -> bytes | None:
        """The ledger's view, None if the bundle has no such view."""
        try:
            return WRITERS[name](self.held)
        except RefusedError as error:
            if error.code not in NO_SUCH_VIEW:
                raise
            return None

    def judge(self, view: bytes) -> str:
        """What the verifier says of a view."""
        return check_view(view, self.data, self.report).code


def events_story() -> FootprintStory:
    """Factors of every sort, and what happened to some of them."""
    story = cases.factor_story(declaredUnit="H87", valueUnit="tCO2e/H87")
    story.transcribe(says.HYDRO, says.GRID_CO2).register("second", factorCode="EXAMPLE-2")
    story.end("FactorWithdrawal", "out", of="second.admission", by="registry", impact="informOnly")
    story.end("FactorErratum", "fix", of="second.admission", by="registry", impact="informOnly")
    story.register("third", factorCode="EXAMPLE-1").end(
        "FactorSupersession",
        "next",
        of="second.admission",
        by="registry",
        links=[("basedOn", "third.admission")],
        impact="informOnly",
    )
    return story.change_status("held", "suspended", of="widget", by="provider")


STORIES: dict[str, tuple[Callable[[], FootprintStory], str, dict]] = {
    "label": (label_story, "label", {}),
    "surveillance": (label_story, "surveillance", {}),
    "certificate": (certified_story, "certificate", {}),
    "every member": (cases.rich_story, "statement", {}),
    "replaced": (cases.rich_story, "older", {}),
    "sealed": (cases.sealed_story, "statement", {"disclose": []}),
    "one disclosed": (cases.sealed_story, "statement", {"disclose": {"statement": ["secret-2"]}}),
    "all disclosed": (cases.sealed_story, "statement", {}),
    "cbam": (cases.cbam_story, "cbam", {}),
    "factors": (events_story, "widget.admission", {}),
}


@pytest.mark.parametrize("story", STORIES)
def test_both_sides_make_the_same_views(story):
    tell, subject, how = STORIES[story]
    exported = Exported(tell(), subject, **how)
    views = {name: view for name in WRITERS if (view := exported.view(name)) is not None}
    assert views
    assert {name: exported.judge(view) for name, view in views.items()} == dict.fromkeys(
        views, "view.valid"
    )


@pytest.mark.parametrize("name", WRITERS)
def test_a_view_of_another_bundle_is_none_of_this(name):
    story, subject = (cases.cbam_story(), "cbam") if name == "cbam" else (label_story(), "label")
    view = Exported(story, subject).view(name)
    assert Exported(cases.rich_story(), "statement").judge(view) in {"view.source", "view.differs"}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pact", b'"fossilGhgEmissions":"4367.325"', b'"fossilGhgEmissions":"4367.324"'),
        ("pact", b'"illustrative"', b'"calculated"'),
        ("pact", b'"fossilCarbonContent":"0.25"', b'"fossilCarbonContent":0.25'),
        ("pact", b'"status":"Active"', b'"status": "Active"'),
        ("items-csv", b'"0.5777"', b'"0.5776"'),
        ("items-csv", b"\r\n", b"\n"),
        ("factors-csv", b'"1.250"', b'"1.25"'),
        ("openlca", b"0.5777", b"0.5776"),
    ],
)
def test_an_edited_view_is_found_out(name, old, new):
    exported = Exported(label_story(), "label")
    view = exported.view(name)
    assert old in view
    assert exported.judge(view.replace(old, new)) in {"view.differs", "view.unknown"}


def test_an_archive_that_was_packed_again_differs():
    exported = Exported(label_story(), "label")
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(exported.view("openlca"))) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert exported.judge(buffer.getvalue()) in {"view.differs", "view.unknown"}


def test_a_token_signed_by_another_key_is_found_out():
    exported = Exported(label_story(), "label")
    stranger = WRITERS["untp-dpp"](exported.held).rpartition(b".")
    signature = cases.signer("stranger").sign(stranger[0])
    token = stranger[0] + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")
    assert exported.judge(token) == "view.signature"


TEXT = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co"], include_characters="\"\\,=+-@'\n"
    ),
    min_size=1,
    max_size=12,
).map(lambda text: text.replace("\x7f", " "))
QUANTITY = st.decimals("0", "1e9", places=6, allow_nan=False).map(lambda number: f"{number:f}")


LINE = st.tuples(
    st.sampled_from(["fossil", "biogenic", "landUseChange", "biogenicUptake"]), QUANTITY, TEXT
)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(LINE, max_size=6),
    st.integers(1, 10**6).map(str),
    st.sampled_from([{"declaredUnit": "TNE"}, {"declaredUnit": "LTR", "productMass": "0.9"}]),
    st.tuples(st.sampled_from(["g", "kg", "t"]), st.integers(0, 9)),
    st.data(),
)
def test_random_statements(lines, amount, unit, rounding, data):
    """Any text, any figures, the fossil ones sealed, any of those disclosed."""
    # What is taken up is in no stage, and a statement has one.
    made = [cases.emission("base", "1", category="biogenic")]
    for place, (category, quantity, text) in enumerate(lines):
        name = f"item-{place}"
        if category == "biogenicUptake":
            line = cases.uptake(name, quantity)
        else:
            line = cases.emission(name, quantity, category=category)
        made.append({**line, "activity": {"zh": text, "en": text[::-1]}})
    # One alone, or one alone of a stage, would be given away by a subtotal.
    fossil = [line["id"] for line in made if line["category"] == "fossil"]
    sealed = fossil if len(fossil) > 1 else []
    story = stated_story()
    mass, scale = rounding
    story.state(lines=made, seal=sealed, declaredAmount=amount, scale=scale, mass=mass, **unit)
    opened = data.draw(st.lists(st.sampled_from(sealed), unique=True)) if sealed else []
    exported = Exported(story, "statement", disclose={"statement": opened})
    for name in ("pact", "untp-dpp", "items-csv"):
        assert exported.judge(exported.view(name)) == "view.valid", name
