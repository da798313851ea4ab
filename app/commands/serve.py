"""`fanfare serve`: production, which refuses to start without secrets or on a store that may forget."""

from __future__ import annotations

import argparse

from app.base import config
from app.commands import Subparsers, add_command, add_server_options, server_settings
from app.run import supervisor


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "serve", "--host 0.0.0.0 --workers 4")
    add_server_options(parser)
    parser.add_argument("--no-bookkeeper", action="store_true", help="keep no books here: `fanfare bookkeeper` does")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs until SIGTERM; SIGHUP restarts the workers one by one."""
    settings = config.load(demo=False, **server_settings(args))
    if args.no_bookkeeper:
        return supervisor.run(settings, bookkeeper_argv=None)
    return supervisor.run(settings)
