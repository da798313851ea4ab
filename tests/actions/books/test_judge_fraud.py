from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from app.actions.books.judge_fraud import Judge, judge
from app.archive import cases, fraud, purchases
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors
from app.archive.purchases import Request
from app.archive.schema import ENTRIES
from app.base.clock import now_ms
from app.rules.entries import PayoutHold, Settlement
from loadtest.crossing_world import EPOCH, PAYERS, STREAMERS, P, order
from tests.archiving import archive_partitions
from tests.journal import gift, grant
from tests.judging import Court
from tests.rules.fraud_tables import SHIPPED, rules_of
from tests.rules.test_purchases import BOUGHT
from tests.store.crossing import four_partitions, lying

DAY_S = 86_400
RING = {"signal": "ring", "within_s": DAY_S, "coins": 100, "count": 4, "ppm": 500_000, "weight": 50}
GAVE = {"signal": "gave", "within_s": 60, "coins": 100, "weight": 10}
FED = {"signal": "fed_by_new", "within_s": 60, "age_s": DAY_S, "coins": 20, "count": 3, "ppm": 500_000, "weight": 50}
ONE = {"signal": "fed_by_one", "coins": 50, "ppm": 700_000, "weight": 50}
TAINTED = {"signal": "fed_by_suspects", "coins": 50, "ppm": 500_000, "weight": 50}
QUICK = {"signal": "quick_payout", "within_s": 60, "coins": 50, "ppm": 800_000, "weight": 50}


@pytest.mark.parametrize("ring", ["ab", "abc", "abcd"])
async def test_a_ring_is_found_when_it_closes(archive: Archive, ring: str) -> None:
    """Of two, three and four people, who are suspects of one case; who only gave to one of them is not."""
    court = Court(archive, rules_of(RING))
    await court.judge(*(grant(user, 1000) for user in "abcdx"))
    gifts = [gift(one, ring[(i + 1) % len(ring)], 100) for i, one in enumerate(ring)]
    before = await court.judge(*gifts[:-1], gift("x", "a", 500))
    (case,) = await court.judge(gifts[-1])
    parts = await court.parts(case)

    assert [] == before
    assert {*ring} == {user for user, (part, *_) in parts.items() if part == "suspect"}
    assert (len(ring), "r0") == (case.entries, case.reasons)
    assert {(100, 100_000)} == {tuple(parts[user][1:]) for user in ring}


async def test_what_is_no_ring(archive: Archive) -> None:
    """Five people, too few coins, or people for whom that is little of what they give."""
    court = Court(archive, rules_of(RING))
    await court.judge(*(grant(user, 1000) for user in "abcdefgh"))
    five = [gift(one, other, 100) for one, other in zip("abcde", "bcdea", strict=True)]

    assert [] == await court.judge(*five)
    assert [] == await court.judge(gift("f", "g", 99), gift("g", "f", 500))
    assert [] == await court.judge(
        gift("h", "sam", 300), gift("sam", "h", 500), gift("h", "sue", 500), gift("h", "sam", 9)
    )


async def test_accounts_that_began_together_feed_a_streamer(archive: Archive) -> None:
    """They and the streamer are of one case; an account that also gives to others is not in it."""
    court = Court(archive, rules_of(FED))
    await court.judge(*(grant(user, 100) for user in ("p1", "p2", "p3", "fan")))
    await court.judge(gift("fan", "sue", 20), gift("fan", "sam", 5))
    (case,) = await court.judge(*(gift(user, "sam", 20) for user in ("p1", "p2", "p3")))
    parts = await court.parts(case)

    assert {"p1", "p2", "p3", "sam"} == {user for user, (part, *_) in parts.items() if part == "suspect"}
    assert ("suspect", 0, 60_000) == parts["sam"]


@pytest.mark.parametrize(("after_s", "found"), [(50, 0), (150, 1)])
async def test_all_begin_where_the_books_begin(archive: Archive, after_s: int, found: int) -> None:
    """Accounts that are there for the first time as all others are have not begun together."""
    court = Court(archive, rules_of(FED, settles_s=100))
    await court.judge()
    await court.judge(*(grant(user, 100) for user in ("p1", "p2", "p3")), after_ms=1000 * after_s)

    assert found == len(await court.judge(*(gift(user, "sam", 20) for user in ("p1", "p2", "p3"))))


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ([ONE], True),
        ([TAINTED, GAVE], False),
        ([TAINTED, {**GAVE, "weight": 50}], True),
        ([QUICK], True),
        ([{**QUICK, "ppm": 950_000}], False),
    ],
)
async def test_a_payout_is_looked_at(archive: Archive, rules: list[dict[str, Any]], found: bool) -> None:
    """Whose coins are to be paid out, how much of them, and how soon after they came."""
    court = Court(archive, rules_of(*rules))
    await court.judge(gift("ann", "sue", 100), gift("bob", "sue", 20))
    settled = Settlement(id="sue:0", user="sue", milli=120_000, since_ms=0, until_ms=1)
    found_now = await court.judge(settled, PayoutHold(id="x", user="sue", milli=108_000))
    held = [case for case in found_now if case.outcome != "note" and "r0" in case.reasons]

    assert found == bool(held)
    parts = {case.id: (await court.parts(case)).get("sue", ("", 0, 0)) for case in found_now}
    assert {"suspect"} >= {parts[case.id][0] for case in held}
    if found:
        # What the gifter gave belongs to one case, where it is about that gifter.
        assert (100_000 if QUICK["signal"] != rules[0]["signal"] else 0) == sum(milli for *_, milli in parts.values())


