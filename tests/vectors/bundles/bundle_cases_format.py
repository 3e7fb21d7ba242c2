"""Step 1: files that are no bundle, and bundles that break a rule of the format."""

from __future__ import annotations

from bundle_case import finish, invalid, unreadable
from simulator import Ledger, content_digest, edited, good_story, jcs, secure


def _raw(data: bytes):
    ledger = Ledger()
    ledger.anchor()
    return ledger, data, ledger.policy()


@unreadable("bundle.syntax")
def truncated():
    """The last byte is missing."""
    ledger, bundle, policy = good_story()
    return ledger, jcs(bundle)[:-1], policy


@unreadable("bundle.bom")
def byte_order_mark():
    """An editor put a byte-order mark before the bundle."""
    return _raw(b'\xef\xbb\xbf{"format":"suyuan/bundle@v1"}')


@unreadable("bundle.encoding")
def not_utf8():
    """The text is GB18030."""
    return _raw('{"format":"suyuan/bundle@v1","hint":"溯源"}'.encode("gb18030"))


@unreadable("bundle.duplicate_key")
def duplicate_key():
    """One member stands twice: two readers would see two bundles."""
    ledger, bundle, policy = good_story()
    return ledger, jcs(bundle)[:-1] + b',"subject":"sha256:' + b"0" * 64 + b'"}', policy


@unreadable("bundle.number")
def number_is_not_an_integer():
    """An index is written 1.0."""
    return _raw(b'{"format":"suyuan/bundle@v1","log":{"entries":[{"index":1.0}]}}')


@unreadable("bundle.depth")
def nested_too_deeply():
    """Arrays nested 35 deep."""
    return _raw(b'{"format":"suyuan/bundle@v1","records":' + b"[" * 34 + b"]" * 34 + b"}")


@unreadable("bundle.surrogate")
def lone_surrogate():
    """An escape names half of a surrogate pair."""
    return _raw(b'{"format":"suyuan/bundle@v1","hint":"\\ud83d"}')


@unreadable("bundle.not_a_bundle")
def another_document():
    """A JSON document of another kind."""
    return _raw(b'{"format":"something/else@v1"}')


@unreadable("bundle.version")
def later_version():
    """A bundle of a version that does not exist yet."""
    return _raw(b'{"format":"suyuan/bundle@v2"}')


@invalid(1, "bundle.shape")
def unknown_member():
    """A member that the format does not name."""
    ledger, bundle, policy = good_story()
    return ledger, {**bundle, "trust": policy}, policy


@invalid(1, "bundle.shape")
def entry_missing():
    """Fewer entries than records."""
    ledger, bundle, policy = good_story()
    bundle["log"]["entries"].pop()
    return ledger, bundle, policy


@invalid(1, "bundle.hash")
def hash_with_spare_bits():
    """A proof hash in base64 whose unused bits are not zero: the same bytes, another spelling."""
    ledger, bundle, policy = good_story()
    text = bundle["log"]["proof"][0]
    last = chr(ord(text[-2]) + 1)
    return ledger, edited(bundle, "log", "proof", 0, to=text[:-2] + last + "="), policy


@invalid(1, "bundle.order")
def order_swapped():
    """Two records and their entries are swapped."""
    ledger, bundle, policy = good_story()
    for rows in (bundle["records"], bundle["log"]["entries"]):
        rows[0], rows[1] = rows[1], rows[0]
    return ledger, bundle, policy


@invalid(1, "bundle.order")
def time_goes_back():
    """The log claims to have integrated a later record earlier."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    record = ledger.factor(ledger.provider)
    return finish(ledger, record, enrolments, time="2026-01-05T08:01:00Z")


@invalid(1, "bundle.subject")
def subject_is_elsewhere():
    """The subject is the record of another bundle."""
    ledger, bundle, policy = good_story()
    other = content_digest(ledger.factor(ledger.provider, value="1.251"))
    return ledger, {**bundle, "subject": other}, policy


@invalid(1, "bundle.closure")
def link_leads_outside():
    """The factor names a rule set that the bundle does not carry."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    other = content_digest(ledger.factor(ledger.provider, value="1.251"))
    links = [{"rel": "underRule", "contentDigest": other}]
    return finish(ledger, ledger.factor(ledger.provider, links=links), enrolments)


@invalid(1, "bundle.twice")
def record_twice():
    """The log took one record twice, and the bundle shows it at both places."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    record = ledger.factor(ledger.provider)
    first = ledger.append(record)
    return finish(ledger, record, [*enrolments, first])


@invalid(1, "bundle.twice")
def content_twice_under_two_signatures():
    """One content signed twice and logged twice: two envelopes, one claim."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    record = ledger.factor(ledger.provider)
    first = ledger.append(record)
    document = {name: item for name, item in record.items() if name != "proof"}
    again = secure(document, ledger.provider, created="2026-02-02T00:00:00Z")
    return finish(ledger, again, [*enrolments, first])
