from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.actions.books.judge_fraud import judge
from app.actions.books.look_up import look_up_in
from app.actions.books.prove_archive import ArchiveProof, prove_archive
from app.actions.books.settle_earnings import Settler
from app.actions.operator import decide_case as module
from app.actions.operator.decide_case import decide_case, own_case, read_case
from app.archive import cases, fraud, outbox
from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from app.base.errors import Refusal
from app.rules.actors import PLATFORM
from app.rules.cases import Case, CaseDetails, Involved, Verdict
from app.rules.entries import ClawBack
from app.rules.fraud_facts import Facts
from app.store.moves import Moves
from tests.actions.paying import Paying
from tests.archiving import HOLD_MS, archive_all
from tests.audited import acts
from tests.books import check_books
from tests.rules.fraud_tables import rules_of
from tests.rules.test_cases import OPEN
from tests.store.moving import freeze
from tests.world import World

GAVE = {"signal": "gave", "within_s": 600, "coins": 1000, "weight": 50}
HELD, FROZEN = rules_of(GAVE), rules_of({**GAVE, "weight": 90})


class Desk:
    """A ledger whose gifts are archived, judged, settled and decided on; ann has coins and gives to sam and sue."""

    def __init__(self, world: World, archive: Archive) -> None:
        self.world, self.archive = world, archive
        self.paying = Paying(archive, world)
        self.rules = HELD

    async def give(self, gift: str = "galaxy", room: str = "main") -> None:
        """A gift of ann's."""
        await self.world.grant("ann", 5000)
        await self.world.send(self.world.order(gift=gift, room=room))

    async def judge(self) -> list[Case]:
        """All that was written is archived and judged; the cases that are open."""
        await archive_all(self.world, self.archive)
        await self.archive.write(judge, self.rules, self.world.now_ms())
        return await self.archive.read(cases.page, "open", None, 9)

    async def decide(self, verdict: Verdict, case_id: str, by: str = PLATFORM, **more: Any) -> CaseDetails:
        """The case, decided, and what was decided posted."""
        now_ms = self.world.now_ms()
        found, _ = await decide_case(self.archive, self.rules, verdict, case_id, by, "why", now_ms, **more)
        await self.deliver()
        return found

    async def deliver(self) -> None:
        """What was decided is posted, and archived."""
        await self.paying.delivery.deliver()
        await archive_all(self.world, self.archive)

    async def settle(self) -> None:
        """All whose hold is over becomes available, but for what is under review."""

        async def later_ms() -> int:
            return self.world.now_ms() + 2 * HOLD_MS

        await archive_all(self.world, self.archive)
        await Settler(Moves([self.world.ledger], look_up_in(self.archive)), self.archive, later_ms).step()
        await archive_all(self.world, self.archive)

    async def prove(self) -> None:
        """Ledger and archive are in order."""
        await check_books(self.world)
        proof = ArchiveProof(full=True)
        await prove_archive(self.archive, proof, lambda what, done, of: None)
        assert [] == proof.replay.problems


@pytest.fixture
def desk(world: World, archive: Archive) -> Desk:
    """Nothing has been given yet."""
    return Desk(world, archive)


async def test_what_came_of_fraud_is_taken_back_once(desk: Desk) -> None:
    """Pending diamonds first, then available ones; asked for again, the same is answered and nothing more is taken."""
    await desk.give()
    await desk.settle()
    await desk.give()
    (case,) = await desk.judge()
    await desk.decide("claw-back", case.id, key="k")
    again = [
        await desk.decide("claw-back", case.id, by=by, key=key) for by, key in ((PLATFORM, "k"), ("person:o", "l"))
    ]
    sam = await desk.paying.diamonds()

    assert (0, 0) == (sam.pending, sam.available)
    assert ["clawed_back"] * 2 == [one.status for one in again]
    assert {"sam": ("receiver", "2000", "2000"), "ann": ("suspect", "0", "0")} == {
        one.user: (one.part, one.diamonds, one.taken) for one in again[0].people
    }
    assert [(PLATFORM, "claw_back_case", case.id, "why", "ann")] == await acts(desk.archive)
    with pytest.raises(Refusal, match="already_decided"):
        await desk.decide("release", case.id)
    with pytest.raises(Refusal, match="id_reused"):
        await desk.decide("release", case.id, key="k")
    await desk.prove()


