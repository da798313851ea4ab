from __future__ import annotations

from app.rules.guardian_news import guardians_sockets
from app.rules.tokens import USER_ID


def test_news_for_guardians_is_for_no_user() -> None:
    """Whoever is called like that can have no token."""
    assert not USER_ID.fullmatch(guardians_sockets("gil"))
