"""From a label down to its factors: `report.record` as a tree of facts in one language.

    label -> certificate -> filings, footprint -> verifications, line items -> factor -> sources,
    submitter, reviewers with their organisations and outcomes, admitter

The texts are those of the records, not escaped: whoever writes them out does that, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypedDict

from suyuan_verifier.render.line_items import LineRow, line_rows, rests_on_example
from suyuan_verifier.render.terms import AS_ABOVE, fact_name, term
from suyuan_verifier.render.text import NUMBERS, cite
from suyuan_verifier.render.words import issuer_name, kind_title, opinion_name, pick, status_name

_ILLUSTRATIVE = "illustrative"
_CHAIN = ("certificate", "footprint")
"""Members of `report.record` that are records with a claim of their own."""


@dataclass(frozen=True, slots=True)
class Node:
    """One record, line item or opinion of the tree.

    Attributes:
        name: what it is, such as `certificate`.
        words: what it says, in one line, part by part.
        status: of what kind its data are, in words; empty where it has none of its own.
        illustrative: whether it rests on example data, so that this is never overlooked.
        facts: (name, text) pairs.
    """

    name: str
    words: tuple[str, ...]
    status: str = ""
    illustrative: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    children: tuple[Node, ...] = ()


class _Data(TypedDict):
    """Of what kind the data of a node are."""

    status: str
    illustrative: bool


def is_illustrative(record: dict[str, Any]) -> bool:
    """Tell whether anything that a report shows rests on example data."""
    parts = [record, *(record[name] for name in (*_CHAIN, "factor") if name in record)]
    items = record.get("footprint", {}).get("lineItems", [])
    return any(part["claim"].get("dataStatus") == _ILLUSTRATIVE for part in parts) or any(
        map(rests_on_example, items)
    )


def provenance(record: dict[str, Any], lang: str) -> Node:
    """Return the tree of a record: of a label, of a footprint, or of a factor and its opinions.

    Args:
        record: `report.record`.
        lang: `en` or `zh`.
    """
    tree = _Tree(lang)
    return tree.grow(record) if "footprint" in record else tree.plain(record)


class _Tree:
    """Grows one tree; a factor is told in full where it first stands."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._told: set[str] = set()

    def grow(self, record: dict[str, Any]) -> Node:
        footprint = self._footprint(record["footprint"])
        if record["kind"] == "FootprintStatement":
            return footprint
        filings = [self._opinion(each) for each in record.get("filings", [])]
        children = (*filings, footprint)
        if "certificate" not in record:
            return self._document("certificate", record, "declared", children)
        certificate = self._document("certificate", record["certificate"], "declared", children)
        return self._document("label", record, "displayed", (certificate,))

    def plain(self, record: dict[str, Any]) -> Node:
        """A record without a footprint: what it says, the factor that it is about, opinions."""
        children = [self._opinion(each) for each in record.get("basedOn", [])]
        if "factor" in record:
            children.insert(0, self._claim(record["factor"], fact_name("factor", self._lang), []))
        return self._claim(record, kind_title(record["kind"], self._lang), children)

    def _claim(self, record: dict[str, Any], name: str, children: list[Node]) -> Node:
        claim = record["claim"]
        words = [claim[number] for number in NUMBERS if number in claim]
        if "productName" in claim:
            figure = f"{claim['value']} {claim['valueUnit']}"
            code = f"{claim['factorCode']} {claim['factorVersion']}"
            words += [code, claim["productName"][self._lang], figure]
        facts = [("source", cite(source, self._lang)) for source in claim.get("sources", [])]
        facts += self._signed(record)
        named = tuple((fact_name(key, self._lang), text) for key, text in facts)
        status = claim.get("dataStatus", "")
        return Node(
            name,
            tuple(words),
            status_name(status, self._lang),
            status == _ILLUSTRATIVE,
            named,
            tuple(children),
        )

    def _document(
        self, name: str, record: dict[str, Any], figure: str, children: tuple[Node, ...]
    ) -> Node:
        """A certificate or a label: its number, its figure, what it is valid for."""
        claim = record["claim"]
        facts = [*self._product(claim), *self._validity(record), *self._amounts(claim)]
        if "basis" in claim:
            facts.append(("basis", term(claim["basis"], self._lang)))
        if "conditions" in claim:
            facts.append(("conditions", claim["conditions"][self._lang]))
        facts += [(each, claim[each]) for each in ("qr", "grade") if each in claim]
        return self._node(
            name,
            [claim[f"{name}Number"], _figure(claim[figure]), self._name_of(claim)],
            **self._data(claim["dataStatus"]),
            facts=[*facts, *self._signed(record)],
            children=children,
        )

    def _footprint(self, footprint: dict[str, Any]) -> Node:
        claim = footprint["claim"]
        facts = [*self._product(claim), *self._sums(claim)]
        if "recomputed" in footprint:
            done = footprint["recomputed"]
            facts.append(("recomputed", f"{done['done']} / {done['of']}"))
        children = [self._opinion(each) for each in footprint["verifications"]]
        items = footprint["lineItems"]
        rows = line_rows(footprint, self._lang)
        children += [self._item(row, item) for row, item in zip(rows, items, strict=True)]
        return self._node(
            "footprint",
            [_figure(claim["result"]), self._name_of(claim)],
            **self._data(claim["dataStatus"]),
            facts=[*facts, *self._signed(footprint)],
            children=children,
        )

    def _item(self, row: LineRow, item: dict[str, Any]) -> Node:
        children = []
        if "factor" in item:
            children.append(self._factor(item["factor"]))
        if "statement" in item:
            children.append(self._statement(item["statement"]))
        if "external" in item:
            external = item["external"]
            named = [external[name] for name in ("database", "version", "dataset")]
            children.append(self._node("external", named))
        words = [
            row.id,
            f"[{row.stage}, {row.category}]",
            row.activity,
            f"{row.quantity} x {row.factor} = {row.emission} kgCO2e",
            row.share,
            row.note,
        ]
        return self._node(
            "item",
            words,
            status=f"{row.status}; {row.source}",
            illustrative=row.illustrative,
            facts=self._how(item),
            children=children,
        )

    def _how(self, item: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Say what stands between a line's quantity and its emission."""
        if "conversion" in item:
            step = item["conversion"]
            yield "conversion", f"x {step['factor']} -> {step['to']}, {step['basis'][self._lang]}"
        if "allocation" in item:
            part = item["allocation"]
            yield "allocation", f"x {part['share']}, {part['method']}, {part['basis'][self._lang]}"
        if "electricity" in item:
            supply = item["electricity"]
            words = [term(supply["instrument"], self._lang), _period(supply["period"])]
            words += supply.get("certificateIds", []) + supply.get("transmissionOf", [])
            yield "electricity", ", ".join(words)

    def _factor(self, factor: dict[str, Any]) -> Node:
        """An admitted factor, in full where it first stands."""
        figure = f"{factor['value']} {factor['valueUnit']}"
        code = f"{factor['factorCode']} {factor['factorVersion']}"
        words = [factor["registryNumber"], code, factor["productName"][self._lang], figure]
        data = self._data(factor["dataStatus"])
        if factor["contentDigest"] in self._told:
            return self._node("factor", [*words, f"({pick(AS_ABOVE, self._lang)})"], **data)
        self._told.add(factor["contentDigest"])
        facts = [("source", cite(source, self._lang)) for source in factor["sources"]]
        facts += [
            ("submitter", issuer_name(factor["submission"], self._lang)),
            ("admitter", issuer_name(factor, self._lang)),
            ("digest", factor["contentDigest"]),
        ]
        opinions = [self._opinion(each) for each in factor["basedOn"]]
        return self._node("factor", words, **data, facts=facts, children=opinions)

    def _data(self, status: str) -> _Data:
        return {
            "status": status_name(status, self._lang),
            "illustrative": status == _ILLUSTRATIVE,
        }

    def _statement(self, statement: dict[str, Any]) -> Node:
        """The statement that a line rests on, named as far as it is in the bundle."""
        words = [f"{statement['value']} {statement['valueUnit']}"]
        facts = [("digest", statement["contentDigest"])]
        if "issuer" not in statement:
            return self._node("statement", words, facts=facts)
        words.append(statement["product"]["name"][self._lang])
        data = self._data(statement["dataStatus"])
        return self._node("statement", words, **data, facts=self._signed(statement))

    def _opinion(self, opinion: dict[str, Any]) -> Node:
        claim = opinion.get("claim", {})
        words = [
            claim.get("filingNumber", ""),
            opinion_name(opinion["outcome"] or "", self._lang),
            term(claim.get("level", ""), self._lang),
            issuer_name(opinion, self._lang),
            opinion["time"],
        ]
        said = tuple(word for word in words if word)
        return Node(kind_title(opinion["kind"], self._lang), said)

    def _node(
        self,
        name: str,
        words: Iterable[str],
        *,
        status: str = "",
        illustrative: bool = False,
        facts: Iterable[tuple[str, str]] = (),
        children: Iterable[Node] = (),
    ) -> Node:
        named = tuple((fact_name(key, self._lang), text) for key, text in facts)
        label = fact_name(name, self._lang)
        said = tuple(word for word in words if word)
        return Node(label, said, status, illustrative, named, tuple(children))

    def _product(self, claim: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """What is certified, and within which boundary."""
        if "specification" in claim["product"]:
            yield "product", claim["product"]["specification"][self._lang]
        yield "productIds", ", ".join(claim["productIds"])
        if "facility" in claim:
            yield "facility", claim["facility"]["name"][self._lang]
        yield "boundary", term(claim["systemBoundary"], self._lang)
        if "referencePeriod" in claim:
            yield "period", _period(claim["referencePeriod"])
        if "gwpSet" in claim:
            yield "gwpSet", claim["gwpSet"]

    def _sums(self, claim: dict[str, Any]) -> Iterator[tuple[str, str]]:
        yield "declaredFor", f"{claim['declaredAmount']} {claim['declaredUnit']}"
        yield "total", f"{claim['total']} kgCO2e"
        for name, key in (("byStage", "stage"), ("byCategory", "category")):
            parts = [f"{term(row[key], self._lang)} {row['emission']}" for row in claim[name]]
            yield name, ", ".join(parts)
        shares = claim["primaryDataShare"]
        named = [f"{term(key, self._lang)} {shares[key]}" for key in ("activity", "factor", "both")]
        yield "primaryData", ", ".join(named)
        for item in claim["cutOff"]["items"]:
            words = [item["name"][self._lang], item["share"], item["reason"][self._lang]]
            yield "cutOff", ", ".join(words)

    def _validity(self, record: dict[str, Any]) -> Iterator[tuple[str, str]]:
        if "validUntil" in record:
            yield "valid", f"{record['validFrom']} - {record['validUntil']}"

    def _amounts(self, claim: dict[str, Any]) -> Iterator[tuple[str, str]]:
        if "authorised" in claim:
            amount = claim["authorised"]
            yield "authorised", f"{amount['quantity']} {amount['unit']}"
        if "lots" in claim:
            yield "lots", ", ".join(claim["lots"])

    def _signed(self, record: dict[str, Any]) -> list[tuple[str, str]]:
        return [
            ("signer", issuer_name(record, self._lang)),
            ("logged", "  ".join([f"#{record['index']}", record.get("time", "")]).rstrip()),
            ("digest", record["contentDigest"]),
        ]

    def _name_of(self, claim: dict[str, Any]) -> str:
        name: str = claim["product"]["name"][self._lang]
        return name


def _figure(result: dict[str, Any]) -> str:
    return f"{result['value']} {result['unit']}"


def _period(period: dict[str, str]) -> str:
    return f"{period['start']} - {period['end']}"
