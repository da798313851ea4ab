"""News for one person, told to all their sockets on every worker."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from app.store.standing import Standing

_encode = msgspec.json.Encoder().encode


async def tell(standing: Standing, whom: str, message: Struct) -> None:
    """Tells it to whoever is there, by any partition: workers listen to all. Who is not there learns it otherwise.

    Raises:
        StoreError: as Store.call does.
    """
    await standing.store.call("SPUBLISH", standing.keys.people_channel, f"{whom} {_encode(message).decode()}")
