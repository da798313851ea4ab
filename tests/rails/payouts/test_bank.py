from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rails.payouts.accounts import Account
from app.rails.payouts.bank import Bank, own_account
from app.rails.payouts.rail import Given
from tests.rails.payouts.transfers import IBAN, to_iban

RAIL = Bank(own_account("Fanfare Ltd", IBAN, ""))


async def test_a_payout_waits_for_the_bank() -> None:
    """However often it is submitted, a payout waits for a file and the bank's report, and is known by its own id."""
    payout = to_iban()
    taken = [await RAIL.submit(payout), await RAIL.submit(payout), await RAIL.poll(payout, payout.id)]
    await RAIL.close()

    assert [("pending", payout.id, "waits for the bank")] * 3 == taken


def test_destinations() -> None:
    """An account's fields are kept without those that are empty, and little is shown."""
    found = RAIL.destination({"name": "Ann Ames", "iban": f" {IBAN} ", "bic": ""}, "EUR")

    assert ({"name": "Ann Ames", "iban": IBAN}, "DE•• 3000") == found


@pytest.mark.parametrize("given", ["", IBAN, {}, {"name": "Ann", "iban": "DE00"}])
def test_bad_destinations(given: Given) -> None:
    """What is no account is refused, with what is expected."""
    with pytest.raises(Refusal) as raised:
        RAIL.destination(given, "EUR")

    assert ("bad_request", "bank") == (raised.value.slug, raised.value.details["rail"])


def test_the_platforms_own_account() -> None:
    """It is an IBAN, or a number with the bank's BIC."""
    assert IBAN == own_account("F", "DE89 3704 0044 0532 0130 00", "").iban
    assert Account(name="F", account="12345678", bic="CHASUS33") == own_account("F", "12345678", "CHASUS33")
    for number, bic in (("12345678", ""), ("", ""), ("DE00", ""), ("GB33BUKB20201555555555", "X")):
        with pytest.raises(ValueError, match="expected"):
            own_account("F", number, bic)


async def test_it_sends_no_webhooks() -> None:
    """Whatever comes in its name is not its own."""
    with pytest.raises(Refusal, match="bad_signature"):
        await RAIL.heard_of({}, b"{}")
