"""Welcome, resume and snapshot: nothing missing, nothing twice, whatever happens while a client joins."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest

from app.base.errors import CloseCode
from app.edge.live.session import HELD_MAX
from app.rules import catalogue
from app.rules.commands import Resume, SendGift
from app.rules.gifts import person_json
from app.rules.messages import (
    BOARD_MAX,
    RECENT_MAX,
    STREAKS_MAX,
    Balance,
    CommentPosted,
    Error,
    GiftAccepted,
    GiftSent,
    RoomChanged,
    Streak,
    WalletChanged,
    Welcome,
)
from app.rules.rooms import GUESTS_MAX
from app.rules.spending_views import LimitsChanged
from app.rules.tokens import Person
from app.store.keys import Keys
from app.store.server import StoreServer
from tests.edge.client import Client, decode
from tests.edge.inside import worker
from tests.edge.product import Product
from tests.edge.raw import raw_socket, text
from tests.edge.site import new_id
from tests.rules.bounds import most_bytes
from tests.world import replied_to_nobody

SETTINGS = {"gift_rate": 0, "comment_rate": 0, "sockets_per_user": 0}


async def say(client: Client, count: int) -> None:
    """Comments, and the room has seen them all."""
    ids = {new_id() for _ in range(count)}
    for comment in ids:
        await client.say({"type": "send_comment", "id": comment, "text": "hello"})
    await client.wait(lambda: ids <= {comment.id.partition(":")[2] for comment in client.all_of(CommentPosted)})


async def change_title(product: Product, room: str, times: int) -> None:
    """Events in a room in which no worker has anybody."""
    async with product.platform() as http:
        for i in range(times):
            assert (await http.patch(f"/v1/rooms/{room}", json={"title": f"Title {i}"})).status_code == 200


async def test_welcome_has_every_field_that_the_contract_names(product: Product) -> None:
    """A welcome says who, where, from which offset, what is on the wallet, and when to ping."""
    room = await product.open_room("welcome")
    await product.grant("ann", 50)

    async with product.join("ann", room) as ann:
        welcome = ann.welcome

    assert ("ann", "Ann", "viewer") == (welcome.user.id, welcome.user.name, welcome.user.role)
    assert (room, "live", "streamer") == (welcome.room.id, welcome.room.status, welcome.room.streamer.id)
    assert (1, 0, False, 25) == (welcome.protocol, welcome.offset, welcome.recovered, welcome.heartbeat_s)
    assert catalogue.load().version == welcome.catalogue_version
    assert welcome.balance is not None
    assert 50 == welcome.balance.coins
    assert welcome.snapshot is not None
    assert ([], 0, [], []) == (
        welcome.snapshot.leaderboard,
        welcome.snapshot.coins_total,
        welcome.snapshot.recent,
        welcome.snapshot.streaks,
    )


async def test_overlay_has_no_balance(product: Product) -> None:
    """An overlay is nobody with a wallet."""
    async with product.join("overlay-1", role="overlay") as overlay:
        assert overlay.welcome.balance is None


async def test_snapshot_is_the_room_at_its_offset(product: Product) -> None:
    """Who comes later gets the leaderboard, the sum, the latest gifts and the running streaks of those before."""
    room = await product.open_room("snapshot")
    for user in ("ann", "bob"):
        await product.grant(user, 1000)

    async with product.join("ann", room) as ann, product.join("bob", room) as bob:
        await ann.send_gift(new_id(), "rose", quantity=3)
        await bob.send_gift(new_id(), "rose", quantity=5)
        await ann.events_to(2)
        async with product.join("cat", room) as cat:
            snapshot = cat.welcome.snapshot
            assert snapshot is not None
            assert ann.gifts() == snapshot.recent
            assert [("bob", 5), ("ann", 3)] == [(rank.user.id, rank.coins) for rank in snapshot.leaderboard]
            assert 8 == snapshot.coins_total
            streaks = {running.sender.id: running.streak for running in snapshot.streaks}
            assert {gift.sender.id: gift.streak for gift in ann.gifts()} == streaks
            assert 2 == cat.welcome.offset
            assert [] == cat.events()


async def test_welcome_has_a_bound(store: StoreServer) -> None:
    """In the fullest room, where everything is as long as it may be, a welcome has no more in it than its type says."""
    long, face = "🎁" * 40, "https://a.example/" + "f" * 282
    guests = [{"id": f"{i}".rjust(64, "g"), "name": long} for i in range(GUESTS_MAX)]
    people = [
        Person(sub=f"{i}".rjust(64, "v"), name=long, role="viewer", exp=2**40, avatar=face) for i in range(BOARD_MAX)
    ]
    async with worker(store.url) as site:
        room = await site.open_room("f" * 64, "s" * 64, title="🎁" * 120, guests=guests)
        live = await site.hub.open(room)
        for person in people:
            await site.grant(person.sub, 10_000)
            for guest in guests[:8]:
                gift = SendGift(new_id(), "rose", 999, guest["id"], "🎁" * 120)
                site.hub.gifts.send(person, person_json(person), live.room, gift, replied_to_nobody)
        await site.hub.gifts.queues.drain()
        async with site.join("a" * 64, room, name=long) as late:
            snapshot = late.welcome.snapshot

    assert snapshot is not None
    assert (BOARD_MAX, RECENT_MAX) == (len(snapshot.leaderboard), len(snapshot.recent))
    assert (STREAKS_MAX, 8 * BOARD_MAX - STREAKS_MAX) == (len(snapshot.streaks), snapshot.streaks_more)
    assert len(late.frames[0].encode()) <= most_bytes(Welcome)


async def test_resume_brings_what_was_missed_and_nothing_else(product: Product) -> None:
    """A client that says epoch and offset gets the events after it, once each, and keeps its own state."""
    room = await product.open_room("resume")
    async with product.join("ann", room) as ann:
        await say(ann, 3)
        async with product.join("bob", room) as bob:
            place = bob.place
        await say(ann, 4)
        async with product.join("bob", room, resume=place) as bob:
            missed = await bob.events_to(7)
            await say(ann, 1)
            await bob.events_to(8)

        assert bob.welcome.recovered
        assert bob.welcome.snapshot is None
        assert ann.events()[3:7] == missed
        assert ann.events()[3:] == bob.events()


async def test_resume_in_the_middle_of_a_batch(product: Product) -> None:
    """Wherever a client was, within a batch of events or at its end, it gets exactly what comes after."""
    room = await product.open_room("middle")
    await product.grant("batch", 100)
    async with product.join("batch", room) as batch:
        await asyncio.gather(*(batch.send_gift(new_id()) for _ in range(12)))
        events = await batch.events_to(12)
        for offset in range(13):
            async with product.join("bob", room, resume=Resume(batch.welcome.epoch, offset)) as bob:
                await bob.ping("nothing more")
                assert bob.welcome.recovered
                # The streak may end meanwhile.
                assert events[offset:] == [event for event in bob.events() if event.offset <= 12]


async def test_reconnects_with_nothing_new_replay_nothing(product: Product) -> None:
    """Three reconnects in a quiet room bring no event at all."""
    room = await product.open_room("quiet")
    async with product.join("ann", room) as ann:
        await say(ann, 5)
    place = ann.place

    for _ in range(3):
        async with product.join("ann", room, resume=place) as again:
            await again.ping("nothing came before this")
            assert (True, 5, []) == (again.welcome.recovered, again.welcome.offset, again.events())
            assert place == again.place


async def test_resume_beyond_what_the_worker_holds_is_read_from_the_log(product: Product) -> None:
    """A worker that has just opened the room goes back further than its own memory."""
    room = await product.open_room("long-ago")
    await change_title(product, room, 60)
    epoch = product.ask_store("HGET", Keys().room(room), "epoch").decode() + ".0"

    async with product.join("ann", room, resume=Resume(epoch, 7)) as ann:
        events = await ann.events_to(60)

    assert ann.welcome.recovered
    assert [f"Title {i}" for i in range(7, 60)] == [event.room.title for event in events]


async def test_resume_from_before_the_log_gets_a_snapshot(product: Product) -> None:
    """Where the log no longer goes back, the client is told so and gets a picture: never a silent hole."""
    room = await product.open_room("trimmed")
    await change_title(product, room, 40)
    epoch = product.ask_store("HGET", Keys().room(room), "epoch").decode() + ".0"
    product.ask_store("XTRIM", Keys().log(room), "MINID", "15")

    async with product.join("ann", room, resume=Resume(epoch, 13)) as ann:
        assert (False, 40) == (ann.welcome.recovered, ann.welcome.offset)
        assert ann.welcome.snapshot is not None
    async with product.join("ann", room, resume=Resume(epoch, 14)) as ann:
        await ann.events_to(40)
        assert ann.welcome.recovered
        ann.assert_dense()


async def test_another_epoch_or_an_offset_that_never_was_gets_a_snapshot(product: Product) -> None:
    """An old incarnation's offset is never trusted, nor one that lies ahead."""
    room = await product.open_room("epochs")
    async with product.join("ann", room) as ann:
        await say(ann, 2)
        for resume in (Resume("0123456789ab", 1), Resume(ann.welcome.epoch, 3), Resume(ann.welcome.epoch, 2**53)):
            async with product.join("bob", room, resume=resume) as bob:
                assert (False, 2) == (bob.welcome.recovered, bob.welcome.offset)
                assert bob.welcome.snapshot is not None
                assert [] == bob.events()


