from __future__ import annotations

import asyncio

import msgspec

from app.archive import fraud, purchases
from app.archive.archive import Archive, Connection
from app.archive.fraud import Given, Judged
from app.archive.recorder import Recorder
from app.rules.fraud_facts import Facts, FirstPaid, Pair, Window
from tests.journal import BORN_MS, Journal, grant
from tests.plans import scanned
from tests.rules.test_purchases import BOUGHT

DAY_MS = 86_400_000


async def test_the_journal_is_judged_from_a_cursor(archive: Archive) -> None:
    """What was judged is not read again; of many who judge at once, each goes on where the last one ended."""
    assert 0 == await archive.read(fraud.began_ms)
    journal = Journal()
    journal.write(*(grant("ann", 1, f"g{i}") for i in range(5)))
    await archive.write(Recorder("e", lambda _: 1).record, journal.placed)

    def step(connection: Connection) -> list[int]:
        found = fraud.unjudged(connection, fraud.lock_judged(connection)[0], 2, 0)
        if found:
            fraud.note_judged(connection, Judged(found[-1][0], found[-1][1]), 0)
        return [n for n, _, _ in found]

    assert [0] == await archive.read(fraud.behind)
    steps = await asyncio.gather(*(archive.write(step) for _ in range(4)))
    assert [[], [1, 2], [3, 4], [5]] == sorted(steps)
    assert journal.at_ms == await archive.read(fraud.began_ms)
    assert journal.at_ms == await archive.read(fraud.ended_ms)
    assert ["grant:g4"] == [entry.key for _, _, entry in await archive.read(fraud.unjudged, Judged(4, 0), 9, 0)]
    assert [] == await archive.read(fraud.behind)


async def test_what_is_known_comes_back(archive: Archive) -> None:
    """Facts of people with all that is in them, and pairs by giver, by receiver, and by how much and when."""
    facts = Facts(first_ms=1, paid={"demo": FirstPaid(2, 3)}, windows={"r": Window(4, 5, 6)}, signs={"r": 7})
    pairs = {("ann", "sam"): Pair(5, 1, 9), ("ann", "sue"): Pair(7, 1, 3), ("bob", "sam"): Pair(9, 2, 9)}
    await archive.write(fraud.save_people, {"ann": Facts()})
    await archive.write(fraud.save_people, {"ann": facts})
    await archive.write(fraud.save_pairs, pairs)

    assert {"ann": facts} == await archive.read(fraud.find_people, ["ann", "bob"])
    assert {("ann", "sam"): Pair(5, 1, 9)} == await archive.read(fraud.find_pairs, [("ann", "sam"), ("sam", "ann")])
    assert [Given("ann", "sue", 7, 1), Given("ann", "sam", 5, 1)] == await archive.read(
        fraud.gifts_from, ["ann"], 5, 3, 9
    )
    assert [Given("ann", "sam", 5, 1)] == await archive.read(fraud.gifts_from, ["ann"], 1, 4, 9)
    assert [Given("bob", "sam", 9, 2)] == await archive.read(fraud.gifts_to, "sam", 1)


async def test_who_was_silent_for_long_is_forgotten(archive: Archive) -> None:
    """By the day."""
    pairs = {("ann", "sam"): Pair(5, 1, BORN_MS), ("ann", "sue"): Pair(5, 1, BORN_MS + 2 * DAY_MS)}
    await archive.write(fraud.save_pairs, pairs)

    assert [0, 1, 0] == [await archive.write(fraud.drop_silent, BORN_MS + days * DAY_MS) for days in (0, 1, 1)]
    assert [("ann", "sue")] == list(await archive.read(fraud.find_pairs, pairs))


async def test_pairs_are_found_by_their_indexes(books: Archive) -> None:
    """Those that are asked for and those that are forgotten, however many others there are."""
    pairs = {("ann", "sam"): Pair(5, 1, BORN_MS), ("ann", "sue"): Pair(5, 1, BORN_MS)}
    await books.write(fraud.save_pairs, pairs)

    assert [] == await books.write(scanned, fraud.find_pairs, list(pairs))
    assert [] == await books.write(scanned, fraud.drop_silent, BORN_MS + DAY_MS)
    assert {} == await books.read(fraud.find_pairs, pairs)


async def test_payments_that_were_declined_are_counted(archive: Archive) -> None:
    """Of each person within the time, whatever became of others."""
    for i, (user, status, at_ms) in enumerate(
        [
            ("ann", "failed", 50),
            ("ann", "failed", 60),
            ("bob", "failed", 60),
            ("bob", "expired", 60),
            ("ann", "failed", 5),
        ]
    ):
        made = msgspec.structs.replace(BOUGHT, id=f"p{i}", user=user, status=status, created_ms=at_ms, expires_ms=at_ms)
        await archive.write(purchases.insert, made, purchases.Request(f"k{i}", "m", ""))

    assert ["ann"] == await archive.read(fraud.declined, 10, 2, 9)
    assert ["ann", "bob"] == await archive.read(fraud.declined, 10, 1, 9)
    assert [] == await archive.read(fraud.declined, 10, 3, 9)
