from __future__ import annotations

import msgspec
import pytest

from app import client
from app.client.frames import decode
from app.rules.messages import Message, Pong, Viewers, one_of


def test_what_a_newer_server_says_is_skipped() -> None:
    """Unknown types and unknown fields do not hide what stands beside them."""
    frame = (
        '[{"type":"viewers","count":3,"mood":"good"},{"type":"of_tomorrow","offset":1},{"type":"pong","server_ms":5}]'
    )

    assert [Viewers(3), Pong(5)] == decode(frame)
    assert [Viewers(3)] == decode('[{"type":"viewers","count":3,"mood":"good"}]')


@pytest.mark.parametrize("frame", ["", "{}", "[", '{"type":"pong","server_ms":5}'])
def test_no_frame(frame: str) -> None:
    """What is no array at all is an error, and not a silence."""
    with pytest.raises(msgspec.DecodeError):
        decode(frame)


def test_whatever_is_told_has_a_name_to_import() -> None:
    """A program finds the type of each message beside the client; answers to hello and ping are for the line alone."""
    said = {kind.__name__ for kind in one_of(Message)} - {"Error", "Pong", "Reconnect"}

    assert set() == said - set(client.__all__)
