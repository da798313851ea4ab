"""The payout rails that the settings turn on."""

from __future__ import annotations

import asyncio
import importlib

from app.base.clock import Clock
from app.base.config import Settings
from app.base.errors import ConfigError
from app.rails.payouts.bank import Bank, own_account
from app.rails.payouts.demo import Demo
from app.rails.payouts.rail import PayoutRail

SAFE = ("https://", "http://127.0.0.1:", "http://localhost:")


def payout_rails(settings: Settings, now_ms: Clock) -> dict[str, PayoutRail]:
    """The rails by their names.

    Raises:
        ConfigError: a rail's settings are not complete, or what it needs is not installed.
    """
    rails: dict[str, PayoutRail] = {}
    if settings.demo:
        rails["demo"] = Demo(now_ms)
    if settings.paypal_client or settings.paypal_secret:
        rails["paypal"] = _paypal(settings, now_ms)
    if settings.bank_account or settings.bank_name or settings.bank_bic:
        try:
            rails["bank"] = Bank(own_account(settings.bank_name, settings.bank_account, settings.bank_bic))
        except ValueError as error:
            raise ConfigError(f"FANFARE_BANK_NAME, _ACCOUNT and _BIC, the platform's own account: {error}") from None
    return rails


def _paypal(settings: Settings, now_ms: Clock) -> PayoutRail:
    if not (settings.paypal_client and settings.paypal_secret):
        raise ConfigError("FANFARE_PAYPAL_CLIENT and FANFARE_PAYPAL_SECRET are needed together")
    if not settings.paypal_url.startswith(SAFE):
        # The secret and every payout go there.
        raise ConfigError(
            f"FANFARE_PAYPAL_URL: an address that begins with https:// is expected, {settings.paypal_url!r}"
        )
    try:
        client = importlib.import_module("app.rails.payouts.paypal_client")
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"FANFARE_PAYPAL_CLIENT: payouts by PayPal need {error.name}: pip install 'fanfare[paypal]'"
        ) from None
    rail = importlib.import_module("app.rails.payouts.paypal")
    made: PayoutRail = rail.PayPal(
        client.PayPalClient(settings.paypal_url, settings.paypal_client, settings.paypal_secret, now_ms, asyncio.sleep),
        now_ms,
        settings.paypal_webhook_id,
    )
    return made
