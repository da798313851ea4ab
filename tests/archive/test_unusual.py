from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, select

from app.archive import purchases, unusual
from app.archive.archive import Archive
from app.archive.unusual import PURCHASE_ADDRESSES, PURCHASES_FROM
from app.rules.purchases import Purchase
from app.rules.unusual import ADDRESSES_MAX, KEPT_MS, NOTED_MAX, NOTICES_MAX
from tests.archive.test_purchases import put

NOW_MS = 10 * KEPT_MS


class Buyer:
    """Somebody who buys, each time a moment later."""

    def __init__(self, archive: Archive) -> None:
        self.archive, self.now_ms, self.count = archive, NOW_MS, 0

    async def ask(self, mark: str, *, large: bool = True, user: str = "ann") -> Purchase:
        """A purchase that nobody has paid."""
        self.count += 1
        self.now_ms += 1
        made = await put(self.archive, self.count, created_ms=self.now_ms, user=user)
        await self.archive.write(unusual.note, made, mark, large=large)
        return made

    async def pay(self, made: Purchase) -> None:
        """It is credited."""
        credited = msgspec.structs.replace(made, status="credited", credited_ms=self.now_ms)
        await self.archive.write(purchases.save, credited)
        await self.archive.write(unusual.judge, credited, self.now_ms)

    async def buy(self, mark: str, *, large: bool = True, user: str = "ann") -> str:
        """A purchase that was credited; its id."""
        made = await self.ask(mark, large=large, user=user)
        await self.pay(made)
        return made.id

    async def notices(self, user: str = "ann") -> list[str]:
        """What the wallet warns of."""
        found = await self.archive.read(unusual.notices, user, self.now_ms)
        return [notice.purchase for notice in found]

    async def rows(self) -> tuple[int, int]:
        """How many addresses and purchases are kept."""
        return await self.archive.read(_rows)


def _rows(connection: Connection) -> tuple[int, int]:
    tables = (PURCHASE_ADDRESSES, PURCHASES_FROM)
    addresses, asked = (connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    return addresses, asked


async def test_which_purchases_are_unusual(archive: Archive) -> None:
    """Large ones from an address that was not bought from; not the first of all, nor small ones, nor others' ones."""
    buyer = Buyer(archive)
    await buyer.buy("home")
    await buyer.buy("home")
    await buyer.buy("train", large=False)
    await buyer.buy("train")
    assert [] == await buyer.notices()
    first, second = [await buyer.buy(mark) for mark in ("hotel", "airport")]
    await buyer.buy("hotel")
    await buyer.buy("hotel", user="bob")

    assert [second, first] == await buyer.notices()
    assert [] == await buyer.notices("bob")


async def test_an_address_is_known_once_it_was_paid_from(archive: Archive) -> None:
    """A checkout that nobody paid makes no address known, and is told to nobody."""
    buyer = Buyer(archive)
    await buyer.buy("home")
    waiting = await buyer.ask("hotel", large=False)
    found = await buyer.buy("hotel")
    assert [found] == await buyer.notices()
    await buyer.pay(waiting)

    assert [found] == await buyer.notices()


async def test_a_purchase_is_judged_once(archive: Archive) -> None:
    """Credited once more, as after a loss of the store, it warns of nothing that the person has said to know."""
    buyer = Buyer(archive)
    await buyer.buy("home")
    made = await buyer.ask("hotel")
    await buyer.pay(made)
    await buyer.pay(made)
    assert [made.id] == await buyer.notices()
    assert None is await archive.write(unusual.know, "bob", made.id)
    assert None is await archive.write(unusual.know, "ann", "p_unknown")
    assert [made.id] == await buyer.notices()
    assert [made.id] * 2 == [getattr(await archive.write(unusual.know, "ann", made.id), "id", "") for _ in range(2)]
    await buyer.pay(made)

    assert [] == await buyer.notices()


async def test_each_is_told_until_it_was(archive: Archive) -> None:
    """Who is to be told stands there until it was done; the notice in the wallet stays."""
    buyer = Buyer(archive)
    await buyer.buy("home")
    made = await buyer.buy("hotel")
    assert [("ann", made)] == [(who, notice.purchase) for who, notice in await archive.read(unusual.untold, 9)]
    await archive.write(unusual.told, made)

    assert [] == await archive.read(unusual.untold, 9)
    assert [made] == await buyer.notices()


async def test_all_of_it_is_forgotten_after_its_time(archive: Archive) -> None:
    """After 90 days an address is new again, dropped yet or not, notices are over, and nothing is left."""
    buyer = Buyer(archive)
    await buyer.buy("home")
    old = await buyer.buy("hotel")
    await buyer.ask("nowhere")
    assert [old] == await buyer.notices()
    buyer.now_ms += KEPT_MS
    assert [] == await buyer.notices()
    new = await buyer.buy("home")
    assert [new] == await buyer.notices()
    await archive.write(unusual.forget, buyer.now_ms)
    assert (1, 1) == await buyer.rows()
    await archive.write(unusual.forget, buyer.now_ms + KEPT_MS)

    assert (0, 0) == await buyer.rows()


async def test_what_is_kept_of_one_person_has_bounds(archive: Archive) -> None:
    """The latest addresses, checkouts and notices stay, the oldest go."""
    buyer = Buyer(archive)
    made = [await buyer.buy(f"m{number}") for number in range(NOTICES_MAX + 5)]
    assert list(reversed(made))[:NOTICES_MAX] == await buyer.notices()
    assert (ADDRESSES_MAX, NOTICES_MAX) == await buyer.rows()
    kept = set(await archive.read(lambda c: list(c.scalars(select(PURCHASE_ADDRESSES.c.mark)))))
    assert {f"m{number}" for number in range(5, NOTICES_MAX + 5)} == kept
    for _ in range(NOTED_MAX + 5):
        await buyer.ask("open")

    assert (ADDRESSES_MAX, NOTICES_MAX + NOTED_MAX) == await buyer.rows()
