from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from app.actions.viewer.see_promoted import KNOWN_FOR_MS, Lobby, Offer, Seen
from app.archive import promotion_visits, promotions
from app.archive.promotion_visits import Followed
from app.base.errors import Refusal
from app.rules.people_marks import mark_of_browser, mark_of_person
from app.rules.promotion_tickets import TICKET_MS
from app.rules.promotions import HOUR_MS, PARTS, Promotion
from app.store.places import Places, Viewer
from tests.actions.promoting import Desk
from tests.actions.shop import SECRET, Shop
from tests.books import check_books

BEN = Viewer(mark_of_person("ben"))


class Hall:
    """A lobby with a promotion that runs, and a clock that tests move."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.desk = Desk(shop)
        self.lobby = Lobby(Places(shop.world.rooms.standing), SECRET, shop.clock)

    async def begin(self, **wanted: str) -> str:
        """Ann promotes a room; the promotion's id."""
        await self.shop.world.grant("ann", 500)
        promotion = (await self.desk.promote(**wanted)).promotion
        await self.desk.promoter.step()
        return promotion.id

    async def look(self, promotion_id: str) -> Promotion:
        """The promotion as it is now."""
        found = await self.shop.archive.read(promotions.find, promotion_id)
        assert found is not None
        return found

    async def passes(self, ms: int) -> None:
        """Time passes."""
        self.shop.now_ms += ms

    async def offer(self, viewer: Viewer = BEN) -> list[Offer]:
        """What a viewer's lobby shows."""
        return await self.lobby.offer(viewer)

    async def see(self, offer: Offer, viewer: Viewer = BEN, ms: int = 1000, after_ms: int = 1000) -> str:
        """What becomes of a view of so many milliseconds."""
        self.shop.now_ms += after_ms
        (word,) = await self.lobby.count(viewer, [Seen(ticket=offer.ticket, ms=ms)])
        return word


@pytest.fixture
async def hall(shop: Shop) -> Hall:
    """A lobby."""
    return Hall(shop)


async def test_a_view_of_a_second_counts(hall: Hall) -> None:
    """A card that was in view for a second counts, once; for half a second, or told before the second is over, not."""
    await hall.begin()
    await hall.passes(60_000)
    (offer,) = await hall.offer()
    words = [
        await hall.see(offer, ms=500),
        await hall.see(offer, viewer=Viewer(mark_of_person("eve"))),
        await hall.see(offer, after_ms=0),
        await hall.see(offer, after_ms=0),
    ]
    (hasty,) = await hall.offer()

    assert ["too_short", "bad_ticket", "counted", "used", "too_short"] == [
        *words,
        await hall.see(hasty, ms=5000, after_ms=999),
    ]


async def test_a_ticket_is_good_for_minutes(hall: Hall) -> None:
    """Nothing is counted without a ticket, nor with an old one."""
    await hall.begin()
    await hall.passes(60_000)
    (offer,) = await hall.offer()

    assert "bad_ticket" == await hall.see(Offer("main", "m_0.1.2.3"))
    assert "bad_ticket" == await hall.see(offer, after_ms=TICKET_MS)


async def test_the_buyer_and_the_fourth_view(hall: Hall) -> None:
    """The buyer's lobby does not show it, and nobody's a fourth time within the hour."""
    await hall.begin()
    await hall.passes(60_000)
    assert [] == await hall.offer(Viewer(mark_of_person("ann")))
    for _ in range(3):
        (offer,) = await hall.offer()
        assert "counted" == await hall.see(offer)
        await hall.passes(KNOWN_FOR_MS)

    assert [] == await hall.offer()


async def test_the_one_that_is_furthest_behind(hall: Hall) -> None:
    """Each place goes to the promotion that is furthest behind, of another room each, to at most two at once."""
    await hall.begin()
    await hall.passes(1_800_000)
    await hall.begin(key="k2", room="side")
    await hall.passes(10_000)
    assert ["main", "side"] == [one.room for one in await hall.offer()]
    (main,) = [one.id for one in await hall.desk.archive.read(promotions.running, 9) if one.room == "main"]
    key = hall.shop.world.keys.promotion(main)
    await hall.shop.world.store.call("HSET", key, "counted", 502)
    await hall.passes(KNOWN_FOR_MS)

    assert ["side", "main"] == [one.room for one in await hall.offer()]


async def test_an_hour_is_delivered_evenly(hall: Hall) -> None:
    """1 000 impressions within an hour: each tenth of it gets its share within a quarter, each is counted once, the
    report says so, and what is missing comes back."""
    promotion_id = await hall.begin()
    crowd, chance = [Viewer(mark_of_person(f"v{n}")) for n in range(900)], random.Random(7)
    counted, seen_by = 0, Counter[str]()
    for _ in range(HOUR_MS // 12_000 - 1):
        await hall.passes(11_000)
        viewers = chance.sample(crowd, 5)
        offers = await asyncio.gather(*map(hall.offer, viewers))
        await hall.passes(1000)
        # One in five leaves before the second is over.
        stayed = [(viewer, offer) for viewer, found in zip(viewers, offers, strict=True) for offer in found]
        stayed = [one for one in stayed if chance.random() < 0.8]
        words = await asyncio.gather(*(hall.see(offer, viewer, after_ms=0) for viewer, offer in stayed))
        assert {"counted"} >= set(words)
        counted += len(words)
        seen_by.update(viewer.mark for viewer, _ in stayed)
    await hall.desk.promoter.step()
    parts = await hall.shop.archive.read(promotions.parts_of, promotion_id)
    tenths = [sum(parts.get(part, 0) for part in range(at, at + PARTS // 10)) for at in range(0, PARTS, PARTS // 10)]
    await hall.passes(HOUR_MS)
    await hall.desk.promoter.step()
    ended = await hall.look(promotion_id)

    assert [100] * 10 == pytest.approx(tenths, abs=25)
    assert counted == sum(tenths) == ended.delivered
    assert 950 <= counted < 1000
    assert max(seen_by.values()) <= 3
    assert -(-500 * (1000 - counted) // 1000) == ended.returned == await hall.shop.world.coins("ann")
    await check_books(hall.shop.world)


async def test_a_card_that_is_followed(hall: Hall) -> None:
    """A visit counts once with the viewer's own ticket; who joins in the room is known by the same browser later."""
    promotion_id = await hall.begin()
    await hall.passes(60_000)
    browser = mark_of_browser("b" * 16)
    (offer,) = await hall.offer(Viewer(browser))
    archive = hall.shop.archive
    told = [
        await hall.lobby.visit(archive, [browser], "", offer.ticket),
        await hall.lobby.visit(archive, [mark_of_person("ben"), browser], "ben", offer.ticket),
        await hall.lobby.visit(archive, [mark_of_person("ann"), browser], "ann", offer.ticket),
    ]
    assert [True, False, False] == told
    for marks in ([BEN.mark], []):
        with pytest.raises(Refusal, match="bad_ticket"):
            await hall.lobby.visit(archive, marks, "ben", offer.ticket)
    await hall.passes(HOUR_MS)
    with pytest.raises(Refusal, match="bad_ticket"):
        await hall.lobby.visit(archive, [browser], "ben", offer.ticket)

    assert {promotion_id: Followed(1, 0, 0)} == await archive.read(promotion_visits.followed, [promotion_id])
    assert 1 == await archive.write(promotion_visits.look, hall.shop.now_ms, 9)
