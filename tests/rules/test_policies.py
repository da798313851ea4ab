from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.rules import policies
from app.rules.tables import BadTable
from tests.rules.money_tables import FROM, FROM_MS, file_of

SHIPPED = policies.parse((Path(policies.__file__).with_name("data") / "policies.json").read_bytes())
POLICY: dict[str, Any] = {
    "id": "DE-1",
    "country": "DE",
    "from": FROM,
    "withdrawal_days": 14,
    "wording": "withdrawal",
}
DAY_MS = 24 * 60 * 60 * 1000


def test_what_ships() -> None:
    """No refunds in general; fourteen days in the European Union and Britain."""
    found = [SHIPPED.at(code, 2**45) for code in ("US", "JP", "DE", "FR", "GB")]

    assert [0, 0, 14, 14, 14] == [policy and policy.withdrawal_days for policy in found]


def test_withdrawal_has_an_end() -> None:
    """Unused coins go back until so many days after they were credited; without the right, never."""
    right, none = (
        policies.parse(file_of("policies", {**POLICY, **change})).by_id("DE-1")
        for change in ({}, {"withdrawal_days": 0, "wording": "no_refunds"})
    )

    assert FROM_MS + 14 * DAY_MS == right.withdraw_until_ms(FROM_MS)
    assert None is none.withdraw_until_ms(FROM_MS)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"withdrawal_days": 0}, '.wording: "no_refunds" is expected where withdrawal_days is 0, and only there'),
        ({"wording": "no_refunds"}, '.wording: "no_refunds" is expected where withdrawal_days is 0, and only there'),
        ({"withdrawal_days": 366}, '.withdrawal_days: expected "int" <= 365'),
        ({"country": "EU"}, '.country: the two letters of a country or "*" are expected, it is "EU"'),
    ],
)
def test_bad_policies(change: dict[str, Any], said: str) -> None:
    """What a policy contradicts is said with its path."""
    with pytest.raises(BadTable) as raised:
        policies.parse(file_of("policies", {**POLICY, **change}))

    assert [f"versions[0] (DE-1){said}"] == [str(mistake) for mistake in raised.value.mistakes]
