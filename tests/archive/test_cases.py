from __future__ import annotations

import msgspec
from sqlalchemy import select

from app.archive import cases
from app.archive.archive import Archive
from app.archive.maturing import Due, due, next_due_ms
from app.rules.cases import Involved
from tests.journal import gift
from tests.judging import HOLD_MS, Court
from tests.rules.fraud_tables import rules_of
from tests.rules.test_cases import OPEN


async def test_cases_come_page_by_page(archive: Archive) -> None:
    """The newest first, of one status or of all, of one person or of all, as they were put last."""
    made = [msgspec.structs.replace(OPEN, id=f"c{i}", opened_ms=i // 2) for i in range(4)]
    for one in made:
        await archive.write(cases.put, one)
    done = msgspec.structs.replace(made[1], status="released", by="platform", why="no", decided_ms=9)
    await archive.write(cases.put, done)
    first = await archive.read(cases.page, None, None, 2)

    assert made[:1:-1] == first
    assert [done, made[0]] == await archive.read(cases.page, None, (first[-1].opened_ms, first[-1].id), 9)
    assert [done] == await archive.read(cases.page, "released", None, 9)
    parts = [Involved(case_id=id, person="ann", part="suspect") for id in ("c1", "c3")]
    await archive.write(cases.put_people, parts)
    assert [made[3], done] == await archive.read(cases.page, None, None, 9, "ann")
    assert [done] == await archive.read(cases.page, None, (made[3].opened_ms, made[3].id), 9, "ann")
    assert [] == await archive.read(cases.page, None, None, 9, "bob")
    assert (done, None) == (await archive.read(cases.find, "c1"), await archive.read(cases.find, "c9"))


async def test_people_and_entries_of_a_case(archive: Archive) -> None:
    """Each once, as they were put last; the parts of people in open cases are found by them."""
    ann, sam = (Involved(case_id="c", person=user, part="suspect") for user in ("ann", "sam"))
    await archive.write(cases.put, OPEN)
    await archive.write(cases.put_people, [ann, sam])
    sam = msgspec.structs.replace(sam, milli=5, part="receiver")
    await archive.write(cases.put_people, [sam])
    for entries in ([(0, 1), (0, 2)], [(0, 2), (1, 3)]):
        await archive.write(cases.put_entries, "c", entries)

    assert [sam, ann] == await archive.read(cases.people_of, "c", 9)
    # Whom it is about is found however little they earned, and whoever earned something however many these are.
    assert ["ann"] == await archive.read(cases.suspects_of, "c", "", 9)
    assert [] == await archive.read(cases.suspects_of, "c", "ann", 9)
    assert [sam] == await archive.read(cases.earners_of, "c", "", 9)
    assert [] == await archive.read(cases.earners_of, "c", "sam", 9)
    assert [sam] == await archive.read(cases.parts_in, "c", ["sam", "tom"])
    assert [3, 2] == await archive.read(cases.entries_of, "c", 2)
    assert [ann] == await archive.read(cases.open_with, ["ann", "tom"])
    await archive.write(cases.put, msgspec.structs.replace(OPEN, status="released"))
    assert [] == await archive.read(cases.open_with, ["ann"])


async def test_what_is_under_review_stays_pending(archive: Archive) -> None:
    """All of a suspect's, and of others what suspects gave; what others gave them matures as ever."""
    court = Court(archive, rules_of())
    await court.judge(gift("ann", "sam", 5), gift("ann", "sue", 2), gift("bob", "sue", 3), gift("ann", "tom", 1))
    now_ms = court.journal.at_ms + 2 * HOLD_MS
    everyone = {one.streamer: one.milli for one in await archive.read(due, now_ms, 9)}
    await archive.write(cases.put, OPEN)
    parts = [("sam", "suspect", 0), ("sue", "receiver", 2000), ("tom", "giver", 1000)]
    await archive.write(
        cases.put_people,
        [Involved(case_id="c", person=user, part=part, milli=milli) for user, part, milli in parts],  # type: ignore[arg-type]
    )

    assert {"sam": 5000, "sue": 5000, "tom": 1000} == everyone
    assert [Due("sue", 3000, 0), Due("tom", 1000, 0)] == await archive.read(due, now_ms, 9)
    assert [Due("sue", 3000, 0)] == await archive.read(due, now_ms, 1)
    assert None is await archive.read(next_due_ms, None, now_ms)
    assert [True, False, False] == [await archive.read(cases.is_suspect, user) for user in ("sam", "sue", "tom")]
    ((case, part),) = await archive.read(cases.under_review, "sue")
    assert (OPEN, 2000) == (case, part.milli)
    await archive.write(cases.put, msgspec.structs.replace(OPEN, outcome="note"))
    assert everyone == {one.streamer: one.milli for one in await archive.read(due, now_ms, 9)}


async def test_an_answer_goes_to_the_cases_that_hold(archive: Archive) -> None:
    """Whoever has none under review has nothing to answer."""
    await archive.write(cases.put, OPEN)
    await archive.write(cases.put_people, [Involved(case_id="c", person="sam", part="suspect")])

    assert [1, 0] == [await archive.write(cases.answer, user, "It was me", 7) for user in ("sam", "ann")]
    ((_, part),) = await archive.read(cases.under_review, "sam")
    assert ("It was me", 7) == (part.answer, part.answered_ms)


async def test_what_somebody_sent_of_late(archive: Archive) -> None:
    """The latest gifts between two entries."""
    court = Court(archive, rules_of())
    await court.judge(*(gift("ann", "sam", coins) for coins in (1, 2, 3, 4)))
    found = await archive.read(cases.sent_gifts, "ann", 5, 7, 2)

    assert [(6, 2), (7, 3)] == sorted((n, one.coins) for n, one in found)
    assert [] == await archive.read(cases.sent_gifts, "sam", 0, 9, 9)
    held = await archive.read(lambda connection: connection.execute(select(cases.held())).all())
    assert [] == held
