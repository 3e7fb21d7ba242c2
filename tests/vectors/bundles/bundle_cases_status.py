"""Step 10: what happened after the admission, and lists that do not say so."""

from __future__ import annotations

import copy

import governance_records as says
from bundle_case import ASSERTED, case
from governance_story import Story, short_story
from simulated_status import encode
from simulator import Actor, Ledger, resign

good = case("VALID", ASSERTED)


def noted(*codes: str):
    """The admission stands, and the report says what else there is to know."""
    return case("VALID", ASSERTED, *((10, code, "pass") for code in codes))


LATER = "2026-01-20T00:00:00Z"
"""More than `maxStatusAge` after everything that a story logs."""


def stands_not(code: str, *also: str):
    """The admission does not stand: these checks of step 10 fail."""
    return case("INVALID", ASSERTED, *sorted((10, name, "fail") for name in (code, *also)))


def not_known(code: str):
    """Whether the admission stands cannot be said."""
    return case("UNDECIDED", ASSERTED, (10, code, "unknown"))


def _told(story: Story, subject: str = "admission", **export) -> tuple[Ledger, dict, dict]:
    return story.ledger, *story.export(subject, **export)


def _admitted(*labels: str) -> Story:
    return short_story("publisher", *labels)


# What stands, with a note or without


@noted("status.replaced")
def good_superseded():
    """A newer version was admitted and replaces this one; the old admission stays explainable."""
    story = _admitted().submit("second", factorVersion="2", value="1.240")
    story.review("expert1", "second review", of="second")
    story.admit("second admission", of="second", registryNumber="EXAMPLE-0002")
    links = [("basedOn", "second admission")]
    story.end("FactorSupersession", "supersession", impact="informOnly", links=links)
    return _told(story.publish())


@noted("status.no_new_use")
def good_no_new_use():
    """The factor was withdrawn for new uses only."""
    return _told(_admitted().end("FactorWithdrawal", "end", impact="noNewUse").publish())


@noted("status.inform")
def good_corrected_for_information():
    """A slip in a name was corrected: for information."""
    return _told(_admitted().end("FactorErratum", "erratum", impact="informOnly").publish())


@good
def good_withdrawn_in_future():
    """A withdrawal was announced that takes effect after the verification."""
    story = _admitted().end("FactorWithdrawal", "end", effectiveFrom="2026-03-01T00:00:00Z")
    return _told(story.publish())


@good
def good_active_again():
    """The admission was suspended by a supervisor and set in force again by the admitter."""
    story = _admitted("supervisor").change_status("suspension", "suspended")
    story.change_status("end of it", "active", by="admitter", **{"from": "suspended"})
    return _told(story.publish())


@good
def good_fresher_status_file():
    """The bundle lay in an archive until its list was too old; a fresher one comes beside it."""
    story = _admitted().publish()
    bundle, _ = story.export("admission")
    subject = {"asOfTreeSize": story.ledger.size, "segments": []}
    links = [("supersedes", "status")]
    fresher = story.make("StatusList", "publisher", subject, links)
    story.append("fresher", fresher, "2026-01-19T00:00:00Z")
    file, policy = story.export("fresher", without=_CASE)
    return story.ledger, bundle, policy, LATER, file


_CASE = {"factor", "review of expert1", "admission", "status"}


# What does not stand


@stands_not("status.revoked")
def withdrawn_and_recalled():
    """The factor was withdrawn, and everything that rests on it is recalled."""
    return _told(_admitted().end("FactorWithdrawal", "end").publish())


@stands_not("status.revoked")
def corrected_and_recalled():
    """The value was wrong: an erratum that recalls what rests on it."""
    return _told(_admitted().end("FactorErratum", "erratum").publish())


@stands_not("status.revoked")
def admission_cancelled():
    """The admitter cancelled the admission; that it was declared active afterwards is in vain."""
    story = _admitted("supervisor").change_status("end", "cancelled", by="admitter")
    return _told(story.change_status("again", "active", **{"from": "suspended"}).publish())


@stands_not("status.used_after")
def used_after_the_withdrawal():
    """A record says that it uses a factor which had been withdrawn for new uses before."""
    story = _admitted().end("FactorWithdrawal", "end", impact="noNewUse")
    # Of the kinds of this version only a request may carry such a link; footprints will.
    actor = story.actors["expert2"]
    subject = {"organisation": actor.organisation, "roles": ["expert"], "personId": actor.person}
    request = story.make("EnrolmentRequest", "expert2", subject, [("uses", "admission")])
    story.append("request", request)
    story.at["expert2"] = story.ledger.enrol(story.actors["registrar"], story.at["request"])
    return _told(story.publish())


@stands_not("status.suspended")
def admission_suspended():
    """A supervisor suspended the admission."""
    return _told(_admitted("supervisor").change_status("suspension", "suspended").publish())


