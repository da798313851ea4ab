from __future__ import annotations

import pytest

from app.client.errors import Refused
from app.client.requests import ask
from app.rules.messages import WalletView
from tests.edge.product import Product
from tests.ports import free_ports


async def test_answers_and_refusals(product: Product) -> None:
    """An answer has its type, a refusal its slug and words, a server that is away is one that may be asked again."""
    await product.grant("ann", 7)
    wallet = await ask(f"{product.url}/v1/me/wallet", product.token("ann"), WalletView)
    assert 7 == wallet.coins

    away = f"http://127.0.0.1:{free_ports(1)}"
    for url, token, slug, retryable in (
        (f"{product.url}/v1/me/wallet", "nobody's", "unauthorized", False),
        (f"{product.url}/v1/gift-sends/x", product.token("ann"), "bad_request", False),
        (f"{product.url}/nowhere", product.token("ann"), "bad_request", False),
        (f"{product.url}/embed", product.token("ann"), "unavailable", True),
        (f"{away}/v1/me/wallet", "", "unavailable", True),
    ):
        with pytest.raises(Refused) as caught:
            await ask(url, token, WalletView)
        assert (slug, retryable) == (caught.value.slug, caught.value.retryable), url
