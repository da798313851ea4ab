"""`fanfare ledger verify`: proves the books, on a server that runs or on one that does not."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections.abc import Mapping

import msgspec

from app.actions.verify_ledger import Report, verify_ledger
from app.base import config
from app.base.config import Settings
from app.base.errors import Refusal, StoreRefused
from app.commands import Verbs, add_data_option, add_verb_parser
from app.commands.access import epoch_of, store_url
from app.commands.open_books import foreign, open_books, partitions_of
from app.commands.progress import Bar
from app.rules.money import diamonds_text
from app.rules.partitions import where
from app.rules.standing import Mark
from app.store.audit import Audit
from app.store.client import Store
from app.store.journal import Journal
from app.store.seen import marks_seen
from app.store.standing import Standing

SENTENCE = "prove the books: every entry replayed, and every balance compared with what that gives"


def add_verb(verbs: Verbs) -> None:
    """Adds the verb to `fanfare ledger`."""
    parser = add_verb_parser(verbs, "verify", SENTENCE, "--all")
    add_data_option(parser)
    parser.add_argument("--all", action="store_true", help="from the first entry on, whatever was proved before")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints what was proved; 1 where the books do not balance."""
    settings = config.load(data=args.data)
    epoch = epoch_of(settings)
    with store_url(settings) as url:
        report = asyncio.run(_verify(settings, url, epoch, full=args.all))
    report.problems[:0] = foreign([one.epoch for one in report.partitions], epoch)
    if args.json:
        print(msgspec.json.encode({"ok": report.ok, **msgspec.structs.asdict(report)}).decode())
    else:
        print(_text(report))
    return 0 if report.ok else 1


async def _verify(settings: Settings, url: str, epoch: str, *, full: bool) -> Report:
    store, bar = Store(url, settings.replicas_ack), Bar()
    try:
        async with open_books(settings) as archive:
            of = await partitions_of(store, archive)
            audits = [Audit(store, k) for k in range(of)]
            report = await verify_ledger(audits, archive, [Journal(store, epoch, k) for k in range(of)], bar, full=full)
        for k in range(of):
            lost = await _lost(Standing(store, epoch, partition=k), marks_seen(settings.data, epoch, k))
            report.problems += [where(k, of) + text for text in lost]
        return report
    finally:
        bar.end()
        store.close()


async def _lost(standing: Standing, known: Mark) -> list[str]:
    """What the store has lost and nobody has accepted; nothing is changed."""
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
    since = f"since n {report.since_n:,}, which was proved before" if report.since_n else "from the first on"
    if report.since_n and len(report.partitions) > 1:
        since = f"behind {report.since_n:,} that were proved before"
    under_way = f"+ in escrow {report.under_way:,} " if report.under_way else ""
    lines = [
        f"Ledger {report.epoch}: {_extent(report)}, {report.wallets:,} wallets, "
        f"{report.room_events_checked:,} room events, {report.goals:,} goals",
        f"  replayed  {counted(report.kinds)} {since}",
        f"  coins     issued {report.issued:,} = in wallets {report.in_wallets:,} {under_way}+ spent {report.spent:,} "
        f"+ clawed back {report.clawed_back:,}",
        f"  diamonds  minted {diamonds_text(report.minted_milli)} = pending {diamonds_text(report.pending_milli)} "
        f"+ available {diamonds_text(report.available_milli)} + held {diamonds_text(report.held_milli)} "
        f"+ paid {diamonds_text(report.paid_milli)}; the platform's share {diamonds_text(report.shared_milli)}",
        f"  audit log {report.acts:,} acts" + (f", sealed {report.acts_chain[:16]}" if report.acts else ""),
    ]
    lines += ["Lost with entries that were lost, as was accepted:"] if report.lost else []
    lines += [f"  - {text}" for text in report.lost]
    if report.ok:
        return "\n".join([*lines, "The books balance: no gap, no fork, each id once, every balance as replayed."])
    return "\n".join([*lines, "THE BOOKS DO NOT BALANCE:", *(f"  - {problem}" for problem in report.problems)])


def _extent(report: Report) -> str:
    if len(report.partitions) == 1:
        return f"n {report.n:,}, archived up to n {report.archived_n:,}"
    ends, of = ", ".join(f"{one.n:,}" for one in report.partitions), len(report.partitions)
    return f"{report.n:,} entries in {of} partitions (n {ends}), {report.archived_n:,} of them archived"
