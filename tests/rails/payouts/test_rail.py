from __future__ import annotations

import pytest

from app.rails.payouts.rail import bad_destination
from tests.rails.payouts.transfers import transfer


@pytest.mark.parametrize("transfer_id", ["0195f0c0-aa", "x", "x" * 35])
def test_ids_that_banks_keep(transfer_id: str) -> None:
    """A transfer's id is short and plain enough for every rail."""
    assert transfer_id == transfer(id=transfer_id).id


@pytest.mark.parametrize("transfer_id", ["", "x" * 36, "a_b", "a b", "ä"])
def test_ids_that_banks_would_change(transfer_id: str) -> None:
    """An id that a rail would cut or change is a mistake that shows at once."""
    with pytest.raises(ValueError, match="is no id of a transfer"):
        transfer(id=transfer_id)


def test_a_refused_destination_says_what_is_expected() -> None:
    """The refusal names the field, the rail and what is expected."""
    refusal = bad_destination("bank", "an IBAN is expected")

    assert "destination: an IBAN is expected." == refusal.message
    assert {"field": "destination", "rail": "bank", "expected": "an IBAN is expected"} == refusal.details
