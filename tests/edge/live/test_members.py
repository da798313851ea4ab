"""Fan-out's innermost loop over real sockets: whatever happens in the middle of a frame, each gets the right bytes."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.metrics import Metrics
from app.edge.live import members as module
from app.edge.live.deflate import Broadcast
from app.edge.live.frames import text_frame
from app.edge.live.lane import Lane
from app.edge.live.members import Members
from app.edge.live.turns import Turns
from tests.edge import raw
from tests.edge.client import eventually

WAITING_MAX = 64 * 1024
STRIDE = 2
BIG = b"x" * 1_000_000


class Seat:
    """A member over a socket pair, as a session is one; `far` is the viewer's end."""

    lane: Lane

    def __init__(self, members: Members, far: socket.socket) -> None:
        self.members = members
        self.far = far
        self.behind = self.asked = 0

    def received(self) -> bytes:
        """All that is there to be read."""
        data = b""
        while True:
            try:
                part = self.far.recv(1 << 20)
            except BlockingIOError:
                return data
            if not part:
                return data
            data += part

    async def receives(self, expected: bytes) -> None:
        """Reads until it is all there, and not a byte more."""
        data = b""

        def complete() -> bool:
            nonlocal data
            data += self.received()
            return len(data) >= len(expected)

        await eventually(complete)
        assert expected == data

    def waits(self) -> bool:
        """Whether there is more to be read."""
        try:
            return bool(self.far.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return False

    def descriptor(self) -> int | None:
        """As Session's."""
        return self.lane.descriptor

    def deflates(self) -> bool:
        """As Session's."""
        return self.lane.deflate

    def write(self, frame: Broadcast, done: int = 0) -> bool:
        """As Session's."""
        self.asked += 1
        return self.lane.offer(frame, WAITING_MAX, done)

    def fall_behind(self) -> None:
        """Counts it."""
        self.behind += 1

    def lose_place(self) -> None:
        """Nothing here breaks a stream off."""

    def on_text(self, payload: bytes) -> None:
        """Nobody says anything here."""

    def on_binary(self, payload: bytes) -> None:
        """Nobody says anything here."""

    def on_other(self, size: int) -> bool:
        """Nobody says anything here."""
        return True

    def on_unready(self) -> None:
        """As Session's."""
        self.members.ask(self)

    def on_lost(self) -> None:
        """As a session that ends."""
        self.members.discard(self)


class House:
    """Members, and the sockets to be closed at the end."""

    def __init__(self) -> None:
        self.metrics = Metrics("0")
        self.members = Members(self.metrics)
        self.seats: list[Seat] = []

    async def seat(self, *, deflate: bool = False, direct: bool = True, sndbuf: int | None = None) -> Seat:
        """A new member; `direct` is whether its descriptor may be written to."""
        near, far = socket.socketpair()
        near.setblocking(False)
        far.setblocking(False)
        if sndbuf:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, sndbuf)
        transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=near)
        seat = Seat(self.members, far)
        seat.lane = Lane(transport, seat, Turns(), 4096, deflate=deflate, descriptor=near.fileno() if direct else None)
        transport.set_protocol(seat.lane)
        self.members.add(seat)
        self.seats.append(seat)
        return seat

    def send(self, *messages: bytes) -> bytes:
        """Sends a frame to the end; gives its bytes."""
        frame = Broadcast(messages)
        for _ in self.members.send(frame):
            pass
        return frame.plain

    async def close(self) -> None:
        """Closes every socket, and waits until all have heard of it."""
        for seat in self.seats:
            seat.lane.transport.abort()
            seat.far.close()
        await eventually(lambda: not len(self.members))


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """An empty house that writes to two at a stride."""
    monkeypatch.setattr(module, "STRIDE", STRIDE)
    house = House()
    yield house
    await house.close()


async def test_everyone_gets_every_frame(house: House) -> None:
    """Members of each kind (written to directly, deflated, asked) get each frame once and in order."""
    seats = [await house.seat(deflate=kind == 1, direct=kind != 2) for kind in (0, 1, 2) * 3]
    frames = [Broadcast([b"%d" % i * 300]) for i in range(3)]

    for frame in frames:
        for _ in house.members.send(frame):
            pass

    assert len(house.members) == 9
    for seat in seats:
        await seat.receives(b"".join(frame.deflated if seat.deflates() else frame.plain for frame in frames))


async def test_a_full_socket_gets_the_rest_later(house: House) -> None:
    """What a socket does not take is kept for it in order, byte for byte, and the others do not wait for it."""
    slow, quick = await house.seat(sndbuf=4096), await house.seat()
    expected = [house.send(b"%d" % i * 20_000) for i in range(3)]

    assert slow.lane.buffered() > 0
    assert slow.descriptor() is None
    await quick.receives(b"".join(expected))
    await slow.receives(b"".join(expected))
    await eventually(lambda: slow.descriptor() is not None)
    expected = [house.send(b"again"), house.send(b"and again")]
    await slow.receives(b"".join(expected))


