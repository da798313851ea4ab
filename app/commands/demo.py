"""`fanfare demo`: everything on this machine, with secrets of its own, for a first look."""

from __future__ import annotations

import argparse

from app.base import config
from app.commands import Subparsers, add_command, add_server_options, server_settings
from app.run import supervisor


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "demo", "--port 9000 --crowd 200")
    add_server_options(parser)
    parser.add_argument("--crowd", type=int, default=0, metavar="N", help="simulated viewers who send gifts")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs until Ctrl-C."""
    return supervisor.run(config.load(demo=True, **server_settings(args)), crowd=args.crowd)
