"""`fanfare demo`: everything on this machine, with secrets of its own, for a first look."""

from __future__ import annotations

import argparse
import dataclasses

from app.base import config
from app.base.errors import ConfigError
from app.commands import Subparsers, add_command, add_server_options, server_settings
from app.run import listen, supervisor
from app.store.cluster_server import cluster_folder

PUBLIC = "whoever reaches it joins under any name with 5 000 coins, or as the streamer of its room"


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "demo", "--port 9000 --crowd 200")
    add_server_options(parser)
    parser.add_argument("--crowd", type=int, default=0, metavar="N", help="simulated viewers who send gifts")
    parser.add_argument("--cluster", action="store_true", help="on a cluster of six stores instead of one")
    parser.add_argument("--public", action="store_true", help=f"open it to other machines: {PUBLIC}")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs until Ctrl-C."""
    settings = config.load(demo=True, **server_settings(args))
    if args.cluster:
        if settings.redis_url:
            raise ConfigError("FANFARE_REDIS_URL names a store already; --cluster starts one")
        settings = dataclasses.replace(settings, data=cluster_folder(settings.data))
    if not args.public and listen.is_reached_by_others(settings.host):
        raise ConfigError(
            f"a demo on {settings.host} is open to other machines: {PUBLIC}; "
            "say --public if that is meant, or run `fanfare serve`"
        )
    return supervisor.run(settings, crowd=args.crowd, cluster=args.cluster)
