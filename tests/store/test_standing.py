from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.errors import REASONS, Refusal, StoreRefused, UnknownOutcome
from app.rules.gifts import GiftOrder
from app.rules.standing import Mark
from app.store.client import Store, is_passing
from app.store.seen import Seen
from app.store.standing import TRIES, Standing
from tests.fault_proxy import Fault, FaultProxy
from tests.world import EPOCH, World, texts


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Seen]:
    """What this process keeps in a data folder."""
    seen = Seen(tmp_path, EPOCH, "0")
    yield seen
    seen.close()


async def copy(world: World) -> dict[bytes, bytes]:
    """All that the store has, as it can be put back."""
    call = world.store.call
    return {key: await call("DUMP", key) for key in await call("KEYS", "*")}


async def put_back(world: World, kept: dict[bytes, bytes]) -> None:
    """The store has what it had, and nothing that came after."""
    await world.store.call("FLUSHDB")
    for key, value in kept.items():
        await world.store.call("RESTORE", key, 0, value)


async def send(world: World, standing: Standing, *orders: GiftOrder) -> list[str]:
    """What a process that stands so is answered."""
    before, world.ledger.standing = world.ledger.standing, standing
    try:
        return await world.send(*orders)
    finally:
        world.ledger.standing = before


async def test_a_process_knows_the_last_entry_it_was_told_of(world: World, seen: Seen, tmp_path: Path) -> None:
    """After gifts and grants the mark is the journal's end; it is kept for others, and resends change nothing."""
    standing = world.rooms.standing = world.ledger.standing = world.stand(seen=seen)
    await world.grant("ann", 100)
    order = world.order()
    await world.send(order, world.order())
    totals = await world.store.call("HGETALL", world.keys.totals)
    mark = Mark(0, 3, totals[b"h"].decode(), totals[b"last"].decode())

    assert mark == standing.mark == seen.mark()
    await world.send(order)
    assert mark == standing.mark
    later = Seen(tmp_path, EPOCH, "1")
    assert mark == later.mark()
    later.close()


async def test_a_look_tells_how_it_stands(world: World) -> None:
    """Time, end of the journal and the head at the entry that was known; a look changes nothing."""
    await world.grant("ann", 100)
    before = await world.dump()
    look = await world.standing.see()

    assert world.standing.mark == look.mark
    assert (0, 0, 0, look.mark.head) == (look.shift_ms, look.steps, look.lost_term, look.head_then)
    assert abs(look.now_ms - world.now_ms()) < 1000
    assert before == await world.dump()


async def test_all_that_ask_share_a_look(proxy: FaultProxy, world: World) -> None:
    """Many that ask at once cost the store one look, and one of them who leaves takes it from nobody."""
    standing = Standing(Store(f"{proxy.url}?db=1"), EPOCH)
    await standing.see()
    proxy.heard.clear()
    looks = [asyncio.ensure_future(standing.see()) for _ in range(20)]
    await asyncio.sleep(0)
    looks[0].cancel()

    assert 19 == len(await asyncio.gather(*looks[1:]))
    assert 1 == proxy.count(b"EVALSHA")
    standing.store.close()


