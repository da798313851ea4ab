"""Frames as bytes: what we build, the websockets library reads."""

from __future__ import annotations

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Close, Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from app.edge.live.frames import PING_FRAME, close_frame, text_frame, text_payloads

LENGTHS = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000]


def read(data: bytes) -> Frame:
    """The one frame in these bytes."""
    parser = ClientProtocol(parse_uri("ws://x/"), state=State.OPEN, max_size=None)
    parser.receive_data(data)
    (frame,) = parser.events_received()
    assert isinstance(frame, Frame)
    return frame


@pytest.mark.parametrize("length", LENGTHS)
def test_text_frame_of_any_length_is_read_as_it_was_meant(length: int) -> None:
    """Each of the three ways to write a length is right at its borders."""
    payload = b"x" * length
    frame = read(text_frame(payload))

    assert (Opcode.TEXT, True, payload) == (frame.opcode, frame.fin, bytes(frame.data))


def test_texts_of_one_write_are_found_again() -> None:
    """Frames of all lengths in one write are taken apart, and what is no text is left out."""
    payloads = [b"x" * length for length in LENGTHS]
    written = PING_FRAME + b"".join(map(text_frame, payloads)) + close_frame(4000, "bye")

    assert payloads == list(text_payloads(written))


def test_close_frame_has_code_and_reason() -> None:
    """A close frame says why."""
    frame = read(close_frame(4001, "too slow ☃"))

    assert Opcode.CLOSE == frame.opcode
    assert Close(4001, "too slow ☃") == Close.parse(bytes(frame.data))


def test_ping_frame_is_an_empty_ping() -> None:
    """The wheel's ping carries nothing."""
    frame = read(PING_FRAME)

    assert (Opcode.PING, b"") == (frame.opcode, bytes(frame.data))
