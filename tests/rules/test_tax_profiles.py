from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from app.base.errors import Refusal
from app.rules.tables import milliseconds
from app.rules.tax_profiles import TaxProfile, TaxProfileRequest, check, expires_ms, good, view

SIGNED_MS = milliseconds(datetime(2026, 11, 25, tzinfo=UTC))
ENDS_MS = milliseconds(datetime(2030, 1, 1, tzinfo=UTC))
PROFILE = TaxProfile(
    user="sam",
    country="DE",
    form="W-8BEN",
    name="Sam",
    tin="36574261809",
    treaty=True,
    signed_ms=SIGNED_MS,
    expires_ms=ENDS_MS,
)


def test_a_form_w8ben_ends() -> None:
    """It is good for the rest of its year and three more; the others do not end."""
    assert (ENDS_MS, 0, 0) == tuple(expires_ms(form, SIGNED_MS) for form in ("W-8BEN", "W-9", "none"))
    assert PROFILE == good(PROFILE, ENDS_MS - 1)
    for profile in (PROFILE, None):
        with pytest.raises(Refusal, match="tax_profile_needed"):
            good(profile, ENDS_MS)
    forever = msgspec.structs.replace(PROFILE, form="none", expires_ms=0)
    assert forever == good(forever, 2**50)


def test_nobody_is_told_the_number() -> None:
    """Its owner too sees no more than the last four of it."""
    shown = view(PROFILE)

    assert ("1809", ENDS_MS) == (shown.tin_last4, shown.expires_ms)
    assert "36574261809" not in msgspec.json.encode(shown).decode()
    assert (None, None) == (
        view(msgspec.structs.replace(PROFILE, tin="", expires_ms=0)).tin_last4,
        view(msgspec.structs.replace(PROFILE, tin="", expires_ms=0)).expires_ms,
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"country": "ZZ"}, "country"),
        ({"form": "W-9", "tin": None}, "tin"),
        ({"form": "W-9", "tin": " "}, "tin"),
        ({"form": "none", "treaty": True}, "treaty"),
        ({"form": "W-9", "treaty": True}, "treaty"),
        ({"treaty": True, "tin": None}, "tin"),
    ],
)
def test_what_contradicts_itself(changed: dict[str, Any], field: str) -> None:
    """The refusal names the field."""
    values = {"country": "DE", "form": "W-8BEN", "name": "Sam", "tin": "1", **changed}
    with pytest.raises(Refusal) as refused:
        check(TaxProfileRequest(**values))

    assert ("bad_request", field) == (refused.value.slug, refused.value.details["field"])


def test_what_is_in_order() -> None:
    """Each form with what it needs."""
    check(TaxProfileRequest(country="US", form="W-9", name="Sam", tin="1"))
    check(TaxProfileRequest(country="DE", form="W-8BEN", name="Sam"))
    check(TaxProfileRequest(country="DE", form="none", name="Sam"))
