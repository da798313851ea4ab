"""`fanfare ledger rebuild`: makes an empty store whole again from the archive."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from app.actions.books.rebuild_ledger import Rebuild, Rebuilt
from app.actions.books.rebuild_whole import known_of, rebuild_whole
from app.archive.cursor import epoch_archived
from app.base import config
from app.base.config import Settings
from app.commands import Verbs, add_data_option, add_verb_parser
from app.commands.access import store_url
from app.commands.open_books import open_books, partitions_of
from app.commands.progress import Bar
from app.rules.partitions import where
from app.store.client import Store
from app.store.epoch import known_epoch, remember_epoch

SENTENCE = "make an empty store whole again from the archive, balances, answers and rooms"
LISTED = 10
SUMMED = ("n", "accounts", "frozen", "rooms", "answers", "under_way", "missing")


def add_verb(verbs: Verbs) -> None:
    """Adds the verb to `fanfare ledger`."""
    parser = add_verb_parser(verbs, "rebuild", SENTENCE, "--data .fanfare")
    add_data_option(parser)
    parser.add_argument("--replace", action="store_true", help="replace a ledger that has less than the archive")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints what the store has now, and what was beyond the archive."""
    settings = config.load(data=args.data)
    with store_url(settings, new=True) as url:
        rebuilt, of = asyncio.run(_rebuild(settings, url, replace=args.replace))
    if args.json:
        print(msgspec.json.encode(_sum(rebuilt)).decode())
    else:
        print("\n".join(where(one.partition, of) + _text(one) for one in rebuilt))
    return 0


async def _rebuild(settings: Settings, url: str, *, replace: bool) -> tuple[list[Rebuilt], int]:
    """What was rebuilt, and of how many partitions."""
    store, bar = Store(url, settings.replicas_ack), Bar()
    try:
        async with open_books(settings) as archive:
            # A folder that was lost belongs to the archive's ledger.
            known = known_epoch(settings.data)
            epoch = await archive.read(epoch_archived) if known is None else known
            of = await partitions_of(store, archive)
            rebuilds = [
                Rebuild(
                    store,
                    archive,
                    epoch=epoch,
                    known=known_of(settings.data, epoch, k),
                    window_ms=settings.id_window_s * 1000,
                    progress=bar,
                    by="fanfare ledger rebuild",
                    part=(k, of),
                )
                for k in range(of)
            ]
            rebuilt = await rebuild_whole(rebuilds, replace=replace)
        remember_epoch(settings.data, epoch)
        return rebuilt, of
    finally:
        bar.end()
        store.close()


def _sum(rebuilt: Sequence[Rebuilt]) -> dict[str, Any]:
    """For machines: each partition that was rebuilt, and the sums of them all; of one alone what it says."""
    parts = [msgspec.structs.asdict(one) for one in rebuilt]
    if len(parts) == 1:
        return {**parts[0], "partitions": parts}
    sums = {name: sum(part[name] for part in parts) for name in SUMMED}
    again = [key for one in rebuilt for key in one.posted_again]
    return {"epoch": rebuilt[0].epoch, **sums, "posted_again": again, "partitions": parts}


def _text(rebuilt: Rebuilt) -> str:
    written = datetime.fromtimestamp(rebuilt.at_ms / 1000, UTC).isoformat(" ", "seconds").removesuffix("+00:00")
    older = "" if rebuilt.replaced_n is None else f", in the place of one that went to n {rebuilt.replaced_n:,}"
    under_way = f", {rebuilt.under_way:,} gifts on their way to other partitions" if rebuilt.under_way else ""
    lines = [
        f"The store has ledger {rebuilt.epoch} up to n {rebuilt.n:,} (head {rebuilt.head[:12]}, written {written} UTC)"
        f"{older}: {rebuilt.accounts:,} balances, {rebuilt.frozen:,} names frozen, {rebuilt.rooms:,} rooms, "
        f"{rebuilt.answers:,} answers to ids that are good still{under_way}. Gifts go on."
    ]
    if rebuilt.missing:
        lines.append(
            f"LOST: {rebuilt.missing:,} entries, n {rebuilt.n + 1:,} to {rebuilt.seen_n:,} (head "
            f"{rebuilt.seen_head[:12]}), were answered and are not in the archive."
        )
    else:
        lines.append("Nobody is known to have been told of more than that.")
    lines += _listed("posted again, as the archive has decided them", rebuilt.posted_again)
    beyond = [
        f"{room.room}: events up to {room.shown:,} (its last archived gift is event {room.archived:,})"
        for room in rebuilt.rooms_beyond
    ]
    return "\n".join([*lines, *_listed("rooms that had shown more", beyond)])


def _listed(what: str, names: list[str]) -> list[str]:
    if not names:
        return []
    more = [f"  - and {len(names) - LISTED:,} more"] if len(names) > LISTED else []
    return [f"{len(names):,} {what}:", *(f"  - {name}" for name in names[:LISTED]), *more]
