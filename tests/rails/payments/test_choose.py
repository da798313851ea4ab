from __future__ import annotations

import pytest

from app.archive.archive import Archive
from app.base.clock import now_ms
from app.base.config import load
from app.base.errors import ConfigError
from app.rails.payments.choose import payment_providers


async def test_what_is_set_up(archive: Archive) -> None:
    """The demo has its own provider; a Stripe key brings Stripe, which comes first."""
    stripe = {"stripe_key": "sk_test", "stripe_webhook_secret": "whsec_a, whsec_b,"}

    assert [] == list(payment_providers(load({}), archive, now_ms))
    assert ["demo"] == list(payment_providers(load({}, demo=True, demo_webhook_secret="s"), archive, now_ms))
    found = payment_providers(load({}, demo=True, **stripe), archive, now_ms)
    assert ["stripe", "demo"] == list(found)
    assert ["whsec_a", "whsec_b"] == found["stripe"].secrets


async def test_a_key_without_its_webhooks_secret(archive: Archive) -> None:
    """Stripe without the secret of its webhooks would take money and bring no coins: it is refused at the start."""
    with pytest.raises(ConfigError, match="FANFARE_STRIPE_WEBHOOK_SECRET"):
        payment_providers(load({}, stripe_key="sk_test"), archive, now_ms)
