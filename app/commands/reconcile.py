"""`fanfare ledger reconcile`: each balance of the store beside that of the books."""

from __future__ import annotations

import argparse
import asyncio

import msgspec

from app.actions.books.reconcile import Reconciled, reconcile
from app.base import config
from app.base.config import Settings
from app.commands import Verbs, add_data_option, add_verb_parser
from app.commands.access import epoch_of, store_url
from app.commands.open_books import foreign, open_books, partitions_of
from app.commands.progress import Bar
from app.store.audit import Audit
from app.store.client import Store
from app.store.journal import Journal

SENTENCE = "compare every balance, total and frozen flag of the store with the archive, and show each that differs"


def add_verb(verbs: Verbs) -> None:
    """Adds the verb to `fanfare ledger`."""
    parser = add_verb_parser(verbs, "reconcile", SENTENCE, "--json")
    add_data_option(parser)
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints each account that differs; 1 where there is one."""
    settings = config.load(data=args.data)
    epoch = epoch_of(settings)
    with store_url(settings) as url:
        report = asyncio.run(_reconcile(settings, url, epoch))
    report.problems[:0] = foreign(report.epochs, epoch)
    if args.json:
        print(msgspec.json.encode({"ok": report.ok, **msgspec.structs.asdict(report)}).decode())
    else:
        print(_text(report))
    return 0 if report.ok else 1


async def _reconcile(settings: Settings, url: str, epoch: str) -> Reconciled:
    store, bar = Store(url, settings.replicas_ack), Bar()
    try:
        async with open_books(settings) as archive:
            of = await partitions_of(store, archive)
            journals = [Journal(store, epoch, k) for k in range(of)]
            return await reconcile([Audit(store, k) for k in range(of)], archive, journals, bar)
    finally:
        bar.end()
        store.close()


def _text(report: Reconciled) -> str:
    lines = [
        f"Ledger {report.epoch}: n {report.n:,}, {report.wallets:,} wallets; "
        f"the archive up to n {report.archived_n:,}, the store's journal behind it"
    ]
    if report.ok:
        return "\n".join([*lines, "Store and books agree in every balance, total and frozen flag."])
    lines += [f"  - {problem}" for problem in report.problems]
    if report.differences:
        width = max(len("account"), *(len(one.what) for one in report.differences))
        lines.append(f"  {'account':<{width}}  {'store':>20}  {'books':>20}")
        lines += [f"  {one.what:<{width}}  {one.store:>20}  {one.books:>20}" for one in report.differences]
    if report.more:
        lines.append(f"  and {report.more:,} more")
    return "\n".join([*lines, "STORE AND BOOKS DIFFER."])