async def test_whoever_comes_in_the_middle_of_a_storm_has_each_event_once(product: Product) -> None:
    """Joining and resuming while gifts rain down loses no event and repeats none."""
    room = await product.open_room("storm")
    await product.grant("rain", 1_000_000)
    dice = random.Random(5)
    raining = True

    async def rain(cloud: Client) -> None:
        while raining:
            await asyncio.gather(*(cloud.send_gift(new_id()) for _ in range(dice.randint(1, 8))))

    async def come_and_go(user: str) -> None:
        place = None
        for _ in range(8):
            async with product.connect(room) as client:
                await client.hello(product.token(user), place)
                begin = client.welcome.offset
                assert place is None or client.welcome.recovered
                assert place is None or place.offset == begin
                await client.events_to(begin + dice.randint(1, 30))
                client.assert_dense()
                place = client.place

    async with product.join("rain", room) as cloud, product.join("rain", room) as other_cloud:
        raining_tasks = [asyncio.create_task(rain(c)) for c in (cloud, other_cloud)]
        await asyncio.gather(*(come_and_go(f"walker-{i}") for i in range(8)))
        raining = False
        await asyncio.gather(*raining_tasks)
        last = product.ask_store("HGET", Keys().room(room), "offset")
        await cloud.events_to(int(last))
        cloud.assert_dense()
        accepted = {answer.id for c in (cloud, other_cloud) for answer in c.all_of(GiftAccepted)}
        assert len(accepted) == sum(gift.quantity for gift in cloud.gifts())


