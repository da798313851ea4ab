"""A worker's people and connections: who hears what, how many there may be, one gift sent fifty times."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial

import pytest

from app.base.errors import CloseCode
from app.rules.commands import Resume
from app.rules.messages import Error, GiftAccepted, GiftSent, Reconnect, Viewers
from app.store.ledger import Wallet
from app.store.server import StoreServer
from loadtest.crossing_world import STREAMERS, P
from tests.edge.client import Client, eventually
from tests.edge.inside import worker
from tests.edge.product import Product
from tests.edge.raw import CLOSE, frame, raw_socket, text
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0, "workers": 2}


async def spread(product: Product, stack: AsyncExitStack, user: str, room: str, count: int) -> list[Client]:
    """Sockets of one user; with two workers they are spread over both, as the kernel likes."""
    return [await stack.enter_async_context(product.join(user, room)) for _ in range(count)]


def answered(client: Client, count: int) -> bool:
    """Whether it has so many receipts."""
    return len(client.all_of(GiftAccepted)) == count


async def send_to_a_stopped_store(client: Client, store: StoreServer) -> str:
    """Stops the store's process and sends a gift, which is under way then; its id."""
    assert store.pid is not None
    os.kill(store.pid, signal.SIGSTOP)
    gift_id = new_id()
    await client.say({"type": "send_gift", "id": gift_id, "gift": "rose"})
    await client.ping("it is under way")
    return gift_id


async def test_fifty_copies_of_one_gift_are_one_gift(product: Product) -> None:
    """Fifty times the same id over ten sockets at once: one debit, one event, fifty equal answers, 49 duplicates."""
    room = await product.open_room("fifty")
    await product.grant("fifty", 100)
    gift_id = new_id()

    async with AsyncExitStack() as stack:
        sockets = await spread(product, stack, "fifty", room, 10)
        watcher = await stack.enter_async_context(product.join("watcher", room))
        command = {"type": "send_gift", "id": gift_id, "gift": "rose", "quantity": 3}
        await asyncio.gather(*(socket.say(command) for socket in sockets for _ in range(5)))
        for socket in sockets:
            await socket.wait(partial(answered, socket, 5))
        await watcher.until(GiftSent)

        answers = [answer for socket in sockets for answer in socket.all_of(GiftAccepted)]
        assert 50 == len(answers)
        assert 49 == sum(answer.duplicate for answer in answers)
        (first,) = {(a.id, a.coins, a.diamonds, a.balance, a.n, a.streak) for a in answers}
        assert 97 == first[3].coins == await product.coins("fifty")
        # By now a copy would be there too.
        await watcher.ping("all of it")
        assert [gift_id] == [gift.id for gift in watcher.gifts()]


async def test_sockets_of_one_user_on_one_account_spend_once(product: Product) -> None:
    """Two sockets that spend the last coins at the same time cannot both have them."""
    room = await product.open_room("last-coins")
    await product.grant("last", 10)

    async with AsyncExitStack() as stack:
        sockets = await spread(product, stack, "last", room, 8)
        answers = await asyncio.gather(*(socket.send_gift(new_id(), quantity=4) for socket in sockets))

    assert 2 == sum(isinstance(answer, GiftAccepted) for answer in answers)
    assert 2 == await product.coins("last")


