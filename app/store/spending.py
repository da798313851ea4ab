"""What bounds people's spending, in the store: set and read here, judged by the scripts that spend coins."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from app.base.errors import Refusal, refusal_of
from app.base.ids import time_of
from app.rules.spending import Bounds, Come, packed, read_come
from app.rules.zones import Zone, zone_at
from app.store.ledger import ID_BUCKET_MS
from app.store.standing import Standing

_pack = msgspec.msgpack.Encoder().encode


class Kept(NamedTuple):
    """What the store has of a person: up to which n, what was given in all; the others None where nothing was set."""

    n: int
    given: int
    come: Come | None
    bounds: Bounds | None


class Counted(NamedTuple):
    """How far somebody has come as the archive tells it, which was asked up to n."""

    come: Come
    n: int


async def read_limits(standing: Standing, user: str) -> Kept:
    """What the store has of a person. Raises Refusal `uninitialised`, and StoreError as Store.call does."""
    keys = standing.keys
    names = [keys.totals, keys.spending, keys.limits, keys.given]
    refused, *told = await standing.store.run("read_limits", names, standing.epoch, user)
    if refused:
        raise refusal_of(refused.decode()[1:])
    n, given, come, bounds = told
    return Kept(
        int(n),
        int(given or 0),
        read_come(come) if come else None,
        msgspec.msgpack.decode(bounds, type=Bounds) if bounds else None,
    )


async def put_limits(standing: Standing, user: str, bounds: Bounds, zone: Zone, counted: Counted | None) -> bool:
    """Sets what bounds a person's spending, unless something newer was set; the person's sockets are told.

    False where the archive has to be asked (anew) how far the person has come: nothing was set.

    Raises:
        Refusal: `uninitialised`.
        StoreError: as Store.call raises it.
    """
    keys = standing.keys
    names = [keys.totals, keys.spending, keys.limits, keys.zones]
    come, n = (counted.come.packed(), counted.n) if counted is not None else (b"", 0)
    about = (user, bounds.version, packed(bounds), bounds.tz, _pack(zone), come, n, keys.people_channel)
    answer: bytes = await standing.run("put_limits", names, *about)
    if answer.startswith(b"R"):
        raise refusal_of(answer[1:].decode())
    return answer != b"S"


async def decide_gift(standing: Standing, user: str, gift_id: str, approved: bool) -> None:
    """Decides on a gift that waits for an approval: the same gift goes when it is sent once more, or never.

    Raises:
        Refusal: `already_decided`: it does not wait, or not any more.
        StoreError: as Store.call raises it.
    """
    keys = standing.keys
    names = [keys.totals, keys.idem(time_of(gift_id) // ID_BUCKET_MS)]
    answer: bytes = await standing.run("decide_gift", names, f"{user}:{gift_id}", int(approved))
    if answer != b"N":
        raise Refusal("already_decided") if answer == b"O" else refusal_of(answer[1:].decode())


async def renew_zones(standing: Standing, now_ms: int) -> None:
    """Tells the store what comes in the zones that people are in. Raises StoreError as Store.call does."""
    call, key = standing.store.call, standing.keys.zones
    for name in await call("HKEYS", key):
        await call("HSET", key, name, _pack(zone_at(name.decode(), now_ms)))
