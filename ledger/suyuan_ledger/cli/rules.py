"""`suyuan rules` and `suyuan method`: what root authorities decree, signed and logged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    language,
    note,
    opened,
    write_file,
)
from suyuan_ledger.cli.signing import (
    KeyOption,
    NameOption,
    NameZhOption,
    OutOption,
    Signing,
    YesOption,
    desk_of,
    members,
    sign_and_submit,
)
from suyuan_ledger.errors import RefusedError

app = typer.Typer(help="Show, draft and issue the rules of the workflow.", no_args_is_help=True)

SubjectArgument = Annotated[Path, typer.Argument(help="JSON file of the credentialSubject.")]


@app.command()
def draft(
    out: Annotated[Path, typer.Argument(help="JSON file to write.")],
    default: Annotated[
        bool, typer.Option("--default", help="Start from the default rules.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Write the rules in force as JSON to change.

    The default rules where there are none yet.
    """
    from suyuan_ledger.workflow.default_rules import default_rules  # noqa: PLC0415 - slow import

    subject = None
    if not default:
        with opened(home) as ledger, desk_of(ledger) as desk:
            rules = desk.register.rule_set()
            subject = rules.subject if rules else None
    text = json.dumps(subject or default_rules(), ensure_ascii=False, indent=2)
    write_file(out, (text + "\n").encode())
    command = f"suyuan rules issue {out} --key ROOT --name NAME --name-zh NAME"
    note(
        f"rules written to {out}; change them and their version, then: {command}",
        f"规则已写入 {out}；修改内容与版本后执行：{command}",
    )


@app.command()
def issue(
    subject: SubjectArgument,
    key: KeyOption,
    name: NameOption = None,
    name_zh: NameZhOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign and log a rule set, as a root authority.

    It is in force for what is logged after it.
    """
    given = members(subject, {}, None)
    signing = Signing(key, home, passphrase_file, out, yes, as_json, name, name_zh)
    sign_and_submit(signing, lambda drafter: drafter.rule_set(given))


@app.command("show")
def show_rules(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Print the rule set in force."""
    from suyuan_ledger.desk.provenance import describe_digest  # noqa: PLC0415 - slow import
    from suyuan_ledger.desk.view import record_lines  # noqa: PLC0415

    with opened(home) as ledger, desk_of(ledger) as desk:
        rules = desk.register.rule_set()
        record = None if rules is None else desk.register.find(rules.content)
        if record is None:
            raise RefusedError("workflow.rule_set", expected="a RuleSet in the log", found="none")
        if as_json:
            typer.echo(json.dumps(record.value, ensure_ascii=False, sort_keys=True))
            return
        lang = language()
        for line in record_lines(
            record.value, lang, lambda content: describe_digest(desk, content, lang)
        ):
            typer.echo(line)


def method(
    subject: SubjectArgument,
    key: KeyOption,
    supersedes: Annotated[
        str | None,
        typer.Option("--supersedes", help="The MethodReference that it replaces."),
    ] = None,
    name: NameOption = None,
    name_zh: NameZhOption = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Register a method, as a root authority.

    A standard with its dates, declared unit and cut-off.
    """
    given = members(subject, {}, None)
    signing = Signing(key, home, passphrase_file, out, yes, as_json, name, name_zh)
    sign_and_submit(signing, lambda drafter: drafter.method(given, supersedes))
