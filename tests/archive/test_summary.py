from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, select

from app.archive.archive import Archive
from app.archive.recorder import Recorder
from app.archive.schema import (
    ACCOUNTS,
    EARNED_DAYS,
    EARNED_GIFTERS,
    EARNED_GIFTS,
    FROZEN,
    LOTS,
    MATURING,
    SETTLED,
)
from app.archive.summary import DAY_MS
from app.rules.boards import ALL_DAYS
from app.rules.entries import Bonus, Chargeback, ClawBack, Freeze, Grant, Purchase, Settlement, Unfreeze
from tests.journal import BORN_MS, Journal, gift, grant

HOLD_MS, SPAN_MS = 8000, 1000
DAY = (BORN_MS + 1000) // DAY_MS
MONEY: dict[str, Any] = {"minor": 999, "tax_minor": 0, "currency": "USD", "country": "US", "provider": "demo"}


async def record(archive: Archive, journal: Journal) -> None:
    """Archives a journal."""
    await archive.write(Recorder("e1", lambda card: HOLD_MS).record, journal.placed)


async def rows(archive: Archive, table: Table) -> list[tuple[Any, ...]]:
    """A table, with accounts by their name."""

    def read(connection: Connection) -> list[tuple[Any, ...]]:
        names = {row.id: row.name.split(":")[1] for row in connection.execute(select(ACCOUNTS))}
        accounts = [column.name in ("streamer", "gifter", "account") for column in table.c]
        found = connection.execute(select(table).order_by(*table.primary_key)).all()
        return sorted(
            tuple(names[value] if named else value for value, named in zip(row, accounts, strict=True)) for row in found
        )

    return await archive.read(read)


async def test_earnings_are_summed_by_day_gifter_and_gift(archive: Archive) -> None:
    """A streamer's gifts, coins and milli-diamonds by day, by who gave, and by what was given."""
    journal = Journal()
    journal.write(grant("ann", 100), grant("bob", 100))
    journal.write(gift("ann", "sam", 10, quantity=2), gift("bob", "sam", 5, gift="heart"), gift("ann", "sue", 1))
    journal.write(gift("ann", "sam", 3))
    await record(archive, journal)
    journal.write(gift("ann", "sam", 4), after_ms=DAY_MS)
    await record(archive, journal)

    assert [("sam", DAY, 4, 18, 18_000), ("sam", DAY + 1, 1, 4, 4000), ("sue", DAY, 1, 1, 1000)] == await rows(
        archive, EARNED_DAYS
    )
    assert [
        ("sam", ALL_DAYS, "ann", 4, 17, 17_000),
        ("sam", ALL_DAYS, "bob", 1, 5, 5000),
        ("sam", DAY, "ann", 3, 13, 13_000),
        ("sam", DAY, "bob", 1, 5, 5000),
        ("sam", DAY + 1, "ann", 1, 4, 4000),
        ("sue", ALL_DAYS, "ann", 1, 1, 1000),
        ("sue", DAY, "ann", 1, 1, 1000),
    ] == await rows(archive, EARNED_GIFTERS)
    assert [
        ("sam", DAY, "heart", 1, 5, 5000),
        ("sam", DAY, "rose", 3, 13, 13_000),
        ("sam", DAY + 1, "rose", 1, 4, 4000),
        ("sue", DAY, "rose", 1, 1, 1000),
    ] == await rows(archive, EARNED_GIFTS)


async def test_what_is_settled_matures_no_more(archive: Archive) -> None:
    """What was earned is kept by when it is due; a settlement takes its sum out, the oldest first."""
    journal = Journal()
    journal.write(grant("ann", 100))
    first_ms = BORN_MS + 2 * SPAN_MS + HOLD_MS
    journal.write(gift("ann", "sam", 10), gift("ann", "sue", 1))
    journal.write(gift("ann", "sam", 5), after_ms=SPAN_MS)
    await record(archive, journal)
    before = await rows(archive, MATURING)
    journal.write(Settlement(id="sam:0", user="sam", milli=12_000, since_ms=0, until_ms=first_ms))
    await record(archive, journal)

    assert [("sam", first_ms, 10_000), ("sam", first_ms + SPAN_MS, 5000), ("sue", first_ms, 1000)] == before
    assert [("sam", first_ms + SPAN_MS, 3000), ("sue", first_ms, 1000)] == await rows(archive, MATURING)
    assert [("sam", first_ms)] == await rows(archive, SETTLED)


