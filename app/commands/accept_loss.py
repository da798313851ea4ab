"""`fanfare ledger accept-loss`: says what the store has lost, and lets gifts go on from what it has."""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime

import msgspec

from app.base import config
from app.base.config import Settings
from app.commands import Verbs, add_data_option, add_verb_parser
from app.commands.access import epoch_of, store_url
from app.rules.standing import Loss
from app.store.client import Store
from app.store.seen import Seen
from app.store.standing import Standing

SENTENCE = "say which entries the store has lost, and take gifts again without them"


class Told(msgspec.Struct, frozen=True):
    """What was lost and waited to be accepted, whether it is accepted now, and the n from which the store goes on."""

    lost: list[Loss]
    accepted: bool
    n: int


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
    epoch, store = epoch_of(settings), Store(url)
    seen = Seen(settings.data, epoch, "command")
    try:
        standing = Standing(store, epoch, seen)
        look = await standing.see()
        lost = [loss for loss, waits in await standing.losses.all() if waits] if look.lost_term else []
        if lost and not only_look:
            await standing.accept_loss("fanfare ledger accept-loss")
        return Told(lost, bool(lost) and not only_look, look.mark.n)
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
    return "\n".join([*lines, "No gifts are taken. `fanfare ledger accept-loss` accepts it."])
