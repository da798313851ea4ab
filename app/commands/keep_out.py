"""`fanfare ops ban`, `unban`, `revoke`: who is kept out of everything, and whose tokens end."""

from __future__ import annotations

import argparse
import asyncio

import msgspec

from app.actions.operator import bar_person
from app.base import config
from app.base.clock import now_ms
from app.commands import Verbs, add_data_option, add_verb_parser
from app.commands.desk import acting, add_by_option, open_desk
from app.rules.barred import BanView, Revoked
from app.rules.moments import moment_text
from app.rules.texts import lines, seen

SENTENCES = {
    "ban": ("keep a person out of every room, from gifts and from purchases", "v42 --by mia --reason threats"),
    "unban": ("let a person in again", "v42 --by mia --reason 'a month is over'"),
    "revoke": ("end a person's tokens, and the sockets that they opened", "v42 --by mia --reason 'a lost phone'"),
}


def add_verbs(verbs: Verbs) -> None:
    """Adds the verbs to `fanfare ops`."""
    for name, (sentence, example) in SENTENCES.items():
        verb = add_verb_parser(verbs, name, sentence, example)
        add_data_option(verb)
        verb.add_argument("user", metavar="USER")
        if name == "revoke":
            verb.add_argument("--token", metavar="JTI", help="this one alone; else all that were issued up to now")
        add_by_option(verb)
        verb.add_argument("--reason", required=True, metavar="TEXT", help="why, as the audit log will say")
        verb.add_argument("--json", action="store_true", help="for machines")
        verb.set_defaults(run=run, verb=name)


def run(args: argparse.Namespace) -> int:
    """Does it, and prints what holds from now on."""
    done = asyncio.run(_do(args, acting(args)))
    print(msgspec.json.encode(done).decode() if args.json else _text(done))
    return 0


async def _do(args: argparse.Namespace, by: str) -> BanView | Revoked:
    reason = seen("reason", lines(args.reason))
    async with open_desk(config.load(data=args.data)) as desk:
        books = desk.partitions, desk.archive
        if args.verb != "revoke":
            return await bar_person.ban_person(*books, args.user, by, reason, now_ms(), banned=args.verb == "ban")
        if args.token is None:
            return await bar_person.revoke_tokens(*books, args.user, by, reason, now_ms())
        life_s = desk.settings.token_max_age_s
        return await bar_person.revoke_token(*books, args.user, args.token, by, reason, now_ms(), life_max_s=life_s)


def _text(done: BanView | Revoked) -> str:
    if isinstance(done, BanView):
        return f"{done.user} {'is banned' if done.banned else 'is no longer banned'}."
    if done.before_ms is None:
        return f"The token {done.token} of {done.user} is good for nothing any more."
    return f"Tokens of {done.user} that were issued before {moment_text(done.before_ms)} are good for nothing any more."
