"""`suyuan-verify`: verify bundles offline against an explicit trust policy.

    suyuan-verify FILE... --trust TRUST.json [--format text|json] [--lang en|zh] [--now TIME]
                          [--status STATUS.json] [--rpc URL...] [--report OUT.html] [--quiet]
    suyuan-verify FILE --trust TRUST.json [--view VIEW] [--scanned URI] ...
    suyuan-verify --code CODE.txt [--format text|json] [--lang en|zh]
    suyuan-verify inspect FILE... [--format text|json]
    suyuan-verify --self-test

Exit codes: 0 VALID, 1 INVALID, 2 usage, 3 UNREADABLE, 4 UNDECIDED, 70 a bug. No socket is opened
unless `--rpc` is given.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from suyuan_verifier.anchoring import format_time
from suyuan_verifier.bundle import MAX_BUNDLE_BYTES
from suyuan_verifier.canonical import canonical, format_digest, sha256
from suyuan_verifier.codes import LANGUAGES, codes
from suyuan_verifier.console import (
    UsageError,
    base_name,
    complain,
    read_file,
    write_file,
    write_out,
)
from suyuan_verifier.errors import PolicyError, VerifierError
from suyuan_verifier.inspection import inspect_bundle, render_inspection
from suyuan_verifier.policy import MAX_POLICY_BYTES, TrustPolicy, parse_policy
from suyuan_verifier.render import MEANING, printable, render, verdict_text
from suyuan_verifier.report import (
    EXIT_BUG,
    EXIT_CODES,
    EXIT_USAGE,
    Report,
    Verdict,
    report_json,
    subject_json,
    worst,
)
from suyuan_verifier.selftest import run_self_test
from suyuan_verifier.shape import is_time
from suyuan_verifier.verify import verify
from suyuan_verifier.version import __version__

Source = dict[str, str | None]
"""Name and SHA-256 of a file that was verified."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message, f"{self.prog} --help")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if arguments[:1] == ["inspect"]:
            return _inspect(_inspect_parser().parse_args(arguments[1:]))
        return _verify(_verify_parser().parse_args(arguments))
    except UsageError as error:
        complain(str(error), error.hint)
        return EXIT_USAGE
    except Exception as error:  # noqa: BLE001 - the last line of defence: never a bare traceback
        complain(f"{codes()['internal.bug'].message['en']}: {error!r}", "exit code 70")
        return EXIT_BUG


def _verify_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="suyuan-verify",
        description="Verify Suyuan bundles offline, against a trust policy that you keep.",
        epilog="Other commands: suyuan-verify inspect FILE (shows claims, checks nothing). "
        "Exit codes: 0 valid, 1 invalid, 2 usage, 3 unreadable, 4 undecided, 70 a bug.",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="bundle (*.suyuan.json)")
    parser.add_argument("--trust", metavar="POLICY", help="trust policy; required")
    parser.add_argument("--now", metavar="TIME", help="verify as of YYYY-MM-DDThh:mm:ssZ")
    parser.add_argument(
        "--status", metavar="STATUS", help="fresher status of an archived bundle, from the ledger"
    )
    parser.add_argument(
        "--rpc",
        action="append",
        default=[],
        metavar="URL",
        help="ask this endpoint whether the block is final; may be repeated; opens sockets",
    )
    parser.add_argument(
        "--view", metavar="VIEW", help="compare an exported file with what the one bundle says"
    )
    parser.add_argument(
        "--scanned", metavar="URI", help="compare a scanned code with the one bundle's label"
    )
    parser.add_argument(
        "--code",
        metavar="CODE",
        help="check the signature of the label record that a code carries; never valid",
    )
    _add_output(parser)
    parser.add_argument("--report", metavar="HTML", help="also write the report as one page")
    parser.add_argument("--quiet", "-q", action="store_true", help="print nothing, only exit")
    parser.add_argument("--self-test", action="store_true", help="run the shipped vectors")
    parser.add_argument("--version", action="version", version=f"suyuan-verify {__version__}")
    return parser


def _inspect_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="suyuan-verify inspect", description="Show what bundles claim, without checking it."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="bundle (*.suyuan.json)")
    _add_output(parser)
    return parser


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the texts")


def _verify(options: argparse.Namespace) -> int:
    if options.self_test:
        return _self_test(options)
    if options.code is not None:
        return _code(options)
    if not options.files:
        raise UsageError("no bundle given", "suyuan-verify FILE --trust POLICY")
    if not options.trust:
        raise UsageError(
            "no trust policy given",
            "--trust POLICY; trust is always explicit and never comes from a bundle",
        )
    if len(options.files) > 1 and (options.view, options.scanned) != (None, None):
        raise UsageError("--view and --scanned are about one bundle", "verify the others apart")
    policy = _read_policy(Path(options.trust))
    now = _read_now(options.now)
    chain = _open_chain(options.rpc, policy)
    status = read_file(Path(options.status), MAX_BUNDLE_BYTES) if options.status else None
    reports: list[tuple[Source, Report]] = []
    for name in options.files:
        data = read_file(Path(name), MAX_BUNDLE_BYTES)
        # A file beyond the bound was not read to its end: no digest rather than a wrong one.
        seen = sha256(data).hex() if len(data) <= MAX_BUNDLE_BYTES else None
        source = {"name": base_name(name), "sha256": seen}
        report = verify(data, policy, now=now, chain=chain, status=status)
        reports.append((source, _compare(report, data, options)))
    verdict = worst([report.verdict for _, report in reports])
    if options.report is not None:
        _write_page(reports, options, policy, now, verdict)
    if not options.quiet:
        write_out(_format(reports, options, policy, now, verdict))
    return EXIT_CODES[verdict]


