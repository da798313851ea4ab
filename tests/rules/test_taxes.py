from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.rules import taxes
from app.rules.tables import BadTable
from app.rules.taxes import Form
from tests.rules.money_tables import FROM, file_of

SHIPPED = taxes.parse((Path(taxes.__file__).with_name("data") / "taxes.json").read_bytes())
EVERYWHERE: list[dict[str, Any]] = [
    {"streamer": "*", "form": form, "ppm": 300_000, "why": "w"} for form in ("W-9", "W-8BEN", "none")
]
GB: dict[str, Any] = {"streamer": "GB", "form": "W-8BEN", "ppm": 300_000, "treaty_ppm": 0, "why": "treaty"}


def table(*rules: dict[str, Any]) -> taxes.TaxTable:
    """A withholding table of a platform in the United States."""
    return taxes.parse(file_of("taxes", {"id": "US-1", "country": "US", "from": FROM, "rules": rules})).by_id("US-1")


@pytest.mark.parametrize(
    ("streamer", "form", "treaty", "ppm"),
    [
        ("US", "W-9", False, 0),
        ("US", "none", False, 240_000),
        ("US", "W-8BEN", True, 240_000),
        ("DE", "W-8BEN", True, 0),
        ("DE", "W-8BEN", False, 300_000),
        ("KR", "W-8BEN", True, 100_000),
        ("BR", "W-8BEN", True, 300_000),
        ("DE", "none", True, 300_000),
        ("DE", "W-9", False, 0),
    ],
)
def test_what_the_united_states_withhold(streamer: str, form: Form, treaty: bool, ppm: int) -> None:
    """By country, form and treaty: nothing, the treaty's rate, 24 % or 30 %, each with a reason."""
    found = SHIPPED.at("US", 2**45)
    assert found is not None
    withheld = found.withholding(streamer, form, treaty)

    assert (ppm, found.id) == (withheld.ppm, withheld.table)
    assert withheld.why
    assert withheld.whys["de"]


def test_other_platforms_withhold_nothing() -> None:
    """A platform whose country has no table of its own withholds nothing."""
    found = SHIPPED.at("DE", 2**45)
    assert found is not None

    assert 0 == found.withholding("US", "none", False).ppm


def test_a_countrys_own_rule_comes_first() -> None:
    """A rule for the streamer's country counts before that for all others; a treaty counts where it is claimed."""
    found = table(*EVERYWHERE, GB)

    assert (0, "treaty", "US-1", {}) == found.withholding("GB", "W-8BEN", True)
    assert (300_000, "treaty", "US-1", {}) == found.withholding("GB", "W-8BEN", False)
    assert (300_000, "w", "US-1", {}) == found.withholding("GB", "none", True)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([*EVERYWHERE, GB, GB], ".rules[4]: rules[3] is for the same country and form"),
        ([*EVERYWHERE, {**GB, "streamer": "UK"}], '.rules[3].streamer: a country or "*" is expected, it is "UK"'),
        ([*EVERYWHERE, {**GB, "treaty_ppm": 300_001}], ".rules[3].treaty_ppm: no more than ppm is expected"),
        ([*EVERYWHERE, {**GB, "form": "W-7"}], ".rules[3].form: invalid enum value 'W-7'"),
        ([*EVERYWHERE, {**GB, "ppm": 500_001}], '.rules[3].ppm: expected "int" <= 500000'),
        (EVERYWHERE[:2], '.rules: a rule for streamer "*" and form "none" is expected'),
    ],
)
def test_bad_tables(rules: list[dict[str, Any]], said: str) -> None:
    """What a table contradicts is said with its path; every streamer has a rule in it."""
    with pytest.raises(BadTable) as raised:
        table(*rules)

    assert [f"versions[0] (US-1){said}"] == [str(mistake) for mistake in raised.value.mistakes]
