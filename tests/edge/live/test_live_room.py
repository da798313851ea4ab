"""Fan-out: one frame for everyone, in order, with no hole; slow readers; subscriptions that break."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
import redis

from app.base.errors import CloseCode, Refusal
from app.base.log import Throttle
from app.edge.live import live_room
from app.edge.live.courtesy import Courtesy
from app.edge.live.deflate import Broadcast
from app.edge.live.lane import Lane
from app.edge.live.members import Members
from app.edge.live.session import Session
from app.rules import catalogue
from app.rules.messages import GiftAccepted, GiftSent, Resync, Welcome
from app.store.keys import Keys
from app.store.server import StoreServer
from tests.edge.client import Client, eventually
from tests.edge.inside import worker
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0, "comment_rate": 0, "command_rate": 0}
LONG = "x" * 120
# A gift without a streak, whose end would be another event.
SINGLE = next(gift.id for gift in catalogue.load().gifts if not gift.streakable)


def store_client(store: StoreServer) -> redis.Redis:
    """A client of the store."""
    return redis.Redis(unix_socket_path=store.url.removeprefix("unix://"))


def narrow_socket(port: int) -> socket.socket:
    """A connected socket that takes little before it is read."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect(("127.0.0.1", port))
    narrow.setblocking(False)
    return narrow


