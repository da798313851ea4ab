"""Reaches a store by its address: directly, through any node of its cluster, or by asking sentinels where it is."""

from __future__ import annotations

from collections.abc import Sequence

from app.base.errors import StoreError
from app.store.address import Address, Place
from app.store.connection import Connection, Lost, Push, connect


async def reach(address: Address, on_push: Push | None = None, on_lost: Lost | None = None) -> Connection:
    """An open connection to the store, or to the first node of a cluster that answers.

    Raises:
        StoreError: nobody answers, or we are refused.
    """
    if address.service:
        place = await primary_of(address)
        connection = await connect(address, place, on_push, on_lost)
        if connection.greeting.get(b"role") != b"master":
            # Between the death of a primary and its successor the sentinels still name the old one.
            connection.close()
            raise StoreError(f"the store cannot be reached: {_told(place)} is no primary yet, or no longer")
        return connection
    return await first_of(address, address.places, on_push, on_lost)


async def first_of(
    address: Address, places: Sequence[Place], on_push: Push | None = None, on_lost: Lost | None = None
) -> Connection:
    """An open connection to the first of the places that answers. Raises as `reach` does."""
    failure = StoreError("the store cannot be reached: no address is known")
    for place in places:
        try:
            return await connect(address, place, on_push, on_lost)
        except StoreError as error:
            failure = error
    raise failure


async def primary_of(address: Address) -> Place:
    """Where the sentinels say that the primary of the service is. Raises as `reach` does."""
    failure = StoreError("the store cannot be reached: no sentinel is known")
    for place in address.places:
        try:
            sentinel = await connect(address.of_sentinels, place)
        except StoreError as error:
            failure = StoreError(f"the sentinel {_told(place)}: {error}")
            continue
        try:
            found = await sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", address.service)
        except StoreError as error:
            failure = StoreError(f"the sentinel {_told(place)}: {error}")
            continue
        finally:
            sentinel.close()
        if found:
            return found[0].decode(), int(found[1])
        failure = StoreError(f"the sentinel {_told(place)} knows no service {address.service!r}")
    raise failure


def _told(place: Place) -> str:
    return ":".join(map(str, place))
