"""What clients send over a socket: bytes to typed commands. The types are the contract that AsyncAPI is made from."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from app.base.errors import Refusal
from app.rules.overlays import Source

FRAME_MAX = 4096

CommandId = Annotated[str, Meta(min_length=1, max_length=64)]
# It is a part of the comment's own id, which stands in addresses.
CommentCommandId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}\Z")]
Quantity = Annotated[int, Meta(ge=1, le=999)]


class Resume(Struct, frozen=True, gc=False):
    """Where a client was in a room's stream."""

    epoch: Annotated[str, Meta(max_length=64)]
    offset: Annotated[int, Meta(ge=0)]


class Hello(Struct, frozen=True, tag="hello"):
    """Says who is there; the first command on a socket. An overlay may say what it shows, as `source`."""

    token: Annotated[str, Meta(max_length=3000)]
    resume: Resume | None = None
    protocol: int = 1
    source: Source | None = None


class SendGift(Struct, frozen=True, tag="send_gift", gc=False):
    """Sends a gift. `id` is a UUIDv7 that the client made and keeps until it has an answer."""

    id: CommandId
    gift: Annotated[str, Meta(max_length=64)]
    quantity: Quantity = 1
    receiver: Annotated[str, Meta(max_length=64)] | None = None
    message: Annotated[str, Meta(max_length=120)] | None = None
    anonymous: bool = False


class SendComment(Struct, frozen=True, tag="send_comment", gc=False):
    """Says something in the room. The comment that the room sees has the id `<the sender's id>:<this id>`."""

    id: CommentCommandId
    text: Annotated[str, Meta(min_length=1, max_length=200)]


class Ping(Struct, frozen=True, tag="ping", gc=False):
    """Asks for a pong."""

    id: CommandId | None = None


Command = Hello | SendGift | SendComment | Ping
_decoder: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)


class BadCommand(Refusal):
    """A frame is no command; `id` is the command's, where it could be read."""

    def __init__(self, slug: str, message: str, command_id: str | None) -> None:
        super().__init__(slug, message)
        self.id = command_id


def decode(frame: bytes | str) -> Command:
    """The command in a frame.

    Raises:
        BadCommand: `bad_quantity` or `bad_request`, with what is wrong.
    """
    try:
        return _decoder.decode(frame)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        # ValidationError is a DecodeError. Deeply nested JSON ends as a RecursionError.
        text = str(error) if not isinstance(error, RecursionError) else "nested too deeply"
        slug = "bad_quantity" if text.endswith("`$.quantity`") else "bad_request"
        raise BadCommand(slug, f"The command cannot be read: {text}.", _id_of(frame)) from None


class _OnlyId(Struct, gc=False):
    id: msgspec.Raw = msgspec.Raw(b"null")


_id_decoder = msgspec.json.Decoder(_OnlyId)


def _id_of(frame: bytes | str) -> str | None:
    """The id in a frame that is no valid command, so that its sender knows which one was refused."""
    try:
        value = msgspec.json.decode(_id_decoder.decode(frame).id)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    return value if isinstance(value, str) and len(value) <= 64 else None
