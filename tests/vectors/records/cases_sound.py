"""Records at the edge of every rule, on the right side of it."""

from __future__ import annotations

import json
from hashlib import sha256

import rfc8785
from corpus_base import (
    Case,
    Part,
    Value,
    canonical,
    enrolment,
    enrolment_request,
    envelope,
    link,
    official_factor,
    product_factor,
    sign,
)


def factor(name: str, **changes: object) -> Value:
    """Make an unsigned official factor with some members of its subject changed."""
    return envelope("FactorSubmission", "transcriber", {**official_factor(), **changes}, name)


def accept(name: str, why: str, record: Value, parts: list[Part] | None = None) -> Case:
    content = {member: value for member, value in record.items() if member != "proof"}
    expect = {
        "kind": record["type"][1],
        "id": record["id"],
        "contentDigest": "sha256:" + sha256(rfc8785.dumps(content)).hexdigest(),
        "envelopeDigest": "sha256:" + sha256(rfc8785.dumps(record)).hexdigest(),
    }
    return Case(name, why, parts or [canonical(record)], expect)


def _kinds() -> list[Case]:
    product = envelope("FactorSubmission", "transcriber", product_factor(), "product")
    request = envelope("EnrolmentRequest", "transcriber", enrolment_request(), "request")
    bare = enrolment_request()
    del bare["personId"], bare["organisation"]["parentGroupId"]
    bare_request = envelope("EnrolmentRequest", "registrar", bare, "bare-request")
    answer = envelope("Enrolment", "registrar", enrolment(), "enrolment")
    answer["links"] = [link("about", "request")]
    free = {**enrolment(), "scope": {}}
    del free["personId"]
    unrestricted = envelope("Enrolment", "registrar", free, "unrestricted")
    unrestricted["links"] = [link("about", "request")]
    return [
        accept(
            "factor-required", "the required members are enough", sign(factor("a"), "transcriber")
        ),
        accept("factor-every-member", "every optional member", sign(product, "transcriber")),
        accept("request", "a request with every member", sign(request, "transcriber")),
        accept(
            "request-required", "a request with required members", sign(bare_request, "registrar")
        ),
        accept("enrolment", "an enrolment with every scope member", sign(answer, "registrar")),
        accept("enrolment-unrestricted", "an empty scope", sign(unrestricted, "registrar")),
    ]


def _layouts() -> list[Case]:
    record = sign(factor("layout"), "transcriber")
    reverse = dict(reversed(list(record.items())))
    escaped = json.dumps(record, ensure_ascii=True)
    return [
        accept(
            "layout-indented",
            "only the canonical form counts",
            record,
            [json.dumps(reverse, indent=2)],
        ),
        accept("layout-escaped", "an escape is the character it stands for", record, [escaped]),
        accept(
            "layout-blanks",
            "JSON blanks around the value",
            record,
            ["\t\r\n ", canonical(record), "\n"],
        ),
    ]


def _edges() -> list[Case]:
    cases = []
    values = {
        "decimal-34-digits": "1234567890123456.123456789012345678",
        "decimal-18-places": "0.000000000000000001",
        "decimal-zero": "0.0000",
        "decimal-negative": "-0.5",
    }
    for name, value in values.items():
        record = sign(factor(name, value=value), "transcriber")
        cases.append(accept(name, f"{value} is a quantity", record))
    texts = {
        "text-line-feed": "first\nsecond",
        "text-quotes": 'a "quoted" \\ backslash \\n and \\u0000 spelled out',
        "text-astral": "\U0002000b \U0001f30d \ufb01nal",
        "text-separator": "line\u2028separator, zero\ufeffwidth, soft\u00adhyphen",
        "text-2000-characters": "\u4e91" * 2000,
    }
    for name, value in texts.items():
        record = sign(factor(name, variant={"zh": value, "en": value}), "transcriber")
        cases.append(accept(name, "text that the profile allows", record))
    return cases


def _envelopes() -> list[Case]:
    linked = envelope("EnrolmentRequest", "transcriber", enrolment_request(), "links")
    linked["links"] = [link("basedOn", "b"), link("basedOn", "a"), link("about", "z")]
    linked["links"].sort(key=lambda item: (item["rel"], item["contentDigest"]))
    many = envelope("EnrolmentRequest", "transcriber", enrolment_request(), "links-512")
    many["links"] = sorted(
        (link("uses", str(number)) for number in range(512)), key=lambda item: item["contentDigest"]
    )
    resource = factor("resource")
    sri = product_factor()["evidence"][0]["digestSRI"]
    resource["relatedResource"] = [
        {"id": "https://files.example/a.pdf", "mediaType": "application/pdf", "digestSRI": sri}
    ]
    lapsing = factor("lapsing")
    lapsing["validUntil"] = lapsing["validFrom"]
    leap = factor("leap")
    leap["validFrom"] = "2024-02-29T23:59:59Z"
    century = factor("century")
    century["validFrom"] = "2000-02-29T00:00:00Z"
    edge = factor("edge")
    edge["validFrom"], edge["validUntil"] = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
    return [
        accept("links-sorted", "links ascend by (rel, contentDigest)", sign(linked, "transcriber")),
        accept("links-512", "512 links are the most", sign(many, "transcriber")),
        accept("related-resource", "a file named by its digest", sign(resource, "transcriber")),
        accept("valid-until-same", "a record may lapse at once", sign(lapsing, "transcriber")),
        accept("time-leap-day", "2024 has a 29 February", sign(leap, "transcriber")),
        accept("time-leap-century", "2000 has a 29 February", sign(century, "transcriber")),
        accept("time-first-and-last", "years 0001 to 9999", sign(edge, "transcriber")),
    ]


def sound() -> list[Case]:
    """Return factors and enrolments that must be accepted."""
    return [*_kinds(), *_layouts(), *_edges(), *_envelopes()]