async def test_declined_payments_make_a_case_once(archive: Archive) -> None:
    """They are in no journal; a case that was opened for them is not opened again."""
    court = Court(archive, rules_of({"signal": "declined", "within_s": 3600, "count": 2, "weight": 50}))
    await court.judge()
    now_ms = court.journal.at_ms
    for i in range(2):
        made = msgspec.structs.replace(BOUGHT, id=f"p{i}", status="failed", created_ms=now_ms, expires_ms=now_ms)
        await archive.write(purchases.insert, made, Request(f"k{i}", "m", ""))
        found = await court.judge()
        assert i == len(found)

    assert found == await court.judge()
    assert {"ann": ("suspect", 0, 0)} == await court.parts(found[0])


async def test_many_judges_judge_once(archive: Archive) -> None:
    """At the same time and again: one case, with each gift once."""
    court = Court(archive, rules_of({**GAVE, "weight": 50}))
    await court.judge()
    for i in range(5):
        await court.write(gift("ann", "sam", 40 + i))
    judges = [Judge(archive, lambda _: court.rules, lambda: court.journal.at_ms) for _ in range(3)]
    counts = await asyncio.gather(*(one.step() for one in judges))
    (case,) = await court.judge()

    assert [0, 0, 5] == sorted(counts)
    assert 5 == case.entries
    assert {"ann": ("suspect", 210, 0), "sam": ("receiver", 0, 210_000)} == await court.parts(case)


async def test_what_was_judged_outlives_whoever_judged(archive: Archive) -> None:
    """A step that breaks off leaves nothing; the next one does all of it."""
    court = Court(archive, rules_of({**GAVE, "weight": 50}))
    await court.judge()
    await court.write(gift("ann", "sam", 200))

    def broken(connection: Any) -> None:
        judge(connection, court.rules, 0)
        raise LookupError

    with pytest.raises(LookupError):
        await archive.write(broken)

    assert [] == await archive.read(cases.page, None, None, 9)
    assert [1] == [case.entries for case in await court.judge()]


async def test_honest_people_are_left_alone(archive: Archive) -> None:
    """By the rules that ship: small gifts, now and then, to several streamers."""
    court = Court(archive, SHIPPED)
    for day in range(3):
        found = await court.judge(gift("ann", "sam", 99), gift("bob", "sue", 30), after_ms=86_400_000 * day)

    assert [] == found
    assert {"ann", "bob"} == set(await archive.read(fraud.find_people, ["ann", "bob"]))


async def test_gifts_to_other_partitions_are_judged_at_their_givers(store_url: str, books: Archive) -> None:
    """Once each, when they have arrived; what somebody gave before, and gives after that, is in the one case."""
    rules = rules_of({**GAVE, "coins": 10})
    async with four_partitions(store_url) as worker:
        await books.write(begin_cursors, P)
        store, court = worker.ledgers[0].store, Judge(books, lambda at_ms: rules, now_ms)
        for at in (2, 2, 3):
            await worker.send([order(PAYERS[0], at, "heart"), order(PAYERS[3], at)])
            await archive_partitions(store, books, EPOCH, *range(P))
            assert 0 < await court.step()
        await worker.steps[0].pay([order(PAYERS[0], 1, "heart")])
        await archive_partitions(store, books, EPOCH, 0)
        await court.step()
        assert 0 == await court.step()
        (case,) = await books.read(cases.page, None, None, 9)
        entries = await books.read(lambda connection: connection.execute(select(cases.CASE_ENTRIES)).all())
        closed = select(ENTRIES.c.n).where(ENTRIES.c.partition == 0, ENTRIES.c.kind == "gift_closed")
        numbers = await books.read(lambda connection: list(connection.scalars(closed)))
        parts = {one.person: (one.part, one.coins) for one in await books.read(cases.people_of, case.id, 9)}
        await worker.ways.carry(await lying(worker, 0))

    assert [(case.id, 0, n) for n in sorted(numbers)] == sorted(map(tuple, entries))
    assert {PAYERS[0]: ("suspect", 15), STREAMERS[2]: ("receiver", 0), STREAMERS[3]: ("receiver", 0)} == parts
