"""`fanfare ledger`: what is done with the books, one verb a file."""

from __future__ import annotations

from app.commands import Subparsers, accept_loss, add_command, balance, export, rebuild, reconcile, verify


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "ledger", "verify --data .fanfare")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for verb in (verify, reconcile, export, balance, rebuild, accept_loss):
        verb.add_verb(verbs)
