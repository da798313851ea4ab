"""`fanfare ops`: what operators do over HTTP, at the command line, for whoever has the data folder."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from msgspec import Struct

from app.actions.grant_coins import COINS_MAX, GrantRequest
from app.actions.operator.adjust_wallet import approve_adjustment, ask_adjustment, reject_adjustment
from app.actions.operator.close_room import close_room
from app.actions.operator.freeze_user import Act, FreezeView, freeze_user, unfreeze_user
from app.actions.operator.give_coins import give_coins
from app.actions.operator.refund_purchase import refund_purchase
from app.actions.operator.set_switch import set_switch
from app.archive import adjustments, switches
from app.base import config
from app.base.clock import now_ms
from app.base.errors import ConfigError
from app.base.ids import uuid7
from app.commands import Subparsers, add_command, add_data_option, audit_log, cases, console_url, keep_out
from app.commands.desk import Desk, acting, add_by_option, open_desk
from app.rules import catalogue
from app.rules.adjustments import Adjustment, AdjustmentList, AdjustmentRequest
from app.rules.messages import Balance, GrantView
from app.rules.purchase_views import PurchaseView, view
from app.rules.rooms import Status, known_room_id
from app.rules.switches import NAMES, Switch, SwitchList, SwitchRequest, switch_of
from app.rules.tokens import USER_ID

LISTED_MAX = 100


class RoomEnded(Struct, frozen=True):
    """What became of a room."""

    id: str
    status: Status


Verb = Callable[[Desk, argparse.Namespace, str], Awaitable[Struct]]
"""Does it, for whom the third argument names; what is printed."""


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "ops", "freeze v42 --by mia --reason 'a stolen card'")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    _verb(verbs, "freeze", _freeze, "let a person neither send, receive nor be paid", "USER")
    _verb(verbs, "unfreeze", _unfreeze, "let a person who was frozen go on", "USER")
    adjust = _verb(verbs, "adjust", _adjust, "ask for a correction of a wallet, which another person approves", "USER")
    adjust.add_argument("coins", type=int, metavar="COINS", help="how many; below zero they are taken")
    listing = _verb(verbs, "adjustments", _list, "list corrections, the newest first", reason=False)
    listing.add_argument("--status", choices=("waiting", "approved", "applied", "refused", "rejected"))
    _verb(verbs, "approve", _approve, "agree to another person's correction, and make it", "ID", reason=False)
    _verb(verbs, "reject", _reject, "end a correction that waits", "ID")
    grant = _verb(verbs, "grant", _grant, "give coins, so many a day as FANFARE_GRANT_ALONE says", "USER")
    grant.add_argument("coins", type=int, metavar="COINS", help="how many")
    _verb(verbs, "refund", _refund, "give a purchase's money back and take its coins", "ID")
    for name, act, what, about in (
        ("switch", _switch, "purchases, gifts or payouts", "NAME"),
        ("gift", _gift, "one gift", "GIFT"),
    ):
        switch = _verb(verbs, name, act, f"switch {what} off for everyone, or on again", about)
        switch.add_argument("to", choices=("on", "off"))
    _verb(verbs, "switches", _switches, "show what is on and what is off, and why", reason=False)
    _verb(verbs, "end-room", _end_room, "end a room: no more gifts; what was said and given is kept a while", "ROOM")
    audit_log.add_verb(verbs)
    console_url.add_verb(verbs)
    cases.add_verb(verbs)
    keep_out.add_verbs(verbs)


def run(args: argparse.Namespace) -> int:
    """Does it, and prints what became of it; 1 where the ledger refused it."""
    done = asyncio.run(_do(args, acting(args) if "by" in args else ""))
    print(msgspec.json.encode(done).decode() if args.json else _text(done))
    return 1 if isinstance(done, Adjustment) and done.status == "refused" else 0


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    act: Verb,
    sentence: str,
    about: str | None = None,
    *,
    reason: bool = True,
) -> argparse.ArgumentParser:
    example = f"example: %(prog)s {EXAMPLES[name]}"
    parser = verbs.add_parser(name, help=sentence, description=f"{sentence}.".capitalize(), epilog=example)
    add_data_option(parser)
    if about:
        parser.add_argument("about", metavar=about)
    add_by_option(parser)
    if reason:
        parser.add_argument("--reason", required=True, metavar="TEXT", help="why, as the books will say")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(run=run, act=act)
    return parser


EXAMPLES = {
    "freeze": "v42 --by mia --reason 'a stolen card'",
    "unfreeze": "v42 --by mia --reason 'it was theirs'",
    "adjust": "v42 --by mia --reason 'a lost grant' 500",
    "adjustments": "--status waiting",
    "approve": "a_0190... --by tom",
    "reject": "a_0190... --by tom --reason 'not ours'",
    "switch": "purchases off --by mia --reason 'the bank is away'",
    "gift": "rose off --by mia --reason 'it is drawn anew'",
    "switches": "",
    "grant": "v42 --by mia --reason 'for the wait' 50",
    "refund": "p_0190... --by mia --reason 'bought twice'",
    "end-room": "main --by mia --reason 'it is late'",
}


async def _do(args: argparse.Namespace, by: str) -> Struct:
    async with open_desk(config.load(data=args.data)) as desk:
        act: Verb = args.act
        return await act(desk, args, by)


def _act(args: argparse.Namespace, by: str) -> Act:
    return Act(_user(args.about), args.reason, by, uuid7(now_ms()))


def _user(text: str) -> str:
    if not USER_ID.fullmatch(text):
        raise ConfigError("a user is 1 to 64 of A-Z a-z 0-9 _ -")
    return text


async def _freeze(desk: Desk, args: argparse.Namespace, by: str) -> FreezeView:
    posted = await freeze_user(desk.archive, desk.delivery, desk.moves, _act(args, by), now_ms())
    return FreezeView(args.about, True, args.reason, posted.n)


async def _unfreeze(desk: Desk, args: argparse.Namespace, by: str) -> FreezeView:
    posted = await unfreeze_user(desk.archive, desk.delivery, desk.moves, _act(args, by), now_ms())
    return FreezeView(args.about, False, args.reason, posted.n)


async def _adjust(desk: Desk, args: argparse.Namespace, by: str) -> Adjustment:
    request = AdjustmentRequest(user=_user(args.about), coins=args.coins, reason=args.reason)
    return (await ask_adjustment(desk.archive, uuid7(now_ms()), request, by, now_ms())).adjustment


async def _list(desk: Desk, args: argparse.Namespace, _: str) -> AdjustmentList:
    return AdjustmentList(await desk.archive.read(adjustments.page, args.status, None, LISTED_MAX), None)


async def _approve(desk: Desk, args: argparse.Namespace, by: str) -> Adjustment:
    return (await approve_adjustment(desk.archive, desk.delivery, args.about, by, now_ms())).adjustment


async def _reject(desk: Desk, args: argparse.Namespace, by: str) -> Adjustment:
    return (await reject_adjustment(desk.archive, args.about, by, args.reason, now_ms())).adjustment


async def _grant(desk: Desk, args: argparse.Namespace, by: str) -> GrantView:
    if not 1 <= args.coins <= COINS_MAX:
        raise ConfigError(f"COINS is 1 to {COINS_MAX:,}")
    request, key = GrantRequest(user=_user(args.about), coins=args.coins, reason=args.reason), uuid7(now_ms())
    most = desk.settings.grant_alone
    posted = await give_coins(desk.archive, desk.moves, key, request, by, most, now_ms())
    return GrantView(id=key, user=request.user, coins=request.coins, balance=Balance(posted.noted[0], posted.n))


async def _switch(desk: Desk, args: argparse.Namespace, by: str) -> Switch:
    if args.about not in NAMES:
        raise ConfigError(f"NAME is one of {', '.join(NAMES)}")
    return await _set(desk, args, args.about, by)


async def _gift(desk: Desk, args: argparse.Namespace, by: str) -> Switch:
    if args.about not in catalogue.load().by_id():
        raise ConfigError(f"there is no gift {args.about}")
    return await _set(desk, args, switch_of(args.about), by)


async def _set(desk: Desk, args: argparse.Namespace, name: str, by: str) -> Switch:
    request = SwitchRequest(on=args.to == "on", reason=args.reason)
    return await set_switch(desk.archive, desk.delivery, name, request, by, now_ms())


async def _switches(desk: Desk, args: argparse.Namespace, _: str) -> SwitchList:
    return SwitchList(await desk.archive.read(switches.every))


async def _refund(desk: Desk, args: argparse.Namespace, by: str) -> PurchaseView:
    found, _ = await refund_purchase(desk.archive, desk.delivery, args.about, args.reason, by, now_ms())
    return view(found, None)


async def _end_room(desk: Desk, args: argparse.Namespace, by: str) -> RoomEnded:
    await close_room(desk.archive, desk.partitions, known_room_id(args.about), args.reason, by, now_ms())
    return RoomEnded(args.about, "ended")


def _text(done: Struct) -> str:
    if isinstance(done, AdjustmentList):
        return "\n".join(map(_line, done.adjustments)) or "There is none."
    if isinstance(done, Adjustment):
        return _line(done)
    if isinstance(done, FreezeView):
        return f"{done.user} {'is frozen' if done.frozen else 'is no longer frozen'} (entry {done.n})."
    if isinstance(done, GrantView):
        now = done.balance
        return f"{done.user} has {done.coins:,} coins more, and {now.coins:,} now (entry {now.version})."
    if isinstance(done, SwitchList):
        return "\n".join(map(_state, done.switches))
    if isinstance(done, Switch):
        return _state(done)
    if isinstance(done, RoomEnded):
        return f"Room {done.id} is {done.status}."
    assert isinstance(done, PurchaseView)
    return f"Purchase {done.id} is {done.status}."


def _line(one: Adjustment) -> str:
    who = f"by {one.by}" + (f", {one.status} by {one.second}" if one.second else "")
    what = f"{one.user}  {one.coins:+,} coins  {one.reason!r}"
    return f"{one.id}  {one.status:8}  {what} {who}" + (f": {one.why}" if one.why else "")


def _state(switch: Switch) -> str:
    who = f"  {switch.reason!r} by {switch.by}" if switch.by else ""
    return f"{switch.name:20}  {'on ' if switch.on else 'OFF'}{who}"
