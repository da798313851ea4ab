"""Which providers of payments are set up here."""

from __future__ import annotations

import importlib

from app.archive.archive import Archive
from app.base.clock import Clock
from app.base.config import Settings
from app.base.errors import ConfigError
from app.rails.payments.demo import DemoPayments
from app.rails.payments.provider import Payments


def payment_providers(settings: Settings, archive: Archive, clock: Clock) -> dict[str, Payments]:
    """The providers by their names, the usual one first.

    Raises:
        ConfigError: one is set up that cannot be used.
    """
    found: list[Payments] = []
    if settings.stripe_key:
        found.append(_stripe(settings))
    if settings.demo:
        found.append(DemoPayments(archive, (settings.demo_webhook_secret,), clock))
    return {provider.name: provider for provider in found}


def _stripe(settings: Settings) -> Payments:
    if not settings.stripe_webhook_secret:
        raise ConfigError("FANFARE_STRIPE_WEBHOOK_SECRET is not set: nobody would ever learn that something was paid")
    try:
        # Only here: it costs every start a while, and is not always installed.
        module = importlib.import_module("app.rails.payments.stripe")
    except ImportError:
        raise ConfigError("FANFARE_STRIPE_KEY: Stripe needs its package: pip install 'fanfare[stripe]'") from None
    secrets = [secret.strip() for secret in settings.stripe_webhook_secret.split(",") if secret.strip()]
    made: Payments = module.StripePayments(settings.stripe_key, secrets)
    return made