async def test_counters_return_to_zero_after_everyone_has_left(
    store: StoreServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connections, people, rooms and addresses are counted up and down, whichever way people leave."""
    monkeypatch.setattr("app.edge.live.hub.ROOM_KEPT_S", 0.05)
    async with worker(store.url) as site:
        hub = site.hub
        for _ in range(3):
            async with AsyncExitStack() as stack:
                clients = [await stack.enter_async_context(site.join(f"churn-{i}")) for i in range(20)]
                assert (20, 20, 1) == (len(hub.sessions), len(hub.people.users), len(hub.live))
                assert 20 == len(hub.live["main"].viewers) == hub.live["main"].sessions
                for client in clients[::2]:
                    client.connection.transport.abort()
        await eventually(lambda: not (hub.sessions or hub.people.users or hub.live))

        assert 0 == site.connections.addresses.total()
        assert b'fanfare_connections{worker="0"} 0.0' in hub.metrics.render()
        assert b'fanfare_rooms{worker="0"} 0.0' in hub.metrics.render()


async def test_room_stays_open_for_those_who_are_on_their_way_in(
    store: StoreServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last viewer leaves while the next is being welcomed: the room goes on, and the next hears what happens."""
    monkeypatch.setattr("app.edge.live.hub.ROOM_KEPT_S", 0.05)
    async with worker(store.url) as site, AsyncExitStack() as stack:
        gate, wallets = asyncio.Event(), site.hub.partitions.common.wallets

        async def slow_wallets(users: Sequence[str]) -> list[Wallet]:
            await gate.wait()
            return await wallets(users)

        await site.grant("late", 10)
        async with site.join("early"):
            live = site.hub.live["main"]
            monkeypatch.setattr(site.hub.partitions.common, "wallets", slow_wallets)
            joining = asyncio.ensure_future(stack.enter_async_context(site.join("late")))
            await eventually(lambda: live.sessions == 2)
        await eventually(lambda: live.sessions == 1)
        # Longer than an empty room is kept.
        await asyncio.sleep(0.2)
        gate.set()
        late = await joining
        gift_id = new_id()
        await late.send_gift(gift_id)
        gift = await late.until(GiftSent)

        assert site.hub.live["main"] is live
        assert gift_id == gift.id


async def test_what_was_seen_of_a_room_before_a_start(store: StoreServer) -> None:
    """A room that has less than an earlier worker saw of it begins anew for who comes back to where it was."""
    async with worker(store.url) as site:
        room = await site.open_room("before")
        epoch = (await site.hub.partitions.rooms[0].get(room)).epoch
        seen = site.hub.partitions.rooms[0].standing.seen
        assert seen is not None
        seen.note_rooms({room: (epoch, 7)})
        async with site.join("ann", room, resume=Resume(epoch, 0)) as ann:
            assert not ann.welcome.recovered
            assert epoch != ann.welcome.epoch
        seen.note_rooms({room: (ann.welcome.epoch, 0)})
        async with site.join("ann", room, resume=ann.place) as ann:
            assert ann.welcome.recovered


async def test_nobody_is_sent_away_with_a_gift_under_way(own_store: StoreServer) -> None:
    """A stopping worker waits for the receipts, within its bound, before it closes."""
    async with worker(own_store.url) as site:
        await site.grant("ann", 10)
        async with site.join("ann") as ann:
            gift_id = await send_to_a_stopped_store(ann, own_store)
            assert own_store.pid is not None
            stopping = asyncio.create_task(site.stop())
            await ann.until(Reconnect)
            os.kill(own_store.pid, signal.SIGCONT)
            assert CloseCode.SHUTTING_DOWN == await ann.closed()
            assert [gift_id] == [receipt.id for receipt in ann.all_of(GiftAccepted)]
            await stopping


async def test_full_queue_is_a_clear_refusal(own_store: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the store hangs, so many gifts wait and no more: the rest hears `overloaded`, and may be sent again."""
    monkeypatch.setattr("app.store.batcher.QUEUE_MAX", 100)
    async with worker(own_store.url) as site:
        await site.grant("ann", 1000)
        async with site.join("ann") as ann:
            assert own_store.pid is not None
            os.kill(own_store.pid, signal.SIGSTOP)
            ids = [new_id() for _ in range(600)]
            for gift_id in ids:
                await ann.say({"type": "send_gift", "id": gift_id, "gift": "rose"})
            await ann.ping("all of them were heard")
            refused = {error.id for error in ann.all_of(Error)}
            assert {("overloaded", True)} == {(error.error, error.retryable) for error in ann.all_of(Error)}
            os.kill(own_store.pid, signal.SIGCONT)
            taken = [gift_id for gift_id in ids if gift_id not in refused]
            await ann.wait(partial(answered, ann, len(taken)))
            assert taken == [receipt.id for receipt in ann.all_of(GiftAccepted)]
            assert isinstance(await ann.send_gift(min(i for i in refused if i)), GiftAccepted)
            assert 1000 - len(taken) - 1 == await site.coins("ann")


async def test_store_that_stays_away_is_said_so(own_store: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while without a store a gift is refused for now; its id is good again when the store is back."""
    monkeypatch.setattr("app.store.batcher.GIVE_UP_S", 0.3)
    async with worker(own_store.url) as site:
        await site.grant("ann", 10)
        async with site.join("ann") as ann:
            own_store.stop()
            gift_id = new_id()
            refused = await ann.send_gift(gift_id)
            assert isinstance(refused, Error)
            assert ("unavailable", True) == (refused.error, refused.retryable)
            async with site.http(site.token("ann")) as http:
                answer = await http.get("/v1/me/wallet")
                assert (503, "unavailable") == (answer.status_code, answer.json()["error"])
            own_store.start()
            accepted = await ann.send_gift(gift_id)
            assert isinstance(accepted, GiftAccepted)
            assert not accepted.duplicate
            assert 9 == await site.coins("ann")


async def test_gift_whose_fate_is_unknown_is_said_so(own_store: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that dies with a gift in its hands leaves it unknown, not refused; the same id finds out."""
    monkeypatch.setattr("app.store.batcher.GIVE_UP_S", 0.3)
    async with worker(own_store.url) as site:
        await site.grant("ann", 10)
        async with site.join("ann") as ann:
            gift_id = await send_to_a_stopped_store(ann, own_store)
            assert own_store.pid is not None
            os.kill(own_store.pid, signal.SIGKILL)
            own_store.stop()
            error = await ann.answer(gift_id)
            assert isinstance(error, Error)
            assert ("unknown_outcome", True) == (error.error, error.retryable)
            own_store.start()
            assert isinstance(await ann.send_gift(gift_id), GiftAccepted)
            assert 9 == await site.coins("ann")


async def test_viewer_on_two_sockets_is_one_viewer(store: StoreServer) -> None:
    """People are counted, not sockets, and neither streamers nor overlays."""
    people = [("ann", "viewer"), ("ann", "viewer"), ("bob", "moderator"), ("streamer", "streamer"), ("o", "overlay")]
    async with worker(store.url) as site, AsyncExitStack() as stack:
        for user, role in people:
            await stack.enter_async_context(site.join(user, role=role))  # type: ignore[arg-type]

        assert {"ann": 2, "bob": 1} == dict(site.hub.live["main"].viewers)


async def test_too_many_sockets_from_one_address_are_refused(
    store: StoreServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address has so many sockets; this machine's own address is exempt."""
    async with worker(store.url, sockets_per_ip=2) as site:
        async with site.connect(), site.connect(), site.connect() as third:
            await third.hello(site.token("ann"))
        monkeypatch.setattr("app.edge.connections.is_exempt", lambda _: False)
        async with site.connect(), site.connect(), site.connect() as third:
            assert CloseCode.TOO_MANY == await third.closed()


@pytest.mark.parametrize("goodbye", [True, False])
async def test_address_is_counted_until_its_connection_is_really_gone(
    store: StoreServer, monkeypatch: pytest.MonkeyPatch, goodbye: bool
) -> None:
    """A connection that says goodbye and reads nothing counts to its address until it is aborted."""
    monkeypatch.setattr("app.edge.live.lane.LINGER_S", 2.0)
    async with (
        worker(store.url, send_buffer=8192, sockets_per_ip=1, command_rate=0) as site,
        raw_socket(site.port, narrow=True) as peer,
    ):
        monkeypatch.setattr("app.edge.connections.is_exempt", lambda _: False)
        (session,) = site.hub.sessions
        assert 1 == site.connections.addresses.total()
        while not (session.wire and session.wire.buffered() > 8192):
            await peer.send(text('{"type":"ping","id":"%s"}' % ("x" * 64)) * 50)
            await asyncio.sleep(0)
        if goodbye:
            await peer.send(frame(CLOSE, b"\x03\xe8"))
        else:
            session.close(CloseCode.REMOVED, "removed")
        await eventually(lambda: session.wire and session.wire.closing)
        async with site.connect() as other:
            assert CloseCode.TOO_MANY == await other.closed()
        await eventually(lambda: 1 == site.connections.addresses.total() == len(site.hub.sessions), within_s=1.6)

        await eventually(lambda: not site.connections.addresses)
        assert 0 == len(site.hub.sessions)
        async with site.join("ann") as ann:
            await ann.ping("welcome again")


async def test_gifts_of_two_workers_make_one_stream(product: Product) -> None:
    """Whichever worker takes a gift, everyone sees all gifts in the same order."""
    room = await product.open_room("two-workers")

    async with AsyncExitStack() as stack:
        viewers = []
        for i in range(8):
            await product.grant(f"v{i}", 100)
            viewers.append(await stack.enter_async_context(product.join(f"v{i}", room)))
        await asyncio.gather(*(viewer.send_gift(new_id()) for viewer in viewers for _ in range(10)))
        streams = [await viewer.events_to(80) for viewer in viewers]

    for viewer, stream in zip(viewers, streams, strict=True):
        viewer.assert_dense()
        assert streams[0] == stream


async def test_what_befalls_one_partition(
    own_store: StoreServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where it has begun anew, its rooms are read again and no others; a fault in its rounds names it."""
    async with worker(own_store.url, partitions=P) as site, AsyncExitStack() as stack:
        for k in (1, 2):
            await site.open_room(f"r{k}", STREAMERS[k])
        one, two = [await stack.enter_async_context(site.join("ann", f"r{k}")) for k in (1, 2)]
        site.hub.on_renewed(1)
        assert [True, False] == [site.hub.live[f"r{k}"]._healing is not None for k in (1, 2)]
        await asyncio.gather(one.until(Viewers), two.until(Viewers))

        async def broken(*_: object) -> dict[str, int]:
            raise ValueError("a mistake")

        monkeypatch.setattr(site.hub.partitions.rooms[1], "report_viewers", broken)
        await stack.enter_async_context(site.join("bob", "r2"))
        await two.until(Viewers, lambda told: told.count == 2)
        await eventually(lambda: "_viewers of partition 1 failed" in caplog.text)
