"""`fanfare ops console-url`: the address of the operator's console, for one operator and some hours."""

from __future__ import annotations

import argparse
import time

from app.base import config
from app.base.errors import ConfigError
from app.commands import Verbs, add_data_option, add_verb_parser
from app.commands.access import known_secrets
from app.rules.tokens import USER_ID, sign

HOURS = 8.0


def add_verb(verbs: Verbs) -> None:
    """Adds the verb to `fanfare ops`."""
    sentence = "print the address of the operator's console, with a key for that operator"
    parser = add_verb_parser(verbs, "console-url", sentence, "mia --base https://live.example.org")
    add_data_option(parser)
    parser.add_argument("operator", metavar="NAME", help="who will act there, as the audit log will say")
    parser.add_argument("--base", metavar="URL", help="where the server is reached (default: its host and port)")
    parser.add_argument("--hours", type=float, default=HOURS, help=f"how long the key is good for (default {HOURS:g})")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the address."""
    settings = known_secrets(config.load(data=args.data))
    if not USER_ID.fullmatch(args.operator):
        raise ConfigError("NAME is 1 to 64 of A-Z a-z 0-9 _ -")
    life_s = args.hours * 3600
    if not 0 < life_s <= (settings.token_max_age_s or life_s):
        raise ConfigError("--hours is more than 0, and FANFARE_TOKEN_MAX_AGE_S at most")
    base = (args.base or f"http://{settings.host}:{settings.port}").rstrip("/")
    token = sign(settings.secret, sub=args.operator, name=args.operator, role="operator", exp=int(time.time() + life_s))
    print(f"{base}/admin#token={token}")
    return 0
