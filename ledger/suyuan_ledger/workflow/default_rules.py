"""The rule set that the ledger proposes; whoever signs one as a root authority decides.

`default_rules.json` holds what the plan of the registry asks for: a traceability check, three
experts of whom at most one objects, a verification by the authority, in any order, then the
admission; for a footprint an opinion without refusal, then certificate, filing and label. Its
figures, and where they come from:

- `cutOffSingle` 0.01 and `cutOffTotal` 0.05: GB/T 44905-2024 (a single item below 1 %, all of them
  at most 5 %);
- `certificateMonths` 24: a product certificate is valid for two years;
- `externalShare` 1: no source limits it, so nothing is limited;
- `interval` 86400: a status list a day, our choice;
- `footprint.electricity`: the official footprint factors of `suyuan_ledger.official`, by what they
  are published for;
- `footprint.factorAgeYears` 5, `shareScale` 4 and the scales of the formulas: our choice.

Traceability rules and unit conversions are those of `suyuan_ledger.traceability`; the schemas are
this package's own, by digest. docs/spec/ledger.md#the-default-rule-set.
"""

from __future__ import annotations

import base64
from hashlib import sha256
from importlib.resources import files
from typing import Any

import orjson

from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import Link
from suyuan_ledger.records.shape import KINDS
from suyuan_ledger.traceability.defaults import default_conversions, default_traceability

RULE_SET_ID = "suyuan-default"


def default_rules() -> dict[str, Any]:
    """Return the `credentialSubject` of the proposed RuleSet, version 1."""
    raw = files("suyuan_ledger.workflow").joinpath("default_rules.json").read_bytes()
    proposed: dict[str, Any] = orjson.loads(raw)
    return {
        "ruleSetId": RULE_SET_ID,
        "version": "1",
        "title": {"zh": "溯源默认规则集", "en": "Suyuan default rule set"},
        **proposed,
        "traceability": default_traceability(),
        "conversions": default_conversions(),
        "schemas": [{"kind": kind, "digestSRI": _schema_digest(kind)} for kind in sorted(KINDS)],
    }


def draft_rule_set(
    issuer: dict[str, str],
    valid_from: str,
    *,
    rules: dict[str, Any] | None = None,
    supersedes: str | None = None,
) -> dict[str, Any]:
    """Make an unsigned RuleSet for a root authority to sign.

    Args:
        issuer: `{"id", "name", "nameZh"}` of the root authority.
        valid_from: `YYYY-MM-DDThh:mm:ssZ`.
        rules: its `credentialSubject`; the proposed one if absent.
        supersedes: content digest, `sha256:...`, of the rule set that it follows.
    """
    links = [Link("supersedes", supersedes)] if supersedes else []
    subject = default_rules() if rules is None else rules
    return new_record("RuleSet", issuer, subject, valid_from=valid_from, links=links)


def _schema_digest(kind: str) -> str:
    """Name the exact bytes of a kind's schema, as Subresource Integrity does."""
    raw = files("suyuan_ledger.records").joinpath(f"schemas/{kind}.json").read_bytes()
    return "sha256-" + base64.b64encode(sha256(raw).digest()).decode()
