"""`fanfare ledger balance`: what somebody had at a moment of the past."""

from __future__ import annotations

import argparse
import asyncio
import sys

import msgspec

from app.actions.books.past_balances import Past, accounts_named, past_balances
from app.archive.cursor import count_partitions
from app.base import config
from app.base.config import Settings
from app.commands import Verbs, add_data_option, add_moment, add_verb_parser
from app.commands.open_books import open_known_books
from app.rules.moments import moment_text
from app.rules.money import diamonds_text
from app.rules.partitions import where

SENTENCE = "tell what an account, or all of a person's, had at any moment of the past"


def add_verb(verbs: Verbs) -> None:
    """Adds the verb to `fanfare ledger`."""
    parser = add_verb_parser(verbs, "balance", SENTENCE, "viewer:v42:coins --at 2026-11-25T18:30Z")
    parser.add_argument("account", help="an account like viewer:v42:coins, or a person's id")
    add_data_option(parser)
    add_moment(parser, "--at", "at", "an entry's number, or a time in UTC: of a day, its end (default: now)")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the balances, of each partition that has the account; 1 where there was no such account then."""
    found, partitions = asyncio.run(_look(config.load(data=args.data), args))
    for past in found:
        if args.json:
            print(msgspec.json.encode(past).decode())
        elif past.balances:
            about = f"{where(past.partition, partitions)}right after n {past.n:,}, written at "
            print(f"{about[0].upper()}{about[1:]}{moment_text(past.at_ms)}:")
            for account, balance in past.balances.items():
                shown = diamonds_text(abs(balance)) if ":diamond" in account else f"{abs(balance):,}"
                print(f"  {account}  {'-' if balance < 0 else ''}{shown}")
    if any(past.balances for past in found):
        return 0
    if not args.json:
        until = " and ".join(f"n {past.n:,}" for past in found)
        print(f"fanfare: no account {args.account} had anything by {until}", file=sys.stderr)
    return 1


async def _look(settings: Settings, args: argparse.Namespace) -> tuple[list[Past], int]:
    async with open_known_books(settings) as archive:
        found = await archive.read(past_balances, accounts_named(args.account), args.at)
        return found, await archive.read(count_partitions)
