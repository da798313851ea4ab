"""A server's frame as typed messages; what a newer server says beyond the types known here is skipped."""

from __future__ import annotations

import msgspec

from app.rules.messages import Message

_many: msgspec.json.Decoder[list[Message]] = msgspec.json.Decoder(list[Message])
_raw = msgspec.json.Decoder(list[msgspec.Raw])
_one: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


def decode(frame: str | bytes) -> list[Message]:
    """The messages of a frame.

    Raises:
        msgspec.DecodeError: it is no array.
    """
    try:
        return _many.decode(frame)
    except msgspec.ValidationError:
        known = []
        for part in _raw.decode(frame):
            try:
                known.append(_one.decode(part))
            except msgspec.ValidationError:
                continue
        return known
