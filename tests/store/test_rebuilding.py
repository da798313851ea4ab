from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.base.errors import ConfigError, Refusal, StoreRefused
from app.base.ids import uuid7
from app.rules.goals import KeptGoal
from app.rules.rooms import Media, Payee, Room
from app.rules.standing import Loss
from app.store import rebuilding as module
from app.store.birth import open_ledger
from app.store.rebuilding import Older, Rebuilding, RoomBack, ledger_in, restored_print
from tests.journal import gift
from tests.world import EPOCH, MAIN, World

SUMS = dict.fromkeys(("issued", "spent", "minted", "shared", "clawed", "paid"), 0)
TOTALS: dict[str, str | int] = {
    "epoch": EPOCH,
    "n": 7,
    "h": "head",
    "hw": 1,
    "archived": 7,
    "keys_from": 8,
    "forgotten": 0,
    **SUMS,
}
BY: dict[str, str | int] = {"by": "a test", "at_ms": 1}


async def emptied(world: World) -> Rebuilding:
    """A rebuild of an empty store that has begun."""
    await world.store.call("FLUSHDB")
    rebuilding = Rebuilding(world.store, Older())
    await rebuilding.begin()
    return rebuilding


async def columns(world: World) -> dict[str, dict[bytes, bytes]]:
    """The columns that have something in them."""
    names = ("coins", "debt", "pending", "available", "held")
    found = {name: await world.store.call("HGETALL", getattr(world.keys, name)) for name in names}
    return {name: values for name, values in found.items() if values}


async def test_nothing_is_seen_before_it_opens(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Balances, people, answers and rooms are there all at once, however many pieces they came in."""
    monkeypatch.setattr(module, "VALUES_A_STEP", 4)
    rebuilding = await emptied(world)
    await rebuilding.balances({f"viewer:v{i}:coins": i for i in range(7)})
    await rebuilding.balances({"viewer:v1:debt": -9, "viewer:v2:debt": 0, "platform:coins_issued": -21})
    await rebuilding.balances({"streamer:sam:diamonds_pending": 1, "streamer:sam:diamonds_held": 3})
    await rebuilding.freeze([f"v{i}" for i in range(5)])
    room = Room(
        id="main",
        title="T",
        kind="video",
        status="live",
        streamer=Payee("sam", "Sam", "DE"),
        guests=(Payee("gil", "Gil"),),
        promotable=False,
        board_by="gifts",
        media=Media(url="https://a.example/clip.mp4", seconds=7),
        goal=KeptGoal(id="g", title="G", target=9, gift="rose", ends_ms=7, since_n=3),
    )
    # Each property is another than that of a room of which nothing is known.
    assert not [one.name for one in msgspec.structs.fields(Room) if getattr(room, one.name) == one.default != ""]
    await rebuilding.rooms([RoomBack(room, "e", 12, 3)])
    assert ({}, []) == (await columns(world), await world.rooms.all_live())
    assert "" == await open_ledger(world.store, "")
    with pytest.raises(Refusal, match="uninitialised"):
        await world.coins("v1")
    await rebuilding.open(3, TOTALS, None, BY)

    assert {
        "coins": {b"v%d" % i: b"%d" % i for i in range(7)},
        "debt": {b"v1": b"9"},
        "pending": {b"sam": b"1"},
        "held": {b"sam": b"3"},
    } == await columns(world)
    assert 5 == await world.store.call("SCARD", world.keys.frozen)
    assert (7, 3) == (await world.standing.see()).mark[1::-1]
    assert msgspec.structs.replace(room, epoch="e.3") == await world.rooms.get("main")
    assert 12 == await world.rooms.offset("main")


async def test_answers_go_into_their_buckets(world: World) -> None:
    """A gift's answer lies where it is looked for, and the content that the journal knows is compared."""
    rebuilding = await emptied(world)
    now_ms = 1_800_000_000_000
    gifts = [gift("ann", "sam", coins, id=uuid7(now_ms + 600_000 * coins), coins_left=50) for coins in (1, 2)]
    lines = [msgspec.json.encode(one).decode() for one in gifts]
    await rebuilding.answers(list(zip((3, 4), gifts, lines, strict=True)))
    await rebuilding.open(1, TOTALS, None, BY)
    record, _ = await world.ledger.stored_result("ann", gifts[1].id, now_ms + 1_200_000)

    assert "A|4|50|2|2000||0" == record
    assert 2 == await world.store.call("ZCARD", world.keys.id_buckets)


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        ({}, True),
        ({"coins_left": 9, "offset": 77, "streak": "5", "streak_count": 2, "card": "other"}, True),
        ({"quantity": 2}, False),
        ({"gift": "heart"}, False),
        ({"room": "side"}, False),
    ],
)
def test_a_print_is_of_what_was_asked_for(changed: dict[str, Any], is_same: bool) -> None:
    """Room, receiver, gift and quantity make it the same gift; what became of it does not."""
    made = gift("123", "456", 7, id=uuid7(1), room="99")
    line, other = (msgspec.json.encode(one).decode() for one in (made, msgspec.structs.replace(made, **changed)))

    assert is_same == (restored_print(line) == restored_print(other))


