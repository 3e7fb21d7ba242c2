"""Is a footprint statement right? The rules of step 9 once more, over a story instead of bytes.

Small and slow on purpose, written from the rules and not from the verifier: every question walks
the whole story, every number is a fraction. It names every rule that is broken, whether or not a
verifier that stops at the first would. It knows what the stories can make, not more: the shapes of
records are step 2's.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from footprint_electricity import electricity
from footprint_figures import (
    UPTAKE,
    Unjudged,
    by_category,
    by_stage,
    counted,
    emission_of,
    is_exact,
    is_fine,
    result_of,
    share_bounds,
    total_of,
    weight,
)

Subject = dict[str, Any]

CBAM = "CbamInstallationData"
RESULT_DIGITS = 3
NAMING = {
    "cbam.link",
    "footprint.before",
    "footprint.link",
    "footprint.not_admitted",
    "footprint.not_in_force",
}
"""Codes of a line item that names nothing to calculate with: what follows from it is anybody's."""
ENDED = ("suspended", "revoked", "cancelled")


class Oracle:
    """Answers for the statements of one story.

    Args:
        story: a `footprint_story.FootprintStory`.
        disclosed: ids of the sealed line items whose figures are known, by label of the statement;
            all of them where a label is not named.
    """

    def __init__(self, story, disclosed: dict[str, set[str]] | None = None) -> None:
        self.story = story
        self.disclosed = disclosed or {}
        self.places = story.by_digest()

    def codes(self, label: str = "statement") -> set[str]:
        """Every rule of step 9 that a statement breaks."""
        record = self.story.record(label)
        subject = record["credentialSubject"]
        rules = self._rules(record)
        if "footprint" not in rules:
            return {"footprint.rules"}
        lines = [self._opened(label, line) for line in subject["lineItems"]]
        return {
            *self._linked(label, record, lines),
            *(code for line in lines for code in self._factor(subject, line, rules)),
            *self._circle(label),
            *(code for line in lines for code in _figures(line, rules, subject["gwpSet"])),
            *self._sums(subject, lines, rules),
            *self._caps(subject, record, lines, rules),
            *self._illustrated(subject, lines),
            *electricity(subject, rules, [(line, self._electric(line, rules)) for line in lines]),
            *self._twice(label),
        }

    def known(self, label: str = "statement") -> tuple[int, int]:
        """How many line items can be recomputed, of how many."""
        lines = self.story.record(label)["credentialSubject"]["lineItems"]
        return sum("quantity" in self._opened(label, line) for line in lines), len(lines)

    def _rules(self, record: Subject) -> Subject:
        (digest,) = (
            link["contentDigest"] for link in record["links"] if link["rel"] == "underRule"
        )
        return self.story.record(self.places[digest])["credentialSubject"]

    def _opened(self, label: str, line: Subject) -> Subject:
        """A line item with the figures that are known of it."""
        figures = self.story.sealed.get(label, {})
        if line["id"] not in self.disclosed.get(label, figures.keys()):
            return line
        return {**line, **figures.get(line["id"], {})}

    # what it rests on

    def _linked(self, label: str, record: Subject, lines: list[Subject]) -> Iterator[str]:
        named = {digest for line in lines if (digest := _digest_of(line))}
        linked = {rel: [] for rel in ("uses", "basedOn")}
        for link in record.get("links", []):
            linked.setdefault(link["rel"], []).append(link["contentDigest"])
        if named != set(linked["uses"]):
            yield "footprint.link"
        kinds = {"factor": "FactorAdmission", "statement": "FootprintStatement"}
        expected = [
            (kinds[name], _digest_of(line)) for line in lines for name in kinds.keys() & line.keys()
        ]
        expected += [("MethodReference", digest) for digest in linked["basedOn"]]
        for kind, digest in expected:
            if self._kind(digest) not in (kind, CBAM):
                yield "footprint.not_admitted"
        if any(self._kind(link["contentDigest"]) == CBAM for link in record.get("links", [])):
            yield "cbam.link"
        for digest in (*linked["uses"], *linked["basedOn"]):
            used = self.places.get(digest)
            if used is None:
                yield "footprint.not_admitted"
                continue
            if self.story.at[used] >= self.story.at[label]:
                yield "footprint.before"
            # A method is a document: it is not admitted, and does not end.
            rests_on = [used, *self._about(used)] if digest in linked["uses"] else []
            at = self.story.at[label]
            if any(self._ended(each, at) or self._expired(each, at) for each in rests_on):
                yield "footprint.not_in_force"

    def _about(self, label: str) -> list[str]:
        links = self.story.record(label).get("links", [])
        return [self.places[link["contentDigest"]] for link in links if link["rel"] == "about"]

    def _ended(self, label: str, index: int, ends: tuple[str, ...] = ENDED) -> bool:
        """Whether it was withdrawn, or stood suspended or revoked, at a place in the log."""
        ended, final = False, False
        for event in sorted(self.story.at, key=self.story.at.__getitem__):
            record, at = self.story.record(event), self.story.at[event]
            kind, said = record["type"][1], record["credentialSubject"]
            targets = {link["contentDigest"] for link in record.get("links", [])}
            if at >= index or self.story.digest(label) not in targets:
                continue
            if said.get("effectiveFrom", "") > self.story.ledger.times[index]:
                continue
            if kind == "FactorWithdrawal":
                final = True
            if kind == "StatusChange" and not final:
                ended = said["to"] in ends
                final = said["to"] in ENDED[1:]
        return ended or final

    def _expired(self, label: str, index: int) -> bool:
        """Whether a record that says until when it is valid was valid no more at a place."""
        until = self.story.record(label).get("validUntil")
        return until is not None and self.story.ledger.times[index] > until

    def _kind(self, digest: str | None) -> str:
        label = self.places.get(digest or "")
        return self.story.record(label)["type"][1] if label else ""

    def _submission(self, line: Subject) -> Subject | None:
        """The factor that a line item names, as it was submitted."""
        digest = line.get("factor", {}).get("admission")
        if self._kind(digest) != "FactorAdmission":
            return None
        (submitted,) = self._about(self.places[digest])
        return self.story.record(submitted)["credentialSubject"]

    def _upstream(self, line: Subject) -> Subject | None:
        digest = line.get("statement", {}).get("contentDigest")
        if self._kind(digest) != "FootprintStatement":
            return None
        return self.story.record(self.places[digest])["credentialSubject"]

    # whether the factor fits

    def _factor(self, subject: Subject, line: Subject, rules: Subject) -> Iterator[str]:
        factor = self._submission(line)
        if factor is not None:
            names = ("factorCode", "factorVersion", "value", "valueUnit")
            if any(line["factor"][name] != factor[name] for name in names):
                yield "footprint.factor"
            if factor["seriesType"] == "GRID_CO2_ORG":
                yield "footprint.series"
                return
            yield from _fits(subject, factor, rules)
            if factor["gwpSet"] not in ("notStated", subject["gwpSet"]):
                yield "footprint.gwp_set"
        other = self._upstream(line)
        if other is not None:
            yield from _fits(subject, other, rules)
            result, named = other["result"], line["statement"]
            same = (named["value"], named["valueUnit"]) == (result["value"], result["unit"])
            if not same or other["gwpSet"] != subject["gwpSet"]:
                yield "footprint.upstream"

    def _circle(self, label: str) -> Iterator[str]:
        """Whether a statement rests on another of the same product, producer and time."""
        record = self.story.record(label)
        own = record["credentialSubject"]
        left, seen = [self.story.digest(label)], set()
        while left:
            digest = left.pop()
            if digest in seen or self._kind(digest) != "FootprintStatement":
                continue
            seen.add(digest)
            other = self.story.record(self.places[digest])
            said = other["credentialSubject"]
            left += [line["statement"]["contentDigest"] for line in _upstreams(said)]
            if (
                digest != self.story.digest(label)
                and set(own["productIds"]) & set(said["productIds"])
                and self._organisation(record) == self._organisation(other)
                and own["referencePeriod"]["start"] <= said["referencePeriod"]["end"]
                and said["referencePeriod"]["start"] <= own["referencePeriod"]["end"]
            ):
                yield "footprint.cycle"

    def _organisation(self, record: Subject) -> str:
        actors = self.story.actors.values()
        (own,) = {
            actor.organisation["registeredId"]
            for actor in actors
            if actor.did == record["issuer"]["id"]
        }
        return own

    # what follows from the line items

    def _sums(self, subject: Subject, lines: list[Subject], rules: Subject) -> Iterator[str]:
        known = [line for line in lines if "emission" in line]
        whole = len(known) == len(lines)
        yield from _agree("footprint.total", subject["total"], total_of(known), whole=whole)
        for member, key, sums in (
            ("byStage", "stage", by_stage(known)),
            ("byCategory", "category", by_category(known)),
        ):
            present = {
                line[key] for line in lines if key == "category" or line["category"] != UPTAKE
            }
            stated = {row[key]: row["emission"] for row in subject[member]}
            if stated.keys() != present:
                yield "footprint.subtotal"
            for name in present & stated.keys():
                exact = all("emission" in line for line in lines if line[key] == name)
                if name == UPTAKE and not exact:
                    continue
                computed = sums.get(name, Fraction(0))
                yield from _agree("footprint.subtotal", stated[name], computed, whole=exact)
            parts = sum(Fraction(stated[name]) for name in stated if name != UPTAKE)
            if not whole and parts != Fraction(subject["total"]):
                yield "footprint.subtotal"
        result = subject["result"]
        amounts = (subject["total"], subject["declaredAmount"])
        exactly = is_exact(result["value"], result["unit"], subject)
        if result["value"] != result_of(*amounts, result["unit"], result["scale"]) or not is_fine(
            result["value"], result["scale"], RESULT_DIGITS, exactly=exactly
        ):
            yield "footprint.result"
        scale = rules["footprint"]["shareScale"]
        all_of_it = weight(counted(lines)) if whole else Fraction(subject["total"])
        for name, bounds in share_bounds(lines, all_of_it, scale, self.is_primary).items():
            said = subject["primaryDataShare"][name]
            low, high = map(Fraction, bounds)
            if not low <= Fraction(said) <= high or len(said.partition(".")[2]) != scale:
                yield "footprint.primary_share"

    def is_primary(self, line: Subject) -> bool:
        """Whether the factor of a line item is primary data."""
        if line["type"] in ("directEmission", "upstreamStatement"):
            return True
        factor = self._submission(line)
        return factor is not None and factor["dataStatus"] == "measured"

    def _caps(
        self, subject: Subject, record: Subject, lines: list[Subject], rules: Subject
    ) -> Iterator[str]:
        caps = rules["caps"]
        own = counted(lines)
        known = all("emission" in line for line in own)
        all_of_it = weight(own) if known else Fraction(subject["total"])
        outside = weight([line for line in own if line["type"] == "external"])
        if outside > Fraction(caps["externalShare"]) * all_of_it:
            yield "footprint.external"
        single, whole = Fraction(caps["cutOffSingle"]), Fraction(caps["cutOffTotal"])
        for link in record.get("links", []):
            if link["rel"] != "basedOn" or self._kind(link["contentDigest"]) != "MethodReference":
                continue
            method = self.story.record(self.places[link["contentDigest"]])["credentialSubject"]
            if method["declaredUnit"] not in ("notStated", subject["declaredUnit"]):
                yield "footprint.method"
            if "cutOff" in method:
                single = min(single, Fraction(method["cutOff"]["single"]))
                whole = min(whole, Fraction(method["cutOff"]["total"]))
        shares = [Fraction(item["share"]) for item in subject["cutOff"]["items"]]
        if any(share > single for share in shares) or sum(shares) > whole:
            yield "footprint.cut_off"

    def _illustrated(self, subject: Subject, lines: list[Subject]) -> Iterator[str]:
        if any(map(self.is_illustrative, lines)) != (subject["dataStatus"] == "illustrative"):
            yield "footprint.data_status"

    def is_illustrative(self, line: Subject) -> bool:
        """Whether a line item, or what it rests on, is an illustration."""
        said = (line, self._submission(line), self._upstream(line))
        return any(each is not None and each["dataStatus"] == "illustrative" for each in said)

    def _electric(self, line: Subject, rules: Subject) -> str:
        """Whether a line item uses average, generated or transmitted electricity, or none."""
        factor = self._submission(line)
        if factor is None or factor["seriesType"] != "ELEC_FOOTPRINT":
            return ""
        listed = {row["factorCode"]: row["type"] for row in rules["footprint"]["electricity"]}
        official = factor["dataStatus"] == "officialTranscribed"
        return listed.get(factor["factorCode"], "generation") if official else "generation"

    def _twice(self, label: str) -> Iterator[str]:
        """Whether a certificate was used before, other than by what this statement replaces."""
        record = self.story.record(label)
        ids = _certificates(record["credentialSubject"])
        if len(ids) != len(set(ids)):
            yield "footprint.certificate_twice"
        replaced = self._replaced(label)
        for other in self.story.at:
            earlier = self.story.record(other)
            if (
                earlier["type"][1] == "FootprintStatement"
                and self.story.at[other] < self.story.at[label]
                and (other not in replaced or self._is_certified(other, self.story.at[label]))
                and set(ids) & set(_certificates(earlier["credentialSubject"]))
            ):
                yield "footprint.certificate_twice"

    def _is_certified(self, label: str, index: int) -> bool:
        """Whether a certificate about a statement stood at a place in the log."""
        return any(
            label in self._about(certificate)
            and self.story.at[certificate] < index
            and not self._ended(certificate, index, ends=ENDED[1:])
            for certificate in self.story.labels("Certificate")
        )

    def _replaced(self, label: str) -> set[str]:
        """What a statement replaces, directly or not, of the same producer."""
        found: set[str] = set()
        left = [label]
        while left:
            record = self.story.record(left.pop())
            for link in record.get("links", []):
                older = self.places.get(link["contentDigest"])
                if link["rel"] != "supersedes" or older is None:
                    continue
                if self._organisation(record) == self._organisation(self.story.record(older)):
                    found.add(older)
                    left.append(older)
        return found


