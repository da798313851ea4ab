"""`fanfare ops cases`: cases of suspected fraud, and how they end."""

from __future__ import annotations

import argparse
import asyncio
from typing import get_args

import msgspec
from msgspec import Struct

from app.actions.operator.decide_case import decide_case, own_case, read_case
from app.actions.operator.note_look import note_look
from app.actions.read_tariff import read_tariff
from app.archive import cases
from app.base import config
from app.base.clock import now_ms
from app.commands import Verbs, add_data_option, add_verb_parser
from app.commands.desk import acting, add_by_option, open_desk
from app.rules.cases import CaseDetails, CaseList, CaseView, Status, view
from app.rules.moments import moment_text
from app.rules.tokens import known_user_id

LISTED_MAX = 100
SENTENCES = {
    "list": ("list cases of suspected fraud, the newest first", "--status open"),
    "show": ("show a case with its people and its latest entries", "c_0190... --by mia"),
    "take": ("look into a case from now on", "c_0190... --by mia"),
    "release": ("end a case: what was held goes on its way", "c_0190... --by mia --reason 'a birthday'"),
    "claw-back": ("end a case: what came of it is taken back", "c_0190... --by mia --reason 'a stolen card'"),
}


def add_verb(verbs: Verbs) -> None:
    """Adds the verb to `fanfare ops`."""
    parser = add_verb_parser(verbs, "cases", "look into cases of suspected fraud, and end them", "list --status open")
    own = parser.add_subparsers(metavar="VERB", required=True)
    for name, (sentence, example) in SENTENCES.items():
        verb = add_verb_parser(own, name, sentence, example)
        add_data_option(verb)
        if name == "list":
            verb.add_argument("--status", choices=get_args(Status))
            verb.add_argument("--user", metavar="USER", help="those that this person is in")
        else:
            verb.add_argument("case", metavar="CASE")
        add_by_option(verb)
        if name in ("release", "claw-back"):
            verb.add_argument("--reason", required=True, metavar="TEXT", help="why, as the books will say")
        verb.add_argument("--json", action="store_true", help="for machines")
        verb.set_defaults(run=run, verb=name)


def run(args: argparse.Namespace) -> int:
    """Does it, and prints what became of it."""
    done = asyncio.run(_do(args))
    print(msgspec.json.encode(done).decode() if args.json else _text(done))
    return 0


async def _do(args: argparse.Namespace) -> Struct:
    settings = config.load(data=args.data)
    async with open_desk(settings) as desk:
        archive = desk.archive
        by, at_ms = acting(args), now_ms()
        if args.verb == "list":
            if args.user is not None:
                await note_look(archive, by, "look_at_cases", known_user_id(args.user), at_ms)
            found = await archive.read(cases.page, args.status, None, LISTED_MAX, args.user)
            return CaseList([view(one) for one in found], None)
        if args.verb == "show":
            shown = await archive.read(read_case, args.case)
            await note_look(archive, by, "look_at_case", shown.id, at_ms)
            return shown
        if args.verb == "take":
            return await own_case(archive, args.case, by, at_ms)
        rules = read_tariff(settings, at_ms).fraud_rules(settings.country, at_ms)
        await decide_case(archive, rules, args.verb, args.case, by, args.reason, at_ms)
        await desk.delivery.deliver()
        return await archive.read(read_case, args.case)


def _text(done: Struct) -> str:
    if isinstance(done, CaseList):
        return "\n".join(map(_line, done.cases)) or "There is none."
    assert isinstance(done, CaseDetails)
    people = [
        f"  {one.part:8}  {one.user}  gave {one.coins:,} coins, earned {one.diamonds} diamonds, {one.taken} taken back"
        + (f": {one.answer!r}" if one.answer else "")
        for one in done.people
    ]
    return "\n".join([_line(done), *people])


def _line(one: CaseView) -> str:
    ended = f"  by {one.by}: {one.why!r}" if one.by else f"  {one.owner}"
    signs = " ".join(one.reasons)
    what = f"{one.status:11}  {one.outcome:6}  {one.score}  {signs}{ended}"
    return f"{one.id}  {moment_text(one.opened_ms)}  {what}".rstrip()
