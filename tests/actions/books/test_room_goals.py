"""The rooms' goals, counted anew by `fanfare ledger verify`'s proof."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from app.actions.books.copy_rooms import RoomCopier
from app.actions.books.prove_archive import ArchiveProof, prove_archive
from app.actions.verify_ledger import Report, verify_ledger
from app.archive.archive import Archive
from app.archive.proofs import Proved, note_proof
from app.rules.goals import Goal
from app.store.audit import Audit
from app.store.journal import Journal
from tests.archiving import archive_all
from tests.world import EPOCH, World

Forge = Callable[[World], Awaitable[object]]


async def verify(world: World, books: Archive) -> Report:
    """What a proof says."""
    return await verify_ledger([Audit(world.store)], books, [Journal(world.store, EPOCH)])


def goal(goal_id: str, target: int, gift: str | None = None, ends_ms: int | None = None) -> Goal:
    """A goal of the test's."""
    return Goal(id=goal_id, title="Encore", target=target, gift=gift, ends_ms=ends_ms)


@pytest.fixture
async def towards(world: World) -> World:
    """Gifts before and after goals were set: main's, of coins, is reached by the second one, side's, of hearts, not."""
    await world.grant("ann", 10_000)
    await world.rooms.put_goal("main", goal("old", 2))
    await world.send(world.order(quantity=5), world.order(room="side"))
    await world.rooms.put_goal("main", goal("coins", 10))
    await world.rooms.put_goal("side", goal("hearts", 3, "heart"))
    await world.send(world.order(quantity=9))
    await world.send(world.order(gift="heart"), world.order(), world.order(gift="heart", room="side"))
    return world


async def write_goal(world: World, room: str, change: Callable[[list[str]], None]) -> None:
    """Changes the text that a room has of its goal."""
    parts = (await world.store.call("HGET", world.keys.room(room), "goal")).decode().split("|", 6)
    change(parts)
    await world.store.call("HSET", world.keys.room(room), "goal", "|".join(parts))


async def rewrite_log(world: World, change: Callable[[bytes], bytes]) -> None:
    """Puts another log in the place of main's."""
    entries = await world.store.call("XRANGE", world.keys.log("main"), "-", "+")
    await world.store.call("DEL", world.keys.log("main"))
    for entry_id, (name, message) in entries:
        await world.store.call("XADD", world.keys.log("main"), entry_id, name, change(message))


async def test_goals_in_order(towards: World, books: Archive) -> None:
    """Goals are counted from when they were set, in the journal, and in the archive from the last proof on."""
    report = await verify(towards, books)
    assert ([], 2) == (report.problems, report.goals)
    await archive_all(towards, books)
    proof = ArchiveProof()
    await prove_archive(books, proof, lambda what, done, of: None)
    await books.write(note_proof, Proved(proof.cursor.n, proof.cursor.head, 1, proof.figures))
    await towards.send(towards.order(gift="heart", room="side", quantity=2))
    report = await verify(towards, books)
    assert ([], 2, 7) == (report.problems, report.goals, report.since_n)


async def test_a_goal_that_is_over_counts_no_more(world: World, books: Archive) -> None:
    """What was given after a goal's end is none of it."""
    await world.grant("ann", 100)
    await world.rooms.put_goal("main", goal("over", 5, ends_ms=world.now_ms() - 1))
    await world.send(world.order(quantity=9))
    assert [] == (await verify(world, books)).problems


def progress(amount: int) -> Callable[[list[str]], None]:
    """Changes how far a goal has come."""
    return lambda parts: parts.__setitem__(0, str(int(parts[0]) + amount))


def reached(is_reached: bool) -> Callable[[list[str]], None]:
    """Changes whether it is reached."""
    return lambda parts: parts.__setitem__(3, str(int(is_reached)))


FORGED: dict[str, tuple[Forge, str]] = {
    "counted too much": (
        lambda world: write_goal(world, "side", progress(1)),
        "room side: goal hearts: the store has 2 of 3, not reached, the journal 1",
    ),
    "counted too little": (
        lambda world: write_goal(world, "main", progress(-1)),
        "room main: goal coins: the store has 14 of 10, reached, the journal 15",
    ),
    "not reached any more": (
        lambda world: write_goal(world, "main", reached(False)),
        "room main: goal coins: the store has 15 of 10, not reached, the journal 15",
    ),
    "reached by nothing": (
        lambda world: write_goal(world, "side", reached(True)),
        "room side: goal hearts: the store has 1 of 3, reached, the journal 1",
    ),
    "never told": (
        lambda world: rewrite_log(world, lambda text: text.replace(b'"goal_reached"', b'"goal_changed"')),
        "room main: goal coins: it is told to be reached at (offset, progress) [], by the journal it was at [(8, 14)]",
    ),
    "told of another gift": (
        lambda world: rewrite_log(world, lambda text: text.replace(b'"progress":14,', b'"progress":13,')),
        "it is told to be reached at (offset, progress) [(8, 13)], by the journal it was at [(8, 14)]",
    ),
    "told twice": (
        lambda world: rewrite_log(
            world, lambda text: text.replace(b'"goal_changed","offset":10', b'"goal_reached","offset":10')
        ),
        "room main: goal coins is told to be reached at the offsets [8, 10]",
    ),
}


@pytest.mark.parametrize("case", FORGED)
async def test_a_goal_forged_is_found(case: str, towards: World, books: Archive) -> None:
    """A goal's count, its mark or its word that is not what the gifts give is found, with its room."""
    forge, expected = FORGED[case]
    await forge(towards)

    assert expected in "\n".join((await verify(towards, books)).problems)


async def test_another_goal_than_the_archive_s(towards: World, books: Archive) -> None:
    """A goal whose target is not the one that was set is found, though its count is in order."""
    await RoomCopier(towards.partitions, books, towards.now_ms).step()
    assert [] == (await verify(towards, books)).problems

    def lower(parts: list[str]) -> None:
        parts[1] = "9"
        head: dict[str, Any] = msgspec.json.decode(parts[6] + "}")
        parts[6] = msgspec.json.encode({**head, "target": 9}).decode().removesuffix("}")

    await write_goal(towards, "side", lower)
    problem = "room side: goal hearts: the store has another one under that id than the archive"
    assert [problem] == (await verify(towards, books)).problems
