"""`fanfare payouts`: lists payouts, approves and rejects them, writes files for the bank and reads its reports."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple, get_args

import msgspec

from app.actions.operator.bank_files import bank_file, hear_bank, make_bank_file
from app.actions.operator.decide_payout import VERDICTS, decide_payout
from app.archive import payouts
from app.base import config
from app.base.clock import now_ms
from app.base.config import Settings
from app.base.errors import ConfigError
from app.base.files import write_whole
from app.commands import Subparsers, add_command, add_data_option
from app.commands.desk import Desk, acting, add_by_option, open_desk
from app.rails.payouts.bank import Bank
from app.rails.payouts.choose import payout_rails
from app.rules.payout_views import OperatorPayoutView, operator_view
from app.rules.payouts import Status

LISTED_MAX = 100


class Said(NamedTuple):
    """What is printed, for machines and for people, and the exit code."""

    machine: Any
    people: str
    code: int = 0


Verb = Callable[[Desk, argparse.Namespace], Awaitable[Said]]


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "payouts", "list --status requested")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    listing = _verb(verbs, "list", _list, "show payouts, the newest first", "--status requested")
    listing.add_argument("--status", choices=get_args(Status), help="of this status alone")
    for name in VERDICTS:
        example = "po-0195f0c0aa --by mia --reason 'looked at the account'"
        deciding = _verb(verbs, name, _decide, f"{name} a payout that another person asked for", example)
        deciding.add_argument("payout", metavar="PAYOUT", help="its id")
        add_by_option(deciding)
        deciding.add_argument("--reason", required=True, metavar="TEXT", help="why, as the streamer will read it")
        deciding.set_defaults(verdict=name)
    filing = _verb(verbs, "bank-file", _bank_file, "write what waits for the bank as a file (pain.001)", "payouts.xml")
    filing.add_argument("file", type=Path, metavar="FILE")
    add_by_option(filing)
    filing.add_argument("--on", type=date.fromisoformat, metavar="DAY", help="when the bank pays; today by default")
    filing.add_argument("--again", metavar="ID", help="write the file of that id again: the same bytes")
    hearing = _verb(verbs, "bank-status", _bank_status, "read the bank's report on a file (pain.002)", "report.xml")
    hearing.add_argument("file", type=Path, metavar="FILE")
    add_by_option(hearing)


def run(args: argparse.Namespace) -> int:
    """Does it and prints what became of it; 1 where the bank's report speaks of a payout that is not known."""
    said = asyncio.run(_do(args))
    print(msgspec.json.encode(said.machine).decode() if args.json else said.people)
    return said.code


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, verb: Verb, sentence: str, example: str
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(
        name, help=sentence, description=f"{sentence}.".capitalize(), epilog=f"example: %(prog)s {example}"
    )
    add_data_option(parser)
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(run=run, verb=verb)
    return parser


async def _do(args: argparse.Namespace) -> Said:
    async with open_desk(config.load(data=args.data)) as desk:
        verb: Verb = args.verb
        return await verb(desk, args)


async def _list(desk: Desk, args: argparse.Namespace) -> Said:
    found = await desk.archive.read(payouts.page, None, LISTED_MAX, status=args.status)
    shown = [operator_view(payout) for payout in found]
    return Said(shown, "\n".join(map(_line, shown)) or "There is none.")


async def _decide(desk: Desk, args: argparse.Namespace) -> Said:
    payout, _ = await decide_payout(desk.archive, args.verdict, args.payout, acting(args), args.reason, now_ms())
    await desk.delivery.deliver_now()
    shown = operator_view(payout)
    return Said(shown, _line(shown))


async def _bank_file(desk: Desk, args: argparse.Namespace) -> Said:
    bank = _bank(desk.settings)
    if args.again:
        made = await bank_file(desk.archive, bank, args.again)
    else:
        on = args.on or datetime.now(UTC).date()
        found = await make_bank_file(desk.archive, bank, on, acting(args), now_ms())
        if found is None:
            return Said({"batch": None, "payouts": 0}, "No payout waits for the bank.")
        made = found
    try:
        write_whole(args.file, made.content)
    except OSError as error:
        again = f"`fanfare payouts bank-file --again {made.id} FILE` writes it elsewhere"
        raise ConfigError(f"{args.file} cannot be written: {error.strerror}; {again}") from None
    return Said({"batch": made.id, "payouts": made.payouts}, f"{args.file}: {made.payouts} payouts, file {made.id}")


async def _bank_status(desk: Desk, args: argparse.Namespace) -> Said:
    try:
        heard = await hear_bank(desk.archive, args.file.read_bytes(), acting(args), now_ms())
    except OSError as error:
        raise ConfigError(f"{args.file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ConfigError(f"{args.file}: {error}") from None
    await desk.delivery.deliver_now()
    told = [f"{one.payout}  the bank says {one.said}, it is {one.status or 'not known here'}" for one in heard]
    people = "\n".join(told) or "It speaks of no payout."
    return Said([one._asdict() for one in heard], people, 0 if all(one.status for one in heard) else 1)


def _bank(settings: Settings) -> Bank:
    rail = payout_rails(settings, now_ms).get(Bank.name)
    if not isinstance(rail, Bank):
        raise ConfigError("FANFARE_BANK_NAME, _ACCOUNT and _BIC are not set: payouts by bank come from that account")
    return rail


def _line(payout: OperatorPayoutView) -> str:
    asked = datetime.fromtimestamp(payout.created_ms // 1000, UTC).strftime("%Y-%m-%d %H:%M")
    why = payout.history[-1].why
    words = (payout.id, payout.status, asked, payout.user, str(payout.net), f"{payout.rail} {payout.destination}", why)
    return "  ".join(filter(None, words))