def _compare(report: Report, data: bytes, options: argparse.Namespace) -> Report:
    """Add what else was asked about a bundle: its code on the goods, a file exported from it."""
    if options.scanned is not None:
        from suyuan_verifier.scanned import check_scanned  # noqa: PLC0415 - only when asked

        report = report.with_check(check_scanned(report.record, options.scanned))
    if options.view is not None:
        from suyuan_verifier.views import MAX_VIEW_BYTES, check_view  # noqa: PLC0415

        view = read_file(Path(options.view), MAX_VIEW_BYTES)
        report = report.with_check(check_view(view, data, report))
    return report


def _write_page(
    reports: list[tuple[Source, Report]],
    options: argparse.Namespace,
    policy: TrustPolicy,
    now: datetime,
    verdict: Verdict,
) -> None:
    from suyuan_verifier.render.page import Verification, report_page  # noqa: PLC0415

    path = Path(options.report)
    inputs = (*options.files, options.trust, options.status, options.view)
    if path.exists() and any(path.samefile(name) for name in inputs if name):
        raise UsageError(f"--report {path} would overwrite what is verified", "another name")
    run = Verification(
        now=format_time(int(now.timestamp())),
        verdict=verdict,
        trust_digest=format_digest(policy.digest),
        origin=policy.origin,
        required_steps=policy.required_steps,
        version=__version__,
    )
    write_file(path, report_page(reports, run, options.lang))


def _code(options: argparse.Namespace) -> int:
    """Check the signature in a label's code; there is no policy, and so no verdict but that."""
    for name in ("files", "trust", "now", "status", "rpc", "view", "scanned", "report"):
        if getattr(options, name):
            raise UsageError("--code is checked by itself", f"leave out {name}")
    from suyuan_verifier.label_code import MAX_CHARACTERS, check_code  # noqa: PLC0415
    from suyuan_verifier.render.code import code_json, render_code  # noqa: PLC0415

    # A code is ASCII; four bytes a character, for what is none and has to be refused.
    data = read_file(Path(options.code), 4 * MAX_CHARACTERS)
    result = check_code(data.decode("utf-8", "replace"))
    if not options.quiet:
        name = base_name(options.code)
        if options.format == "json":
            write_out(code_json(name, result, options.lang, __version__))
        else:
            write_out(render_code(name, result, options.lang))
    return EXIT_CODES[result.verdict]


def _format(
    reports: list[tuple[Source, Report]],
    options: argparse.Namespace,
    policy: TrustPolicy,
    now: datetime,
    verdict: Verdict,
) -> str:
    lang = options.lang
    if options.format == "json":
        return report_json(
            [subject_json(report, source, lang) for source, report in reports],
            now=format_time(int(now.timestamp())),
            verdict=verdict,
            trust={
                "digest": format_digest(policy.digest),
                "origin": policy.origin,
                "requiredSteps": list(policy.required_steps),
            },
            version=__version__,
        ).decode("utf-8")
    blocks = [render(str(source["name"]), report, lang) for source, report in reports]
    blocks.append(MEANING[1 if lang == "zh" else 0])
    if len(reports) > 1:
        blocks += [
            "\n".join(f"{printable(s['name'])}  {verdict_text(r, lang)}" for s, r in reports)
        ]
    return "\n\n".join(blocks) + "\n"


def _inspect(options: argparse.Namespace) -> int:
    exit_code = 0
    for name in options.files:
        try:
            claims = inspect_bundle(read_file(Path(name), MAX_BUNDLE_BYTES))
        except VerifierError as error:
            complain(f"{name}: {codes()[error.code].message[options.lang]} [{error}]")
            exit_code = EXIT_CODES[Verdict.UNREADABLE]
            continue
        if options.format == "json":
            write_out(canonical(claims).decode("utf-8") + "\n")
        else:
            write_out(render_inspection(base_name(name), claims, options.lang) + "\n")
    return exit_code


def _self_test(options: argparse.Namespace) -> int:
    results = run_self_test()
    failed = [result for result in results if not result.passed]
    if not options.quiet:
        for result in results:
            write_out(f"{'ok  ' if result.passed else 'FAIL'}  {result.name}  {result.detail}\n")
        write_out(f"{len(results) - len(failed)} passed, {len(failed)} failed\n")
    return EXIT_BUG if failed else 0


def _read_policy(path: Path) -> TrustPolicy:
    try:
        return parse_policy(read_file(path, MAX_POLICY_BYTES))
    except PolicyError as error:
        row = codes().get(error.code)
        message = row.message["en"] if row else error.code
        raise UsageError(
            f"trust policy {path}: {message} [{error}]", row.hint["en"] if row else ""
        ) from None


def _read_now(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    if not is_time(text):
        raise UsageError(f"--now {printable(text)}", "YYYY-MM-DDThh:mm:ssZ")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _open_chain(urls: list[str], policy: TrustPolicy) -> Any:
    """Load the network code only when the user named an endpoint."""
    if not urls:
        return None
    if "online" not in policy.trust_bases:
        raise UsageError(
            "--rpc given, but the trust policy does not accept the online basis",
            "add online to anchorTrust.accept, or leave --rpc out",
        )
    from suyuan_verifier.rpc import OnlineChain  # noqa: PLC0415 - keeps the offline path socketless

    try:
        return OnlineChain(urls)
    except VerifierError as error:
        raise UsageError(f"--rpc: {error}", "https, or http on a loopback address") from None


if __name__ == "__main__":
    sys.exit(main())
