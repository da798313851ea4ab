"""`fanfare bookkeeper`: keeps the books of a data folder or an external store, in a process of its own."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import logging
import socket
import sys
from collections.abc import Iterator

import uvloop

from app.base import config
from app.base.config import Settings
from app.commands import Subparsers, add_command, add_data_option
from app.commands.access import store_url
from app.run import listen
from app.run.bookkeeper import be_modest, keep_books
from app.store.server import say_on_stderr


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "bookkeeper", "--metrics 127.0.0.1:9480")
    add_data_option(parser)
    parser.add_argument("--metrics", metavar="HOST:PORT", help="serve /metrics there (default: nowhere)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Keeps the books until SIGTERM or Ctrl-C. `fanfare` has one already; another one does no harm."""
    logging.basicConfig(level=logging.WARNING, format="fanfare: %(message)s", stream=sys.stderr)
    settings = config.load(data=args.data)
    with _metrics(settings, args.metrics) as admin:
        be_modest()
        with store_url(settings) as url:
            return uvloop.run(keep_books(settings, url, admin, None))


@contextlib.contextmanager
def _metrics(settings: Settings, address: str | None) -> Iterator[socket.socket | None]:
    """The listening socket of the metrics, where they are asked for. Raises ConfigError: it cannot be had."""
    # As a server without workers: its bookkeeper is the only one that has one.
    alone = dataclasses.replace(settings, workers=0, demo=False, admin=address or "off")
    (admin,) = listen.open_admin(alone, say_on_stderr, "--metrics")
    try:
        yield admin
    finally:
        if admin is not None:
            admin.close()