async def test_frames_do_not_get_past_a_reply_that_waits(house: House) -> None:
    """A reply that its socket did not take whole comes before the frames that were sent after it."""
    seat = await house.seat(sndbuf=4096)
    reply = text_frame(BIG[:60_000])
    seat.lane.write(reply)
    assert seat.lane.buffered() > 0
    # Now there is room in the socket, and the transport does not know of it yet.
    begun = seat.received()
    frame = house.send(b"after")

    await seat.receives((reply + frame)[len(begun) :])


async def test_who_caught_up_is_written_to_directly_again(house: House) -> None:
    """A member that was asked once and took the frame whole is not asked any more."""
    seat = await house.seat()
    house.members.ask(seat)
    asked = seat.asked
    house.send(b"one")
    assert asked + 1 == seat.asked

    house.send(b"two")
    assert asked + 1 == seat.asked


async def test_frames_and_misses_are_counted(house: House) -> None:
    """The metrics count each frame that was written, whole or in parts, and each that was not."""
    for kind in range(3):
        await house.seat(deflate=kind == 1, direct=kind != 2)
    slow = await house.seat(sndbuf=4096)
    for _ in range(8):
        house.send(BIG[:20_000])

    counted = house.metrics.render().decode()
    assert f'fanfare_frames_written_total{{worker="0"}} {3 * 8 + slow.asked - 1}.0' in counted
    assert 'fanfare_frames_skipped_total{worker="0"} 1.0' in counted


async def test_one_too_slow_is_let_go(house: House) -> None:
    """Whoever has too much waiting is told that it missed a frame, and is no member any more."""
    slow, quick = await house.seat(sndbuf=4096), await house.seat()
    seen = b"".join(house.send(BIG[:20_000]) for _ in range(8))

    assert slow.behind == 1
    assert len(house.members) == 1
    await quick.receives(seen)


async def test_nothing_follows_a_goodbye(house: House) -> None:
    """A member whose connection is being closed gets no frame after the close frame."""
    leaving, staying = await house.seat(), await house.seat()
    leaving.lane.close(1000, "bye")
    goodbye = leaving.received()
    frame = house.send(b"too late")

    assert goodbye.endswith(b"bye")
    assert not leaving.received()
    await staying.receives(frame)


async def test_nothing_follows_the_answer_to_a_goodbye(house: House) -> None:
    """Nor after the close frame that answers the peer's."""
    seat = await house.seat()
    seat.lane.data_received(raw.frame(raw.CLOSE, b""))
    house.send(b"too late")

    assert b"\x88\x00" == seat.received()


async def test_one_who_comes_in_while_leaving(house: House) -> None:
    """A member that is let in when its connection is being closed already gets nothing."""
    seat = await house.seat()
    house.members.discard(seat)
    seat.lane.close(1000, "bye")
    seat.received()
    house.members.add(seat)
    house.send(b"too late")

    assert not seat.received()


async def test_all_are_to_be_asked_in_the_middle_of_a_frame(house: House) -> None:
    """Who has to be asked from the middle of a frame on gets it once: written to before, or asked after."""
    seats = [await house.seat() for _ in range(3 * STRIDE)]
    frame = Broadcast([b"frame"])
    sending = house.members.send(frame)
    next(sending)
    for seat in seats:
        house.members.ask(seat)
    for _ in sending:
        pass

    for seat in seats:
        await seat.receives(frame.plain)
    assert not any(seat.received() for seat in seats)


async def test_who_comes_back_in_the_middle_of_a_frame(house: House) -> None:
    """Who left in the middle of a frame and came back gets nothing of it, asked or not."""
    seats = [await house.seat() for _ in range(3 * STRIDE)]
    sending = house.members.send(Broadcast([b"frame"]))
    next(sending)
    back = [seat for seat in seats if not seat.received()]
    for i, seat in enumerate(back):
        house.members.discard(seat)
        house.members.add(seat)
        if i % 2:
            house.members.ask(seat)
    for _ in sending:
        pass

    assert not any(seat.received() for seat in back)


async def test_stops_only_where_more_is_to_be_done(house: House) -> None:
    """A frame for so few that one stride is enough is sent without a stop."""
    for _ in range(STRIDE):
        await house.seat()
    assert [] == list(house.members.send(Broadcast([b"frame"])))


async def test_a_broken_socket_stops_nobody(house: House) -> None:
    """A peer that is gone costs the others nothing, and its member is discarded."""
    gone, staying = await house.seat(), await house.seat()
    gone.far.close()
    frames = [house.send(b"one"), house.send(b"two")]

    await staying.receives(b"".join(frames))
    await eventually(lambda: len(house.members) == 1)
    assert not staying.received()


