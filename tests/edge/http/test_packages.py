"""HTTP for prices: each country's own, for everyone, whoever asks."""

from __future__ import annotations

import pytest

from app.rules.packages import Packages
from tests.edge.product import Product
from tests.edge.reading import read, refusal

SETTINGS = {"country": "GB"}


async def prices(product: Product, token: str | None = None, **query: str) -> Packages:
    """What is answered."""
    found: Packages = await read(product, "/v1/packages", Packages, token, **query)
    return found


async def test_prices_of_a_country(product: Product) -> None:
    """Anyone sees what coins cost in a country, with the tax in it and the right to undo."""
    found = await prices(product, country="DE", channel="web")
    small = found.packages[0]

    assert ("DE", "EUR", "web", "DE-2026-1") == (found.country, found.currency, found.channel, found.price_book)
    assert (True, 190_000) == (found.tax.included, found.tax.ppm)
    assert ("coins_70", 70, 99, 16) == (small.id, small.coins, small.price.minor, small.tax.minor)
    assert (14, "withdrawal") == (found.refund_days, found.wording)
    assert (40, 35_000) == (found.exact.min_coins, found.exact.max_coins)


async def test_the_ladder_of_the_united_states(product: Product) -> None:
    """Seven packages at the prices that everyone knows."""
    found = await prices(product, country="US")

    assert [(70, 99), (350, 499), (700, 999), (1400, 1999), (3500, 4999), (7000, 9999), (17_500, 24_999)] == [
        (package.coins, package.price.minor) for package in found.packages
    ]
    assert {("USD", 2)} == {(package.price.currency, package.price.exponent) for package in found.packages}


async def test_the_app_is_dearer(product: Product) -> None:
    """A channel has prices of its own."""
    web, app = [(await prices(product, country="JP", channel=channel)).packages[0] for channel in ("web", "app")]

    assert (160, 220) == (web.price.minor, app.price.minor)


async def test_whose_country_counts(product: Product) -> None:
    """The query's country counts, else the token's, else the platform's own."""
    token = product.token("ann", country="KW")
    found = [
        await prices(product, token, country="FR"),
        await prices(product, token),
        await prices(product, product.token("ben")),
        await prices(product),
        await prices(product, country=""),
    ]
    async with product.platform() as http:
        by_platform = (await http.get("/v1/packages")).json()

    assert ["FR", "KW", "GB", "GB", "GB"] == [one.country for one in found]
    assert "GB" == by_platform["country"]


@pytest.mark.parametrize("country", ["PL", "XX", "de", "*", "\0", "DE ", "D" * 5000])
async def test_unknown_countries(product: Product, country: str) -> None:
    """A country without prices is 404, with the countries that have some."""
    problem = await refusal(product, "/v1/packages", country=country)

    assert (404, "unknown_country") == (problem.status, problem.error)
    assert isinstance(problem.details, dict)
    assert {"US", "DE", "JP"} <= set(problem.details["countries"])


async def test_a_tokens_country_without_prices(product: Product) -> None:
    """A person from a country without prices is told so, and not sold at another country's."""
    assert "unknown_country" == (await refusal(product, "/v1/packages", product.token("ola", country="PL"))).error


async def test_unknown_channels(product: Product) -> None:
    """There are two channels."""
    problem = await refusal(product, "/v1/packages", channel="tv")

    assert (400, "bad_request", "channel is one of web, app.") == (problem.status, problem.error, problem.detail)


async def test_a_token_that_is_none(product: Product) -> None:
    """A token is not needed; one that is not valid is told, where it would have counted."""
    assert "unauthorized" == (await refusal(product, "/v1/packages", "nonsense")).error
    assert "DE" == (await prices(product, "nonsense", country="DE")).country