async def test_streak_goes_on_for_who_resumes_in_its_middle(product: Product) -> None:
    """The running totals of a streak say the same to one who was away."""
    room = await product.open_room("streak-resume")
    await product.grant("ann", 100)
    async with product.join("ann", room) as ann:
        first = await ann.send_gift(new_id())
        assert isinstance(first, GiftAccepted)
        await ann.events_to(1)
        async with product.join("bob", room) as bob:
            pass
        for _ in range(4):
            await ann.send_gift(new_id(), quantity=2)
        async with product.join("bob", room, resume=bob.place) as bob:
            await bob.events_to(ann.events()[-1].offset)
            await bob.until(GiftSent, lambda gift: gift.streak == Streak(str(first.n), 9, 9))


async def test_resync_that_cannot_be_given_closes_4002(own_store: StoreServer) -> None:
    """Who lost his place while the store is away is sent to connect again, not left with a hole."""
    async with worker(own_store.url) as site, site.join("ann") as ann:
        own_store.stop()
        (session,) = site.hub.sessions
        session.lose_place()
        assert CloseCode.RESYNC_NEEDED == await ann.closed()


async def test_hello_while_the_store_is_away_waits_for_it(own_store: StoreServer) -> None:
    """Who comes in the store's bad minute is welcomed when it is back; 16 commands behind the hello wait as well."""
    async with worker(own_store.url) as site:
        await site.grant("ann", 100)
        own_store.stop()
        async with site.connect() as ann:
            await ann.say({"type": "hello", "token": site.token("ann")})
            await ann.ping("no welcome yet")
            ids = [new_id() for _ in range(HELD_MAX + 1)]
            for gift_id in ids:
                await ann.say({"type": "send_gift", "id": gift_id, "gift": "rose"})
            site.hub.on_channel(Keys().wallets_channel, b"\nann 90 1000000")
            site.hub.on_channel(Keys().people_channel, b'ann {"type":"limits_changed"}')
            await ann.ping("nor any gift, nor any news")
            assert [(ids.pop(), "overloaded", True)] == [(e.id, e.error, e.retryable) for e in ann.all_of(Error)]
            assert not ann.all_of(Welcome) + ann.all_of(WalletChanged) + ann.all_of(LimitsChanged)
            own_store.start()
            await ann.answer(ids[-1])
            kinds = Welcome | WalletChanged | LimitsChanged | GiftAccepted
            told = [message for message in ann.messages if isinstance(message, kinds)]
            assert isinstance(told[0], Welcome)
            assert [WalletChanged(Balance(90, 1000000)), LimitsChanged()] == told[1:3]
            assert ids == [gift.id for gift in told if isinstance(gift, GiftAccepted)]


