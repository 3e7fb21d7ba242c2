"""The report as one HTML file: for whoever is sent it, on a phone, on paper, in both languages.

The file asks nobody for anything: no script, no address that could be fetched, style inline and
named by its hash in the content security policy. Both languages stand in it; a radio button chooses
one, and without style both are readable one below the other.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from suyuan_verifier.canonical import sha256
from suyuan_verifier.render.markup import Markup, facts, join, tag
from suyuan_verifier.render.page_parts import subject_parts
from suyuan_verifier.render.page_words import say
from suyuan_verifier.render.words import VERDICTS, format_steps, pick
from suyuan_verifier.report import Report, Verdict

_LANGUAGES = (("en", "English"), ("zh", "中文"))
_TAGS = {"en": "en", "zh": "zh-CN"}


@dataclass(frozen=True, slots=True)
class Verification:
    """One run of the verifier: what the page says besides the reports.

    Attributes:
        now: time of the verification.
        verdict: over all files.
        trust_digest: digest of the trust policy.
        origin: name of the log that the policy names.
        required_steps: the steps that the policy asks for.
        version: of the verifier.
    """

    now: str
    verdict: Verdict
    trust_digest: str
    origin: str
    required_steps: tuple[int, ...]
    version: str


def report_page(
    subjects: list[tuple[dict[str, str | None], Report]], run: Verification, lang: str
) -> bytes:
    """Return the page.

    Args:
        subjects: for each file its name and SHA-256, and its report.
        run: the verification as a whole.
        lang: the language that is shown first, `en` or `zh`.

    Returns:
        UTF-8, complete in itself.
    """
    style = Path(__file__).with_name("page.css").read_text("utf-8")
    policy = base64.b64encode(sha256(style.encode("utf-8"))).decode("ascii")
    csp = f"default-src 'none'; style-src 'sha256-{policy}'; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=csp),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"Suyuan {run.verdict.value} {run.now}"),
        Markup(f"<style>{style}</style>"),
    )
    choices = [
        tag("input", type="radio", name="lang", id=code, checked="checked" if code == lang else "")
        for code, _ in _LANGUAGES
    ]
    labels = [
        tag("label", name, for_=code, class_="lang", lang=_TAGS[code]) for code, name in _LANGUAGES
    ]
    articles = [_article(subjects, run, code) for code, _ in _LANGUAGES]
    body = tag("body", *choices, *labels, *articles)
    page = join(Markup("<!doctype html>\n"), tag("html", head, body, lang=_TAGS[lang]))
    return page.encode("utf-8") + b"\n"


def _article(
    subjects: list[tuple[dict[str, str | None], Report]], run: Verification, lang: str
) -> Markup:
    parts = [tag("h1", say("title", lang))]
    if len(subjects) > 1:
        verdict = tag("strong", pick(VERDICTS[run.verdict], lang))
        kind = f"verdict {run.verdict.value}"
        parts.append(tag("div", verdict, say("worst", lang), class_=kind))
    parts += [
        tag("section", *subject_parts(source, report, run.now, lang)) for source, report in subjects
    ]
    pairs = {
        "now": run.now,
        "policy": run.trust_digest,
        "log": run.origin,
        "required": format_steps(run.required_steps),
        "verifier": f"suyuan-verifier {run.version}",
    }
    named = ((say(key, lang), value) for key, value in pairs.items())
    parts.append(tag("section", tag("h2", say("trust", lang)), facts(named)))
    return tag("article", *parts, lang=_TAGS[lang])
