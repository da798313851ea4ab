"""The fast lane over real sockets: RFC 6455 to the letter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import pairwise

import pytest

from app.edge.live.frames import text_frame
from app.edge.live.lane import FRAMES_A_TURN, PARTS_MAX, Lane
from tests.edge.client import eventually
from tests.edge.live.echo import TOO_BIG, Server, echo, serving, still_echoes
from tests.edge.raw import BINARY, CLOSE, CONT, PING, PONG, TEXT, frame, raw_socket, text


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Server]:
    """One server for the tests that leave it as it is."""
    async with serving() as server:
        yield server


# Messages.

WHOLE = "héllo ☃ 🎉" * 3


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 4095, 4096])
async def test_text_of_any_length_is_taken(server: Server, length: int) -> None:
    """Each way to write a length is understood, up to the limit."""
    async with echo(server) as socket:
        await socket.send(text("x" * length))
        assert (0x81, b"x" * length) == await socket.heard()


async def test_binary_is_taken(server: Server) -> None:
    """A binary message goes to the receiver as such."""
    async with echo(server) as socket:
        await socket.send(frame(BINARY, b"\x00\xffab"))
        assert (0x81, b"ba\xff\x00") == await socket.heard()
        assert await still_echoes(socket)


async def test_many_frames_in_one_segment_are_taken_in_order(server: Server) -> None:
    """A hundred frames at once are a hundred messages."""
    async with echo(server) as socket:
        await socket.send(b"".join(text(str(i)) for i in range(100)))
        assert [str(i).encode() for i in range(100)] == [(await socket.heard()).payload for _ in range(100)]


@pytest.mark.parametrize("payload", ["x", "x" * 200])
async def test_frame_that_comes_byte_by_byte_is_taken(server: Server, payload: str) -> None:
    """However the network cuts it, a frame is a frame."""
    data = text(payload)
    async with echo(server) as socket:
        await socket.send(*(data[i : i + 1] for i in range(min(len(data), 20))), data[20:])
        assert (0x81, payload.encode()) == await socket.heard()


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("in_one_segment", [True, False])
async def test_fragments_are_put_together(server: Server, opcode: int, in_one_segment: bool) -> None:
    """A message in parts, cut through its characters, is one message."""
    data = WHOLE.encode()
    pieces = [frame(opcode, data[:5], fin=False), frame(CONT, data[5:6], fin=False), frame(CONT, data[6:])]
    async with echo(server) as socket:
        await socket.send(*([b"".join(pieces)] if in_one_segment else pieces))
        assert (0x81, data if opcode == TEXT else data[::-1]) == await socket.heard()
        assert await still_echoes(socket)


async def test_empty_fragments_are_a_message(server: Server) -> None:
    """Nothing in three parts is an empty message."""
    async with echo(server) as socket:
        await socket.send(frame(TEXT, b"", fin=False), frame(CONT, b"", fin=False), frame(CONT, b""))
        assert (0x81, b"") == await socket.heard()


async def test_pings_between_fragments_are_answered_at_once(server: Server) -> None:
    """Control frames may come in the middle of a message and are not part of it."""
    async with echo(server) as socket:
        await socket.send(frame(TEXT, b"one ", fin=False), frame(PING, b"now?"))
        assert (0x8A, b"now?") == await socket.heard()
        await socket.send(frame(CONT, b"two ", fin=False), frame(PONG, b"unasked"), frame(PING, b""))
        assert (0x8A, b"") == await socket.heard()
        await socket.send(frame(CONT, b"three"))
        assert (0x81, b"one two three") == await socket.heard()
        assert await still_echoes(socket)


async def test_so_many_fragments_are_a_message_and_one_more_is_not(server: Server) -> None:
    """A message may come in 128 parts, however small."""
    parts = frame(TEXT, b"a", fin=False) + frame(CONT, b"", fin=False) * (PARTS_MAX - 2)
    async with echo(server) as socket:
        await socket.send(parts + frame(CONT, b"z"))
        assert (0x81, b"az") == await socket.heard()
        await socket.send(parts + frame(CONT, b"", fin=False) + frame(CONT, b"z"))
        assert TOO_BIG == await socket.closed_with()


# How much at once.


async def test_so_many_frames_are_taken_in_one_turn(server: Server) -> None:
    """However many arrive together, and of whatever kind: all are taken in order, a few in each turn of the loop."""
    pieces = [text("x"), frame(PING, b""), frame(TEXT, b"y", fin=False) + frame(CONT, b"y"), frame(PONG, b"")]
    async with echo(server) as socket:
        receiver, loop = server.receivers[-1], asyncio.get_running_loop()
        in_turns: list[int] = []

        def count() -> None:
            in_turns.append(len(receiver.heard) + len(receiver.others))
            if not socket.writer.is_closing():
                loop.call_soon(count)

        count()
        await socket.send(b"".join(pieces) * 500 + text("the end"))
        await eventually(lambda: b"the end" in receiver.heard)
        assert [b"x", b"yy"] * 500 + [b"the end"] == receiver.heard
        # A fragment that completes a message is heard of twice.
        assert FRAMES_A_TURN <= max(after - before for before, after in pairwise(in_turns)) <= 2 * FRAMES_A_TURN


async def test_big_frames_are_fewer_in_one_turn(server: Server) -> None:
    """A turn takes a number of kilobytes too: of frames of a kilobyte half as many as of small ones."""
    async with echo(server) as socket:
        receiver, loop = server.receivers[-1], asyncio.get_running_loop()
        in_turns: list[int] = []

        def count() -> None:
            in_turns.append(len(receiver.heard))
            if not socket.writer.is_closing():
                loop.call_soon(count)

        count()
        await socket.send(text("x" * 1024) * 300)
        await eventually(lambda: len(receiver.heard) == 300)
        assert FRAMES_A_TURN // 2 == max(after - before for before, after in pairwise(in_turns))


async def test_peer_waits_while_its_frames_do(server: Server) -> None:
    """Nobody is read from while there is still something of theirs to be taken; then they are again."""
    async with echo(server) as socket:
        receiver = server.receivers[-1]
        lane = receiver.lane
        assert lane is not None
        await socket.send(text("x") * 20_000)
        await eventually(lambda: receiver.heard)
        assert not lane.transport.is_reading()
        await eventually(lambda: 20_000 == len(receiver.heard))
        await socket.send(text("read again"))
        await eventually(lambda: b"read again" == receiver.heard[-1])


async def test_every_frame_counts(server: Server) -> None:
    """The receiver hears of each ping, pong and fragment with its size, and of a read without a whole frame."""
    async with echo(server) as socket:
        receiver = server.receivers[-1]
        await socket.send(frame(PING, b"12345"), frame(PONG, b"123"), frame(TEXT, b"1", fin=False), frame(CONT, b"12"))
        await eventually(lambda: [5, 3, 1, 2] == receiver.others)
        assert [b"112"] == receiver.heard
        await socket.send(text("whole")[:4])
        await eventually(lambda: [5, 3, 1, 2, 0] == receiver.others)


async def test_ping_that_is_one_too_many_is_not_answered(server: Server) -> None:
    """The receiver decides; the connection goes on."""
    async with echo(server) as socket:
        receiver = server.receivers[-1]
        receiver.patient = False
        await socket.send(frame(PING, b"unheard"))
        assert await still_echoes(socket)
        assert [7] == receiver.others


async def test_peer_that_talks_on_behind_our_goodbye_is_hardly_read(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer that pours on after our goodbye costs next to nothing more, and is cut off as ever."""
    monkeypatch.setattr("app.edge.live.lane.LINGER_S", 0.3)
    async with echo(server) as socket:
        assert await still_echoes(socket)
        receiver = server.receivers[-1]
        lane = receiver.lane
        assert lane is not None
        lane.close(4505)
        sent = 0
        with suppress(ConnectionError):
            while sent < 100_000_000:
                await socket.send(text("x" * 100) * 10_000)
                sent += 1_060_000
        assert sent < 30_000_000
        await eventually(lambda: receiver.lost)
        assert [b"still here"] == receiver.heard