async def test_a_descriptor_that_is_anothers_now(house: House) -> None:
    """Who leaves in the middle of a frame gets nothing more, and neither does the file that has its number then."""
    seats = [await house.seat() for _ in range(2 * STRIDE)]
    sending = house.members.send(Broadcast([b"frame"]))
    next(sending)
    left = next(seat for seat in seats if not seat.received())
    number = left.descriptor()
    assert number is not None
    house.members.discard(left)
    stranger, reader = socket.socketpair()
    reader.setblocking(False)
    kept = os.dup(number)
    os.dup2(stranger.fileno(), number)
    for _ in sending:
        pass
    os.dup2(kept, number)

    with pytest.raises(BlockingIOError):
        reader.recv(1)
    os.close(kept)
    stranger.close()
    reader.close()


async def test_clear_lets_all_go(house: House) -> None:
    """When the stream is broken off all are given back, and nobody gets the rest of the frame under way."""
    seats = [await house.seat(direct=i > 0) for i in range(3 * STRIDE)]
    sending = house.members.send(Broadcast([b"frame"]))
    next(sending)
    everyone = house.members.clear()
    for _ in sending:
        pass

    assert set(seats) == set(everyone)
    assert len(house.members) == 0
    assert STRIDE == sum(bool(seat.received()) for seat in seats)


KINDS = ("leave", "ask", "join", "reseat", "reply", "read", "pass")
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 99)))


class Story:
    """What is to happen to a house between strides, and what each seat has to have received in the end."""

    def __init__(self) -> None:
        self.house = House()
        self.frames: dict[Seat, list[bytes]] = {}
        self.replies: dict[Seat, list[bytes]] = {}
        self.read: dict[Seat, bytes] = {}

    async def join(self, which: int) -> None:
        """Somebody comes in."""
        seat = await self.house.seat(direct=which % 3 > 0, deflate=which % 5 == 0, sndbuf=4096 if which % 2 else None)
        self.frames[seat], self.replies[seat], self.read[seat] = [], [], b""

    async def frame(self, number: int, steps: list[tuple[str, int]]) -> None:
        """A frame with a step after each stride."""
        frame = Broadcast([b"%d" % number * 2000])
        due, happening = set(self.frames), iter(steps)
        for _ in self.house.members.send(frame):
            await self.happen(due, *next(happening, ("pass", 0)))
        for seat in due:
            self.frames[seat].append(frame.deflated if seat.deflates() else frame.plain)

    async def happen(self, due: set[Seat], what: str, which: int) -> None:
        """One step; who is no longer to get the frame under way is taken from `due`."""
        if what == "join" or not self.frames:
            await self.join(which)
            return
        seat = list(self.frames)[which % len(self.frames)]
        if what == "ask":
            self.house.members.ask(seat)
        elif what == "reply":
            self.replies[seat].append(text_frame(b"reply" * 4000))
            seat.lane.write(self.replies[seat][-1])
        elif what == "read":
            self.read[seat] += seat.received()
            await asyncio.sleep(0)
        elif what in ("leave", "reseat"):
            self.house.members.discard(seat)
            due.discard(seat)
            if what == "leave":
                del self.frames[seat]
                seat.lane.transport.abort()
                await eventually(lambda: seat.lane.receiver is None)
                seat.far.close()
            else:
                frames = self.frames.pop(seat)
                if not seat.behind:
                    await self.check(seat, frames, due_too=True)
                self.house.members.add(seat)
                self.frames[seat], self.replies[seat], self.read[seat] = [], [], b""
                seat.behind = 0
                if which % 2:
                    self.house.members.ask(seat)

    async def check(self, seat: Seat, frames: list[bytes], due_too: bool = False) -> None:
        """Reads a seat empty: every frame once and in order, every reply, and nothing else (but the one under way)."""

        def caught_up() -> bool:
            self.read[seat] += seat.received()
            return seat.lane.buffered() == 0 and not seat.waits()

        await eventually(caught_up)
        got = list(whole_frames(self.read[seat]))
        replies = [one for one in got if one in self.replies[seat]]
        others = [one for one in got if one not in self.replies[seat]]
        assert self.replies[seat] == replies
        assert frames == others[: len(frames)]
        assert len(others) - len(frames) <= due_too


def whole_frames(data: bytes) -> Iterator[bytes]:
    """The frames in a stream of bytes, which ends with one."""
    while data:
        length, size = data[1], 2
        if length >= 126:
            size = 4 if length == 126 else 10
            length = int.from_bytes(data[2:size], "big")
        assert len(data) >= size + length
        yield data[: size + length]
        data = data[size + length :]


async def _play(kinds: list[int], frames: list[list[tuple[str, int]]]) -> None:
    story = Story()
    for which in kinds:
        await story.join(which)
    for number, steps in enumerate(frames):
        await story.frame(number, steps)
    for seat, expected in story.frames.items():
        if not seat.behind:
            await story.check(seat, expected)
    await story.house.close()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 99), max_size=9), st.lists(STEPS, min_size=1, max_size=4))
def test_each_viewer_gets_each_frame_once(
    monkeypatch: pytest.MonkeyPatch, kinds: list[int], frames: list[list[tuple[str, int]]]
) -> None:
    """Members come, go, come back, are answered and read slowly between two strides: each gets its frames, whole."""
    monkeypatch.setattr(module, "STRIDE", STRIDE)
    asyncio.run(_play(kinds, frames))
