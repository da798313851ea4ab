from __future__ import annotations

import json

import msgspec
import pytest

from app.actions.grant_coins import COINS_MAX, GrantRequest, grant_coins, grant_many
from app.base.errors import Refusal
from app.rules.actors import DEMO, PLATFORM, person_called
from app.rules.entries import Grant
from app.store.moves import BATCH_MAX, Moves, Posted
from tests.books import check_books
from tests.world import World

REQUEST = GrantRequest(user="ann", coins=100, reason="welcome")


async def test_a_grant_fills_the_wallet(world: World) -> None:
    """Coins come into the wallet, with the reason and who gave them in the journal."""
    assert Posted(1, 0, (100, 0)) == await grant_coins(world.moves, "k", REQUEST, "ops")
    (entry,) = await world.journal()
    grant = Grant(noted=(100, 0), id="ops:k", user="ann", coins=100, reason="welcome", by="ops")
    assert (1, grant) == entry


async def test_a_key_gives_once(world: World) -> None:
    """The same key and request give the same answer and no more coins; another request under that key is refused."""
    for given_before in (False, True, True):
        assert Posted(1, 0, (100, 0), given_before) == await grant_coins(world.moves, "k", REQUEST, "ops")
    with pytest.raises(Refusal, match="id_reused"):
        await grant_coins(world.moves, "k", GrantRequest(user="ann", coins=1, reason="welcome"), "ops")

    assert 100 == await world.coins("ann")


async def test_keys_are_each_granters_own(world: World) -> None:
    """The platform, the demo and operators, one of them called like the platform, may use one key for their grants."""
    granters = [PLATFORM, DEMO, *map(person_called, ("ops", "others", "platform", "demo"))]
    for by in granters:
        await grant_coins(world.moves, "k", REQUEST, by)

    assert 600 == await world.coins("ann")
    assert granters == [getattr(entry, "by", None) for _, entry in await world.journal()]


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_keys_have_a_length(key: str, world: World) -> None:
    """A key is 1 to 200 characters."""
    with pytest.raises(Refusal, match="bad_request"):
        await grant_coins(world.moves, key, REQUEST, "ops")


async def test_many_grants(world: World) -> None:
    """More grants than one batch holds are all given, and once when they are given again."""
    grants = [Grant(id=f"k{i}", user=f"v{i}", coins=5, reason="load", by="ops") for i in range(BATCH_MAX + 7)]
    for _ in range(2):
        await grant_many(world.moves, grants)

    assert (await check_books(world)).issued == 5 * len(grants)


async def test_nothing_is_given_by_an_unknown_ledger(world: World) -> None:
    """A store with another ledger gives nothing."""
    moves = Moves([world.ledger_with(epoch="another")])
    with pytest.raises(Refusal, match="uninitialised"):
        await grant_coins(moves, "k", REQUEST, "ops")

    assert 0 == await world.coins("ann")


@pytest.mark.parametrize(
    "changed",
    [
        {"coins": 0},
        {"coins": -1},
        {"coins": 1.5},
        {"coins": COINS_MAX + 1},
        {"coins": "1"},
        {"coins": True},
        {"user": "a b"},
        {"user": ""},
        {"reason": ""},
        {"reason": "r" * 201},
    ],
)
def test_requests_have_bounds(changed: dict[str, object]) -> None:
    """Coins are a whole number from 1, the user an id, the reason a text of at most 200 characters."""
    body = {"user": "ann", "coins": 1, "reason": "r", **changed}
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(body), type=GrantRequest)
