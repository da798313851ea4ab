from __future__ import annotations

from typing import Any

import pytest

from app.client.books import Books
from app.client.errors import Refused
from app.rules.commands import SendGift
from tests.client.played import Stage, played

GIFT = SendGift("01890a5d-ac96-774b-bcce-b302099a8057", "rose", 3)


async def nobody(stage: Stage) -> None:
    """No line is asked for."""
    raise AssertionError(stage.number)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"status": "applied", "n": 7, "coins": 3, "diamonds": "1.5"}, (7, 3, "1.5", 3, True)),
        ({"status": "pending"}, None),
        ({"status": "never"}, "id_expired"),
        ({"status": "refused", "error": "insufficient_coins", "details": {"coins": 1}}, "insufficient_coins"),
        (None, None),
    ],
)
async def test_the_fate_of_a_gift(answer: dict[str, Any] | None, told: object) -> None:
    """Paid, refused, or not known yet, also where the books cannot be asked now."""
    answers = {f"/v1/gift-sends/{GIFT.id}": {"id": GIFT.id, **answer}} if answer else {}
    async with played(nobody, answers) as server:
        fate = await Books(server, lambda: "t").fate(GIFT)
    if isinstance(fate, Refused):
        assert told == fate.slug
    else:
        assert told == (fate and (fate.n, fate.coins, fate.diamonds, fate.quantity, fate.duplicate))
