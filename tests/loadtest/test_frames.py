from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame as LibraryFrame
from websockets.frames import Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from loadtest.frames import CLOSE, PING, TEXT, FrameReader, Memo, masked

Payloads = st.binary(max_size=300) | st.integers(65_530, 65_540).map(bytes)


def server_frame(payload: bytes, opcode: int = TEXT, *, final: bool = True) -> bytes:
    """A frame as a server writes it."""
    return LibraryFrame(Opcode(opcode), payload, final).serialize(mask=False)


@given(st.text(max_size=300).map(str.encode) | st.just(b"x" * 70_000))
def test_a_masked_frame_is_what_a_server_reads(payload: bytes) -> None:
    """The websockets library reads the very payload out of our masked frame."""
    server = ServerProtocol(state=State.OPEN)
    server.receive_data(masked(payload))

    (event,) = server.events_received()

    assert isinstance(event, LibraryFrame)
    assert bytes(event.data) == payload


@settings(deadline=None)
@given(st.lists(Payloads, min_size=1, max_size=6), st.lists(st.integers(1, 90_000), min_size=1, max_size=5))
def test_frames_come_out_however_the_bytes_are_cut(payloads: list[bytes], cuts: list[int]) -> None:
    """The same frames arrive whether the bytes come at once or in pieces of any size."""
    stream, reader, found, turn = b"".join(map(server_frame, payloads)), FrameReader(Memo()), [], 0
    # Not in single bytes where there are very many of them.
    cuts = [max(cut, len(stream) // 300) for cut in cuts]
    while stream:
        size = cuts[turn % len(cuts)]
        found += [frame.payload for frame in reader.feed(stream[:size])]
        stream, turn = stream[size:], turn + 1

    assert found == payloads


def test_a_frame_that_another_connection_has_read_is_the_same_object() -> None:
    """What one viewer has decoded is there for the others, in whatever pieces it reaches them."""
    memo = Memo()
    one, other = FrameReader(memo), FrameReader(memo)
    stream = b"".join(server_frame(b'[{"type":"gift_sent","offset":%d}]' % i) for i in range(1, 6))

    first = one.feed(stream)
    second = [*other.feed(stream[:50]), *other.feed(stream[50:])]

    assert [id(frame) for frame in first] == [id(frame) for frame in second]


def test_what_is_said_to_one_alone_is_not_remembered() -> None:
    """Receipts of two connections are two frames, even where their bytes are equal."""
    memo, receipt = Memo(), server_frame(b'[{"type":"gift_accepted","id":"x"}]')

    (one,), (other,) = FrameReader(memo).feed(receipt), FrameReader(memo).feed(receipt)

    assert one is not other


def test_a_shared_frame_after_a_private_one_is_still_recognised() -> None:
    """A sender, who gets receipts in between, shares the room's frames all the same."""
    memo = Memo()
    room = [server_frame(b'[{"type":"gift_sent","offset":%d}]' % i) for i in (1, 2)]
    receipt = server_frame(b'[{"type":"gift_accepted","id":"x"}]')

    plain = FrameReader(memo).feed(room[0] + room[1])
    mixed = FrameReader(memo).feed(room[0] + receipt + room[1])

    assert [plain[0], plain[1]] == [mixed[0], mixed[2]]


def test_a_message_in_fragments_is_put_together() -> None:
    """Fragments become one text message, with a ping in between."""
    stream = server_frame(b"ab", final=False) + server_frame(b"", PING) + server_frame(b"cd", 0)

    frames = FrameReader(Memo()).feed(stream)

    assert [(frame.opcode, frame.payload) for frame in frames] == [(PING, b""), (TEXT, b"abcd")]


def test_control_frames_keep_their_opcode() -> None:
    """A close frame is told from text."""
    (frame,) = FrameReader(Memo()).feed(server_frame(b"\x0f\xa0", CLOSE))

    assert (frame.opcode, frame.payload) == (CLOSE, b"\x0f\xa0")


@pytest.mark.parametrize("stream", [masked(b"x"), server_frame(b"x", 0)], ids=["masked", "continues nothing"])
def test_what_no_server_sends_is_refused(stream: bytes) -> None:
    """A masked frame, or a fragment without a beginning, is an error."""
    with pytest.raises(ValueError, match="frame"):
        FrameReader(Memo()).feed(stream)


def test_the_memo_stays_small() -> None:
    """However many frames go by, only the latest are kept."""
    memo = Memo()
    FrameReader(memo).feed(b"".join(server_frame(b"[%d]" % i) for i in range(2000)))

    assert len(memo._frames) == 256
