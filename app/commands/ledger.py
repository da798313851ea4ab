"""`fanfare ledger`: proves the books, on a server that runs or on one that does not, and accepts what was lost."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import time
from collections.abc import Mapping

import msgspec

from app.actions.verify_ledger import Report, verify_ledger
from app.base import config
from app.base.errors import Refusal, StoreRefused
from app.commands import Subparsers, accept_loss, add_command, add_data_option
from app.commands.access import epoch_of, store_url
from app.rules.money import diamonds_text
from app.rules.standing import Mark
from app.store.audit import Audit
from app.store.client import Store
from app.store.seen import marks_seen
from app.store.standing import Standing

PROGRESS_S = 1.0


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "ledger", "verify --data .fanfare")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    verify = verbs.add_parser("verify", help="replay the journal and compare it with every balance")
    add_data_option(verify)
    verify.add_argument("--json", action="store_true", help="for machines")
    verify.set_defaults(run=run)
    accept_loss.add_verb(verbs)


def run(args: argparse.Namespace) -> int:
    """Prints what was proved; 1 where the books do not balance."""
    settings = config.load(data=args.data)
    epoch = epoch_of(settings)
    with store_url(settings) as url:
        report = asyncio.run(_verify(url, epoch, marks_seen(settings.data, epoch)))
    if report.epoch != epoch:
        report.problems.insert(0, f"the store has ledger {report.epoch or 'none'}, this data folder belongs to {epoch}")
    if args.json:
        print(msgspec.json.encode({"ok": report.ok, **msgspec.structs.asdict(report)}).decode())
    else:
        print(_text(report))
    return 0 if report.ok else 1


async def _verify(url: str, epoch: str, known: Mark) -> Report:
    store, shown = Store(url), time.monotonic()

    def progress(n: int) -> None:
        nonlocal shown
        if time.monotonic() - shown > PROGRESS_S:
            shown = time.monotonic()
            print(f"fanfare: {n:,} entries replayed", file=sys.stderr)

    try:
        report = await verify_ledger(Audit(store), progress)
        report.problems += await _lost(store, epoch, known)
        return report
    finally:
        store.close()


async def _lost(store: Store, epoch: str, known: Mark) -> list[str]:
    """What the store has lost and nobody has accepted; nothing is changed."""
    standing = Standing(store, epoch)
    standing.mark = known
    lost = [loss for loss, waits in await standing.losses.all() if waits]
    with contextlib.suppress(Refusal, StoreRefused):
        # Another ledger is told of already; a store that takes no writes does not let us look.
        if (loss := await standing.lost()) is not None:
            lost.append(loss)
    return [str(loss) for loss in lost]


def counted(kinds: Mapping[str, int]) -> str:
    """So many of each kind of entry, the most first."""
    ranked = sorted(kinds.items(), key=lambda kind: -kind[1])
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in ranked) or "none"


def _text(report: Report) -> str:
    lines = [
        f"Ledger {report.epoch}: {report.n:,} entries ({counted(report.kinds)}), "
        f"{report.wallets:,} wallets, {report.room_events_checked:,} room events",
        f"  coins     issued {report.issued:,} = in wallets {report.in_wallets:,} + spent {report.spent:,} "
        f"+ clawed back {report.clawed_back:,}",
        f"  diamonds  minted {diamonds_text(report.minted_milli)} = pending {diamonds_text(report.pending_milli)} "
        f"+ available {diamonds_text(report.available_milli)} + held {diamonds_text(report.held_milli)} "
        f"+ paid {diamonds_text(report.paid_milli)}; the platform's share {diamonds_text(report.shared_milli)}",
    ]
    if report.ok:
        return "\n".join([*lines, "The books balance: no gap, no fork, each id once, every balance as replayed."])
    return "\n".join([*lines, "THE BOOKS DO NOT BALANCE:", *(f"  - {problem}" for problem in report.problems)])
