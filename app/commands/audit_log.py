"""`fanfare ops audit-log`: what was done by whom, and whether the log is what was written."""

from __future__ import annotations

import argparse
import asyncio
import sys

import msgspec

from app.archive import audit_log
from app.archive.audit_log import Search
from app.base import config
from app.base.errors import ConfigError
from app.commands import Verbs, add_data_option, add_verb_parser
from app.commands.open_books import open_known_books
from app.rules.audit_log import AuditEntry, Proof
from app.rules.moments import moment_text, read_moment

SENTENCE = "show what operators, moderators and the platform did to whom, and why, the newest first"
LISTED, LISTED_MAX = 20, 10_000


def add_verb(verbs: Verbs) -> None:
    """Adds the verb to `fanfare ops`."""
    parser = add_verb_parser(verbs, "audit-log", SENTENCE, "--who command:mia --from 2026-11-01")
    add_data_option(parser)
    parser.add_argument("--who", metavar="NAME", help="done by person:ID, command:NAME or platform")
    parser.add_argument("--what", metavar="ACT", help="the act, as freeze or approve_payout")
    parser.add_argument("--whom", metavar="ID", help="done to that person, room, gift or switch")
    parser.add_argument("--from", dest="first", metavar="TIME", help="from that time on (UTC), as 2026-11-01")
    parser.add_argument("--to", dest="last", metavar="TIME", help="up to the end of that time, as 2026-11-30")
    parser.add_argument("--limit", type=int, default=LISTED, metavar="N", help=f"so many at most (default {LISTED})")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints what is found; 1 where the log is not what was written."""
    if not 1 <= args.limit <= LISTED_MAX:
        raise ConfigError(f"--limit is 1 to {LISTED_MAX}")
    (from_ms, _), (_, to_ms) = _span("--from", args.first), _span("--to", args.last)
    search = Search(args.who, args.what, args.whom, from_ms, to_ms)
    found, proof = asyncio.run(_read(args, search))
    if args.json:
        print(msgspec.json.encode({"entries": found, "acts": proof.n, "problems": proof.problems}).decode())
    else:
        print("\n".join(map(_line, found)) or "There is none.")
    for problem in proof.problems:
        print(f"THE AUDIT LOG WAS CHANGED: {problem}", file=sys.stderr)
    return 1 if proof.problems else 0


async def _read(args: argparse.Namespace, search: Search) -> tuple[list[AuditEntry], Proof]:
    async with open_known_books(config.load(data=args.data)) as archive:
        return await archive.read(audit_log.page, search, args.limit), await archive.read(audit_log.prove)


def _span(option: str, text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    try:
        moment = read_moment(text)
    except ValueError:
        moment = None
    if moment is None or moment.n is not None:
        raise ConfigError(f"{option} is a time like 2026-11-25 or 2026-11-25T18:30Z")
    return moment.first_ms, moment.last_ms + 1


def _line(entry: AuditEntry) -> str:
    said = (entry.what, entry.whom, entry.details, repr(entry.reason) if entry.reason else "")
    return "  ".join((f"{entry.n:>6}", moment_text(entry.at_ms), entry.who, *filter(None, said)))
