"""`suyuan`: the command line of operators, data providers and registrars."""

from suyuan_ledger.cli.app import main

__all__ = ["main"]