async def test_what_matures_is_what_is_pending(archive: Archive) -> None:
    """Whenever a settlement comes, or diamonds are taken back, what still matures sums to the pending balance."""
    journal = Journal()
    journal.write(grant("ann", 1000))
    for i in range(6):
        journal.write(gift("ann", "sam", 10 + i), after_ms=HOLD_MS // 2)
        if i % 2:
            until_ms = journal.at_ms
            journal.write(Settlement(id=f"sam:{i}", user="sam", milli=15_000, since_ms=i, until_ms=until_ms))
            taken = ClawBack(id=f"c{i}", user="sam", milli=9000, owed=8000, state="pending", reason="r", by="b")
            journal.write(taken)
        await record(archive, journal)

        pending = journal.replay.balances["streamer:sam:diamonds_pending"]
        assert pending == sum(milli for _, _, milli in await rows(archive, MATURING))


async def test_nothing_is_taken_back_of_nothing(archive: Archive) -> None:
    """Whoever never had a diamond keeps the same nothing."""
    journal = Journal()
    journal.write(ClawBack(id="c", user="tom", milli=5, owed=5, state="pending", reason="r", by="b"))
    await record(archive, journal)

    assert [] == await rows(archive, MATURING)


async def test_lots_are_what_came_into_a_wallet(archive: Archive) -> None:
    """Each credit is a lot of what reached the wallet; what pays off a debt reaches nobody's."""
    journal = Journal()
    journal.write(Purchase(id="p1", user="ann", coins=70, price_book="b", **MONEY), Bonus(id="p1", user="ann", coins=7))
    journal.write(gift("ann", "sam", 50))
    await record(archive, journal)
    journal.write(Chargeback(id="c1", user="ann", coins=77, owed=50, purchase="p1", **MONEY))
    journal.write(Grant(id="g", user="ann", coins=60, owed=50, reason="r", by="b"))
    journal.write(Grant(id="h", user="bob", coins=0, reason="r", by="b"))
    await record(archive, journal)

    assert [("ann", 1, 70, 20), ("ann", 2, 7, 7), ("ann", 5, 10, 0)] == await rows(archive, LOTS)


async def test_what_nobody_ever_had_is_taken_out_of_no_lot(archive: Archive) -> None:
    """A purchase may be undone of somebody who never had coins: all of it is owed."""
    journal = Journal()
    journal.write(Chargeback(id="c1", user="eve", coins=7, owed=7, purchase="p1", **MONEY))
    await record(archive, journal)

    assert [] == await rows(archive, LOTS)


async def test_a_purchase_is_taken_out_of_its_own_lots(archive: Archive) -> None:
    """What goes back comes out of the purchase's bonus, then out of its coins, never out of another lot."""
    journal = Journal()
    journal.write(Grant(id="g", user="ann", coins=100, reason="r", by="b"))
    journal.write(Purchase(id="p1", user="ann", coins=70, price_book="b", **MONEY), Bonus(id="p1", user="ann", coins=7))
    journal.write(Chargeback(id="c1", user="ann", coins=75, purchase="p1", **MONEY))
    await record(archive, journal)

    assert [("ann", 1, 100, 0), ("ann", 2, 70, 68), ("ann", 3, 7, 7)] == await rows(archive, LOTS)


async def test_what_is_all_owed_comes_out_of_no_lot(archive: Archive) -> None:
    """A chargeback of coins that were all spent is archived, whether or not the wallet is known, or there is one."""
    journal = Journal()
    journal.write(Chargeback(id="c1", user="eve", coins=7, owed=7, purchase="p0", **MONEY))
    journal.write(Purchase(id="p1", user="ann", coins=70, price_book="b", **MONEY), gift("ann", "sam", 70))
    await record(archive, journal)
    journal.placed.clear()
    journal.write(Chargeback(id="c2", user="ann", coins=70, owed=70, purchase="p1", **MONEY))
    await record(archive, journal)

    assert [("ann", 2, 70, 0)] == await rows(archive, LOTS)


async def test_who_is_frozen_is_known(archive: Archive) -> None:
    """The last word counts, however often it was said."""
    journal = Journal()
    said: list[tuple[type[Freeze | Unfreeze], str]] = [
        (Freeze, "ann"),
        (Freeze, "bob"),
        (Freeze, "ann"),
        (Unfreeze, "bob"),
        (Unfreeze, "eve"),
        (Freeze, "eve"),
    ]
    journal.write(*(kind(id=str(i), user=user, reason="r", by="op") for i, (kind, user) in enumerate(said)))
    await record(archive, journal)

    assert [("ann", 0, 3), ("eve", 0, 6)] == await rows(archive, FROZEN)
