from __future__ import annotations

import pytest

from app.rules import postings
from app.rules.postings import Posting, sums


def balances(found: list[Posting]) -> dict[str, int]:
    """What each account gets."""
    return {posting.account: posting.amount for posting in found}


def test_a_gift_with_a_share() -> None:
    """What the rate keeps back is the platform's, in diamonds, as a posting of its own."""
    assert {
        "viewer:ann:coins": -5,
        "viewer:ann:given": 5,
        "platform:diamonds_minted": -5000,
        "streamer:sam:diamonds_pending": 2500,
        "platform:diamond_share": 2500,
    } == balances(postings.gift("ann", "sam", 5, 2500, 2500))


def test_a_gift_without_a_share() -> None:
    """Where the rate keeps nothing back there is no posting of nothing."""
    assert "platform:diamond_share" not in balances(postings.gift("ann", "sam", 5, 5000, 0))


@pytest.mark.parametrize(("make", "sign"), [(postings.credit, 1), (postings.claw, -1)])
def test_coins_and_debt(make: object, sign: int) -> None:
    """The part of the coins that is owed moves the debt, the rest the wallet."""
    found = make("ann", 7, 3)  # type: ignore[operator]
    moved: dict[str, int] = {}
    for account, _, amount in found:
        moved[account] = moved.get(account, 0) + amount

    assert (sign * 4, sign * 3) == (moved["viewer:ann:coins"], moved["viewer:ann:debt"])
    assert {"coins": 0, "debt": 0} == sums(found)


def test_coins_that_are_spent_come_back() -> None:
    """What was spent without a gift comes back out of the spent coins: to the debt first, the rest to the wallet."""
    moved: dict[str, int] = {}
    for account, _, amount in [*postings.spend("ann", 7, 0), *postings.unspend("ann", 7, 3)]:
        moved[account] = moved.get(account, 0) + amount

    assert {
        "viewer:ann:coins": -3,
        "platform:coins_spent": 0,
        "platform:coins_clawed_back": 3,
        "platform:coins_owed": -3,
        "viewer:ann:debt": 3,
    } == moved


def test_a_sale_owes_its_tax() -> None:
    """The provider holds all the money; its tax is the country's, the rest revenue. A refund is the reverse."""
    sale = balances(postings.sale("demo", "DE", "EUR", 1190, 190)[::2])

    assert {"platform:revenue:EUR": -1000, "tax:DE:EUR": -190} == sale
    assert {"EUR": 0} == sums(postings.sale("demo", "DE", "EUR", 1190, 190))
    assert sums([*postings.sale("demo", "DE", "EUR", 9, 2), *postings.sale("demo", "DE", "EUR", -9, -2)]) == {"EUR": 0}


def test_a_payout_names_its_parts() -> None:
    """Fee, tax and what is paid out come out of the gross amount; what rounding left over is posted in millionths."""
    found = postings.payout("bank", "US", "USD", (10, 20, 70, 4321), 1)
    parts = {posting.account: posting.amount for posting in found if "payout_cost" not in posting.account}

    assert {
        "platform:service_fees:USD": -10,
        "tax:US:USD": -20,
        "provider:bank:USD": -70,
        "platform:rounding:USD-micros": -4321,
    } == parts
    assert {"USD": 0, "USD-micros": 0} == sums(found)
