"""`fanfare ledger accept-loss`: says what the store has lost, and lets gifts go on from what it has."""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime

import msgspec

from app.actions.books.heal import archived_in_term
from app.archive.cursor import read_cursor
from app.base import config
from app.base.config import Settings
from app.commands import Verbs, add_data_option, add_verb_parser
from app.commands.access import epoch_of, store_url
from app.commands.open_books import open_books
from app.rules.standing import Loss
from app.store.client import Store
from app.store.seen import Seen
from app.store.standing import Standing

SENTENCE = "say which entries the store has lost, and take gifts again without them"


class Told(msgspec.Struct, frozen=True):
    """What was lost and waited to be accepted, whether it is accepted now, and up to which n store and archive go."""

    lost: list[Loss]
    accepted: bool
    n: int
    archived_n: int

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
    print(msgspec.json.encode(told).decode() if args.json else _text(told))
    return 1 if told.lost and not told.accepted else 0


async def _accept(settings: Settings, url: str, *, only_look: bool) -> Told:
    epoch, store = epoch_of(settings), Store(url, settings.replicas_ack)
    seen = Seen(settings.data, epoch, "command")
    try:
        standing = Standing(store, epoch, seen)
        look = await standing.see()
        lost = [loss for loss, waits in await standing.losses.all() if waits] if look.lost_term else []
        async with open_books(settings) as archive:
            told = Told(lost, False, look.mark.n, (await archive.read(read_cursor)).n)
            if lost and not only_look and not told.can_be_healed:
                # Whatever was on its way to the archive is there by now, or never will be.
                told = msgspec.structs.replace(told, archived_n=await archived_in_term(archive, look.mark.term))
        if lost and not only_look and not told.can_be_healed:
            await standing.accept_loss("fanfare ledger accept-loss")
            told = msgspec.structs.replace(told, accepted=True)
        return told
    finally:
        seen.close()
        store.close()


def _text(told: Told) -> str:
    if not told.lost:
        return f"Nothing is lost that waits to be accepted; the store has n {told.n}."
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
