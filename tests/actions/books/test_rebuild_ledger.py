from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.actions.books import rebuild_ledger as module
from app.actions.books.copy_rooms import RoomCopier
from app.actions.books.look_up import look_up_in
from app.actions.books.rebuild_ledger import Known, Rebuild, Rebuilt, RoomBeyond
from app.actions.manage_room import RoomChange, change_room
from app.actions.streamer.choose_board import choose_board
from app.actions.verify_ledger import verify_ledger
from app.actions.viewer.bound_spending import bound_spending
from app.actions.viewer.leave_boards import show_on_boards
from app.archive import outbox
from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from app.base.errors import ArchiveError, BooksBroken, ConfigError, FanfareError, Refusal, StoreError, StoreRefused
from app.base.ids import uuid7
from app.rules.goals import Goal
from app.rules.moves import Move
from app.rules.spending import Bounds, Guard, Limits
from app.rules.standing import Mark
from app.store.audit import COLUMNS, Audit
from app.store.journal import Journal
from app.store.moves import Moves
from app.store.overlays import read_overlay, rotate
from app.store.rooms import ENDED_KEPT_MS
from app.store.scripts import names, script
from app.store.spending import read_limits
from tests.archiving import archive_all, revoke
from tests.crashes import Crash, CrashingStore, crashing_archive, die_everywhere
from tests.deciding import all_barred
from tests.noon import noon
from tests.store.moving import MAKERS, bonus, chargeback, freeze, grant, payout_hold, payout_paid, purchase, settlement
from tests.world import EPOCH, WINDOW_MS, World, world_at


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """An id of before is told from one of after by the millisecond, which nobody has to wait for."""
    monkeypatch.setattr(module, "SKEW_MS", 0)
    for name in ("ACCOUNTS_A_PAGE", "GIFTS_A_PAGE", "ROOMS_A_PAGE", "FROZEN_A_PAGE", "PEOPLE_A_PAGE"):
        monkeypatch.setattr(module, name, 2)


def nothing(what: str, done: int, of: int) -> None:
    """Shows no progress."""


def rebuild_of(world: World, archive: Archive, known: Known = Known(), **changed: Any) -> Rebuild:  # noqa: B008
    """A rebuild of the world's store."""
    made: dict[str, Any] = {
        "epoch": EPOCH,
        "known": known,
        "window_ms": WINDOW_MS,
        "progress": nothing,
        "by": "a test",
        **changed,
    }
    kind: type[Rebuild] = made.pop("kind", Rebuild)
    return kind(made.pop("store", world.store), archive, **made)


async def happen(world: World) -> None:
    """People with every kind of balance, gifts to two rooms, and somebody who is frozen."""
    await world.moves.post([purchase("ann", 1000), bonus("ann", 10), grant("bob", 300), grant("eve", 40)])
    await world.send(world.order(quantity=9), world.order(gift="heart"), world.order("bob", room="side"))
    await world.send(world.order("eve", gift="heart", award_ppm=333_333))
    await world.moves.post([settlement("sam", 9000), payout_hold("sam", 5000), payout_hold("sam", 1000)])
    await world.moves.post([payout_paid("sam", 4000), chargeback("eve", 40), freeze("fay")])


async def kept(world: World, archive: Archive) -> None:
    """What the bookkeeper does."""
    await archive_all(world, archive)
    await RoomCopier(world.partitions, archive, world.now_ms).step()


async def state(world: World) -> dict[str, Any]:
    """What the store has: balances that are not zero, totals, who is frozen, and the rooms but for their epochs."""
    call, page = world.store.call, await Audit(world.store).read()
    found: dict[str, Any] = {"epoch": page.epoch, "head": page.head, "totals": page.totals}
    for column in COLUMNS:
        values = await call("HGETALL", getattr(world.keys, column))
        found[column] = {user: amount for user, amount in values.items() if amount != b"0"}
    found["frozen"] = sorted(await call("SMEMBERS", world.keys.frozen))
    for room, (shown, _) in (await world.rooms.shown(["main", "side"])).items():
        found[room] = msgspec.structs.replace(shown, epoch="")
        found[f"goal of {room}"] = await world.rooms.goal(room)
    found["live"] = await world.rooms.all_live()
    for user in ("ann", "bob", "eve", "fay"):
        found[f"limits of {user}"] = await read_limits(world.standing, user)
    found["barred"] = await all_barred(world.standing)
    found["left the boards"] = sorted(await call("SMEMBERS", world.keys.left_boards))
    return found