async def rain(cloud: Client, gifts: int, at_once: int = 200) -> None:
    """So many gifts with long messages, all of them accepted."""
    for _ in range(gifts // at_once):
        answers = await asyncio.gather(*(cloud.send_gift(new_id(), message=LONG) for _ in range(at_once)))
        assert all(isinstance(answer, GiftAccepted) for answer in answers)


def board_of(client: Client, since: Welcome | None = None) -> dict[str, int]:
    """Who gave how much, from the state that a client keeps: its latest snapshot and the gifts after it."""
    latest = since or client.all_of(Welcome)[-1]
    assert latest.snapshot is not None
    board = {rank.user.id or "": rank.coins for rank in latest.snapshot.leaderboard}
    for gift in client.gifts():
        if gift.offset > latest.offset:
            board[gift.sender.id or ""] = board.get(gift.sender.id or "", 0) + gift.coins
    return board


async def time_of_a_gift(viewer: Client) -> float:
    """Seconds from sending a gift to seeing it."""
    gift_id, started = new_id(), asyncio.get_running_loop().time()
    await viewer.send_gift(gift_id)
    await viewer.until(GiftSent, lambda gift: gift.id == gift_id)
    return asyncio.get_running_loop().time() - started


async def test_ready_viewers_are_written_to_directly(store: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame for a viewer who reads passes none of its objects; one that was asked once is not asked for ever."""
    asked: list[Session] = []
    real = Session.write

    def counted(self: Session, frame: Broadcast, done: int = 0) -> bool:
        asked.append(self)
        return real(self, frame, done)

    monkeypatch.setattr(Session, "write", counted)
    async with worker(store.url) as site:
        room = await site.open_room("direct")
        await site.grant("ann", 10)
        async with site.join("ann", room) as ann:
            (session,) = site.hub.sessions
            await time_of_a_gift(ann)
            assert not asked
            session.on_unready()
            await time_of_a_gift(ann)
            assert [session] == asked
            await time_of_a_gift(ann)
            assert [session] == asked


@pytest.mark.parametrize(("crowd", "times"), [(1000, 2), (4, 0)])
async def test_others_may_run_in_the_middle_of_a_frame(
    store: StoreServer, monkeypatch: pytest.MonkeyPatch, crowd: int, times: int
) -> None:
    """Between two strides of a frame other processes are given way to, but not in a crowd."""
    given: list[Courtesy] = []

    def counted(self: Courtesy) -> None:
        given.append(self)

    monkeypatch.setattr(Courtesy, "give_way", counted)
    monkeypatch.setattr("app.edge.live.members.STRIDE", 2)
    monkeypatch.setattr("app.edge.live.live_room.CROWD", crowd)
    async with worker(store.url) as site, AsyncExitStack() as stack:
        room = await site.open_room(f"courtesy-{crowd}")
        await site.grant("v0", 10)
        viewers = [await stack.enter_async_context(site.join(f"v{i}", room)) for i in range(5)]
        live = site.hub.live[room]
        await eventually(lambda: len(live.members) == 5 and live.viewers_everywhere == 5)
        await live.reach(live.tail)
        given.clear()
        await viewers[0].send_gift(new_id())
        for viewer in viewers:
            await viewer.until(GiftSent)
        assert times <= len(given)
        assert (times > 0) == bool(given)


async def test_a_viewer_has_left_before_its_descriptor_is_closed(store: StoreServer) -> None:
    """When the event loop's word that a connection is lost returns, the room knows nothing of it any more."""
    async with worker(store.url) as site, site.join("ann", await site.open_room("left")):
        (session,) = site.hub.sessions
        assert session.live is not None
        members = session.live.members
        assert 1 == len(members)
        assert isinstance(session.wire, Lane)

        session.wire.connection_lost(None)
        assert 0 == len(members)


async def test_a_mistake_in_the_middle_of_a_frame_is_healed(
    store: StoreServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """When a frame cannot be sent to everyone, everyone gets a new picture, and the room speaks on."""
    real = Members.send

    def broken(self: Members, frame: Broadcast) -> Iterator[None]:
        monkeypatch.setattr(Members, "send", real)
        yield
        raise KeyError("a mistake")

    async with worker(store.url) as site:
        room = await site.open_room("mistake")
        await site.grant("ann", 10)
        async with site.join("ann", room) as ann, site.join("bob", room) as bob:
            monkeypatch.setattr(Members, "send", broken)
            await ann.send_gift(new_id())
            for client in (ann, bob):
                await client.until(Resync)
                assert {"ann": 1} == board_of(client)
            await time_of_a_gift(ann)
            await bob.until(GiftSent)
            assert {"ann": 2} == board_of(bob)
    assert "a frame could not be sent to everyone" in caplog.text


async def test_a_missing_room_is_one_line_of_the_log(
    store: StoreServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Rooms that the store has no more are looked for again and again, and logged once a minute."""
    monkeypatch.setattr(live_room, "throttle", Throttle(live_room.log))
    async with worker(store.url) as site:
        rooms = [await site.open_room(f"missing-{i}") for i in range(2)]
        async with site.join("ann", rooms[0]), site.join("bob", rooms[1]):
            for room in rooms * 3:
                await site.hub.partitions.rooms[0].store.call("DEL", site.hub.partitions.rooms[0].keys.room(room))
                with pytest.raises(Refusal, match="room_not_found"):
                    await site.hub.live[room].heal()

    assert 1 == caplog.text.count("missed events could not be read")


async def test_what_was_shown_and_is_no_more_begins_anew(store: StoreServer, caplog: pytest.LogCaptureFixture) -> None:
    """Where others stand in the log for what was shown, everyone gets a new picture of another epoch."""
    async with worker(store.url) as site:
        room = await site.open_room("fork")
        await site.grant("ann", 10)
        rooms, log = site.hub.partitions.rooms[0], site.hub.partitions.rooms[0].keys.log("fork")
        async with site.join("ann", room) as ann, site.join("bob", room) as bob:
            for _ in range(3):
                await ann.send_gift(new_id())
            for client in (ann, bob):
                await client.events_to(3)
            # As after a failover to a replica that lagged behind, on which somebody else has gone on.
            ((_, (_, message)),) = await rooms.store.call("XRANGE", log, "2-0", "2-0")
            await rooms.store.call("XDEL", log, "2-0", "3-0")
            await rooms.store.call("XADD", log, "4-0", "m", message.replace(b" 2 2\n", b" 2 4\n", 1))
            await rooms.store.call("HSET", rooms.keys.room(room), "offset", 4)
            site.hub.on_reconnected()
            for client in (ann, bob):
                resync = await client.until(Resync)
                assert resync.epoch != client.welcome.epoch
                assert 4 == resync.offset
            await ann.send_gift(new_id())
            await bob.until(GiftSent, lambda gift: gift.offset == 5)
        assert "room fork: events 2 to 3 were shown" in caplog.text


async def test_a_room_that_is_gone_is_left_by_all(store: StoreServer) -> None:
    """Viewers of a room that the store has no more are told so, and that coming back is of no use."""
    async with worker(store.url) as site:
        room = await site.open_room("gone")
        async with site.join("ann", room) as ann, site.join("bob", room) as bob:
            await site.hub.partitions.rooms[0].store.call("DEL", site.hub.partitions.rooms[0].keys.room(room))
            site.hub.on_reconnected()

            assert [CloseCode.ROOM_NOT_FOUND] * 2 == [await ann.closed(), await bob.closed()]


async def test_a_flushed_store_sends_nobody_away(store: StoreServer) -> None:
    """A store with no ledger has no rooms either, which is no reason to tell anybody that the room is gone."""
    async with worker(store.url) as site:
        room = await site.open_room("flushed")
        totals = site.hub.partitions.rooms[0].keys.totals
        async with site.join("ann", room) as ann:
            await site.hub.partitions.rooms[0].store.call("RENAME", totals, "elsewhere")
            with pytest.raises(Refusal, match="uninitialised"):
                await site.hub.live[room].heal()
            await ann.ping("still here")
            await site.hub.partitions.rooms[0].store.call("RENAME", "elsewhere", totals)


async def test_everyone_gets_the_same_bytes(store: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gift for 200 viewers is one frame, built once, byte for byte the same for all of them."""
    built: list[bytes] = []
    real = Broadcast.__init__

    def counted(self: Broadcast, messages: list[bytes]) -> None:
        built.extend(messages)
        real(self, messages)

    monkeypatch.setattr(Broadcast, "__init__", counted)
    async with worker(store.url) as site, AsyncExitStack() as stack:
        room = await site.open_room("same")
        await site.grant("ann", 10)
        viewers = [await stack.enter_async_context(site.join(f"v{i}", room)) for i in range(200)]
        ann = await stack.enter_async_context(site.join("ann", room))
        await ann.send_gift(new_id())
        for viewer in viewers:
            await viewer.until(GiftSent)

        assert 1 == sum(b'"gift_sent"' in message for message in built)
        assert 1 == len({frame for viewer in viewers for frame in viewer.frames if "gift_sent" in frame})


async def test_busy_room_is_told_in_few_frames(store: StoreServer) -> None:
    """Gifts of one tick share a frame of up to some 16 KB and every gift is in them."""
    async with worker(store.url) as site:
        room = await site.open_room("few-frames")
        await site.grant("ann", 1000)
        async with site.join("ann", room) as ann, site.join("bob", room) as bob:
            started = asyncio.get_running_loop().time()
            await rain(ann, 600)
            await bob.events_to(600)
            took_s = asyncio.get_running_loop().time() - started
            bob.assert_dense()

            frames = [frame for frame in bob.frames if "gift_sent" in frame]
            assert 600 == sum(gift.quantity for gift in bob.gifts())
            assert len(frames) <= took_s / 0.02 + sum(map(len, frames)) / 16_384 + 2


async def test_paused_reader_is_resynced_and_has_the_same_state(product: Product) -> None:
    """Who stops reading misses frames, gets one resync when he reads again, and ends with what everybody sees."""
    room = await product.open_room("paused")
    await product.grant("ann", 100_000)
    await product.grant("bob", 100_000)

    async with (
        product.join("ann", room) as ann,
        product.join("bob", room) as bob,
        product.connect(room, sock=narrow_socket(product.port)) as paused,
    ):
        await paused.hello(product.token("paused"))
        await ann.send_gift(new_id())
        await paused.until(GiftSent)
        paused.pause()
        await asyncio.gather(rain(ann, 1000), rain(bob, 600))
        before = len(paused.events())
        paused.resume()
        resync = await paused.until(Resync)
        await asyncio.gather(rain(ann, 200), rain(bob, 200))
        last = int(product.ask_store("HGET", Keys().room(room), "offset"))
        await asyncio.gather(*(client.events_to(last) for client in (ann, paused)))

        ann.assert_dense()
        assert before < resync.offset
        assert 1 == len(paused.all_of(Resync))
        assert {"ann": 1201, "bob": 800} == board_of(ann, ann.welcome) == board_of(paused)
        offsets = [event.offset for event in paused.events()]
        assert sorted(set(offsets)) == offsets
        missed = set(range(1, last + 1)) - set(offsets)
        assert missed
        assert max(missed) <= resync.offset


async def test_reader_who_never_reads_his_receipts_closes_4001(product: Product) -> None:
    """Answers are not skipped, so they have a hard end: a mebibyte that nobody reads."""
    async with product.connect(sock=narrow_socket(product.port)) as deaf, product.join("bob") as bob:
        await deaf.hello(product.token("deaf"))
        deaf.pause()
        ping = {"type": "ping", "id": "x" * 64}
        for i in range(200):
            await asyncio.gather(*(deaf.say(ping) for _ in range(100)))
            if i % 20 == 19:
                await bob.ping(f"not kept waiting {i}")
        deaf.resume()
        assert CloseCode.SLOW_READER == await deaf.closed()


async def test_reader_who_stays_behind_closes_4001(store: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who does not catch up within the time that is given for it is sent away; others notice nothing."""
    monkeypatch.setattr("app.edge.live.hub.BEHIND_S", 0.5)
    async with worker(store.url) as site:
        room = await site.open_room("behind")
        await site.grant("ann", 10_000)
        async with site.join("ann", room) as ann, site.connect(room, sock=narrow_socket(site.port)) as slow:
            await slow.hello(site.token("slow"))
            slow.pause()
            await rain(ann, 1200)
            await eventually(lambda: "slow" not in site.hub.people.users)
            slow.resume()
            assert CloseCode.SLOW_READER == await slow.closed()
            await ann.events_to(1200)
            ann.assert_dense()
            assert b'fanfare_closed_total{code="4001",worker="0"} 1.0' in site.hub.metrics.render()


@pytest.mark.parametrize("goes_on", [True, False])
async def test_message_that_got_lost_is_read_from_the_log(store: StoreServer, goes_on: bool) -> None:
    """A publication that never arrived leaves no hole: the next one, or the look at the offset, brings it."""
    async with worker(store.url) as site:
        room = await site.open_room(f"lost-{goes_on}")
        await site.grant("ann", 1_000_000)
        async with site.join("ann", room) as ann, site.join("bob", room) as bob:
            await ann.send_gift(new_id(), SINGLE)
            live = site.hub.live[room]
            take = live.take
            live.take = lambda payload: None  # type: ignore[method-assign]
            for _ in range(3):
                await ann.send_gift(new_id(), SINGLE)
            live.take = take  # type: ignore[method-assign]
            if goes_on:
                await ann.send_gift(new_id(), SINGLE)
            for viewer in (ann, bob):
                await viewer.events_to(5 if goes_on else 4)
                viewer.assert_dense()


async def test_broken_subscription_leaves_no_hole(store: StoreServer) -> None:
    """Whenever the store cuts the subscription off, viewers see each event once and in order."""
    async with worker(store.url) as site:
        room = await site.open_room("cut")
        await site.grant("ann", 10_000)
        async with site.join("ann", room) as ann, site.join("bob", room) as bob:
            with store_client(store) as client:
                for _ in range(4):
                    raining = asyncio.create_task(rain(ann, 200, at_once=20))
                    await asyncio.sleep(0.02)
                    client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
                    await raining
            for viewer in (ann, bob):
                await viewer.events_to(800)
                viewer.assert_dense()


async def test_stream_that_was_broken_off_is_begun_anew(store: StoreServer) -> None:
    """Where the log lost what was missed, everyone gets a resync instead of a hole."""
    async with worker(store.url) as site:
        room = await site.open_room("begun-anew")
        await site.grant("ann", 100)
        async with site.join("ann", room) as ann, site.join("bob", room) as bob:
            await ann.send_gift(new_id())
            await bob.events_to(1)
            live = site.hub.live[room]
            take, heal = live.take, live.heal
            # Nor does it look for what it has missed.
            live.take = lambda payload: None  # type: ignore[method-assign]
            live.heal = asyncio.get_running_loop().create_future  # type: ignore[method-assign]
            for _ in range(5):
                await ann.send_gift(new_id())
            with store_client(store) as client:
                client.xtrim(Keys().log(room), minid=5, approximate=False)
            live.take, live.heal = take, heal  # type: ignore[method-assign]
            resync = await bob.until(Resync)
            await ann.send_gift(new_id())
            await bob.events_to(7)

            assert 6 == resync.offset
            assert [1, 7] == [event.offset for event in bob.events()]
            assert {"ann": 7} == board_of(bob)


async def test_room_of_another_epoch_is_never_mixed_with_the_old_one(store: StoreServer) -> None:
    """A room that was made anew under the same name gives everyone a picture of the new one."""
    async with worker(store.url) as site:
        room = await site.open_room("reborn")
        await site.grant("ann", 100)
        async with site.join("ann", room) as ann:
            await ann.send_gift(new_id())
            await ann.events_to(1)
            keys = Keys()
            with store_client(store) as client:
                client.delete(keys.room(room), keys.log(room), keys.board(room), keys.streaks(room))
            await site.open_room(room)
            await ann.send_gift(new_id())
            resync = await ann.until(Resync)

            assert resync.epoch != ann.welcome.epoch
            assert {"ann": 1} == board_of(ann)


async def test_small_room_is_not_kept_waiting_by_a_big_one(store: StoreServer) -> None:
    """A gift in a small room arrives in little time while a big room is being served."""
    async with worker(store.url) as site, AsyncExitStack() as stack:
        big, small = await site.open_room("big"), await site.open_room("small")
        for user in ("ann", "bob"):
            await site.grant(user, 100_000)
        for i in range(150):
            await stack.enter_async_context(site.join(f"v{i}", big))
        ann = await stack.enter_async_context(site.join("ann", big))
        bob = await stack.enter_async_context(site.join("bob", small))
        raining = asyncio.create_task(rain(ann, 400, at_once=50))
        took = []
        while not raining.done():
            took.append(await time_of_a_gift(bob))
        await raining

        # The clients share this process with the server, so this is no measurement: it only may not be seconds.
        assert took
        assert sorted(took)[len(took) // 2] < 1.0


async def test_idle_room_speaks_at_once(store: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing happened for a while, a gift is shown without waiting for a tick."""
    # That of a crowd: one of a room with a single viewer is too short to be told from none.
    monkeypatch.setattr(live_room, "TICK_MIN_S", live_room.TICK_MAX_S)
    async with worker(store.url) as site:
        room = await site.open_room("idle")
        await site.grant("ann", 100)
        async with site.join("ann", room) as ann:
            # With a tick to wait for none would be so quick; a loaded machine makes some of them slow.
            for _ in range(50):
                await asyncio.sleep(live_room.TICK_MAX_S)
                if await time_of_a_gift(ann) < live_room.TICK_MAX_S / 2:
                    break
            else:
                pytest.fail("each gift waited for a tick")
