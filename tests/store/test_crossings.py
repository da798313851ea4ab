from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.base.clock import now_ms, since_boot_ns
from app.rules.barred import Barred
from app.rules.crossings import Sent
from app.rules.entries import Freeze
from app.rules.messages import Event, GiftSent, LevelUp
from app.rules.spending import Bounds, Guard, Limits, begun
from app.rules.zones import zone_at
from app.store.barred import put_barred
from app.store.crossings import DEADLINE_MS, Closing
from app.store.gift_ways import LEFT_MS, closing
from app.store.keys import Keys
from app.store.rooms import EVENT_JOIN
from app.store.spending import Counted, decide_gift, put_limits, read_limits
from loadtest.crossing_world import COINS, GUESTS, PAYERS, STREAMERS, Worker, order
from tests.deciding import put_ban
from tests.rules.shapes import strictly
from tests.store.crossing import four_partitions, lying, pass_time, pay, told
from tests.world import texts


@pytest.fixture
async def worker(store_url: str) -> AsyncIterator[Worker]:
    """A worker of a newborn ledger of four partitions; in the end the books are in order."""
    async with four_partitions(store_url) as worker:
        yield worker


async def end(worker: Worker, *sent: Sent) -> list[str]:
    """Delivers in the second partition and closes."""
    delivered = await worker.steps[1].deliver(sent, [True] * len(sent))
    ends = [closing(one, text.decode()) for one, text in zip(sent, delivered, strict=True)]
    return texts(await worker.steps[0].close(ends))


async def coins(worker: Worker) -> int:
    """What the first payer has."""
    (wallet,) = await worker.moves._ledgers[0].wallets([PAYERS[0]])
    return wallet.coins


async def test_a_gift_is_paid_delivered_and_closed(worker: Worker) -> None:
    """Each step is taken once: asked again, it says the same, and a resend meanwhile joins the gift."""
    gift = order(PAYERS[0], 1, "heart", quantity=2)
    (sent,) = await pay(worker, gift)
    again = await worker.steps[0].pay([gift, gift])

    assert [sent] * 2 == again
    assert COINS - 10 == await coins(worker)
    assert b"10" == await worker.standings[0].store.call("HGET", Keys(0).totals, "escrow")
    first = await worker.steps[1].deliver([sent, sent], [True, True])
    assert [first[0]] * 4 == [*first, *await worker.steps[1].deliver([sent, sent], [True, True])]
    answer = f"A|2|{COINS - 10}|10|5000|2|2"
    ends = [closing(sent, first[0].decode())] * 2
    assert [f"N{answer}", f"D{answer}"] == texts(await worker.steps[0].close(ends))
    assert [f"D{answer}"] == await end(worker, sent)
    assert [f"D{answer}"] == await told(worker, gift)


async def test_a_rooms_event_is_that_of_any_gift(worker: Worker) -> None:
    """Nothing is shown before the delivery; then the room has one event, with streak, board and level as ever."""
    sent = await pay(worker, *(order(PAYERS[0], 1, "heart", quantity=n) for n in (1, 20)))
    assert 0 == await worker.rooms[1].offset("room1")
    await end(worker, *sent)
    (chunk,) = await worker.rooms[1].events_after("room1", 0, 9)
    events = [strictly(raw, Event) for raw in chunk.events.split(EVENT_JOIN)]
    shown = [event for event in events if isinstance(event, GiftSent)]
    picture = await worker.rooms[1].picture("room1")

    assert [(1, 5), (21, 105)] == [(event.streak.count, event.streak.coins) for event in shown if event.streak]
    assert [PAYERS[0]] * 2 == [event.sender.id for event in shown]
    assert (105, 3) == (picture.coins_total, len(shown) + sum(isinstance(event, LevelUp) for event in events))


async def test_what_refuses_at_the_payers(worker: Worker) -> None:
    """Too few coins, an id that is old, another content, a frozen wallet: refused before anything moves."""
    poor, gift = order(PAYERS[0], 1, "swan", quantity=9), order(PAYERS[0], 1)
    old = order(PAYERS[0], 1, id="01890000-0000-7000-8000-000000000000")
    other = order(PAYERS[0], 1, "heart", id=gift.wire.id)
    answers = await told(worker, poor, old, poor)

    assert ["NI", "Rid_expired", "DI"] == [answers[0][:2], answers[1], answers[2][:2]]
    await end(worker, *await pay(worker, gift))
    await worker.post(Freeze(id="f", user=PAYERS[0], reason="r", by="b"))
    answers = await told(worker, other, order(PAYERS[0], 1), gift)
    assert ["Rid_reused", "Rwallet_frozen", "DA"] == [*answers[:2], answers[2][:2]]


