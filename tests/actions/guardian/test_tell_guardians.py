from __future__ import annotations

import asyncio

from app.actions.guardian.tell_guardians import TOLD_MAX, GuardiansTold
from app.archive import guardians
from app.archive.archive import Archive
from app.rules.entries import Freeze, Grant
from app.rules.guardians import Link
from app.store.subscriber import Subscriber
from tests.journal import Journal
from tests.world import World

LINK = Link(ward="wim", ward_name="Wim", guardian="gil", guardian_name="Gil", since_ms=7, via="platform")


async def test_a_guardian_hears_of_their_ward_alone(books: Archive, world: World, store_url: str) -> None:
    """Of each entry that moves a ward's coins, and of nothing else; where nobody has a ward, of nothing."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    subscriber = Subscriber(f"{store_url}?db=1", lambda _, payload: heard.put_nowait(payload), lambda: None)
    subscriber.start()
    await subscriber.subscribe(world.keys.people_channel)
    told, journal = GuardiansTold(world.standing, books), Journal()
    journal.write(*(Grant(id=f"g-{user}", user=user, coins=5, reason="r", by="op") for user in ("ann", "wim")))
    await told.tell(journal.read())
    assert heard.empty()
    await books.write(guardians.link, LINK)
    journal.write(Freeze(id="f", user="wim", reason="r", by="op"))
    await told.tell(journal.read())

    assert b'guardian:gil {"type":"spent","ward":"wim","n":2,"kind":"grant","coins":5}' == await heard.get()
    assert heard.empty()
    await subscriber.stop()


async def test_who_was_away_is_told_the_latest_alone(books: Archive, world: World, store_url: str) -> None:
    """A whole day's entries, archived at once, are not told one by one."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    subscriber = Subscriber(f"{store_url}?db=1", lambda _, payload: heard.put_nowait(payload), lambda: None)
    subscriber.start()
    await subscriber.subscribe(world.keys.people_channel)
    journal = Journal()
    journal.write(*(Grant(id=f"g-{i}", user="wim", coins=5, reason="r", by="op") for i in range(TOLD_MAX + 5)))
    await books.write(guardians.link, LINK)
    await GuardiansTold(world.standing, books).tell(journal.read())

    told = [await heard.get() for _ in range(TOLD_MAX)]
    assert heard.empty()
    assert f'"n":{TOLD_MAX + 5},'.encode() in told[-1]
    await subscriber.stop()