def set_(bounds: Bounds, before: Bounds) -> Bounds:
    """Whatever was set before."""
    return bounds


async def forget(world: World) -> None:
    """The store is flushed."""
    await world.store.call("FLUSHDB")
    with pytest.raises(Refusal, match="uninitialised"):
        await world.standing.see()


async def test_a_flushed_store_is_whole_again(world: World, archive: Archive) -> None:
    """Epoch, n, head, balances, totals, frozen people and rooms are as they were, and gifts go on, and are archived."""
    await happen(world)
    await change_room(world.partitions, "main", RoomChange(title="New", promotable=False))
    # An address of an overlay that was given up stays so.
    overlay = await rotate(world.standing, "main", 1_800_000_000_000)
    await kept(world, archive)
    for user, guard in (("ann", None), ("bob", Guard(locked=True)), ("eve", None)):
        bounds = Bounds(own=Limits(day=20), tz=noon(), cool_off_ms=5, guard=guard)
        await bound_spending(world.standing, archive, user, partial(set_, bounds))
    before, epoch = await state(world), (await world.rooms.get("main")).epoch
    await forget(world)
    rebuilt = await rebuild_of(world, archive).run()
    world.moves = Moves([world.ledger], look_up_in(archive))

    assert before == await state(world)
    assert overlay == await read_overlay(world.standing, "main")
    assert (14, before["head"], 1, 2, 4) == (rebuilt.n, rebuilt.head, rebuilt.frozen, rebuilt.rooms, rebuilt.answers)
    assert (None, 0, [], []) == (rebuilt.replaced_n, rebuilt.missing, rebuilt.rooms_beyond, rebuilt.posted_again)
    world.room["main"] = await world.rooms.get("main")
    assert epoch != world.room["main"].epoch
    sent = await world.send(world.order(), world.order("eve"), world.order("fay"))
    assert ["NA|15", "Rwall", "Rwall"] == [text[:5] for text in sent]
    assert ["NL|day|5", "NL|locke"] == [
        text[:8] for text in await world.send(world.order(quantity=6), world.order("bob"))
    ]
    assert 100 == await world.grant("gus", 100)
    assert 2 == await archive_all(world, archive)
    report = await verify_ledger([Audit(world.store)], archive, [Journal(world.store, EPOCH)], nothing, full=True)
    assert ([], 16) == (report.problems, report.n)
    assert [] == [key for key in await world.store.call("KEYS", "*") if key.startswith((b"new:", b"rebuild:"))]


async def test_goals_and_boards_are_as_they_were(world: World, archive: Archive) -> None:
    """Goals have come as far as they had, what was reached is not told again, and who has left the boards is off."""
    await happen(world)
    for room, target, gift in (("main", 1000, "heart"), ("side", 3, None)):
        goal = Goal(id=f"goal-{room}", title="Encore", target=target, gift=gift, ends_ms=None)
        await world.rooms.put_goal(room, goal)
    await world.send(world.order(gift="heart", quantity=2), world.order(), world.order("bob", room="side", quantity=4))
    await show_on_boards(world.partitions, archive, "bob", False)
    await revoke(world, archive, "eve")
    await choose_board(world.rooms, "main", "gifts")
    await kept(world, archive)
    before = await state(world)
    await forget(world)
    await rebuild_of(world, archive).run()
    world.rooms.standing = world.ledger.standing = world.stand()

    after = await state(world)
    assert before == after
    assert [(2, False), (4, True)] == [
        (after[name].progress, after[name].reached) for name in ("goal of main", "goal of side")
    ]


async def test_an_id_is_answered_as_before_or_never_paid(world: World, archive: Archive) -> None:
    """A gift's id is answered as the first time; an id that cannot be known is too old; new ones are good."""
    await world.grant("ann", 100)
    first, poor = world.order(quantity=2, message="hi", anonymous=True), world.order("bob")
    answer, refused = await world.send(first, poor)
    await kept(world, archive)
    await world.send(beyond := world.order())
    await forget(world)
    await rebuild_of(world, archive).run()

    assert ["D" + answer[1:]] == await world.send_in_vain(first)
    assert "NI|0|1" == refused
    other = world.order(id=first.wire.id, quantity=3)
    assert ["Rid_reused", "Rid_expired", "Rid_expired"] == await world.send_in_vain(other, poor, beyond)
    assert ["NA|3|97|1"] == [text[:9] for text in await world.send(world.order())]


