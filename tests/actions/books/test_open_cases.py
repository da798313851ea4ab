from __future__ import annotations

from app.archive import cases, outbox
from app.archive.archive import Archive
from tests.journal import gift
from tests.judging import Court
from tests.rules.fraud_tables import rules_of

GAVE = {"signal": "gave", "within_s": 60, "coins": 100, "weight": 20}
MORE = {"signal": "gave", "within_s": 60, "coins": 200, "weight": 35}
MOST = {"signal": "gave", "within_s": 60, "coins": 300, "weight": 40}


async def test_a_case_grows_with_its_signs(archive: Archive) -> None:
    """From a note by a hold to a freeze, which is on its way to the ledger once; it is one case all the while."""
    court = Court(archive, rules_of(GAVE, MORE, MOST))
    (noted,) = await court.judge(gift("ann", "sam", 100))
    (held,) = await court.judge(gift("ann", "sam", 100))
    before = await archive.read(outbox.waiting, 9)
    (frozen,) = await court.judge(gift("ann", "sam", 100))
    await court.judge(gift("ann", "sam", 100))
    (freeze,) = await archive.read(outbox.waiting, 9)

    assert [("note", 20, "r0"), ("hold", 55, "r0 r1"), ("freeze", 95, "r0 r1 r2")] == [
        (one.outcome, one.score, one.reasons) for one in (noted, held, frozen)
    ]
    assert noted.id == held.id == frozen.id
    assert ([], f"freeze:{held.id}:ann", "ann") == (before, freeze.key, freeze.user)


async def test_a_case_gathers_what_suspects_give(archive: Archive) -> None:
    """What they gave of late and what they give afterwards, to whomever, each gift once; not what is long past."""
    court = Court(archive, rules_of({**GAVE, "weight": 50}))
    await court.judge(gift("ann", "sue", 7))
    await court.judge(gift("ann", "sam", 60), gift("bob", "sam", 5), after_ms=8 * 86_400_000)
    (case,) = await court.judge(gift("ann", "sam", 50))
    await court.judge(gift("ann", "tom", 9), gift("bob", "tom", 1))

    expected = {"ann": ("suspect", 119, 0), "sam": ("receiver", 0, 110_000), "tom": ("receiver", 0, 9000)}
    assert expected == await court.parts(case)
    assert [9, 8, 6] == await archive.read(cases.entries_of, case.id, 9)


async def test_cases_are_kept_apart(archive: Archive) -> None:
    """Suspects who have nothing to do with each other have cases of their own."""
    court = Court(archive, rules_of({**GAVE, "weight": 50}))
    found = await court.judge(gift("ann", "sam", 100), gift("bob", "sam", 100), gift("cat", "sue", 99))

    assert [["ann", "sam"], ["bob", "sam"]] == sorted([sorted(await court.parts(case)) for case in found])


async def test_what_suspects_get_of_others_is_not_gathered(archive: Archive) -> None:
    """It is held, as all of a suspect's is, and it is not taken back."""
    court = Court(archive, rules_of({**GAVE, "weight": 50}))
    (case,) = await court.judge(gift("sam", "sue", 100), gift("bob", "sam", 70))
    await court.judge(gift("bob", "sam", 70))

    assert {"sam": ("suspect", 100, 0), "sue": ("receiver", 0, 100_000)} == await court.parts(case)
    assert await archive.read(cases.is_suspect, "sam")
