"""Step 4: keys that were not entitled to sign what they signed, at that place in the log."""

from __future__ import annotations

from bundle_case import finish, invalid, undecided
from bundle_cases_good import official_figure
from simulator import Actor, Ledger, content_digest, good_story, secure


def _granted(*, factor: dict | None = None, **grant):
    """The honest story with another grant to the provider, or another factor."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors(**grant)
    return finish(ledger, ledger.factor(ledger.provider, **(factor or {})), enrolments)


@invalid(4, "authority.not_enrolled")
def issuer_never_enrolled():
    """A sound record, logged and anchored, by somebody whom nobody enrolled."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    return finish(ledger, ledger.factor(Actor("stranger", 900)), enrolments)


@invalid(4, "authority.not_enrolled")
def enrolled_afterwards():
    """The factor was logged before its issuer was enrolled."""
    ledger = Ledger()
    factor = ledger.append(ledger.factor(ledger.provider))
    enrolments = ledger.enrol_actors()
    anchor = ledger.anchor()
    return ledger, ledger.bundle(factor, [factor, *enrolments], anchor), ledger.policy()


@invalid(4, "authority.not_root", (4, "authority.not_root"))
def enrolled_by_stranger():
    """The enrolment was signed by somebody who is neither root nor registrar."""
    ledger = Ledger()
    request = ledger.request(ledger.provider, ["submitter"])
    enrolment = ledger.enrol(Actor("stranger", 900), request)
    return finish(ledger, ledger.factor(ledger.provider), [request, enrolment])


@invalid(4, "authority.not_root")
def enrolled_by_another_policys_root():
    """The policy pins another root: what this root signed proves nothing to its holder."""
    ledger, bundle, policy = good_story()
    policy["roots"][0]["did"] = Actor("another root").did
    return ledger, bundle, policy


@invalid(4, "authority.may_not_grant")
def registrar_grants_admitter():
    """A registrar granted a role that only a root grants."""
    return _granted(asked=["admitter", "submitter"])


@invalid(4, "authority.may_not_grant")
def registrar_makes_registrar():
    """A registrar enrolled a second registrar, who enrolled the provider."""
    ledger = Ledger()
    second = Actor("second registrar", 400)
    first_request = ledger.request(ledger.registrar, ["registrar"])
    first = ledger.enrol(ledger.root, first_request)
    second_request = ledger.request(second, ["registrar"])
    granted = ledger.enrol(ledger.registrar, second_request)
    request = ledger.request(ledger.provider, ["submitter"])
    enrolment = ledger.enrol(second, request)
    others = [first_request, first, second_request, granted, request, enrolment]
    return finish(ledger, ledger.factor(ledger.provider), others)


@invalid(4, "authority.may_not_grant")
def registrar_grants_wider_scope():
    """A registrar of one province granted the whole country."""
    ledger = Ledger()
    first = ledger.request(ledger.registrar, ["registrar"])
    second = ledger.enrol(ledger.root, first, scope={"geography": ["CN-YN"]})
    third = ledger.request(ledger.provider, ["submitter"])
    fourth = ledger.enrol(ledger.registrar, third, scope={"geography": ["CN"]})
    return finish(ledger, ledger.factor(ledger.provider), [first, second, third, fourth])


@invalid(4, "authority.role")
def registrar_is_only_submitter():
    """The enrolment was signed by a key that is enrolled, but not as registrar."""
    ledger = Ledger()
    first = ledger.request(ledger.registrar, ["submitter"])
    second = ledger.enrol(ledger.root, first)
    third = ledger.request(ledger.provider, ["submitter"])
    fourth = ledger.enrol(ledger.registrar, third)
    return finish(ledger, ledger.factor(ledger.provider), [first, second, third, fourth])


@invalid(4, "authority.role")
def transcriber_submits_own_figure():
    """A transcriber of official figures signed an illustrative one."""
    return _granted(asked=["transcriber"])


@invalid(4, "authority.role")
def submitter_signs_official_figure():
    """A submitter signed a figure as official; that takes a transcriber."""
    return _granted(factor=official_figure())


@invalid(4, "authority.scope")
def series_out_of_scope():
    """The key was enrolled for another series."""
    return _granted(scope={"series": ["ELEC_FOOTPRINT"]})


