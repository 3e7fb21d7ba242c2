"""Step 4, governance: signed by somebody whose word this is not, or no longer."""

from __future__ import annotations

from dataclasses import replace

import governance_records as says
from bundle_case import case, invalid, told
from governance_story import Story, short_start, short_story
from simulator import Actor


def _started(*labels: str, factor: dict | None = None, **grants: dict) -> Story:
    """A submitter and whoever else is named, rules in force, and a factor submitted."""
    return Story().cast("submitter", *labels, **grants).govern().submit(**(factor or {}))


@invalid(4, "authority.root_only")
def rule_set_by_stranger():
    """A registrar signed the rule set; only a root authority makes rules."""
    story = Story().cast("submitter", "expert1").govern(by="registrar").submit()
    return told(story.review("expert1"), "review of expert1")


@invalid(4, "authority.root_only")
def method_by_registrar():
    """A registrar registered a calculation method."""
    story = Story().cast("submitter")
    story.log("method", "MethodReference", "registrar", says.method_reference())
    return told(story, "method")


@invalid(4, "authority.role")
def review_by_checker():
    """A checker signed an expert's review."""
    return told(_started("checker").review("checker"), "review of checker")


@invalid(4, "authority.role")
def admission_by_authority():
    """The competent authority admitted the factor itself; that is the admitter's part."""
    story = short_start("authority").review("expert1").admit(by="authority")
    return told(story, "admission")


@invalid(4, "authority.role")
def status_list_by_admitter():
    """An admitter signed the status list; that takes a status publisher."""
    story = Story().cast("admitter").publish(by="admitter")
    return told(story, "status")


@invalid(4, "authority.scope")
def expert_of_another_province():
    """The expert was enrolled for the factors of another province."""
    story = _started("expert1", expert1={"scope": {"geography": ["CN-GZ"]}})
    return told(story.review("expert1"), "review of expert1")


@invalid(4, "authority.scope")
def withdrawn_by_admitter_of_another_series():
    """The withdrawal's signer may not admit factors of this series: two links away."""
    grants = {"admitter2": {"scope": {"series": ["ELEC_FOOTPRINT"]}}}
    story = short_story("admitter2", **grants).end("FactorWithdrawal", "withdrawal", by="admitter2")
    return told(story, "withdrawal")


@invalid(4, "authority.scope")
def second_code_out_of_scope():
    """One of two product codes lies in the scope; the other, of the same scheme, does not."""
    codes = [
        {"scheme": "example", "code": code, "name": says.words("Example product")}
        for code in ("3511", "4400")
    ]
    scope = {"classification": [{"scheme": "example", "prefix": "35"}]}
    story = Story().cast("submitter", submitter={"scope": scope}).submit(classification=codes)
    return told(story, "factor")


@invalid(4, "authority.target_kind")
def review_of_a_request():
    """A review about a request to be enrolled: it reviews no factor."""
    story = _started("expert1").review("expert1", of="submitter.request")
    return told(story, "review of expert1")


@invalid(4, "authority.target_kind")
def withdrawal_of_a_submission():
    """A withdrawal takes back an admission, and this factor was never admitted."""
    story = _started("admitter").end("FactorWithdrawal", "withdrawal", of="factor")
    return told(story, "withdrawal")


@case("UNDECIDED", (4, "authority.target", "unknown"), (8, "workflow.absent", "unknown"))
def withdrawal_alone():
    """A withdrawal without what it withdraws: whether the signer was in scope cannot be said."""
    story = short_story().end("FactorWithdrawal", "withdrawal")
    needed = {"admitter.request", "admitter", "rules", "withdrawal"}
    return told(story, "withdrawal", without=story.at.keys() - needed)


@invalid(4, "authority.two_persons", (4, "authority.two_persons"))
def key_of_two_persons():
    """One key was enrolled for two persons, so that its holder would count twice."""
    story = _started("expert1").review("expert1", "first review")
    story.again("expert1", replace(story.actors["expert1"], person="person-9999"))
    return told(story.review("expert1", "second review"), "second review")


@invalid(4, "authority.may_not_revoke")
def revoked_by_another_registrar():
    """A registrar revoked an enrolment that another registrar gave."""
    story = Story(second=Actor("second registrar", 390)).cast("expert1")
    story.enrol("second", ["registrar"], by="root")
    return told(story.revoke("expert1", by="second"), "revocation")