async def test_peer_that_looks_late_finds_our_goodbye(server: Server) -> None:
    """Who reads only when all is said, however much that is, still learns why it is over."""
    async with echo(server) as socket:
        await still_echoes(socket)
        lane = server.receivers[-1].lane
        assert lane is not None
        lane.close(4505)
        await socket.send(text("x" * 100) * 50_000)
        assert 4505 == await socket.closed_with()


# Control frames.


@pytest.mark.parametrize("payload", [b"", b"x", b"\x00\xff" * 62, b"y" * 125])
async def test_ping_is_echoed(server: Server, payload: bytes) -> None:
    """A pong says what the ping said."""
    async with echo(server) as socket:
        await socket.send(frame(PING, payload))
        assert (0x8A, payload) == await socket.heard()
        assert await still_echoes(socket)


async def test_pong_that_nobody_asked_for_is_ignored(server: Server) -> None:
    """It may be sent at any time, and means a sign of life."""
    async with echo(server) as socket:
        await socket.send(frame(PONG, b""), frame(PONG, b"x" * 125))
        assert await still_echoes(socket)


@pytest.mark.parametrize("payload", [b"", b"\x03\xe8", b"\x03\xe8bye", b"\x0f\xa0", b"\x13\x87" + b"x" * 123])
async def test_close_is_answered_with_the_same_code(server: Server, payload: bytes) -> None:
    """The peer's goodbye is echoed, the receiver hears of the end once, and the connection is closed."""
    async with echo(server) as socket:
        receiver = server.receivers[-1]
        await socket.send(frame(CLOSE, payload))
        heard = await socket.heard()
        assert (CLOSE, payload[:2]) == (heard.opcode, heard.payload[:2])
        assert b"" == await socket.ended()
        await eventually(lambda: receiver.lost)
        assert 1 == receiver.lost


