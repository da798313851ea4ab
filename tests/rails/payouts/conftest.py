"""PayPal's stand-in, and a clock that tests can set."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.rails.payouts.paypal import PayPal
from app.rails.payouts.paypal_client import PayPalClient
from tests.rails.payouts.paypal_stub import CLIENT, SECRET, PayPalStub
from tests.rails.payouts.paypal_webhooks import WEBHOOK_ID
from tests.rails.payouts.transfers import NOW_MS


class SetClock:
    """Milliseconds since 1970, as a test sets them; `slept_s` is what was waited for in no time."""

    def __init__(self) -> None:
        self.now_ms = NOW_MS
        self.slept_s: list[float] = []

    def __call__(self) -> int:
        return self.now_ms

    async def sleep(self, seconds: float) -> None:
        """Passes at once."""
        self.slept_s.append(seconds)


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands still."""
    return SetClock()


@pytest.fixture
async def stub() -> AsyncIterator[PayPalStub]:
    """PayPal."""
    server = PayPalStub()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def client(stub: PayPalStub, clock: SetClock) -> AsyncIterator[PayPalClient]:
    """A client of it."""
    made = PayPalClient(stub.url, CLIENT, SECRET, clock, clock.sleep)
    yield made
    await made.close()


@pytest.fixture
def paypal(client: PayPalClient, clock: SetClock) -> PayPal:
    """The rail."""
    return PayPal(client, clock, WEBHOOK_ID)