async def test_less_than_was_seen_is_a_loss(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A store with an older copy of its data takes nothing: not from who saw more, nor then from anybody else."""
    await world.grant("ann", 100)
    other, kept = world.stand(), await copy(world)
    await other.see()
    epoch = (await world.rooms.get("main")).epoch
    await world.send(world.order(), world.order())
    renewed: list[Mark] = []
    for standing in (world.standing, other):
        standing.on_renewed = lambda standing=standing: renewed.append(standing.mark)  # type: ignore[misc]
    await put_back(world, kept)

    assert ["Runavailable lost_tail"] == await send(world, world.standing, world.order())
    assert ["Runavailable lost_tail"] == await send(world, other, world.order())
    with pytest.raises(Refusal, match=REASONS["lost_tail"]):
        await world.grant("ann", 1)
    assert [(2, 3)] == [(loss.first, loss.last) for loss, waits in await world.standing.losses.all() if waits]
    assert [(1, 1), (1, 1)] == [(mark.term, mark.n) for mark in renewed]
    assert ["the store has lost its tail"] == [line[:27] for line in caplog.messages]
    # Rooms go on, with another epoch.
    assert "N" == await world.say("c")
    assert epoch != (await world.rooms.get("main")).epoch == (await world.rooms.picture("main")).room.epoch


async def test_a_loss_that_was_accepted_is_over(world: World) -> None:
    """Gifts go on from what there is; the loss is on record for ever, and the same copy put back again is another."""
    await world.grant("ann", 100)
    kept = await copy(world)
    await world.send(world.order())
    await put_back(world, kept)
    assert 1 == (await world.standing.see()).lost_term
    await world.standing.accept_loss("a test")

    assert ["NA|2|99|1|1000|2|1"] == await world.send(world.order())
    assert [(2, 2, False)] == [(loss.first, loss.last, waits) for loss, waits in await world.standing.losses.all()]
    await world.standing.accept_loss("nothing waits")
    await put_back(world, kept)
    assert 2 == (await world.standing.see()).lost_term
    assert world.standing.mark.term == 2


async def test_the_operator_may_have_said_so_before(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Where it is to continue, the loss is said and noted, rooms are renewed, and gifts are taken at once."""
    standing = world.rooms.standing = world.ledger.standing = world.stand(refuse=False)
    await world.grant("ann", 100)
    epoch, kept = (await world.rooms.get("main")).epoch, await copy(world)
    await world.send(world.order())
    await put_back(world, kept)

    assert ["NA|2|99|1|1000|2|1"] == await world.send(world.order())
    assert [False] == [waits for _, waits in await standing.losses.all()]
    assert epoch != (await world.rooms.get("main")).epoch
    assert "gifts go on from there" in caplog.text


async def test_one_that_waits_is_accepted_by_who_continues(world: World) -> None:
    """A server that is started with `continue` on a ledger that waits takes gifts."""
    await world.grant("ann", 100)
    kept = await copy(world)
    await world.send(world.order())
    await put_back(world, kept)
    await world.standing.see()
    await world.stand(refuse=False).see()

    assert 0 == (await world.standing.see()).lost_term


async def test_what_others_wrote_on_a_shorter_ledger_is_no_proof(world: World) -> None:
    """A store that has more by now, but not what was seen, has lost it; from where on is known from older looks."""
    standing, stranger = world.standing, world.stand()
    await world.grant("ann", 100)
    await standing.see()
    kept = await copy(world)
    await world.send(*[world.order() for _ in range(3)])
    await put_back(world, kept)
    # As a worker on another machine that was told of less.
    assert "N" == (await send(world, stranger, *[world.order() for _ in range(5)]))[0][0]
    # What loses a tail breaks connections.
    world.store.close()

    loss = await standing.lost()
    assert loss is not None
    assert (2, 4, 6) == (loss.first, loss.last, loss.found_n)
    assert [] == await standing.losses.all()
    assert ["Runavailable lost_tail"] == await world.send(world.order())
    assert [loss.last] == [noted.last for noted, waits in await standing.losses.all() if waits]


async def test_what_others_saw_counts_from_the_first_call_on(world: World, seen: Seen, tmp_path: Path) -> None:
    """On a new connection a worker knows what its neighbours were told of, before anything is sent on it."""
    mine = Seen(tmp_path, EPOCH, "1")
    neighbour = world.rooms.standing = world.ledger.standing = world.stand(seen=seen)
    standing = Standing(Store(world.store.url), EPOCH, mine)
    await standing.see()
    await world.grant("ann", 100)
    kept = await copy(world)
    await world.send(world.order())
    await put_back(world, kept)
    standing.store.close()

    assert ["Runavailable lost_tail"] == await send(world, standing, world.order())
    assert neighbour.mark.n == 2
    standing.store.close()
    mine.close()


async def test_the_first_to_notice_notes_it(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Of many processes that notice the same loss one notes it, and all go on from there."""
    await world.grant("ann", 100)
    kept, standings = await copy(world), [world.stand() for _ in range(8)]
    await world.send(world.order())
    await asyncio.gather(*(standing.see() for standing in standings))
    await put_back(world, kept)
    looks = await asyncio.gather(*(standing.see() for standing in standings))

    assert {(1, 1, 1)} == {(look.lost_term, look.mark.term, look.mark.n) for look in looks}
    assert 1 == len(await world.standing.losses.all())
    assert 1 == len(caplog.messages)


async def test_events_of_a_room_can_be_lost_alone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """All rooms begin anew, no gift is refused; of many that tell of it in one term the first is believed."""
    await world.grant("ann", 100)
    room = await world.rooms.get("main")
    await asyncio.gather(*(world.rooms.note_lost(room, 5, 3) for _ in range(3)))

    assert [("main", 4, 5, False)] == [
        (loss.room, loss.first, loss.last, waits) for loss, waits in await world.standing.losses.all()
    ]
    assert room.epoch != (await world.rooms.get("main")).epoch
    assert ["NA|2|99|1|1000|2|1"] == await world.send(world.order())
    assert "room main: events 4 to 5 were shown" in caplog.text


async def test_a_flushed_store_is_no_loss(world: World) -> None:
    """An empty or foreign store is refused as uninitialised, and nothing is written to it."""
    await world.grant("ann", 100)
    await world.store.call("FLUSHDB")

    assert ["Runinitialised"] == await world.send_in_vain(world.order())
    for use in (world.standing.see(), world.standing.lost(), world.standing.accept_loss("a test")):
        with pytest.raises(Refusal, match="uninitialised"):
            await use
    assert {} == await world.dump()


@pytest.mark.parametrize("fault", [Fault.DROP_REQUEST, Fault.DROP_REPLY])
async def test_a_loss_is_noted_once_whatever_breaks(fault: Fault, proxy: FaultProxy, world: World) -> None:
    """Whether the note is lost on its way or its answer: it is there once, and the next look goes on."""
    await world.grant("ann", 100)
    kept = await copy(world)
    await world.send(world.order())
    standing = Standing(Store(f"{proxy.url}?db=1"), EPOCH)
    await standing.see()
    await put_back(world, kept)
    proxy.plan(fault, b"refuse")
    with pytest.raises(UnknownOutcome):
        await standing.see()

    assert 1 == (await standing.see()).lost_term
    assert 1 == len(await standing.losses.all())
    standing.store.close()


async def test_a_ledger_that_never_stands_still_is_busy(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A script that goes on being refused as stale ends as a refusal that passes, after a few tries."""
    tries = 0

    async def stale(*_: object) -> list[bytes]:
        nonlocal tries
        tries += 1
        return [b"Rstale"]

    await world.standing.see()
    real = world.store.run
    monkeypatch.setattr(world.store, "run", lambda name, *args: stale() if name == "send_gifts" else real(name, *args))
    with caplog.at_level(logging.WARNING), pytest.raises(StoreRefused) as caught:
        await world.ledger.send_gifts([world.order()])

    assert is_passing(caught.value)
    assert 1 < tries <= TRIES
    assert [] == caplog.messages


async def test_the_answers_are_those_of_the_gifts(world: World) -> None:
    """The mark is taken off a batch's answers, whether or not anything was entered."""
    await world.grant("ann", 3)
    first, second = world.order(quantity=2), world.order(quantity=2)

    assert ["NA|2|1|2|2000|2|2", "NI|1|2"] == texts(await world.ledger.send_gifts([first, second]))
    assert ["DA|2|1|2|2000|2|2", "DI|1|2"] == texts(await world.ledger.send_gifts([first, second]))