@invalid(4, "authority.scope")
def geography_out_of_scope():
    """The key was enrolled for another province."""
    return _granted(scope={"geography": ["CN-GZ", "CN-Y"]})


@invalid(4, "authority.scope")
def classification_out_of_scope():
    """The key was enrolled for a product group that the factor does not name."""
    return _granted(scope={"classification": [{"scheme": "example", "prefix": "32"}]})


@invalid(4, "authority.dates")
def enrolment_had_ended():
    """The record was logged after the enrolment's last day."""
    return _granted(notAfter="2026-01-05T08:03:59Z")


@invalid(4, "authority.dates")
def enrolment_not_begun():
    """The record was logged before the enrolment's first day."""
    return _granted(notBefore="2026-01-06T00:00:00Z")


@invalid(4, "authority.names")
def issuer_uses_another_name():
    """The record shows a name that its key was not enrolled with."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    document = {
        name: item for name, item in ledger.factor(ledger.provider).items() if name != "proof"
    }
    document["issuer"] = {**document["issuer"], "nameZh": "示例主管部门（虚构）"}
    return finish(ledger, secure(document, ledger.provider), enrolments)


@invalid(4, "authority.request")
def roles_never_asked_for():
    """The enrolment grants a role that the applicant did not ask for."""
    return _granted(roles=["checker", "submitter"])


@invalid(4, "authority.request")
def organisation_differs_from_request():
    """The enrolment binds the key to another organisation than its own request."""
    other = {**Actor("provider", 300).organisation, "orgType": "institute"}
    return _granted(organisation=other)


@invalid(4, "authority.request")
def person_differs_from_request():
    """The enrolment names a person whom the request does not name."""
    return _granted(personId="person-0002")


@invalid(4, "authority.request")
def enrolment_answers_no_request():
    """The enrolment is about a record that is no request."""
    ledger = Ledger()
    first, second, request, _ = ledger.enrol_actors()
    asked = ledger.records[request]["credentialSubject"]
    about = ledger.records[second]
    document = ledger.document(
        "Enrolment",
        ledger.root,
        {**ledger.records[3]["credentialSubject"], **asked},
        [{"rel": "about", "contentDigest": content_digest(about)}],
    )
    enrolment = ledger.append(secure(document, ledger.root))
    return finish(ledger, ledger.factor(ledger.provider), [first, second, enrolment])


@invalid(4, "authority.two_organisations")
def key_of_two_organisations():
    """One key was enrolled for two organisations, one after the other."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    moved = Actor("provider", 301)
    request = ledger.request(moved, ["submitter"])
    second = ledger.enrol(ledger.root, request)
    return finish(ledger, ledger.factor(moved), [*enrolments, request, second])


@undecided(4, "policy.root")
def policy_names_no_root_here():
    """The policy's only root decides from a later index on: nothing can be said."""
    ledger, bundle, policy = good_story()
    policy["roots"][0]["fromIndex"] = 4
    return ledger, bundle, policy


@invalid(4, "authority.not_root")
def root_had_been_replaced():
    """At the place of the enrolments another root decided already."""
    ledger, bundle, policy = good_story()
    policy["roots"] = [
        {"did": ledger.root.did, "fromIndex": 0, "untilIndex": 1},
        {"did": Actor("next root").did, "fromIndex": 1, "untilIndex": None},
    ]
    return ledger, bundle, policy


@undecided(4, "authority.unanswered")
def request_nobody_answered():
    """Anybody may ask to be enrolled, in any name: a request alone proves no name."""
    ledger = Ledger()
    request = ledger.request(Actor("stranger", 900), ["submitter"])
    return ledger, ledger.bundle(request, [request], ledger.anchor()), ledger.policy()


@invalid(4, "authority.names")
def request_in_another_name():
    """The issuer of the request is named otherwise than the organisation that it asks for."""
    ledger = Ledger()
    subject = {"organisation": Actor("provider", 301).organisation, "roles": ["submitter"]}
    document = ledger.document("EnrolmentRequest", ledger.provider, subject)
    request = ledger.append(secure(document, ledger.provider))
    enrolment = ledger.enrol(ledger.root, request)
    bundle = ledger.bundle(request, [request, enrolment], ledger.anchor())
    return ledger, bundle, ledger.policy()