@stands_not("status.expired")
def admission_expired():
    """The admission was valid until a day that is over."""
    story = _admitted()
    links = [("about", "factor"), ("basedOn", "review of expert1"), ("underRule", "rules")]
    subject = says.admission(reviewedTreeSize=story.ledger.size, registryNumber="EXAMPLE-0002")
    until = "2026-01-05T12:00:00Z"
    limited = story.make("FactorAdmission", "admitter", subject, links, validUntil=until)
    return _told(story.append("limited", limited).publish(), "limited", without=["admission"])


# Lists


@not_known("status.none")
def no_status_list():
    """Nothing in the bundle says whether the admission still stands."""
    return _told(_admitted())


@not_known("status.stale")
def status_list_too_old():
    """The list is older than the policy allows: what happened since is not known."""
    return *_told(_admitted().publish()), LATER


@not_known("status.not_covered")
def status_list_before_the_admission():
    """The list speaks of the log as it was before the admission."""
    story = _admitted()
    return _told(story.publish(as_of=story.at["admission"]))


@not_known("status.unexplained")
def withdrawal_left_out():
    """The list says that the admission is revoked, and the bundle leaves out by whom."""
    story = _admitted().end("FactorWithdrawal", "end").publish()
    return _told(story, without=["end"])


@case(
    "INVALID",
    ASSERTED,
    (10, "status.contradicted", "fail"),
    (10, "status.no_new_use", "pass"),
)
def list_denies_the_withdrawal():
    """The withdrawal is in the bundle, and the list that was signed after it denies it."""
    story = _admitted().end("FactorWithdrawal", "end", impact="noNewUse").publish(bits={})
    return _told(story)


@stands_not("status.revoked")
def old_list_beside_a_withdrawal():
    """The list is of before the withdrawal; whoever holds both is not deceived."""
    return _told(_admitted().publish().end("FactorWithdrawal", "end"))


@stands_not("status.as_of")
def list_of_the_future():
    """The list speaks of a log that is longer than it was."""
    story = _admitted()
    return _told(story.publish(as_of=story.ledger.size + 1))


@stands_not("status.list")
def status_list_of_another_kind():
    """What the bundle names as its status list is an admission."""
    story = _admitted()
    return _told(story, lists=["admission"])


@case("INVALID", (2, "record.status_bomb", "fail"))
def status_list_bursts():
    """A list that inflates to more bytes than a segment has."""
    story = Story().cast("publisher")
    row = {"purpose": "revocation", "segment": 0, "encodedList": encode({0}, 16_385)}
    return _told(story.publish(segments=[row]), "status")


@case("INVALID", (5, "merkle.root", "fail"), ASSERTED, (10, "status.inform", "pass"))
def withdrawal_hidden_in_the_log():
    """The log's entry of the withdrawal leaves out the effect, so that no monitor sees it."""
    story = _admitted()
    links = [("withdraws", "admission"), ("underRule", "rules")]
    record = story.make("FactorWithdrawal", "admitter", says.ending(impact="informOnly"), links)
    return _told(story.append("end", record, effect=None).publish())


# Status files


@stands_not("status.revoked")
def recalled_since_the_archive():
    """The bundle of an archive was good; the fresher status tells of a recall since."""
    story = _admitted().publish()
    bundle, _ = story.export("admission")
    story.end("FactorWithdrawal", "end").publish("fresher", old="status")
    file, policy = story.export("fresher")
    return story.ledger, bundle, policy, None, file


@stands_not("status.file")
def status_file_of_nobody():
    """The fresher status was signed by somebody else than it says."""
    story = _admitted().publish()
    bundle, _ = story.export("admission")
    story.publish("fresher", old="status")
    file, policy = story.export("fresher", without=_CASE)
    file["records"][-1] = resign(file["records"][-1], Actor("stranger"))
    return story.ledger, bundle, policy, None, file


@stands_not("status.fork")
def status_file_of_a_fork():
    """The log showed one history to whom it gave the bundle, and another beside it later."""
    story = _admitted().publish()
    bundle, _ = story.export("admission")
    other = Story()
    for name in ("chain", "contract", "blocks"):
        setattr(other.ledger, name, getattr(story.ledger, name))
    other.cast("submitter", "admitter", "publisher").publish()
    file, policy = other.export("status")
    policy["ruleSets"] = story.policy()["ruleSets"]
    return story.ledger, bundle, policy, None, file


@stands_not("status.fork")
def status_file_of_another_tree():
    """Two trees of one length, signed by one key: no record contradicts, but the roots do."""
    story = _admitted().publish()
    other = copy.deepcopy(story)
    for name in ("chain", "contract", "blocks"):
        setattr(other.ledger, name, getattr(story.ledger, name))
    bundle, _ = story.fill(1).export("admission")
    file, policy = other.publish("fresher", old="status").export("fresher")
    return story.ledger, bundle, policy, None, file
