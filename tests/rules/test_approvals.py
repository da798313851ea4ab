from __future__ import annotations

import pytest

from app.rules.approvals import About, Approval, Kind, approval_view, gift_id_of

ABOUT = About(gift="rose", quantity=2)


@pytest.mark.parametrize("kind", ["gift", "purchase", "promotion"])
def test_a_guardian_sees_what_it_is_for(kind: Kind) -> None:
    """All of it but the mark, with the ward's name; and the gift's id can be read from its own."""
    asked = Approval(
        id="wim:7", ward="wim", guardian="gil", kind=kind, coins=9, about=ABOUT, asked_ms=1, expires_ms=2, mark="m"
    )
    view = approval_view(asked, "Wim")

    assert ("wim:7", "wim", "Wim", 9, ABOUT, "asked") == (
        view.id,
        view.ward,
        view.ward_name,
        view.coins,
        view.about,
        view.state,
    )
    assert "7" == gift_id_of(asked)