async def test_answers_go_back_as_far_as_ids_are_good(world: World, archive: Archive) -> None:
    """What is older is not brought back: its id is too old to be sent again."""
    await world.grant("ann", 100)
    await world.send(world.order(), world.order())
    await kept(world, archive)
    await forget(world)

    assert 0 == (await rebuild_of(world, archive, window_ms=-60_000).run()).answers


async def test_a_move_is_never_applied_again(world: World, archive: Archive) -> None:
    """The keys of what is no gift are looked up in the archive, and nothing is posted without it."""
    move = grant("ann", 5)
    first = await world.moves.post_one(move)
    await kept(world, archive)
    await forget(world)
    await rebuild_of(world, archive).run()
    with pytest.raises(Refusal, match="The archive is needed"):
        await world.moves.post_one(move)
    again = await Moves([world.ledger], look_up_in(archive)).post_one(move)

    assert (first.n, first.noted, True) == (again.n, again.noted, again.duplicate)
    assert 5 == await world.coins("ann")


async def test_new_ids_are_good_at_once(world: World, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger opens when ids of before can be told from new ones, whatever clients' clocks were ahead by."""
    monkeypatch.setattr(module, "SKEW_MS", 300)
    await world.grant("ann", 100)
    ahead = world.order(id=uuid7(world.now_ms() + 250))
    await world.send(world.order())
    await kept(world, archive)
    await forget(world)
    await rebuild_of(world, archive).run()

    assert ["Rid_expired", "NA|3|98|1|1"] == [text[:11] for text in await world.send(ahead, world.order())]


async def test_rooms_begin_anew(world: World, archive: Archive) -> None:
    """Rooms come back with other epochs, live or for what is left of their time; events go on behind the old ones."""
    await world.grant("ann", 100)
    await world.send(*(world.order() for _ in range(3)), world.order(room="side"))
    await kept(world, archive)
    await change_room(world.partitions, "side", RoomChange(status="ended"))
    await kept(world, archive)
    ended_ms = world.now_ms()
    await forget(world)
    known = Known(Mark(), {"main": ("e", 12), "gone": ("e", 5)})
    rebuilt = await rebuild_of(world, archive, known).run()

    assert [RoomBeyond("main", 12, 3)] == rebuilt.rooms_beyond
    assert [12, 1] == [(await world.rooms.picture(room)).offset for room in ("main", "side")]
    assert ["main"] == await world.rooms.all_live()
    left_ms = await world.store.call("PTTL", world.keys.room("side"))
    assert abs(ended_ms + ENDED_KEPT_MS - world.now_ms() - left_ms) < 5000
    await change_room(world.partitions, "side", RoomChange(status="live"))
    assert -1 == await world.store.call("PTTL", world.keys.room("side"))
    assert ["NA"] == [text[:2] for text in await world.send(world.order())]


async def test_a_room_whose_time_is_over_stays_away(world: World, archive: Archive) -> None:
    """A room that ended a week ago is not brought back."""
    await world.grant("ann", 1)
    await kept(world, archive)
    await change_room(world.partitions, "side", RoomChange(status="ended"))
    await RoomCopier(world.partitions, archive, lambda: world.now_ms() - ENDED_KEPT_MS).step()
    await forget(world)

    assert 1 == (await rebuild_of(world, archive).run()).rooms
    with pytest.raises(Refusal, match="room_not_found"):
        await world.rooms.get("side")


async def test_what_was_beyond_the_archive_is_said(world: World, archive: Archive) -> None:
    """The report says how many entries are lost; it is on record; what the archive has decided is posted again."""
    await world.grant("ann", 100)
    await kept(world, archive)
    lost, waiting = purchase("bob", 70), grant("bob", 1)
    await archive.write(outbox.put, [lost, waiting], 1)
    posted = await world.moves.post_one(lost)
    await archive.write(outbox.take_off, lost.key, posted.n)
    await world.send(world.order(), world.order())
    mark = world.standing.mark
    await forget(world)
    rebuilt = await rebuild_of(world, archive, Known(mark)).run()

    assert (1, 4, mark.head, 3, [lost.key]) == (
        *(rebuilt.n, rebuilt.seen_n, rebuilt.seen_head),
        *(rebuilt.missing, rebuilt.posted_again),
    )
    assert [lost, waiting] == await archive.read(outbox.waiting, 10)
    assert [(2, 4, False)] == [(loss.first, loss.last, waits) for loss, waits in await world.standing.losses.all()]
    # Who was told of more goes on by itself: the ledger has another term.
    assert ["NA|2"] == [text[:4] for text in await world.send(world.order())]
    assert mark.term < world.standing.mark.term


REFUSED: list[tuple[str, Callable[[World], Any], type[FanfareError], str]] = [
    ("the same", lambda world: world.coins("ann"), StoreError, "up to n 1, as the archive has it"),
    ("more", lambda world: world.grant("ann", 5), BooksBroken, "to n 2, with entries that the archive does not have"),
    ("less", lambda world: put_back(world, {}), StoreError, "has a ledger up to n 0.*n 1.*rebuild --replace"),
    ("other", lambda world: change(world, "epoch", "e9"), StoreError, "another ledger, e9"),
    ("fork", lambda world: change(world, "h", "abc"), BooksBroken, "to n 1, with entries that the archive does not"),
    ("damaged", lambda world: world.store.call("DEL", world.keys.totals), ConfigError, "no totals.*FLUSHALL"),
]


async def change(world: World, name: str, value: str) -> None:
    """A field of the totals is another."""
    await world.store.call("HSET", world.keys.totals, name, value)


async def put_back(world: World, copy: dict[bytes, bytes]) -> None:
    """The store has an older copy of what it had, or a newborn ledger."""
    if not copy:
        await world.be_born()
        return
    await world.store.call("FLUSHDB")
    for key, value in copy.items():
        await world.store.call("RESTORE", key, 0, value)


@pytest.mark.parametrize(("what", "make", "error", "said"), REFUSED, ids=[row[0] for row in REFUSED])
async def test_a_store_with_a_ledger_is_left_alone(
    what: str, make: Callable[[World], Any], error: type[FanfareError], said: str, world: World, books: Archive
) -> None:
    """A store that is not empty is refused with what it has and what to do, and not a key of it is changed."""
    await world.grant("ann", 5)
    await kept(world, books)
    await make(world)
    before = await world.dump()
    for replace in (False,) if what == "less" else (False, True):
        with pytest.raises(error, match=said):
            await rebuild_of(world, books).run(replace=replace)
    assert before == await world.dump()


async def test_an_archive_that_cannot_do_it_is_said(world: World, books: Archive) -> None:
    """Nothing is rebuilt from an empty archive, from another ledger's, or from one whose balances do not add up."""
    with pytest.raises(ArchiveError, match="nothing to rebuild from"):
        await rebuild_of(world, books).run()
    await world.grant("ann", 5)
    await kept(world, books)
    await forget(world)
    with pytest.raises(BooksBroken, match="the books of ledger e1, not of e2"):
        await rebuild_of(world, books, epoch="e2").run()
    await books.write(lambda c: c.exec_driver_sql("DROP TRIGGER postings_stay_update"))
    await books.write(lambda c: c.exec_driver_sql("UPDATE postings SET balance = 6 WHERE balance = 5"))
    with pytest.raises(BooksBroken, match=r"not in order: .*viewer:ann:coins"):
        await rebuild_of(world, books).run()

    with pytest.raises(Refusal, match="uninitialised"):
        await world.standing.see()


async def test_an_older_copy_is_replaced(world: World, archive: Archive) -> None:
    """A store that came back with less takes nothing, and has all that is archived after a rebuild."""
    await happen(world)
    call = world.store.call
    copy = {key: await call("DUMP", key) for key in await call("KEYS", "*")}
    first = world.order()
    answers = await world.send(first, world.order("bob"))
    await world.moves.post([grant("gus", 5)])
    await kept(world, archive)
    before = await state(world)
    await put_back(world, copy)
    # Nobody has noticed: somebody who knows nothing looks.
    world.rooms.standing = world.ledger.standing = world.stand()
    rebuilt = await rebuild_of(world, archive).run(replace=True)

    assert (14, 17) == (rebuilt.replaced_n, rebuilt.n)
    assert before == await state(world)
    assert ["D" + answers[0][1:]] == await world.send(first)
    assert [False] == [waits for _, waits in await world.standing.losses.all()]
    world.room["main"] = await world.rooms.get("main")
    assert ["NA|18"] == [text[:5] for text in await world.send(world.order())]
    assert 1 == await archive_all(world, archive)


async def test_nothing_moves_while_an_older_copy_is_replaced(world: World, archive: Archive) -> None:
    """From its first step on the store takes no gifts; one that is taken nevertheless ends the rebuild."""
    await world.grant("ann", 50)
    call = world.store.call
    copy = {key: await call("DUMP", key) for key in await call("KEYS", "*")}
    await world.grant("ann", 50)
    await kept(world, archive)
    await put_back(world, copy)
    world.rooms.standing = world.ledger.standing = world.stand()
    seen: list[str] = []

    class Interrupted(Rebuild):
        async def _rooms(self, *args: Any) -> None:
            await super()._rooms(*args)
            seen.extend(await world.send(world.order()))
            await world.standing.accept_loss("somebody")
            seen.extend(await world.send(world.order()))

    rebuild = rebuild_of(world, archive, kind=Interrupted)
    with pytest.raises(StoreRefused, match="another rebuild has begun, or the store was changed"):
        await rebuild.run(replace=True)

    assert ["Runavailable lost_tail", "NA|2|49"] == [text[:22] if text[0] == "R" else text[:7] for text in seen]


async def test_it_may_die_at_any_step(
    world: World, archive: Archive, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever dies before or after any call or commit leaves a store that is uninitialised, or whole; the next one
    makes it whole.
    """
    # Each kind of step once or twice: it is done anew for each of them.
    monkeypatch.setattr(module, "ACCOUNTS_A_PAGE", 10)
    for name in names():
        # A script that has to be loaded first is more steps, once.
        await world.store.call("SCRIPT", "LOAD", script(name).text)
    await happen(world)
    await kept(world, archive)
    lost = purchase("bob", 70)
    await archive.write(outbox.put, [lost], 1)
    await archive.write(outbox.take_off, lost.key, 15)
    before = await state(world)
    await forget(world)
    opened: list[int] = []

    async def work(crash: Crash) -> None:
        store, mine = CrashingStore(world.store.url, crash), crashing_archive(address, crash)
        try:
            await rebuild_of(world, mine, store=store).run()
        except StoreError:
            # The one before has opened it, and died then.
            assert opened
        finally:
            store.close()
            mine.close()

    async def check(at: int) -> None:
        epoch = await world.store.call("HGET", world.keys.totals, "epoch")
        if epoch is None:
            with pytest.raises(Refusal, match="uninitialised"):
                await world.coins("ann")
        else:
            opened.append(at)
            assert before == await state(world)

    deaths = await die_everywhere(work, check)

    assert deaths > 25
    assert opened
    assert before == await state(world)
    assert [lost] == await archive.read(outbox.waiting, 10)


async def test_many_at_once_do_no_harm(world: World, archive: Archive) -> None:
    """Of rebuilds at once one opens the ledger, whole; the others say that they were not alone."""
    await happen(world)
    await kept(world, archive)
    before = await state(world)
    await forget(world)
    results = await asyncio.gather(*(rebuild_of(world, archive).run() for _ in range(4)), return_exceptions=True)

    assert 1 == sum(isinstance(result, Rebuilt) for result in results)
    assert all(isinstance(result, Rebuilt | StoreError) for result in results)
    assert before == await state(world)


USERS = ("ann", "sam")
STEPS = st.lists(
    st.tuples(st.sampled_from([None, None, *MAKERS]), st.sampled_from(USERS), st.sampled_from([1, 7, 50, 4000])),
    min_size=1,
    max_size=20,
)


@given(histories=st.lists(STEPS, min_size=1, max_size=3))
@settings(max_examples=15, derandomize=True, suppress_health_check=list(HealthCheck))
def test_any_history_is_rebuilt(
    histories: list[list[tuple[Callable[[str, int], Move] | None, str, int]]],
    store_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """After entries of any kind, again and again, a flushed store gets back what it had, to the last coin."""

    async def live() -> None:
        archive = Archive(sqlite_url(tmp_path_factory.mktemp("books") / "books.db"))
        await archive.write(migrate)
        async with world_at(f"{store_url}?db=3") as world:
            world.moves = Moves([world.ledger], look_up_in(archive))
            for steps in histories:
                await world.moves.post(
                    [purchase("ann", 50), *(make(who, amount) for make, who, amount in steps if make)]
                )
                for amount in [amount for make, _, amount in steps if make is None]:
                    await world.send(world.order(quantity=amount % 999))
                await kept(world, archive)
                before = await state(world)
                await forget(world)
                await rebuild_of(world, archive).run()
                assert before == await state(world)
        archive.close()

    asyncio.run(live())
