from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refusal
from app.rules import prices
from app.rules.currencies import EXPONENTS, money
from app.rules.money import PPM
from app.rules.prices import CHANNELS, Line, PriceBook, per_100
from app.rules.tables import BadTable
from tests.rules.money_tables import FROM_MS, book, book_fields, file_of, shelf

SHIPPED = prices.parse((Path(prices.__file__).with_name("data") / "prices.json").read_bytes())
LATER_MS = FROM_MS + 10**12
OFFER: dict[str, Any] = {
    "label": "Ten more",
    "from": "2026-02-01T00:00:00Z",
    "until": "2026-03-01T00:00:00Z",
    "bonus": 10,
}
OFFER_FROM_MS, OFFER_UNTIL_MS = 1_769_904_000_000, 1_772_323_200_000
ANY_BOOK = st.fixed_dictionaries(
    {
        "currency": st.sampled_from(["JPY", "KRW", "USD", "IDR", "KWD", "TND"]),
        "tax": st.fixed_dictionaries(
            {"name": st.just("Tax"), "ppm": st.integers(0, PPM), "included": st.booleans()},
        ),
    }
)
MINOR = st.integers(1, 10**12)


def priced(minor: int, fields: dict[str, Any]) -> PriceBook:
    """A book with one package, and 100 coins, at so many minor units."""
    written = str(money(minor, fields["currency"])).split()[0]
    goods = shelf(packages=[{"id": "p", "coins": 7, "price": written}])
    goods["exact"] = {"min_coins": 1, "max_coins": 10_000, "per_100": written}
    return book(**fields, web=goods, app=goods)


def mistakes(**changed: Any) -> list[str]:
    """What is said of a price book."""
    with pytest.raises(BadTable) as raised:
        prices.parse(file_of("prices", book_fields(**changed)))
    return [str(mistake).removeprefix("versions[0] (DE-1).") for mistake in raised.value.mistakes]


def mistakes_of_package(**changed: Any) -> list[str]:
    """What is said of a package."""
    package = {"id": "p", "coins": 70, "price": "1", **changed}
    return [line.removeprefix("web.packages[0]") for line in mistakes(web=shelf(packages=[package]))]


@given(ANY_BOOK, MINOR)
def test_the_tax_is_a_part_of_the_price(fields: dict[str, Any], minor: int) -> None:
    """For every amount, tax and currency: what is paid is net and tax, and the tax is exact but for its named rest."""
    line = priced(minor, fields).package("web", "p", LATER_MS)
    ((name, tax, rest, per),) = line.roundings
    ppm, base = fields["tax"]["ppm"], line.price if fields["tax"]["included"] else line.net

    assert line.price.minor == line.net.minor + line.tax.minor
    assert (minor, fields["currency"], EXPONENTS[fields["currency"]]) == (base.minor, base.currency, base.exponent)
    assert ("tax", line.tax.minor) == (name, tax)
    assert minor * ppm == tax * per + rest
    assert per == PPM + (ppm if fields["tax"]["included"] else 0)
    assert 2 * abs(rest) <= per


@given(ANY_BOOK, MINOR, st.integers(1, 10_000))
def test_exact_amounts_are_rounded_up_once(fields: dict[str, Any], minor: int, coins: int) -> None:
    """For every number of coins, price, tax and currency: their part of what 100 cost, plus less than a minor unit."""
    line = priced(minor, fields).exact("web", coins)
    price, tax = line.roundings
    base = line.price if fields["tax"]["included"] else line.net

    assert (None, coins, 0) == (line.package, line.coins, line.bonus)
    assert coins * minor == base.minor * 100 + price.rest
    assert -100 < price.rest <= 0
    assert ["price", "tax"] == [price.name, tax.name]
    assert line.price.minor == line.net.minor + line.tax.minor


@given(ANY_BOOK, MINOR)
def test_a_hundred_exact_coins_cost_what_is_told(fields: dict[str, Any], minor: int) -> None:
    """What is told for 100 coins is what 100 coins cost, tax and all."""
    found = priced(minor, fields)

    assert found.hundred("web") == found.exact("web", 100).price


def test_tax_inside_and_on_top() -> None:
    """19 % inside of 10.00 are 1.60; on top of it, 1.90 and 11.90 to pay."""
    inside = book().package("web", "large", LATER_MS)
    on_top = book(tax={"name": "Tax", "ppm": 190_000, "included": False}).package("web", "large", LATER_MS)

    assert ("10.00 EUR", "1.60 EUR", "8.40 EUR") == (str(inside.price), str(inside.tax), str(inside.net))
    assert ("11.90 EUR", "1.90 EUR", "10.00 EUR") == (str(on_top.price), str(on_top.tax), str(on_top.net))


