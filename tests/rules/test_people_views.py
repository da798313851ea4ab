from __future__ import annotations

import msgspec

from app.rules.people_views import PersonDesk


def test_all_of_a_person_is_told() -> None:
    """Whoever looks is told each field, also where there is nothing."""
    nobody = PersonDesk(
        user="ann",
        name=None,
        frozen=False,
        banned=False,
        tokens_before_ms=None,
        tokens=[],
        coins=0,
        debt=0,
        given=0,
        pending="0",
        available="0",
        held="0",
    )

    assert set(PersonDesk.__struct_fields__) == set(msgspec.json.decode(msgspec.json.encode(nobody)))
