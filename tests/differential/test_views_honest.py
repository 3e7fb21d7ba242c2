"""Of any honest footprint, ledger and verifier make the same views."""

from __future__ import annotations

import json
from datetime import datetime

import exchange_cases as cases
import pytest
from honest_footprints import honest_footprints
from hypothesis import given, settings
from simulator import jcs
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.dossier import read_dossier
from suyuan_ledger.exchange.openlca import write_openlca
from suyuan_ledger.exchange.pact import write_pact
from suyuan_ledger.exchange.tables import write_factors, write_items
from suyuan_ledger.exchange.token import write_passport
from suyuan_verifier import parse_policy, verify
from suyuan_verifier.views import check_view

WRITERS = {
    "pact": lambda held: write_pact(held, cases.FACTS),
    "untp-dpp": lambda held: write_passport(held, cases.PRODUCER_DID, cases.signer("producer")),
    "openlca": write_openlca,
    "items-csv": write_items,
    "factors-csv": write_factors,
}


@settings(max_examples=10, deadline=None)
@given(honest_footprints())
def test_any_honest_footprint(honest):
    """Line items of every type, electricity in every way, some figures sealed or disclosed."""
    story = honest.told()
    bundle, policy = story.export("statement", disclose={"statement": honest.disclose})
    data, now = jcs(bundle), datetime.fromisoformat(story.ledger.now)
    report = verify(data, parse_policy(jcs(policy)), now=now)
    held = read_dossier(json.loads(data))
    found = {}
    for name, write in WRITERS.items():
        if name == "pact" and honest.how["systemBoundary"] != "cradleToGate":
            with pytest.raises(RefusedError, match=r"export\.boundary"):
                write(held)
        else:
            found[name] = check_view(write(held), data, report).code
    assert set(found.values()) == {"view.valid"}, found
