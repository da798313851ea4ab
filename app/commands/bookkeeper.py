"""`fanfare bookkeeper`: keeps the books of a data folder or an external store, in a process of its own."""

from __future__ import annotations

import argparse
import logging
import sys

import uvloop

from app.base import config
from app.commands import Subparsers, add_command, add_data_option
from app.commands.access import store_url
from app.run.bookkeeper import be_modest, keep_books


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "bookkeeper", "--data .fanfare")
    add_data_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Keeps the books until SIGTERM or Ctrl-C. `fanfare` has one already; another one does no harm."""
    logging.basicConfig(level=logging.WARNING, format="fanfare: %(message)s", stream=sys.stderr)
    settings = config.load(data=args.data)
    be_modest()
    with store_url(settings) as url:
        return uvloop.run(keep_books(settings, url, None, None))
