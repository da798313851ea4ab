from __future__ import annotations

from app.base.config import Settings
from app.rules.tokens import verify
from app.run.banner import banner, overlay_url

SECRET = "s" * 32
DAY_S = 86_400


def test_overlay_token_is_good_for_its_room_for_30_days() -> None:
    """The overlay's token opens that room alone, as an overlay, until 30 days later."""
    url = overlay_url(Settings(secret=SECRET), "http://127.0.0.1:8000", "main", now_s=1_000_000)
    address, _, token = url.partition("#token=")
    person = verify(SECRET, token, 1_000_000 + 30 * DAY_S - 1, DAY_S)

    assert "http://127.0.0.1:8000/overlay/main" == address
    assert ("overlay-main", "overlay", "main") == (person.sub, person.role, person.room)
    assert 1_000_000 + 30 * DAY_S == person.exp


def test_demo_shows_where_to_look() -> None:
    """The demo's banner names lobby, room, studio, overlay and data, how long it took, and how to stop it."""
    shown = banner(Settings(secret=SECRET, demo=True), "http://127.0.0.1:8000", None, 0.84)

    for part in (
        "8000/\n",
        "8000/room/main\n",
        "8000/studio/main\n",
        "8000/overlay/main#token=",
        ".fanfare",
        "0.8 s",
        "Ctrl-C stops",
    ):
        assert part in shown


def test_production_shows_no_token() -> None:
    """In production no token is printed: what is printed ends up in logs."""
    shown = banner(Settings(secret=SECRET), "http://127.0.0.1:8000", "http://127.0.0.1:9464", 0.8)

    assert (False, True) == ("token" in shown, "http://127.0.0.1:9464/metrics" in shown)
