from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.actions.guardian import link_wards
from app.actions.guardian.decide_approvals import Approvals
from app.actions.guardian.guard_ward import guard_ward
from app.archive import approvals as archived
from app.archive.archive import Archive
from app.base.errors import Refusal, StoreError
from app.rules.approvals import HOLD_MS, OPEN_MAX, About, Approval
from app.rules.gifts import GiftOrder
from app.rules.guardians import Link
from app.store.client import Store
from app.store.standing import Standing
from tests.world import EPOCH, World, partitions_of

LINK = Link(ward="ann", ward_name="Ann", guardian="gil", guardian_name="Gil", since_ms=7, via="platform")


async def waiting(world: World, archive: Archive) -> GiftOrder:
    """A gift of a ward with 100 coins that waits for the guardian."""
    await link_wards.link_by_platform(world.partitions, archive, LINK, "UTC")
    await guard_ward(world.standing, archive, "gil", "ann", lambda before: replace(before, approve_from=1))
    await world.grant("ann", 100)
    order = world.order("ann", "rose", quantity=5)
    assert ["NP"] == [told[:2] for told in await world.send(order)]
    return order


def approval(world: World, order: GiftOrder) -> Approval:
    """What is asked for it."""
    now_ms = world.now_ms()
    return Approval(
        id=f"ann:{order.wire.id}",
        ward="ann",
        guardian="",
        kind="gift",
        coins=5,
        about=About(gift="rose", quantity=5),
        asked_ms=now_ms,
        expires_ms=order.wire.id_ms + HOLD_MS,
    )


async def test_what_was_decided_is_found_where_nobody_told(books: Archive, world: World) -> None:
    """Whoever said yes dies before the store knows of it: said again, or asked again, the gift goes once."""
    order = await waiting(world, books)
    asked = approval(world, order)
    decisions = Approvals(world.partitions, books)
    assert "asked" == (await decisions.ask(asked)).state  # type: ignore[union-attr]
    away = Approvals(partitions_of(Standing(Store("unix:///nowhere"), EPOCH)), books)
    with pytest.raises(StoreError):
        await away.decide("gil", asked.id, True)
    assert ["DP"] == [told[:2] for told in await world.send(order)]
    found = await decisions.ask(asked)

    assert found is not None
    assert "approved" == found.state
    assert ["NA", "DA"] == [told[:2] for told in await world.send(order, order)]
    assert "approved" == (await decisions.decide("gil", asked.id, True)).state
    assert 95 == await world.coins("ann")


async def test_a_store_that_lost_what_waits_asks_nobody_twice(books: Archive, world: World) -> None:
    """A rebuilt store knows no gift that waited: sent again, it finds what was decided."""
    order = await waiting(world, books)
    decisions, asked = Approvals(world.partitions, books), approval(world, order)
    await decisions.ask(asked)
    await decisions.decide("gil", asked.id, True)
    await world.store.call("DEL", world.keys.idem(order.wire.id_ms // 600_000))
    assert ["NP"] == [told[:2] for told in await world.send(order)]
    found = await decisions.ask(asked)

    assert found is not None
    assert "approved" == found.state
    assert ["NA"] == [told[:2] for told in await world.send(order)]


async def test_nobody_waits_without_an_answer(books: Archive, world: World) -> None:
    """Without a guardian's word it is refused after ten minutes, nothing spent; later words count for nothing."""
    order = await waiting(world, books)
    decisions, asked = Approvals(world.partitions, books), approval(world, order)
    await decisions.ask(asked)
    assert 0 == await decisions.expire()
    world.slept_ms += HOLD_MS + 1
    with pytest.raises(Refusal, match="already_decided"):
        await decisions.decide("gil", asked.id, True)
    assert 1 == await decisions.expire()
    with pytest.raises(Refusal, match="already_decided"):
        await decisions.decide("gil", asked.id, True)

    assert ["DL|guardian|0|0"] == await world.send(order)
    assert 100 == await world.coins("ann")


async def test_who_has_no_guardian_is_refused(books: Archive, world: World) -> None:
    """A gift that waits for somebody who is guardian no more never goes."""
    order = await waiting(world, books)
    decisions, asked = Approvals(world.partitions, books), approval(world, order)
    await decisions.ask(asked)
    await link_wards.unlink(world.partitions, books, "ann", "gil")
    assert "refused" == (await books.read(archived.find, asked.id)).state  # type: ignore[union-attr]
    unasked = world.order("ann", "rose", quantity=7)

    assert ["DL|guardian|0|0"] == await world.send(order)
    assert await decisions.ask(replace(approval(world, unasked), coins=7)) is None
    with pytest.raises(Refusal, match="unknown_approval"):
        await decisions.decide("eve", asked.id, True)


async def test_what_cannot_be_asked_writes_nothing(
    books: Archive, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With as many that wait as may, or with no guardian, the next gift is refused by reading alone."""
    more = approval(world, await waiting(world, books))
    for i in range(OPEN_MAX):
        await books.write(archived.ask, replace(more, id=f"ann:{i}"))
    monkeypatch.setattr(books, "write", None)
    decisions = Approvals(world.partitions, books)

    assert await decisions.ask(more) is None
    assert await decisions.ask(replace(more, id=more.id.replace("ann", "bob"), ward="bob")) is None
    assert "asked" == (await decisions.ask(replace(more, id="ann:0"))).state  # type: ignore[union-attr]