async def test_the_last_to_begin_goes_on_alone(world: World) -> None:
    """A rebuild that another one has followed writes nothing more, and the other one has none of its pieces."""
    first = await emptied(world)
    await first.balances({"viewer:ann:coins": 1})
    second = Rebuilding(world.store, Older())
    await second.begin()
    for late in (first.balances({"viewer:bob:coins": 1}), first.open(1, TOTALS, None, BY)):
        with pytest.raises(StoreRefused, match="another rebuild has begun"):
            await late
    await second.open(1, TOTALS, None, BY)

    assert {} == await columns(world)
    with pytest.raises(StoreRefused, match="another rebuild has begun"):
        await second.open(2, TOTALS, None, BY)
    with pytest.raises(StoreRefused, match="another rebuild has begun"):
        await Rebuilding(world.store, Older()).begin()


async def test_a_store_that_was_changed_meanwhile_is_left_alone(world: World) -> None:
    """Where pieces are gone, or there is a ledger by now, nothing opens."""
    rebuilding = await emptied(world)
    await rebuilding.balances({"viewer:ann:coins": 1})
    await world.store.call("DEL", f"new:{world.keys.coins}")
    with pytest.raises(StoreRefused, match="was changed meanwhile"):
        await rebuilding.open(1, TOTALS, None, BY)
    assert EPOCH == await open_ledger(world.store, EPOCH)
    before = await world.dump()
    with pytest.raises(StoreRefused, match="was changed meanwhile"):
        await rebuilding.open(1, TOTALS, None, BY)
    assert before == await world.dump()


async def test_a_ledger_is_replaced_whole(world: World) -> None:
    """Nothing is left of the older ledger but its time, its losses, and rooms that do not come back."""
    await world.grant("ann", 100)
    await world.send(world.order(), world.order(room="side"))
    await world.store.call("HSET", world.keys.totals, "shift", 5, "steps", 2)
    older = await ledger_in(world.store)
    rebuilding = Rebuilding(world.store, older)
    await rebuilding.begin()
    await rebuilding.balances({"viewer:bob:coins": 3})
    room = Room(id="main", title="T", kind="live", status="live", streamer=MAIN.streamer)
    await rebuilding.rooms([RoomBack(room, "e", 50, 3)])
    lost = Loss(at_ms=1, first=8, last=9)
    await rebuilding.open(older.term + 1, TOTALS, lost, BY)

    assert (EPOCH, 0, 3) == (older.epoch, older.term, older.n)
    assert {"coins": {b"bob": b"3"}} == await columns(world)
    keys = world.keys
    for gone in (keys.journal, keys.moves, keys.log("main"), keys.board("main"), keys.id_buckets, keys.rebuild):
        assert 0 == await world.store.call("EXISTS", gone)
    assert [b"5", b"2"] == await world.store.call("HMGET", keys.totals, "shift", "steps")
    assert [(lost, False)] == await world.standing.losses.all()
    assert "Side" == (await world.rooms.get("side")).title


async def test_what_ledger_a_store_has(world: World) -> None:
    """Epoch, term, n and head are told as the scripts tell them, and nothing of an empty store."""
    born = await ledger_in(world.store)
    await world.grant("ann", 1)
    later = await ledger_in(world.store)
    assert await Rebuilding(world.store, later).begin()
    await world.store.call("FLUSHDB")
    nothing = await ledger_in(world.store)

    assert (EPOCH, 0, 0, "") == (born.epoch, born.term, born.n, born.head)
    assert (1, 40) == (later.n, len(later.head))
    assert ("", "", 0, 0, "") == (nothing.text, nothing.epoch, nothing.term, nothing.n, nothing.head)
    await world.store.call("HSET", world.keys.coins, "ann", 1)
    with pytest.raises(ConfigError, match="damaged"):
        await open_ledger(world.store, "")
