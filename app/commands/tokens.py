"""`fanfare tokens`: viewers for a load test, each with a token and coins."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import time

from app.actions.grant_coins import grant_many
from app.base import config
from app.base.config import DEMO_ROOM, Settings
from app.base.errors import ConfigError
from app.commands import Subparsers, add_command, add_data_option
from app.commands.access import known_secrets
from app.commands.desk import open_desk
from app.rules.actors import COMMAND
from app.rules.entries import Grant
from app.rules.tokens import sign

REASON = "fanfare tokens"


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "tokens", "--count 500 --prefix load --coins 100000 --room main > tokens")
    add_data_option(parser)
    parser.add_argument("--count", type=int, default=1, metavar="N", help="how many viewers (default 1)")
    parser.add_argument("--prefix", default="load", help="their ids are PREFIX-1, PREFIX-2, ... (default load)")
    parser.add_argument(
        "--coins", type=int, default=0, metavar="C", help="coins granted to each, journaled (default 0)"
    )
    parser.add_argument("--room", default=DEMO_ROOM, help="the room the tokens are good for (default main)")
    parser.add_argument("--hours", type=float, default=24.0, help="how long they are good for (default 24)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the tokens, one a line."""
    if not 1 <= args.count <= 1_000_000 or not 0 <= args.coins <= 1_000_000_000_000:
        raise ConfigError("--count is 1 to 1 000 000, --coins 0 to 10^12")
    loaded = config.load(data=args.data)
    settings = known_secrets(loaded)
    if settings.token_max_age_s and args.hours * 3600 > settings.token_max_age_s:
        raise ConfigError(
            f"--hours is at most {settings.token_max_age_s / 3600:g}: FANFARE_TOKEN_MAX_AGE_S is the bound"
        )
    users = [f"{args.prefix}-{i}" for i in range(1, args.count + 1)]
    if args.coins:
        asyncio.run(_grant(loaded, users, args.coins))
    now_s = int(time.time())
    exp = int(now_s + args.hours * 3600)
    for user in users:
        print(sign(settings.secret, sub=user, name=user, role="viewer", exp=exp, iat=now_s, room=args.room))
    return 0


async def _grant(settings: Settings, users: list[str], coins: int) -> None:
    run_id = f"{COMMAND}:{secrets.token_hex(6)}"
    grants = [Grant(id=f"{run_id}:{user}", user=user, coins=coins, reason=REASON, by=COMMAND) for user in users]
    async with open_desk(settings) as desk:
        await grant_many(desk.moves, grants)
