"""`suyuan label`: what is issued under a filed certificate, and what is printed of it."""

from __future__ import annotations

import typer

from suyuan_ledger.cli import certification, label_print

app = typer.Typer(help="Labels: issue one, and what is printed of it.", no_args_is_help=True)
app.command("issue")(certification.issue_label)
app.command("artwork")(label_print.artwork)
app.command("certificate")(label_print.certificate)
app.command("code")(label_print.code)
