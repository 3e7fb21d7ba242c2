"""What a label's code says, once its signature was checked and nothing else."""

from __future__ import annotations

from suyuan_verifier.canonical import canonical
from suyuan_verifier.codes import codes
from suyuan_verifier.label_code import CodeResult
from suyuan_verifier.render.terminal import printable
from suyuan_verifier.render.terms import ILLUSTRATIVE, fact_name, term
from suyuan_verifier.render.words import VERDICTS, issuer_name, pick, status_name, word
from suyuan_verifier.report import EXIT_CODES

SCHEMA = "suyuan/code-report@v1"


def render_code(name: str, result: CodeResult, lang: str) -> str:
    """Return what is known of a code as text; the first lines say how little is proven.

    Args:
        name: of the file that the code stands in.
        result: what was found.
        lang: `en` or `zh`.
    """
    row = codes()[result.code]
    lines = [f"{name}  {pick(VERDICTS[result.verdict], lang)}: {row.message[lang]} [{result.code}]"]
    if result.problem is not None:
        problem = result.problem
        said = [
            ("@", problem.pointer or None),
            (word("expected", lang), problem.expected),
            (word("found", lang), problem.found),
        ]
    else:
        said = []
    said += [(word("hint", lang), row.hint[lang] or None)]
    said += [(word("see", lang), f"docs/spec/{row.spec}")]
    claim = result.claim
    if claim is not None:
        if claim["dataStatus"] == "illustrative":
            lines.append(f"  (!) {pick(ILLUSTRATIVE, lang)}")
        valid = f"{claim['validFrom']} - {claim.get('validUntil', '')}".rstrip(" -")
        said += [
            (fact_name("label", lang), claim["labelNumber"]),
            (fact_name("product", lang), claim["product"]["name"][lang]),
            (fact_name("productIds", lang), ", ".join(claim["productIds"])),
            (fact_name("displayed", lang), f"{claim['value']} {claim['unit']}"),
            (fact_name("status", lang), status_name(claim["dataStatus"], lang)),
            (fact_name("boundary", lang), term(claim["systemBoundary"], lang)),
            (fact_name("valid", lang), valid),
            (fact_name("qr", lang), claim["qr"]),
            (fact_name("signer", lang), f"{issuer_name(claim, lang)}  {claim['issuer']['id']}"),
            (fact_name("digest", lang), claim["contentDigest"]),
        ]
    lines += [f"  {label}: {printable(value)}" for label, value in said if value is not None]
    return "\n".join([printable(lines[0]), *lines[1:]]) + "\n"


def code_json(name: str, result: CodeResult, lang: str, version: str) -> str:
    """Return the same as one line of canonical JSON.

    Args:
        name: of the file that the code stands in.
        result: what was found.
        lang: language of message and hint.
        version: of the verifier.
    """
    row, problem = codes()[result.code], result.problem
    report = {
        "schema": SCHEMA,
        "input": {"name": name},
        "verdict": result.verdict.value,
        "exitCode": EXIT_CODES[result.verdict],
        "code": result.code,
        "message": row.message[lang],
        "pointer": "" if problem is None else problem.pointer,
        "expected": None if problem is None else problem.expected,
        "found": None if problem is None else problem.found,
        "hint": row.hint[lang] or None,
        "spec": row.spec,
        "claim": result.claim,
        "implementation": {"name": "suyuan-verifier", "version": version},
    }
    return canonical(report).decode("utf-8") + "\n"
