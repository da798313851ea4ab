from __future__ import annotations

import asyncio

import pytest

from app.base.errors import Refusal
from app.rules.barred import Barred, packed
from app.store.barred import PEOPLE_MAX, put_all_barred, put_barred, read_told
from tests.deciding import all_barred
from tests.world import World

pytestmark = pytest.mark.usefixtures("audited")


async def test_gifts_of_whoever_is_kept_out_are_refused(world: World) -> None:
    """Banned, or with a token that was revoked: nothing is moved. To a banned streamer nobody gives anything."""
    await world.grant("ann", 10)
    await put_barred(world.standing, "ann", Barred(1, False, 100, (("t1", 2.0**53),)))
    tokens: list[dict[str, object]] = [{}, {"iat": 99.5}, {"iat": 100, "jti": "t1"}]
    orders = [world.order(token=token) for token in tokens]
    assert ["Runauthorized"] * 3 == await world.send_in_vain(*orders)
    assert ["NA"] == [answer[:2] for answer in await world.send(world.order(token={"iat": 100, "jti": "t2"}))]

    await put_barred(world.standing, "ann", Barred(2, banned=True))
    await put_barred(world.standing, "sue", Barred(1, banned=True))
    orders = [world.order(), world.order("bob", room="side")]
    assert ["Rbanned", "Rreceiver_frozen"] == await world.send_in_vain(*orders)


async def test_not_one_gift_follows_a_revocation(world: World) -> None:
    """Two hundred gifts at once, and in their midst the token is revoked: what was taken was taken before it."""
    await world.grant("ann", 1000)
    orders = [world.order(token={"iat": 50}) for _ in range(200)]
    sending = [asyncio.ensure_future(world.send(order)) for order in orders[:100]]
    revoking = asyncio.ensure_future(put_barred(world.standing, "ann", Barred(1, before_s=60)))
    sending += [asyncio.ensure_future(world.send(order)) for order in orders[100:]]
    await revoking
    answers = [answer for (answer,) in await asyncio.gather(*sending)]

    taken = [answer.startswith("NA|") for answer in answers]
    assert {True, False} == set(taken)
    assert taken == sorted(taken, reverse=True)
    assert await world.coins("ann") == 1000 - sum(taken)
    assert {"Runauthorized"} == {answer for answer in answers if not answer.startswith("NA|")}


async def test_an_older_word_changes_nothing(world: World) -> None:
    """What comes late is not put over what is newer; all that was decided can be read."""
    newer = Barred(2, banned=True)
    await put_barred(world.standing, "ann", newer)
    await put_barred(world.standing, "ann", Barred(1))

    assert {"ann": newer} == await all_barred(world.standing)
    assert ("ann", newer) == read_told(b"ann " + packed(newer))


async def test_another_ledger_refuses(world: World) -> None:
    """A store that was flushed keeps nobody out."""
    await world.store.call("FLUSHDB")
    with pytest.raises(Refusal, match="uninitialised"):
        await put_barred(world.standing, "ann", Barred(1))


async def test_many_are_put_at_once(world: World) -> None:
    """Each who is newer than what is there, all in one call; the others stay as they are."""
    await put_barred(world.standing, "u3", Barred(5, banned=True))
    people = [(f"u{i}", Barred(4, before_s=float(i))) for i in range(PEOPLE_MAX)]

    assert PEOPLE_MAX - 1 == await put_all_barred(world.standing, people)
    assert 0 == await put_all_barred(world.standing, people)
    assert {**dict(people), "u3": Barred(5, banned=True)} == await all_barred(world.standing)