async def test_it_is_taken_back_from_all_who_earned_by_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many they are: they are read some at a time, and each is asked once."""
    monkeypatch.setattr(module, "PEOPLE_A_READ", 2)
    await desk.give()
    (case,) = await desk.judge()
    people = [Involved(case_id=case.id, person=f"p{i}", part="receiver", milli=i) for i in range(5)]
    await desk.archive.write(cases.put_people, people)
    await decide_case(desk.archive, desk.rules, "claw-back", case.id, PLATFORM, "why", desk.world.now_ms())
    waiting = [entry for entry in await desk.archive.read(outbox.waiting, 9) if isinstance(entry, ClawBack)]

    assert [("p1", 1), ("p2", 2), ("p3", 3), ("p4", 4), ("sam", 1_000_000)] == [
        (one.user, one.milli) for one in waiting
    ]


async def test_a_case_of_thousands_is_decided_whole(desk: Desk) -> None:
    """Also with more people than are shown: each suspect is left alone after a release, each earner gives back once."""
    now_ms = desk.world.now_ms()
    names = [f"p{i:04}" for i in range(2500)]
    signs = {name: Facts(signs={"r0": now_ms + 10**9}) for name in names}
    for case_id in ("free", "guilty"):
        await desk.archive.write(cases.put, msgspec.structs.replace(OPEN, id=case_id))
        people = [Involved(case_id=case_id, person=name, part="suspect", milli=7) for name in names]
        await desk.archive.write(cases.put_people, people)
    await desk.archive.write(fraud.save_people, signs)
    shown, _ = await decide_case(desk.archive, desk.rules, "release", "free", PLATFORM, "why", now_ms)
    assert module.PEOPLE_MAX == len(shown.people)
    found = await desk.archive.read(fraud.find_people, names)
    assert {(0, True)} == {(len(facts.signs), facts.quiet_ms > now_ms) for facts in found.values()}

    await decide_case(desk.archive, desk.rules, "claw-back", "guilty", PLATFORM, "why", now_ms)
    waiting = [entry for entry in await desk.archive.read(outbox.waiting, 9999) if isinstance(entry, ClawBack)]
    assert [(name, 7) for name in names] == sorted((entry.user, entry.milli) for entry in waiting)


async def test_a_gift_is_in_one_case(desk: Desk) -> None:
    """What was taken back is gathered by no later case: who got gifts of fraud loses them once, and nothing else."""
    desk.rules = rules_of(GAVE, {**GAVE, "coins": 1500})
    await desk.give()
    (first,) = await desk.judge()
    await desk.decide("claw-back", first.id)
    await desk.world.grant("bob", 900)
    await desk.world.send(desk.world.order(sender="bob", gift="heart", quantity=99))
    before = await desk.paying.diamonds()
    await desk.give()
    (second,) = await desk.judge()
    found = await desk.decide("claw-back", second.id)

    assert {"sam": "1000", "ann": "0"} == {one.user: one.diamonds for one in found.people}
    assert before.pending == (await desk.paying.diamonds()).pending
    await desk.prove()


async def test_what_is_gone_is_not_taken(desk: Desk) -> None:
    """Diamonds in a payout are not: what was there is told, and nobody owes the rest."""
    await desk.give()
    await desk.settle()
    (case,) = await desk.judge()
    await desk.paying.profile()
    await desk.paying.earn(gift="universe")
    await desk.settle()
    await desk.paying.ask("45500")
    await desk.deliver()
    found = await desk.decide("claw-back", case.id)
    sam = await desk.paying.diamonds()

    assert (0, 45_500_000) == (sam.available, sam.held)
    assert ["499", "0"] == [one.taken for one in (await desk.archive.read(read_case, found.id)).people]
    await desk.prove()


async def test_a_release_lets_all_go_on(desk: Desk) -> None:
    """What was under review matures, who was frozen for it is free, and the rules keep silent for a while."""
    desk.rules = FROZEN
    await desk.give()
    (case,) = await desk.judge()
    await desk.deliver()
    await desk.settle()
    sam = await desk.paying.diamonds()
    frozen = (await desk.paying.diamonds("ann")).frozen
    released = await desk.decide("release", case.id)
    await desk.settle()
    after = await desk.paying.diamonds()
    await desk.give()

    assert (1_000_000, 0, True) == (sam.pending, sam.available, frozen)
    assert (0, 1_000_000, False) == (after.pending, after.available, (await desk.paying.diamonds("ann")).frozen)
    assert ("released", PLATFORM, "why", "freeze") == (released.status, released.by, released.why, released.outcome)
    assert [] == await desk.judge()
    known = await desk.archive.read(fraud.find_people, ["ann"])
    assert {} == known["ann"].signs
    await desk.prove()


async def test_whom_somebody_else_froze_stays_frozen(desk: Desk) -> None:
    """A release ends the freeze of its case alone."""
    desk.rules = FROZEN
    await desk.give()
    (case,) = await desk.judge()
    await desk.deliver()
    await desk.world.moves.post([freeze("ann")])
    await archive_all(desk.world, desk.archive)
    await desk.decide("release", case.id)

    assert (await desk.paying.diamonds("ann")).frozen


async def test_a_release_overtakes_no_freeze(desk: Desk) -> None:
    """Who is about to be frozen when the case is released is free afterwards."""
    desk.rules = FROZEN
    await desk.give()
    (case,) = await desk.judge()
    await desk.decide("release", case.id)

    assert not (await desk.paying.diamonds("ann")).frozen
    await desk.prove()


async def test_a_case_has_an_owner(desk: Desk) -> None:
    """Whoever takes it on; one that is decided, or unknown, is nobody's to take."""
    await desk.give()
    (case,) = await desk.judge()
    owned, _ = [await own_case(desk.archive, case.id, "person:o", 5) for _ in range(2)]
    assert [("person:o", "take_case", case.id, "", "")] == await acts(desk.archive)
    await desk.decide("release", case.id)

    assert ("person:o", "person:o") == (owned.owner, (await desk.archive.read(read_case, case.id)).owner)
    with pytest.raises(Refusal, match="already_decided"):
        await own_case(desk.archive, case.id, "person:p", 6)
    for wanted in ("c_1", ""):
        with pytest.raises(Refusal, match="unknown_case"):
            await desk.archive.read(read_case, wanted)
    with pytest.raises(Refusal, match="bad_request"):
        await decide_case(desk.archive, desk.rules, "release", case.id, PLATFORM, " ", 5)


