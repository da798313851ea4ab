from __future__ import annotations

from typing import Any, get_args

import pytest

from app.rules import fraud
from app.rules.fraud import NEEDS, Signal
from app.rules.tables import BadTable
from tests.rules.fraud_tables import SHIPPED, file

GAVE = {"signal": "gave", "within_s": 60, "coins": 5, "weight": 5}


def test_the_shipped_rules_know_each_signal() -> None:
    """All signals are in use, and the table says what figures each is made of."""
    assert set(get_args(Signal)) == {rule.signal for rule in SHIPPED.rules} == set(NEEDS)
    assert [rule.id for rule in SHIPPED.of("ring")] == ["gift_ring"]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"signal": "dance"}, "versions[0] (t).rules[0].signal"),
        ({"coins": 0}, "versions[0] (t).rules[0] (r0).coins"),
        ({"count": 3}, "versions[0] (t).rules[0] (r0).count"),
        ({"weight": -5}, "versions[0] (t).rules[0] (r0).weight"),
        ({"signal": "long_standing", "age_s": 5, "count": 1}, "versions[0] (t).rules[0] (r0).within_s"),
        ({"signal": "ring", "count": 5, "ppm": 5}, "versions[0] (t).rules[0] (r0).count"),
        ({"weight": 5000}, "versions[0] (t).rules[0].weight"),
        ({"of": 1}, "versions[0] (t).rules[0]"),
    ],
)
def test_a_wrong_rule_is_told_with_its_place(changed: dict[str, Any], where: str) -> None:
    """Nothing of such a file is used."""
    with pytest.raises(BadTable) as caught:
        fraud.parse(file({**GAVE, **changed}))

    assert where in {mistake.where for mistake in caught.value.mistakes}


def test_what_contradicts_itself() -> None:
    """An id that two have, and outcomes that do not rise."""
    with pytest.raises(BadTable) as caught:
        fraud.parse(file(GAVE, {**GAVE, "id": "r0"}, hold=95))

    assert ["versions[0] (t).hold", "versions[0] (t).rules[1].id"] == [one.where for one in caught.value.mistakes]
