from __future__ import annotations

import asyncio

import pytest

from app.archive import accounts as module
from app.archive import bulk
from app.archive.accounts import Accounts, account_id
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors
from app.archive.schema import POSTINGS
from app.rules.partitions import partition
from app.rules.postings import coins_of

COINS = {"viewer:ann:coins": "coins", "viewer:bob:coins": "coins"}


async def test_accounts_are_made_once(archive: Archive) -> None:
    """A new account gets the next id, in the order in which they come, and is found again by others."""
    one, other = Accounts(0), Accounts(0)
    await archive.write(one.open, COINS)
    await archive.write(other.open, {"viewer:bob:coins": "coins", "viewer:eve:coins": "coins"})

    assert {"viewer:ann:coins": 1, "viewer:bob:coins": 2} == one.ids
    assert {"viewer:bob:coins": 2, "viewer:eve:coins": 3} == other.ids


async def test_an_account_has_its_latest_balance(archive: Archive) -> None:
    """An account that is found has the balance of its last posting; a new one has nothing."""
    await archive.write(Accounts(0).open, COINS)
    await archive.write(bulk.insert, POSTINGS, [(1, 1, 5, 5), (1, 12, -2, 3), (1, 3, 0, 5)])
    found = Accounts(0)
    await archive.write(found.open, COINS)

    assert (3, 0) == (found.balances["viewer:ann:coins"], found.balances["viewer:bob:coins"])


async def test_many_are_looked_up_at_once(archive: Archive) -> None:
    """More accounts than a query takes are all found."""
    many = {f"viewer:{i}:coins": "coins" for i in range(2 * bulk.NAMES_A_QUERY + 1)}
    await archive.write(Accounts(0).open, many)
    found = Accounts(0)
    await archive.write(found.open, many)

    assert list(range(1, len(many) + 1)) == sorted(found.ids.values())


async def test_the_same_name_in_two_partitions_is_two_accounts(archive: Archive) -> None:
    """Each partition has its own account of the platform."""
    one, other = Accounts(0), Accounts(1)
    await archive.write(one.open, {"platform:coins_spent": "coins"})
    await archive.write(other.open, {"platform:coins_spent": "coins"})

    assert one.ids != other.ids


async def test_what_is_known_is_bounded(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the bound, only those that are needed now stay known; the others are looked up again."""
    accounts = Accounts(0)
    for i in range(5):
        await archive.write(accounts.open, {f"viewer:{i}:coins": "coins", "platform:coins_spent": "coins"})
    accounts.balances["platform:coins_spent"] = 7
    monkeypatch.setattr(module, "KNOWN_MAX", 4)
    await archive.write(accounts.open, {"viewer:9:coins": "coins", "platform:coins_spent": "coins"})

    assert {"viewer:9:coins", "platform:coins_spent"} == accounts.ids.keys()
    assert 7 == accounts.balances["platform:coins_spent"]


async def test_wallets_elsewhere_are_opened_by_whoever_is_first(archive: Archive) -> None:
    """Archivers of all partitions that open the same people's accounts at once give each one id."""
    await archive.write(begin_cursors, 4)
    people = [f"v{i}" for i in range(40)]
    own = {k: {coins_of(one): "coins" for one in people if partition(one, 4) == k} for k in range(4)}
    accounts = [Accounts(k) for k in range(4)]
    await asyncio.gather(*(archive.write(one.open, own[k], people) for k, one in enumerate(accounts)))
    ids = accounts[0].ids

    assert [ids] * 4 == [one.ids for one in accounts]
    assert 40 == len(set(ids.values()))
    assert [ids[coins_of(one)] for one in people] == [
        await archive.read(account_id, coins_of(one), partition(one, 4)) for one in people
    ]
    assert ids[coins_of("v7")] == await archive.read(account_id, coins_of("v7"))