async def test_what_bounds_a_payer_holds_for_every_room(worker: Worker) -> None:
    """A minor without a guardian, a limit, an approval that is asked for, a ban: wherever the gift goes."""
    minor, asked = order(PAYERS[0], 1), order(PAYERS[0], 1, "heart")
    minor.wire.guarded = 1
    assert ["Rminor"] == await told(worker, minor)
    standing, zone = worker.standings[0], zone_at("UTC", now_ms())
    bounds = Bounds(version=1, tz="UTC", own=Limits(gift=9), guard=Guard(approve_from=5))
    kept = await read_limits(standing, PAYERS[0])
    assert await put_limits(standing, PAYERS[0], bounds, zone, Counted(begun(0, (0, 0, 0), zone, now_ms()), kept.n))

    answers = await told(worker, order(PAYERS[0], 1, "heart", quantity=2), asked)
    assert ["NL|gift|9|0", "NP"] == [answers[0], answers[1][:2]]
    await decide_gift(standing, PAYERS[0], asked.wire.id, approved=True)
    await end(worker, *await pay(worker, asked, minor))
    await put_barred(standing, PAYERS[0], Barred(1, banned=True))
    answers = await told(worker, order(PAYERS[0], 1), asked)
    assert ["Rbanned", "DA"] == [answers[0], answers[1][:2]]
    assert COINS - 6 == await coins(worker)


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("an end", "room_not_live"),
        ("another room", "room_not_found"),
        ("a freeze", "receiver_frozen"),
        ("a ban of the receiver", "receiver_frozen"),
        ("a ban from the room", "banned"),
        ("no guardian", "minor"),
    ],
)
async def test_what_a_room_refuses_comes_back(what: str, why: str, worker: Worker) -> None:
    """Every coin comes back, the id's answer is that refusal for ever, and the room says no other word of it later."""
    gift = order(PAYERS[0], 1, "heart")
    if what == "an end":
        await worker.rooms[1].change("room1", ',"room":{}}', {"status": "ended"})
    elif what == "another room":
        gift.room = "nowhere"
    elif what == "a freeze":
        await worker.post(Freeze(id="f", user=STREAMERS[1], reason="r", by="b"))
    elif what == "a ban of the receiver":
        await put_barred(worker.standings[1], STREAMERS[1], Barred(1, banned=True))
    elif what == "a ban from the room":
        await put_ban(worker.standings[1], "room1", PAYERS[0], banned=True)
    else:
        gift.wire.guarded = 2
    (sent,) = await pay(worker, gift)

    assert [f"NX|{why}"] == await end(worker, sent)
    await worker.rooms[1].change("room1", ',"room":{}}', {"status": "live"})
    assert [f"X|{why}".encode()] == await worker.steps[1].deliver([sent], [True])
    assert ([f"DX|{why}"], COINS) == (await told(worker, gift), await coins(worker))


async def test_what_a_guest_elsewhere_gets_lies_in_the_rooms_outbox(worker: Worker) -> None:
    """The room shows the gift once, and keeps what its guest gets until somebody says that it is there."""
    (sent,) = await pay(worker, order(PAYERS[0], 1, "heart", receiver=GUESTS[1]))
    (delivered,) = await worker.steps[1].deliver([sent], [False])
    await worker.steps[0].close([closing(sent, delivered.decode())])
    (waiting,) = await lying(worker, 1)

    assert (sent.to_guest().name, sent.credit()) == (waiting.name, waiting.credit())
    await worker.ways.credit([waiting, waiting])
    await worker.ways.credit([waiting])
    assert [] == await lying(worker, 1)
    assert b"2500" == await worker.standings[2].store.call("HGET", Keys(2).pending, GUESTS[1])


async def test_past_the_deadline_nothing_arrives(worker: Worker) -> None:
    """What comes too late is not delivered, whoever asks; it lies in the outbox until somebody says how it ends."""
    (sent,) = await pay(worker, order(PAYERS[0], 1))
    store = worker.standings[0].store
    await pass_time(store, DEADLINE_MS + 1000)
    later = Worker(store, since_boot_ns)

    assert [b"L"] == await later.steps[1].deliver([sent], [True])
    assert [sent] == await lying(later, 0, DEADLINE_MS)
    back = Closing(sent.name, sent.bucket, "X|unavailable")
    assert [b"NX|unavailable"] == await later.steps[0].close([back])


async def test_an_outbox_tells_what_has_lain_in_it_for_long(worker: Worker) -> None:
    """What was put in a moment ago is on its way still."""
    (sent,) = await pay(worker, order(PAYERS[0], 1))

    assert [] == await lying(worker, 0, LEFT_MS)
    assert [sent] == await lying(worker, 0)
    await end(worker, sent)
    assert [] == await lying(worker, 0)


async def test_a_page_of_an_outbox_may_be_empty(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store goes through a table that has become sparse in pages of which some have nothing: the rest is told too."""
    (sent,) = await pay(worker, order(PAYERS[0], 1))
    store = worker.standings[0].store
    call, pages = store.call, iter([[b"7", []]])

    async def sparse(*args: str | int) -> object:
        if args[0] == "HSCAN" and (page := next(pages, None)) is not None:
            return page
        return await call(*(("HSCAN", args[1], 0, *args[3:]) if args[0] == "HSCAN" else args))

    monkeypatch.setattr(store, "call", sparse)
    assert [sent] == await lying(worker, 0)
    await end(worker, sent)