async def test_commands_right_behind_the_hello_are_answered_in_order(store: StoreServer) -> None:
    """A client need not wait for its welcome: what it sends with its hello, in one write, is done after it."""
    async with worker(store.url) as site, raw_socket(site.port) as socket:
        await site.grant("hasty", 10)
        ids = [new_id() for _ in range(3)]
        commands = [{"type": "hello", "token": site.token("hasty")}]
        commands += [{"type": "send_gift", "id": gift_id, "gift": "rose"} for gift_id in ids]
        await socket.send(b"".join(text(json.dumps(command)) for command in commands))
        messages: list[Any] = []
        while len(ids) > sum(isinstance(message, GiftAccepted) for message in messages):
            messages += decode((await socket.heard()).payload.decode())
    assert isinstance(messages[0], Welcome)
    assert ids == [message.id for message in messages if isinstance(message, GiftAccepted)]


async def test_hello_to_a_store_that_stays_away_closes_4004(
    own_store: StoreServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while the client is sent away, to come back with patience."""
    monkeypatch.setattr("app.edge.live.joining.AWAY_S", 0.5)
    async with worker(own_store.url) as site:
        own_store.stop()
        async with site.connect() as ann:
            await ann.say({"type": "hello", "token": site.token("ann")})
            error = await ann.until(Error)
            assert ("unavailable", CloseCode.OVERLOADED) == (error.error, await ann.closed())
        own_store.start()


async def test_room_that_does_not_exist_closes_4504(product: Product) -> None:
    """A room that nobody opened is refused, and the client shall not try again."""
    async with product.connect("nowhere") as client:
        await client.say({"type": "hello", "token": product.token("ann")})
        error = await client.until(Error)
        assert ("room_not_found", None) == (error.error, error.id)
        assert CloseCode.ROOM_NOT_FOUND == await client.closed()


@pytest.mark.parametrize("room", ["a b", "%0a", "%00", "x" * 500, "%ff", ".."])
async def test_odd_room_names_are_unknown_rooms(product: Product, room: str) -> None:
    """Whatever stands in the address, it is a room that exists or one that does not."""
    async with product.connect(room.replace(" ", "%20")) as client:
        await client.say({"type": "hello", "token": product.token("ann")})
        assert CloseCode.ROOM_NOT_FOUND == await client.closed()


async def test_ended_room_can_still_be_looked_at(product: Product) -> None:
    """After its end a room welcomes people and tells them that it ended."""
    room = await product.open_room("over")
    async with product.join("ann", room) as ann, product.platform() as http:
        await http.delete(f"/v1/rooms/{room}")
        changed = await ann.until(RoomChanged)
        assert "ended" == changed.room.status
        async with product.join("bob", room) as bob:
            assert "ended" == bob.all_of(Welcome)[0].room.status


async def test_welcome_that_fails_ends_the_connection(
    store: StoreServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong in the middle of a welcome, no client waits for it for ever, and the log says it once."""
    async with worker(store.url) as site:

        async def broken(_: str) -> None:
            raise OSError("no descriptor is left")

        monkeypatch.setattr(site.hub, "open", broken)
        for _ in range(3):
            async with site.connect() as client:
                await client.say({"type": "hello", "token": site.token("ann")})
                assert CloseCode.OVERLOADED == await client.closed()
    assert 1 == caplog.text.count("a welcome failed")
