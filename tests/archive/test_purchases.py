from __future__ import annotations

import msgspec

from app.archive import purchases
from app.archive.archive import Archive
from app.archive.purchases import Request
from app.rules.purchases import Purchase
from tests.rules.test_purchases import BOUGHT


async def put(archive: Archive, number: int, **changed: object) -> Purchase:
    """A purchase of its own."""
    made = msgspec.structs.replace(BOUGHT, **{"id": f"p{number}", "created_ms": number, **changed})
    request = Request(f"{made.user}:k{number}", "mark", "http://here/wallet")
    await archive.write(purchases.insert, made, request)
    return made


async def test_a_purchase_is_kept_as_it_is(archive: Archive) -> None:
    """Each field comes back as it was written, and as it was changed."""
    made = await put(archive, 1, package=None, coins=9 * 10**14)
    changed = msgspec.structs.replace(made, status="review", payment="pi", closed_disputes="a b", n=9 * 10**14)

    assert made == await archive.read(purchases.find, "p1")
    assert (made, "http://here/wallet") == await archive.read(purchases.find_with_return, "p1")
    await archive.write(purchases.save, changed)
    assert changed == await archive.read(purchases.find, "p1", lock=False)
    assert changed == await archive.write(purchases.find_by_payment, "demo", "pi")
    assert None is await archive.write(purchases.find_by_payment, "stripe", "pi")
    assert None is await archive.read(purchases.find, "p2")
    assert None is await archive.read(purchases.find_with_return, "p2")


async def test_a_request_makes_one_purchase(archive: Archive) -> None:
    """The key of a request leads to its purchase, and cannot be used for a second one."""
    made = await put(archive, 1)

    assert (made, Request("ann:k1", "mark", "http://here/wallet")) == await archive.read(
        purchases.find_by_request, "ann:k1"
    )
    assert None is await archive.read(purchases.find_by_request, "bob:k1")
    other = msgspec.structs.replace(made, id="p2")
    assert not await archive.write(purchases.insert, other, Request("ann:k1", "other", "http://here"))
    assert None is await archive.read(purchases.find, "p2")


async def test_pages_of_purchases(archive: Archive) -> None:
    """A user's purchases come the newest first, page by page, those of one moment too, and nobody else's."""
    made = [await put(archive, number, created_ms=number // 2) for number in range(5)]
    await put(archive, 9, user="bob")
    first = await archive.read(purchases.page, "ann", None, 2)
    rest = await archive.read(purchases.page, "ann", (first[-1].created_ms, first[-1].id), 10)

    assert list(reversed(made)) == [*first, *rest]
    assert 5 == await archive.read(purchases.count_open, "ann")
    assert 0 == await archive.read(purchases.count_open, "nobody")


async def test_what_is_overdue(archive: Archive) -> None:
    """Open checkouts whose time is over are found, the oldest first; others are not."""
    await put(archive, 1, expires_ms=20)
    await put(archive, 2, expires_ms=10)
    await put(archive, 3, expires_ms=30)
    await put(archive, 4, expires_ms=5, status="credited")

    assert ["p2", "p1"] == await archive.read(purchases.overdue, 20, 10)
    assert ["p2"] == await archive.read(purchases.overdue, 20, 1)


async def test_money_on_its_way_back(archive: Archive) -> None:
    """Money goes back once its coins were taken, is tried again later, and is done once."""
    made = await put(archive, 1)
    await archive.write(purchases.give_back, "w", "p1", 333, 5)

    assert [] == await archive.read(purchases.due_give_backs, 100, 10)
    assert ["coins", None] == [await archive.read(purchases.state_of_give_back, name) for name in ("w", "x")]
    await archive.write(purchases.set_give_back, "w", "due", 10)
    assert [] == await archive.read(purchases.due_give_backs, 9, 10)
    assert [("w", made, 333, 0)] == await archive.read(purchases.due_give_backs, 10, 10)
    await archive.write(purchases.set_give_back, "w", "done", 10, 1)
    assert [] == await archive.read(purchases.due_give_backs, 100, 10)
    await archive.write(purchases.set_give_back, "nothing", "due", 10)


async def test_what_somebody_has_paid(archive: Archive) -> None:
    """What was paid and not given back for credited coins, in the currency that bought most; nothing where none was."""
    assert await archive.read(purchases.paid_by, BOUGHT.user) is None
    await put(
        archive, 1, status="credited", coins=700, bonus=0, minor=999, currency="EUR", back_minor=99, back_coins=100
    )
    await put(archive, 2, status="credited", coins=70, bonus=10, minor=99, currency="USD")
    await put(archive, 3, status="created", coins=7000, bonus=0, minor=9999, currency="USD")
    await put(archive, 4, status="credited", coins=70, bonus=0, minor=100, currency="EUR")
    assert ("EUR", 1000, 670) == await archive.read(purchases.paid_by, BOUGHT.user)
