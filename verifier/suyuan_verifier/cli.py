"""`suyuan-verify`: verify bundles offline against an explicit trust policy.

    suyuan-verify FILE... --trust TRUST.json [--format text|json] [--lang en|zh] [--now TIME]
                          [--status STATUS.json] [--rpc URL...] [--quiet]
    suyuan-verify inspect FILE... [--format text|json]
    suyuan-verify --self-test

Exit codes: 0 VALID, 1 INVALID, 2 usage, 3 UNREADABLE, 4 UNDECIDED, 70 a bug. No socket is opened
unless `--rpc` is given.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from suyuan_verifier.anchoring import format_time
from suyuan_verifier.bundle import MAX_BUNDLE_BYTES
from suyuan_verifier.canonical import canonical, format_digest, sha256
from suyuan_verifier.codes import LANGUAGES, codes
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


class UsageError(Exception):
    """The command line or a file it names cannot be used; exit code 2."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


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
        _complain(str(error), error.hint)
        return EXIT_USAGE
    except Exception as error:  # noqa: BLE001 - the last line of defence: never a bare traceback
        _complain(f"{codes()['internal.bug'].message['en']}: {error!r}", "exit code 70")
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
    _add_output(parser)
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
    if not options.files:
        raise UsageError("no bundle given", "suyuan-verify FILE --trust POLICY")
    if not options.trust:
        raise UsageError(
            "no trust policy given",
            "--trust POLICY; trust is always explicit and never comes from a bundle",
        )
    policy = _read_policy(Path(options.trust))
    now = _read_now(options.now)
    chain = _open_chain(options.rpc, policy)
    status = _read(Path(options.status), MAX_BUNDLE_BYTES) if options.status else None
    reports: list[tuple[dict[str, str | None], Report]] = []
    for name in options.files:
        data = _read(Path(name), MAX_BUNDLE_BYTES)
        # A file beyond the bound was not read to its end: no digest rather than a wrong one.
        seen = sha256(data).hex() if len(data) <= MAX_BUNDLE_BYTES else None
        source = {"name": _base_name(name), "sha256": seen}
        reports.append((source, verify(data, policy, now=now, chain=chain, status=status)))
    verdict = worst([report.verdict for _, report in reports])
    if not options.quiet:
        _print(_format(reports, options, policy, now, verdict))
    return EXIT_CODES[verdict]


def _format(
    reports: list[tuple[dict[str, str | None], Report]],
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
            claims = inspect_bundle(_read(Path(name), MAX_BUNDLE_BYTES))
        except VerifierError as error:
            _complain(f"{name}: {codes()[error.code].message[options.lang]} [{error}]")
            exit_code = EXIT_CODES[Verdict.UNREADABLE]
            continue
        if options.format == "json":
            _print(canonical(claims).decode("utf-8") + "\n")
        else:
            _print(render_inspection(_base_name(name), claims, options.lang) + "\n")
    return exit_code


def _self_test(options: argparse.Namespace) -> int:
    results = run_self_test()
    failed = [result for result in results if not result.passed]
    if not options.quiet:
        for result in results:
            _print(f"{'ok  ' if result.passed else 'FAIL'}  {result.name}  {result.detail}\n")
        _print(f"{len(results) - len(failed)} passed, {len(failed)} failed\n")
    return EXIT_BUG if failed else 0


def _read_policy(path: Path) -> TrustPolicy:
    try:
        return parse_policy(_read(path, MAX_POLICY_BYTES))
    except PolicyError as error:
        row = codes().get(error.code)
        message = row.message["en"] if row else error.code
        raise UsageError(
            f"trust policy {path}: {message} [{error}]", row.hint["en"] if row else ""
        ) from None


def _read(path: Path, limit: int) -> bytes:
    """Read at most one byte more than the bound: the parser then refuses by size."""
    try:
        with path.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None


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


def _base_name(name: str) -> str:
    """Return a file's name as valid Unicode: names on disk are bytes and may be no UTF-8."""
    return os.fsencode(Path(name).name).decode("utf-8", "backslashreplace")


def _print(text: str) -> None:
    """Write UTF-8 whatever the locale says, so that Chinese text survives any terminal setting.

    A reader that goes away early, `| head`, changes nothing about the verdict or the exit code; a
    disk that is full does.
    """
    if sys.stdout is None:
        raise UsageError("cannot write to standard output: it is closed")
    try:
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()
    except OSError as error:
        # What is still buffered would fail again when the interpreter closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"cannot write to standard output: {error.strerror}") from None


def _complain(message: str, hint: str = "") -> None:
    """Write to standard error; where that is impossible, the exit code still says what happened."""
    if sys.stderr is None:
        return
    lines = f"suyuan-verify: error: {printable(message)}\n"
    if hint:
        lines += f"suyuan-verify: hint: {printable(hint)}\n"
    try:
        sys.stderr.write(lines)
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


if __name__ == "__main__":
    sys.exit(main())
