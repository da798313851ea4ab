"""Who is kept out, in the store: judged there by the scripts that spend coins, and told to all workers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from app.base.errors import refusal_of
from app.rules.barred import Barred, packed, read_barred
from app.store.standing import Standing

PEOPLE_MAX = 500


async def put_barred(standing: Standing, user: str, barred: Barred) -> None:
    """Sets how far a person is kept out. Raises as `put_all_barred` does."""
    await put_all_barred(standing, [(user, barred)])


async def put_all_barred(standing: Standing, people: Sequence[tuple[str, Barred]]) -> int:
    """Sets how far these people, once each, are kept out, unless something newer was set; how many it was set of.

    All workers are told. PEOPLE_MAX at most in one call: the store does nothing else meanwhile.

    Raises:
        Refusal: `uninitialised`.
        StoreError: as Store.call raises it.
    """
    keys = standing.keys
    about = (part for user, barred in people for part in (user, barred.version, packed(barred)))
    answer: bytes = await standing.run("put_barred", [keys.totals, keys.barred], keys.barred_channel, *about)
    if answer.startswith(b"R"):
        raise refusal_of(answer[1:].decode())
    return answer.count(b"N")


async def barred_in_parts(standing: Standing) -> AsyncIterator[list[tuple[str, Barred]]]:
    """Everybody for whom something was decided, some hundred at a time. Raises StoreError as Store.call does.

    They are read part by part, as neither the store nor a worker may stand still for a million people.
    """
    cursor = b"0"
    while True:
        cursor, flat = await standing.store.call("HSCAN", standing.keys.barred, cursor, "COUNT", PEOPLE_MAX)
        yield [(user.decode(), read_barred(state)) for user, state in zip(flat[::2], flat[1::2], strict=True)]
        if cursor == b"0":
            return


def read_told(message: bytes) -> tuple[str, Barred]:
    """Whom a message of the channel is about, and how far they are kept out."""
    user, _, state = message.partition(b" ")
    return user.decode(), read_barred(state)
