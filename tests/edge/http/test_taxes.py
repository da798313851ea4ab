"""Tax profiles and years over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from app.rules.payout_views import TaxYear
from app.rules.tax_profiles import TaxProfileView
from tests.edge.http.earning import PROFILE, put_profile
from tests.edge.product import Product
from tests.edge.reading import read, refusal
from tests.rules.shapes import strictly

SETTINGS = {"request_rate": 0}


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    product.wait_for_books()


async def test_a_profile_is_told_without_its_number(product: Product) -> None:
    """It comes back as it was put, save for the number, of which the last four are shown; a second one replaces it."""
    token = product.token("nova", "streamer")
    nothing = await refusal(product, "/v1/me/tax-profile", token)
    answer = await put_profile(product, "nova")
    put, found = (
        strictly(answer.content, TaxProfileView),
        await read(product, "/v1/me/tax-profile", TaxProfileView, token),
    )
    await put_profile(product, "nova", country="DE", form="W-8BEN", tin="36574261809", treaty=True)
    german = await read(product, "/v1/me/tax-profile", TaxProfileView, token)

    assert ("tax_profile_needed", "4399", None) == (nothing.error, put.tin_last4, put.expires_ms)
    assert put == found
    assert "536904399" not in answer.text
    assert ("DE", "W-8BEN", "1809", True) == (german.country, german.form, german.tin_last4, german.treaty)
    assert german.signed_ms < (german.expires_ms or 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"country": "XX"},
        {"country": "us"},
        {"form": "W-7"},
        {"tin": "12"},
        {"tin": None},
        {"name": ""},
        {"name": "x" * 101},
        {"treaty": True},
        {"treaty": "yes"},
    ],
)
async def test_odd_profiles(product: Product, changed: dict[str, Any]) -> None:
    """What is no profile is refused with the field, and the one before stays."""
    await put_profile(product, "sol")
    answer = await put_profile(product, "sol", **changed)
    found = await read(product, "/v1/me/tax-profile", TaxProfileView, product.token("sol", "streamer"))

    assert (400, "bad_request") == (answer.status_code, answer.json()["error"])
    assert PROFILE["name"] == found.name


async def test_a_year_without_payouts(product: Product) -> None:
    """It is empty, as JSON and as a table; what is no year is refused."""
    token = product.token("nova", "streamer")
    year = await read(product, "/v1/me/tax/2026", TaxYear, token)
    async with product.http(token) as http:
        table = await http.get("/v1/me/tax/2026", params={"format": "csv"})
        odd = [await http.get(f"/v1/me/tax/{text}") for text in ("26", "1999", "x", "٢٠٢٦")]
        odd.append(await http.get("/v1/me/tax/2026", params={"format": "html"}))

    assert (2026, "nova", [], []) == (year.year, year.user, year.totals, year.lines)
    assert ("text/csv; charset=utf-8", 1) == (table.headers["content-type"], len(table.text.splitlines()))
    assert ["bad_request"] * 5 == [answer.json()["error"] for answer in odd]