async def test_goodbye_in_the_middle_of_a_message_is_answered_as_ever(server: Server) -> None:
    """The message is not complete and never will be; the goodbye is none the worse for it."""
    async with echo(server) as socket:
        await socket.send(frame(TEXT, b"half", fin=False), frame(CLOSE, b"\x03\xe8"), frame(CONT, b"the rest"))
        assert 1000 == (await socket.heard()).close_code
        assert b"" == await socket.ended()
        assert [] == server.receivers[-1].heard


async def test_nothing_is_heard_after_a_close(server: Server) -> None:
    """What comes behind a close frame does not count."""
    async with echo(server) as socket:
        await socket.send(frame(CLOSE, b"\x03\xe8") + text("too late") + frame(PING, b""))
        assert 1000 == (await socket.heard()).close_code
        assert b"" == await socket.ended()
        assert b"too late" not in server.receivers[-1].heard


async def test_our_close_waits_for_the_peers_answer(server: Server) -> None:
    """The peer has time to read what is under way; what it says meanwhile is not heard."""
    async with echo(server) as socket:
        await still_echoes(socket)
        receiver = server.receivers[-1]
        assert receiver.lane is not None
        receiver.lane.close(4001, "bye")
        receiver.lane.write(text_frame(b"not said any more"))
        receiver.lane.close(4002, "nor this")
        heard = await socket.heard()
        assert (4001, b"bye") == (heard.close_code, heard.payload[2:])
        await socket.send(text("not heard any more"), frame(CLOSE, b"\x0f\xa1"))
        assert b"" == await socket.ended()
        assert [b"still here"] == receiver.heard


