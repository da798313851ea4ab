"""Who makes a request: `Authorization: Bearer`, a person's token or the platform's key."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.base.errors import Refusal
from app.rules.actors import PLATFORM, person_called
from app.rules.adjustments import REASON_MAX
from app.rules.rooms import is_streamer
from app.rules.texts import lines, seen
from app.rules.tokens import Person, Role

BODY_MAX = 64 * 1024
KEY_MAX = 200
READING = ("GET", "HEAD")


def bearer(request: Request) -> str:
    """The request's bearer token.

    Raises:
        Refusal: `unauthorized`.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refusal("unauthorized")
    return token.strip()


def person(request: Request) -> Person:
    """The person whose token the request carries.

    Raises:
        Refusal: `unauthorized`; `banned` where somebody who is kept out would do more than read.
    """
    hub = request.app.state.hub
    return hub.person_of(bearer(request), only_reads=request.method in READING)  # type: ignore[no-any-return]


def is_platform(request: Request) -> bool:
    """Whether the request carries the platform's key. Raises Refusal `unauthorized` where it carries nothing."""
    return compare_digest(bearer(request).encode(), request.app.state.hub.settings.api_key.encode())


def platform(request: Request, *, or_role: Role | None = None, room: str | None = None) -> str:
    """Who acts for the platform, as the journal calls it: by its key, or a person of that role.

    Args:
        room: where it is done; a token that is bound to a room is good for nothing outside it.

    Raises:
        Refusal: `unauthorized`, `banned`, or `forbidden` for a person of another role or room.
    """
    if is_platform(request):
        return PLATFORM
    # With a role one reads what is other people's: whoever is kept out may not.
    who: Person = request.app.state.hub.person_of(bearer(request))
    if or_role is None or who.role != or_role:
        raise Refusal("forbidden")
    if who.room is not None and who.room != room:
        raise Refusal("forbidden", "This token is good for one room alone.")
    return person_called(who.sub)


async def streamer_of(request: Request, room: str) -> str:
    """Who acts for a room, as `platform` names them: the platform, or the streamer of that room.

    Raises:
        Refusal: `unauthorized`, `forbidden` for anybody else, or `room_not_found`.
    """
    if is_platform(request):
        return PLATFORM
    who = person(request)
    if who.role != "streamer" or who.room not in (None, room):
        raise Refusal("forbidden")
    if not is_streamer(who, await (await request.app.state.hub.partitions.at(room)).get(room)):
        raise Refusal("forbidden", "This is somebody else's room.")
    return person_called(who.sub)


async def moderator_of(request: Request, room: str) -> str:
    """Who keeps a room in order: its streamer, a moderator of it or of all rooms, or the platform. Raises Refusal."""
    if not is_platform(request) and person(request).role == "streamer":
        return await streamer_of(request, room)
    return platform(request, or_role="moderator", room=room)


def idempotency_key(request: Request) -> str:
    """The request's Idempotency-Key.

    Raises:
        Refusal: `bad_request`: there is none, or it is too long.
    """
    key = request.headers.get("idempotency-key", "")
    if not key:
        raise Refusal("bad_request", "The header Idempotency-Key is needed.")
    if len(key) > KEY_MAX:
        raise Refusal("bad_request", f"The Idempotency-Key is 1 to {KEY_MAX} characters.")
    return key


def optional_key(request: Request) -> str | None:
    """The Idempotency-Key of a request that may have none, as doing it again changes nothing. Raises Refusal."""
    return idempotency_key(request) if "idempotency-key" in request.headers else None


def replayed(is_replayed: bool) -> dict[str, str] | None:
    """The header of an answer that its Idempotency-Key had before."""
    return {"Idempotency-Replayed": "true"} if is_replayed else None


def reason_asked(request: Request) -> str:
    """Why it is done, by the address's `reason`; empty where none is given.

    Raises:
        Refusal: `bad_request` for one that is too long, or in which there is nothing to see.
    """
    given = request.query_params.get("reason", "")
    if len(given) > REASON_MAX:
        raise Refusal("bad_request", f"A reason has at most {REASON_MAX} characters.")
    return seen("reason", lines(given)) if given else ""


async def body(request: Request, kind: Any) -> Any:
    """The request's JSON body as that type.

    Raises:
        Refusal: `bad_request`, with what is wrong.
        HTTPException: 413.
    """
    try:
        return msgspec.json.decode(await raw_body(request), type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise Refusal("bad_request", f"The body cannot be read: {error}.") from None


async def raw_body(request: Request) -> bytes:
    """The request's body as it came. Raises HTTPException 413."""
    # Starlette has a limit too, but would answer in plain text.
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > BODY_MAX:
            raise HTTPException(413, f"A body has at most {BODY_MAX} bytes.")
        parts.append(part)
    return b"".join(parts)