def _fits(subject: Subject, used: Subject, rules: Subject) -> Iterator[str]:
    """Whether a statement may use a factor or another statement of this boundary and period."""
    boundaries = {row["statement"]: row["factors"] for row in rules["footprint"]["boundaries"]}
    if used["systemBoundary"] not in boundaries.get(subject["systemBoundary"], []):
        yield "footprint.boundary"
    period, stated = subject["referencePeriod"], used["referencePeriod"]
    year = int(period["start"][:4]) - rules["footprint"]["factorAgeYears"]
    if stated["end"] < f"{year:04}{period['start'][4:]}" or stated["start"] > period["end"]:
        yield "footprint.period"


def _figures(line: Subject, rules: Subject, gwp_set: str) -> Iterator[str]:
    """E3: the emission of one line item, and its sign."""
    if "emission" not in line:
        return
    stated = Fraction(line["emission"])
    try:
        if emission_of(line, rules, gwp_set) != stated:
            yield "footprint.emission"
    except Unjudged as broken:
        yield str(broken)
    if stated > 0 if line["category"] == UPTAKE else stated < 0:
        yield "footprint.sign"


def _agree(code: str, stated: str, computed: Fraction, *, whole: bool) -> Iterator[str]:
    """A sum of all parts equals what is stated; a sum of some is not more than that."""
    said = Fraction(stated)
    if computed != said if whole else computed > said:
        yield code


def _digest_of(line: Subject) -> str | None:
    if "factor" in line:
        return line["factor"]["admission"]
    return line.get("statement", {}).get("contentDigest")


def _upstreams(subject: Subject) -> list[Subject]:
    return [line for line in subject["lineItems"] if "statement" in line]


def _certificates(subject: Subject) -> list[str]:
    return [
        name
        for line in subject["lineItems"]
        for name in line.get("electricity", {}).get("certificateIds", [])
    ]
