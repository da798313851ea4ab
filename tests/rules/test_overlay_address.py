from __future__ import annotations

from app.rules.overlay_address import address_of
from app.rules.tokens import verify

SECRET = "s" * 32
DAY_S = 86_400


def test_an_address_is_younger_than_the_last_change() -> None:
    """A new address is good for that room, for 30 days, and never from before the last change of addresses."""
    address = address_of(SECRET, "main", 1_000_000, 1_000_500)
    person = verify(SECRET, address.token, 1001.0, DAY_S)
    assert ("overlay", "main", 1000.5) == (person.role, person.room, person.iat)
    assert address.path == f"/overlay/main#token={address.token}"
    assert (1000 + 30 * DAY_S) * 1000 == address.expires_ms
