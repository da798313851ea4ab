"""`fanfare ledger accept-loss`: says what the store has lost, and lets gifts go on from what it has."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from app.actions.books.heal import archived_in_term
from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.base import config
from app.base.config import Settings
from app.commands import Verbs, add_data_option, add_verb_parser
from app.commands.access import epoch_of, store_url
from app.commands.open_books import open_books, partitions_of
from app.rules.partitions import where
from app.rules.standing import Loss
from app.store.client import Store
from app.store.seen import Seen
from app.store.standing import Standing

SENTENCE = "say which entries the store has lost, and take gifts again without them"


class Told(msgspec.Struct, frozen=True):
    """What a partition has lost and waited to be accepted, whether it is accepted now, and up to which n store and
    archive go.
    """

    lost: list[Loss]
    accepted: bool
    n: int
    archived_n: int
    partition: int = 0

    @property
    def waits(self) -> bool:
        """Whether something is to be accepted still."""
        return bool(self.lost) and not self.accepted

    @property
    def can_be_healed(self) -> bool:
        """Whether the archive has something of it: then it is not to be accepted."""
        return self.archived_n > self.n


def add_verb(verbs: Verbs) -> None:
    """Adds the verb to `fanfare ledger`."""
    parser = add_verb_parser(verbs, "accept-loss", SENTENCE, "--dry-run")
    add_data_option(parser)
    parser.add_argument("--dry-run", action="store_true", help="only say what was lost")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints what was lost; 1 where it waits to be accepted still."""
    settings = config.load(data=args.data)
    with store_url(settings) as url:
        told = asyncio.run(_accept(settings, url, only_look=args.dry_run))
    if args.json:
        print(msgspec.json.encode(_sum(told)).decode())
    else:
        print("\n".join(where(one.partition, len(told)) + _text(one) for one in told if one.lost) or _nothing(told))
    return 1 if any(one.waits for one in told) else 0


async def _accept(settings: Settings, url: str, *, only_look: bool) -> list[Told]:
    epoch, store = epoch_of(settings), Store(url, settings.replicas_ack)
    seen = Seen(settings.data, epoch, "command")
    try:
        async with open_books(settings) as archive:
            standings = [Standing(store, epoch, seen, partition=k) for k in range(await partitions_of(store, archive))]
            return [await _accept_in(standing, archive, only_look=only_look) for standing in standings]
    finally:
        seen.close()
        store.close()


async def _accept_in(standing: Standing, archive: Archive, *, only_look: bool) -> Told:
    k, look = standing.partition, await standing.see()
    lost = [loss for loss, waits in await standing.losses.all() if waits] if look.lost_term else []
    told = Told(lost, False, look.mark.n, (await archive.read(read_cursor, k)).n, k)
    if not lost or only_look or told.can_be_healed:
        return told
    # Whatever was on its way to the archive is there by now, or never will be.
    told = msgspec.structs.replace(told, archived_n=await archived_in_term(archive, look.mark.term, k))
    if told.can_be_healed:
        return told
    await standing.accept_loss("fanfare ledger accept-loss")
    return msgspec.structs.replace(told, accepted=True)


def _sum(told: Sequence[Told]) -> dict[str, Any]:
    """For machines: each partition, and all of them in one."""
    return {
        "lost": [loss for one in told for loss in one.lost],
        "accepted": any(one.accepted for one in told) and not any(one.waits for one in told),
        "n": sum(one.n for one in told),
        "archived_n": sum(one.archived_n for one in told),
        "partitions": told,
    }


def _nothing(told: Sequence[Told]) -> str:
    ends = ", ".join(str(one.n) for one in told)
    return f"Nothing is lost that waits to be accepted; the store has n {ends}."


def _text(told: Told) -> str:
    lines = ["The store has lost:"]
    for loss in told.lost:
        noted = datetime.fromtimestamp(loss.at_ms / 1000, UTC).isoformat(" ", "seconds").removesuffix("+00:00")
        lines.append(f"  - {loss} (noted {noted} UTC)")
    if told.accepted:
        return "\n".join([*lines, f"Accepted: gifts go on from n {told.n}."])
    if told.can_be_healed:
        lines.append(
            f"No gifts are taken. The archive goes on from n {told.n} to n {told.archived_n}: "
            "`fanfare ledger rebuild --replace` brings that back, and nothing is accepted before."
        )
    else:
        lines.append("No gifts are taken. `fanfare ledger accept-loss` accepts it.")
    return "\n".join(lines)
