"""`fanfare prices check`: what is wrong in a file of prices, or of another table, and where."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.actions.read_tariff import kind_of, read_table
from app.commands import Subparsers, add_command
from app.rules.tables import BadTable, Mistake


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "prices", "check prices.json")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    check = verbs.add_parser(
        "check", help="say what is wrong in a file of prices, rates, taxes, policies, promotions or rules of fraud"
    )
    check.add_argument(
        "file", type=Path, metavar="FILE", help="what FANFARE_PRICES, _RATES, _TAXES, _POLICIES and their like name"
    )
    check.add_argument("--json", action="store_true", help="for machines")
    check.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints each mistake with its path inside the file; 1 when there are any."""
    mistakes: tuple[Mistake, ...] = ()
    try:
        name = kind_of(args.file)
        said = f"Nothing is wrong with it: {name}, {len(read_table(args.file, name))} versions."
    except BadTable as error:
        mistakes = error.mistakes
        said = "\n".join(f"WRONG  {mistake}" for mistake in mistakes)
    if args.json:
        said = json.dumps({"ok": not mistakes, "mistakes": [mistake._asdict() for mistake in mistakes]}, indent=2)
    print(said)
    return 1 if mistakes else 0