@invalid(4, "authority.may_not_revoke")
def registrar_revokes_authority():
    """A registrar revoked an enrolment that the root gave."""
    return told(Story().cast("authority").revoke("authority"), "revocation")


@invalid(4, "authority.may_not_revoke")
def revocation_of_another_key():
    """A revocation of one expert's key that names another expert's enrolment."""
    story = Story().cast("expert1", "expert2")
    return told(story.revoke("expert1", id=story.actors["expert2"].did), "revocation")


@invalid(4, "authority.may_not_revoke")
def revocation_of_a_request():
    """A revocation that names a request: a request entitles nobody, so nothing is revoked."""
    story = Story().cast("expert1")
    did = story.actors["expert1"].did
    return told(story.revoke("expert1.request", id=did), "revocation")


@invalid(4, "authority.may_not_revoke")
def revoked_before_enrolled():
    """A revocation of an enrolment that was logged after it."""
    story = Story().cast("expert1")
    later = story.ledger.enrolment(story.actors["registrar"], story.at["expert1.request"])
    story.drafts["later"] = later
    links = [("about", "later")]
    subject = says.revocation(story.actors["expert1"].did, story.ledger.size)
    story.log("revocation", "EnrolmentRevocation", "registrar", subject, links)
    return told(story.append("later", later), "revocation")


@invalid(4, "authority.names")
def self_revocation_in_another_name():
    """A key ends its own enrolment, in the name of another organisation."""
    story = Story().cast("expert1")
    story.actors["expert1"] = replace(story.actors["expert1"], serial=399)
    return told(story.revoke("expert1", by="expert1"), "revocation")


@invalid(4, "authority.revoked")
def revoked_registrar_revokes():
    """A registrar whose own enrolment had been revoked revokes one that it gave."""
    story = Story().cast("expert1").revoke("registrar", "end of registrar", by="root")
    return told(story.revoke("expert1"), "revocation")


@invalid(4, "authority.reaches_back")
def self_revocation_reaches_back():
    """An expert revokes the own key from before a review that the expert regrets."""
    story = _started("expert1").review("expert1")
    back = story.at["review of expert1"]
    story.revoke("expert1", by="expert1", from_index=back, reason="compromised")
    return told(story, "revocation")


@invalid(4, "authority.reaches_back")
def ceased_from_before():
    """A registrar ends an enrolment backwards although nobody says that the key was compromised."""
    story = _started("expert1").review("expert1")
    story.revoke("expert1", from_index=story.at["review of expert1"])
    return told(story, "revocation")


@invalid(4, "authority.revoked")
def review_by_revoked_key():
    """An expert signed a review with a key that had been revoked before."""
    story = _started("expert1").revoke("expert1").review("expert1")
    return told(story, "review of expert1")


@invalid(4, "authority.revoked")
def compromise_reaches_back():
    """The expert's key was stolen before the review, as the registrar found out after it."""
    story = _started("expert1").review("expert1")
    story.revoke("expert1", from_index=story.at["review of expert1"], reason="compromised")
    return told(story, "review of expert1")


@invalid(4, "authority.revoked", (4, "authority.revoked"))
def enrolled_by_stolen_registrar_key():
    """The registrar's key was stolen before it enrolled the expert: that enrolment is void."""
    story = _started("expert1").review("expert1")
    story.revoke("registrar", by="root", from_index=story.at["expert1"], reason="compromised")
    return told(story, "review of expert1")


@invalid(4, "authority.no_power")
def status_changed_by_stranger():
    """An admitter of another organisation suspends an admission; that takes a supervisor."""
    story = short_story("admitter2").change_status("suspension", "suspended", by="admitter2")
    return told(story, "suspension")


@invalid(4, "authority.no_power")
def status_changed_by_submitter():
    """The submitter cancels the admission of the own factor, which others decided."""
    story = short_story().change_status("end", "cancelled", by="submitter")
    return told(story, "end")


@invalid(4, "authority.scope")
def status_changed_out_of_scope():
    """A supervisor of another province suspends the admission."""
    grants = {"supervisor": {"scope": {"geography": ["CN-GZ"]}}}
    story = short_story("supervisor", **grants).change_status("suspension", "suspended")
    return told(story, "suspension")
