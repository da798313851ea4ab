"""`fanfare overlay-url ROOM`: the address that goes into OBS."""

from __future__ import annotations

import argparse
import time

from app.base import config
from app.commands import Subparsers, add_command, add_data_option
from app.commands.access import known_secrets
from app.run.banner import overlay_url


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "overlay-url", "main --base https://live.example.org")
    add_data_option(parser)
    parser.add_argument("room", metavar="ROOM", help="the room's id")
    parser.add_argument("--base", metavar="URL", help="where the server is reached (default: its host and port)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the address."""
    settings = known_secrets(config.load(data=args.data))
    base = (args.base or f"http://{settings.host}:{settings.port}").rstrip("/")
    print(overlay_url(settings, base, args.room, time.time()))
    return 0
