"""Offline verification of Suyuan provenance bundles.

    from datetime import UTC, datetime
    from suyuan_verifier import parse_policy, verify

    policy = parse_policy(open("trust.json", "rb").read())
    report = verify(open("factor.suyuan.json", "rb").read(), policy, now=datetime.now(UTC))
    print(report.verdict, [check for check in report.checks if check.outcome != "pass"])

A bundle is bytes, a policy is what *you* decided to rely on, a report says step by step what was
proven, what is wrong and what could not be checked. Nothing in here opens a socket, reads a file
or looks at the clock, and the only dependency is `cryptography`.
"""

from suyuan_verifier.errors import MalformedError, PolicyError, ProofError, VerifierError
from suyuan_verifier.policy import TrustPolicy, parse_policy
from suyuan_verifier.report import Check, Outcome, Report, Verdict
from suyuan_verifier.verify import verify
from suyuan_verifier.version import __version__

__all__ = [
    "Check",
    "MalformedError",
    "Outcome",
    "PolicyError",
    "ProofError",
    "Report",
    "TrustPolicy",
    "Verdict",
    "VerifierError",
    "__version__",
    "parse_policy",
    "verify",
]