async def test_peer_that_does_not_answer_our_close_is_cut_off(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody stays because he does not say goodbye."""
    monkeypatch.setattr("app.edge.live.lane.LINGER_S", 0.1)
    async with echo(server) as socket:
        await still_echoes(socket)
        receiver = server.receivers[-1]
        assert receiver.lane is not None
        receiver.lane.close(4001)
        assert 4001 == (await socket.heard()).close_code
        assert b"" == await socket.ended(within_s=4)
        await eventually(lambda: receiver.lost)


def _end_by_us(server: Server, lane: Lane) -> bytes:
    lane.close(4001)
    return b""


def _end_by_server(server: Server, lane: Lane) -> bytes:
    lane.shutdown()
    return b""


ENDINGS = {
    "our goodbye": _end_by_us,
    "a stopping server": _end_by_server,
    "the peer's goodbye": lambda *_: frame(CLOSE, b"\x03\xe8"),
    "the peer's broken goodbye": lambda *_: frame(CLOSE, b"\x03"),
    "our goodbye and the peer's": lambda *them: _end_by_us(*them) + frame(CLOSE, b"\x0f\xa1"),
    "what is against the standard": lambda *_: frame(3, b""),
    "a message that is too big": lambda *_: text("x" * 5000),
    "half a close": lambda *_: None,
}


@pytest.mark.parametrize("end", [pytest.param(end, id=name) for name, end in ENDINGS.items()])
async def test_peer_that_never_reads_is_cut_off_however_it_ends(
    end: Callable[[Server, Lane], bytes | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that nobody reads keep no connection alive: after a while it is aborted, and the receiver hears of it."""
    monkeypatch.setattr("app.edge.live.lane.LINGER_S", 0.2)
    async with serving(send_buffer=8192) as server, raw_socket(server.port, narrow=True) as socket:
        (receiver,) = server.receivers
        lane = receiver.lane
        assert lane is not None
        while not lane.buffered() > 8192:
            await socket.send(text("x" * 4000))
            await asyncio.sleep(0)
        # All that was sent has been heard: the last word is read as well.
        last = end(server, lane)
        if last is None:
            socket.writer.write_eof()
        else:
            await socket.send(last)
        await eventually(lambda: receiver.lost, within_s=4)
        assert lane not in server.connections


# What is broken.

BROKEN_UTF8 = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited"
BROKEN: list[tuple[str, list[bytes], int]] = [
    ("unmasked text", [text("hi", mask=False)], 1002),
    ("unmasked long text", [text("x" * 300, mask=False)], 1002),
    ("unmasked ping", [frame(PING, b"", mask=False)], 1002),
    ("unmasked in the middle of a segment", [text("fine") + text("hi", mask=False)], 1002),
    ("reserved bit 1", [frame(TEXT, b"hi", reserved=0x40)], 1002),
    ("reserved bit 2", [frame(TEXT, b"hi", reserved=0x20)], 1002),
    ("reserved bit 3 on a ping", [frame(PING, b"hi", reserved=0x10)], 1002),
    ("reserved opcode 3", [frame(3, b"hi")], 1002),
    ("reserved opcode 7", [frame(7, b"")], 1002),
    ("reserved opcode 11", [frame(11, b"hi")], 1002),
    ("reserved opcode 15", [frame(15, b"")], 1002),
    ("fragmented ping", [frame(PING, b"", fin=False)], 1002),
    ("fragmented close", [frame(CLOSE, b"", fin=False)], 1002),
    ("ping of 126 bytes", [frame(PING, b"x" * 126)], 1002),
    ("close of 126 bytes", [frame(CLOSE, b"\x03\xe8" + b"x" * 124)], 1002),
    ("continuation of nothing", [frame(CONT, b"hi")], 1002),
    ("continuation of nothing, not the last", [frame(CONT, b"hi", fin=False)], 1002),
    ("text in the middle of a message", [frame(TEXT, b"a", fin=False), text("b")], 1002),
    ("binary in the middle of a message", [frame(TEXT, b"a", fin=False), frame(BINARY, b"b")], 1002),
    ("close with half a code", [frame(CLOSE, b"\x03")], 1002),
    ("close with code 0", [frame(CLOSE, b"\x00\x00")], 1002),
    ("close with code 999", [frame(CLOSE, b"\x03\xe7")], 1002),
    ("close with code 1005", [frame(CLOSE, b"\x03\xed")], 1002),
    ("close with code 1006", [frame(CLOSE, b"\x03\xee")], 1002),
    ("close with code 65535", [frame(CLOSE, b"\xff\xff")], 1002),
    ("close with a broken reason", [frame(CLOSE, b"\x03\xe8" + BROKEN_UTF8)], 1007),
    ("broken UTF-8", [frame(TEXT, BROKEN_UTF8)], 1007),
    ("half a character", [frame(TEXT, "☃".encode()[:2])], 1007),
    ("broken UTF-8 in fragments", [frame(TEXT, BROKEN_UTF8[:9], fin=False), frame(CONT, BROKEN_UTF8[9:])], 1007),
    ("overlong character", [frame(TEXT, b"\xc0\xaf")], 1007),
    ("character beyond the last", [frame(TEXT, b"\xf4\x90\x80\x80")], 1007),
    ("one byte too much", [text("x" * 4097)], TOO_BIG),
    ("one byte too much, binary", [frame(BINARY, b"x" * 4097)], TOO_BIG),
    ("a length of 2^62 alone", [b"\x81\xff" + (2**62).to_bytes(8, "big") + b"1234"], TOO_BIG),
    ("a length of 2^63", [b"\x81\xff" + (2**63).to_bytes(8, "big") + b"1234"], TOO_BIG),
    ("one byte too much in fragments", [frame(TEXT, b"x" * 4000, fin=False), frame(CONT, b"x" * 97)], TOO_BIG),
    ("one byte too much in many fragments", [frame(TEXT, b"x", fin=False), *[frame(CONT, b"", fin=False)] * 9,
     frame(CONT, b"x" * 4096)], TOO_BIG),
]  # fmt: skip


@pytest.mark.parametrize(("pieces", "code"), [pytest.param(p, c, id=name) for name, p, c in BROKEN])
async def test_broken_frame_ends_the_connection_with_its_code(server: Server, pieces: list[bytes], code: int) -> None:
    """What is against the standard is answered with a close code that says so, and nothing after it is heard."""
    async with echo(server) as socket:
        receiver = server.receivers[-1]
        for piece in pieces:
            await socket.send(piece)
        assert code == await socket.closed_with()
        with suppress(ConnectionError):
            await socket.send(text("too late"), frame(CLOSE, code.to_bytes(2, "big")))
        await socket.ended()
        assert b"too late" not in receiver.heard
        await eventually(lambda: receiver.lost)
        assert 1 == receiver.lost


@pytest.mark.parametrize("payload", [b"\x03", b"\x00\x00", b"\xff\xff", b"\x03\xe8" + BROKEN_UTF8])
async def test_broken_goodbye_is_the_last_word(server: Server, payload: bytes) -> None:
    """Who has said goodbye, however badly, says nothing more: the connection ends without waiting for an answer."""
    async with echo(server) as socket:
        await socket.send(frame(CLOSE, payload))
        assert (await socket.heard()).close_code in (1002, 1007)
        assert b"" == await socket.ended(within_s=4)


async def test_connection_that_just_ends_is_told_once(server: Server) -> None:
    """Without any goodbye the receiver still hears of the end, once."""
    async with echo(server) as socket:
        receiver = server.receivers[-1]
        await still_echoes(socket)
    await eventually(lambda: receiver.lost)
    assert 1 == receiver.lost