STEPS = st.sampled_from(["give", "give_sue", "judge", "settle", "release", "claw-back", "deliver", "payout", "pay"])


@given(steps=st.lists(STEPS, min_size=4, max_size=14))
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_in_any_order_the_books_hold(world: World, tmp_path: Any, steps: list[str]) -> None:
    """Given, held, released, taken back, settled, paid out in any order: no diamond is lost, doubled or below zero."""
    await world.be_born()
    path = tmp_path / "any.db"
    path.unlink(missing_ok=True)
    archive = Archive(sqlite_url(path))
    try:
        await archive.write(migrate)
        desk = Desk(world, archive)
        await desk.paying.earn(gift="universe")
        await desk.paying.profile()
        decided = dict[str, str]()
        for step in steps:
            await take(desk, step, decided)
            await check_books(world)
        await desk.deliver()
        await desk.prove()
        for case_id, status in decided.items():
            assert status == (await archive.read(read_case, case_id)).status
    finally:
        archive.close()


async def take(desk: Desk, step: str, decided: dict[str, str]) -> None:
    """One step; `decided` notes what became of cases."""
    if step.startswith("give"):
        await desk.give(room="side" if step == "give_sue" else "main")
    elif step == "judge":
        await desk.judge()
    elif step == "settle":
        under_review = await desk.archive.read(cases.under_review, "sam")
        before = (await desk.paying.diamonds()).pending
        await desk.settle()
        # What is held stays pending, as far as it has been until now.
        assert (await desk.paying.diamonds()).pending >= min(before, sum(part.milli for _, part in under_review))
    elif step in ("release", "claw-back"):
        verdict: Verdict = "release" if step == "release" else "claw-back"
        for case in (await desk.archive.read(cases.page, "open", None, 9))[:1]:
            now_ms = desk.world.now_ms()
            found, _ = await decide_case(desk.archive, desk.rules, verdict, case.id, PLATFORM, "why", now_ms)
            decided[case.id] = found.status
    elif step == "deliver":
        await desk.deliver()
    elif step == "pay":
        await desk.paying.pass_time(5000)
    else:
        with suppress(Refusal):
            await desk.paying.ask("4000")
