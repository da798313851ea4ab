from __future__ import annotations

import sys
from typing import Any

import pytest

from app.base.config import Settings
from app.base.errors import ConfigError
from app.rails.payouts.choose import payout_rails
from tests.rails.payouts.conftest import SetClock
from tests.rails.payouts.transfers import IBAN

PAYPAL = {"paypal_client": "c", "paypal_secret": "s"}
BANK = {"bank_name": "Fanfare Ltd", "bank_account": IBAN}


async def test_rails_that_settings_turn_on(clock: SetClock) -> None:
    """The demo has its own rail; the others are there where their settings are."""
    chosen = [
        payout_rails(Settings(**settings), clock)
        for settings in ({}, {"demo": True}, PAYPAL, BANK, {**PAYPAL, **BANK, "demo": True})
    ]
    for rails in chosen:
        assert [rail.name for rail in rails.values()] == list(rails)
        for rail in rails.values():
            await rail.close()

    assert [[], ["demo"], ["paypal"], ["bank"], ["demo", "paypal", "bank"]] == [list(rails) for rails in chosen]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"paypal_client": "c"}, "FANFARE_PAYPAL_CLIENT and FANFARE_PAYPAL_SECRET are needed together"),
        ({"paypal_secret": "s"}, "FANFARE_PAYPAL_CLIENT and FANFARE_PAYPAL_SECRET are needed together"),
        ({**PAYPAL, "paypal_url": "http://api-m.paypal.com"}, "an address that begins with https:// is expected"),
        ({"bank_account": IBAN}, "the platform's own account: name is expected"),
        ({**BANK, "bank_account": "DE00"}, "the platform's own account: iban: an IBAN with its right check digits"),
    ],
)
def test_settings_that_are_not_complete(clock: SetClock, settings: dict[str, Any], said: str) -> None:
    """A rail that cannot work is told at the start."""
    with pytest.raises(ConfigError, match=said):
        payout_rails(Settings(**settings), clock)


def test_what_a_rail_needs_and_is_not_installed(clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, PayPal's settings say what to install."""
    monkeypatch.setitem(sys.modules, "httpx2", None)
    monkeypatch.delitem(sys.modules, "app.rails.payouts.paypal_client", raising=False)

    with pytest.raises(ConfigError, match=r"payouts by PayPal need httpx2: pip install 'fanfare\[paypal\]'"):
        payout_rails(Settings(**PAYPAL), clock)  # type: ignore[arg-type]
