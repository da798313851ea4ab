"""What commands share that change the books: archive, ledger, and the way from one to the other."""

from __future__ import annotations

import argparse
import asyncio
import getpass
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from app.actions.books.deliver import Delivery
from app.actions.books.heal import stand
from app.actions.books.look_up import look_up_in
from app.actions.books.told import TOLD
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors
from app.archive.engine import address_of
from app.archive.migrate import migrate
from app.base.clock import now_ms
from app.base.config import Settings
from app.base.errors import ConfigError
from app.commands.access import epoch_of, store_url
from app.commands.open_books import partitions_of
from app.rules.actors import at_command_line
from app.rules.tokens import USER_ID
from app.store.client import Store
from app.store.ledger import Ledger
from app.store.moves import Moves
from app.store.partitions import Partitions
from app.store.seen import Seen


@dataclass(frozen=True, slots=True)
class Desk:
    """The books of a data folder, as a command works on them."""

    settings: Settings
    archive: Archive
    partitions: Partitions
    moves: Moves
    delivery: Delivery


def add_by_option(parser: argparse.ArgumentParser) -> None:
    """Who does it; see `acting`."""
    parser.add_argument("--by", metavar="NAME", help="who does it, as the books will say; by default, who is logged in")


def acting(args: argparse.Namespace) -> str:
    """Who does what a command does, as the books name them: by `--by`, else whoever is logged in to the machine.

    Raises:
        ConfigError: that is no name.
    """
    try:
        name = args.by or getpass.getuser()
    except (OSError, KeyError):
        name = ""
    if not USER_ID.fullmatch(name):
        raise ConfigError("--by is 1 to 64 of A-Z a-z 0-9 _ -")
    return at_command_line(name)


@asynccontextmanager
async def open_desk(settings: Settings) -> AsyncIterator[Desk]:
    """The desk, whether or not a server runs on the data folder.

    Raises:
        ConfigError: the archive's address cannot be used.
        StoreError: there is no store of that data folder.
        ArchiveError: the archive cannot be used.
    """
    with _embedded(settings) as url:
        epoch, store, archive = epoch_of(settings), Store(url, settings.replicas_ack), Archive(address_of(settings))
        seen = Seen(settings.data, epoch, "command")
        try:
            await archive.write(migrate)
            count = await partitions_of(store, archive)
            # Known before anything is decided: it waits in its person's partition.
            await archive.write(begin_cursors, count)
            standings = stand(store, epoch, seen, archive, count, refuse=settings.refuses_after_loss)
            ledgers = [Ledger(standing, window_ms=0, journal_max=0, announce_as="") for standing in standings]
            partitions = Partitions(ledgers)
            moves = Moves(partitions.ledgers, look_up_in(archive))
            yield Desk(settings, archive, partitions, moves, Delivery(archive, moves, TOLD, now_ms))
        finally:
            seen.close()
            store.close()
            await asyncio.to_thread(archive.close)


@contextmanager
def _embedded(settings: Settings) -> Iterator[str]:
    # Before a data folder is made that nobody has started a server in.
    epoch_of(settings)
    with store_url(settings) as url:
        yield url