def test_per_100_counts_the_bonus() -> None:
    """What 100 coins of a package come to is told with its bonus, to the nearest cent."""
    assert "1.41 EUR" == str(per_100(book().package("web", "large", LATER_MS)))


@pytest.mark.parametrize(
    ("change", "price", "bonus"),
    [({"bonus": 10}, 1000, 10), ({"bonus": 7, "price": "9"}, 900, 7), ({"bonus": 8, "price": "8.50"}, 850, 8)],
)
def test_offers_count_from_their_beginning_to_their_end(change: dict[str, Any], price: int, bonus: int) -> None:
    """An offer changes price, bonus or both, from its first millisecond to the one before its end."""
    package = {"id": "p", "coins": 700, "price": "10", "bonus": 7, "offers": [{**OFFER, **change}]}
    found = book(web=shelf(packages=[package]))

    def paid(now_ms: int) -> tuple[int, int]:
        line = found.package("web", "p", now_ms)
        return line.price.minor, line.bonus

    moments = (OFFER_FROM_MS - 1, OFFER_FROM_MS, OFFER_UNTIL_MS - 1, OFFER_UNTIL_MS)
    assert [(1000, 7), (price, bonus), (price, bonus), (1000, 7)] == [paid(now_ms) for now_ms in moments]


def test_offers_follow_each_other() -> None:
    """One offer may begin when another one ends."""
    later = {**OFFER, "from": OFFER["until"], "until": "2026-04-01T00:00:00Z", "bonus": 20}
    package = {"id": "p", "coins": 700, "price": "10", "offers": [OFFER, later]}
    found = book(web=shelf(packages=[package]))

    assert [10, 20] == [found.package("web", "p", now_ms).bonus for now_ms in (OFFER_UNTIL_MS - 1, OFFER_UNTIL_MS)]


def test_channels_have_prices_of_their_own() -> None:
    """What the app sells is not what the web sells."""
    found = book(app=shelf(packages=[{"id": "small", "coins": 70, "price": "1.40"}]))

    assert [100, 140] == [found.package(channel, "small", LATER_MS).price.minor for channel in CHANNELS]


def test_unknown_packages_are_refused() -> None:
    """A package that the channel does not sell is refused, with those that it does."""
    with pytest.raises(Refusal) as raised:
        book().package("web", "huge", LATER_MS)

    assert ("unknown_package", ["small", "large"]) == (raised.value.slug, raised.value.details["packages"])


@pytest.mark.parametrize("coins", [-1, 0, 9, 5001, 10**30])
def test_exact_amounts_have_bounds(coins: int) -> None:
    """Fewer or more coins than are sold at once are refused, with the bounds."""
    with pytest.raises(Refusal) as raised:
        book().exact("web", coins)

    assert "bad_request" == raised.value.slug
    assert {"min_coins": 10, "max_coins": 5000} == raised.value.details


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"currency": "XXX"}, 'currency: a currency of ISO 4217 is expected, it is "XXX"'),
        ({"country": "*"}, "country: a price book is for one country"),
        ({"tax": {"name": "VAT", "ppm": 1_000_001, "included": True}}, 'tax.ppm: expected "int" <= 1000000'),
        (
            {"tax": {"name": "VAT", "ppm": 0.19, "included": True}},
            "tax.ppm: a whole number is expected, it is a number",
        ),
        ({"web": shelf(packages=[])}, "web.packages: at least one package is expected"),
        ({"app": shelf(exact=None)}, "app.exact: an object is expected, it is null"),
        (
            {"web": shelf(exact={"min_coins": 9, "max_coins": 8, "per_100": "1"})},
            "web.exact.max_coins: at least min_coins, 9, is expected",
        ),
        (
            {"web": shelf(exact={"min_coins": 0, "max_coins": 8, "per_100": "1"})},
            'web.exact.min_coins: expected "int" >= 1',
        ),
        (
            {"web": shelf(exact={"min_coins": 1, "max_coins": 10**9, "per_100": "99999999"})},
            "web.exact.max_coins: a price of at most 10000000000000.00 EUR for them is expected",
        ),
        (
            {"web": shelf(exact={"min_coins": 1, "max_coins": 8, "per_100": "0.001"})},
            "web.exact.per_100: EUR has 2 decimals, 0.001 has more; it is '0.001'",
        ),
    ],
)
def test_bad_books(change: dict[str, Any], said: str) -> None:
    """What a book contradicts is said with its path."""
    (mistake,) = mistakes(**change)

    assert mistake.startswith(said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"price": "0"}, ".price: a price above zero is expected"),
        ({"price": "0.001"}, ".price: EUR has 2 decimals"),
        ({"price": 1}, ".price: text in quotes is expected, it is a whole number"),
        ({"coins": 0}, '.coins: expected "int" >= 1'),
        ({"coins": 1.5}, ".coins: a whole number is expected"),
        ({"bonus": -1}, '.bonus: expected "int" >= 0'),
        ({"id": "Big one"}, '.id: expected "str" matching regex'),
        ({"offers": [{**OFFER, "until": OFFER["from"]}]}, ".offers[0].until: a moment after its beginning is expected"),
        ({"offers": [OFFER, {**OFFER, "bonus": 11}]}, ".offers[1]: it runs while another one of the package does"),
        ({"offers": [{**OFFER, "bonus": 0}]}, ".offers[0]: a lower price or more bonus is expected"),
        ({"offers": [{**OFFER, "price": "1.01"}]}, ".offers[0]: a lower price or more bonus is expected"),
        ({"bonus": 11, "offers": [{**OFFER, "price": "0.50"}]}, ".offers[0]: a lower price or more bonus is expected"),
        (
            {"offers": [{**OFFER, "price": "x"}]},
            ".offers[0].price: an amount of EUR like \"9.99\" is expected; it is 'x'",
        ),
        ({"offers": [{**OFFER, "label": ""}]}, '.offers[0].label: expected "str" of length >= 1'),
        ({"offers": [{**OFFER, "labels": {"de": ""}}]}, '.offers[0].labels[...]: expected "str" of length >= 1'),
        ({"offers": [{**OFFER, "labels": {"German": "x"}}]}, ".offers[0].labels"),
    ],
)
def test_bad_packages(change: dict[str, Any], said: str) -> None:
    """What is wrong with a package or an offer is said with its path."""
    (mistake,) = mistakes_of_package(**change)

    assert mistake.startswith(said)


def test_each_package_has_an_id_of_its_own() -> None:
    """Two packages of a channel cannot have one id."""
    package = {"id": "p", "coins": 70, "price": "1"}

    assert mistakes(web=shelf(packages=[package, package])) == [
        "web.packages[1].id: an id of its own is expected, that of web.packages[0] is the same"
    ]


def all_lines(found: PriceBook) -> list[tuple[Line, Line]]:
    """A book's packages on the web and in the app, without their offers."""
    return [
        (found.line(web, None), found.line(app, None))
        for web, app in zip(found.web.packages, found.app.packages, strict=True)
    ]


def test_what_ships_has_the_ladder_of_the_united_states() -> None:
    """The seven packages on the web, to the cent."""
    found = SHIPPED.at("US", LATER_MS)
    assert found is not None

    assert {70: 99, 350: 499, 700: 999, 1400: 1999, 3500: 4999, 7000: 9999, 17_500: 24_999} == {
        line.coins: line.price.minor for line, _ in all_lines(found)
    }
    assert [0] * 7 == [line.tax.minor + line.bonus for line, _ in all_lines(found)]


def test_what_ships_covers_the_countries_and_all_kinds_of_currency() -> None:
    """Ten countries at least have prices, in currencies with no, two and three decimals."""
    countries = SHIPPED.countries(LATER_MS)

    assert {"US", "GB", "DE", "FR", "JP", "KR", "BR", "ID", "TR", "AE"} <= set(countries)
    assert {0, 2, 3} == {EXPONENTS[found.currency] for code in countries if (found := SHIPPED.at(code, LATER_MS))}


@pytest.mark.parametrize("country", SHIPPED.countries(LATER_MS))
def test_the_web_is_a_quarter_cheaper_everywhere(country: str) -> None:
    """The same coins cost 25 to 30 % less on the web than in the app, packages and exact numbers alike."""
    found = SHIPPED.at(country, LATER_MS)
    assert found is not None
    pairs = [(web.price.minor, app.price.minor) for web, app in all_lines(found)]
    pairs.append((found.exact("web", 30_000).price.minor, found.exact("app", 30_000).price.minor))

    assert [] == [pair for pair in pairs if not 700 <= 1000 * pair[0] // pair[1] <= 750]


@pytest.mark.parametrize("country", SHIPPED.countries(LATER_MS))
@pytest.mark.parametrize("channel", CHANNELS)
def test_exact_coins_are_no_better_than_a_package(country: str, channel: prices.Channel) -> None:
    """Nobody does worse by taking the package with as many coins."""
    found = SHIPPED.at(country, LATER_MS)
    assert found is not None
    packages = found.shelf(channel).packages

    assert [] == [p.id for p in packages if found.exact(channel, p.coins).price.minor < found.line(p, None).price.minor]


def test_the_offer_that_ships_has_an_end() -> None:
    """At least one package has an offer, and no offer is for ever."""
    offers = [offer for code in SHIPPED.countries(LATER_MS) for offer in _offers(SHIPPED.at(code, LATER_MS))]

    assert offers
    assert all(offer.until_ms < LATER_MS for offer in offers)


def _offers(found: PriceBook | None) -> list[prices.Offer]:
    assert found is not None
    return [offer for package in (*found.web.packages, *found.app.packages) for offer in package.offers]
