from __future__ import annotations

import pytest

from app.actions.books.past_balances import Past, accounts_named, past_balances
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors
from app.archive.recorder import Recorder
from app.rules.moments import Moment
from app.rules.partitions import partition
from tests.journal import BORN_MS, Journal, gift, grant

ANN = "viewer:ann:coins"


def test_a_person_has_several_accounts() -> None:
    """An account is itself; a person stands for a wallet, its debt, what was given, and diamonds in three states."""
    assert ["platform:coins_spent"] == accounts_named("platform:coins_spent")
    assert [ANN, "viewer:ann:debt", "viewer:ann:given"] == accounts_named("ann")[:3]
    assert {"streamer:ann:diamonds_" + state for state in ("pending", "available", "held")} == set(
        accounts_named("ann")[3:]
    )


@pytest.mark.parametrize(
    ("at", "n", "ms", "balances"),
    [
        (None, 3, 3000, {ANN: 93}),
        (Moment(2), 2, 2000, {ANN: 95}),
        (Moment(99), 3, 3000, {ANN: 93}),
        (Moment(0), 0, -BORN_MS, {}),
        (Moment(None, 0, BORN_MS + 2999), 2, 2000, {ANN: 95}),
        (Moment(None, 0, BORN_MS + 1000), 1, 1000, {ANN: 100}),
        (Moment(None, 0, BORN_MS), 0, -BORN_MS, {}),
    ],
)
async def test_balances_of_a_moment(
    at: Moment | None, n: int, ms: int, balances: dict[str, int], archive: Archive
) -> None:
    """They are those after the last entry by then; before the first one there is nothing."""
    journal = Journal()
    for entry in (grant("ann", 100), gift("ann", "sam", 5), gift("ann", "sam", 2)):
        journal.write(entry)
    await archive.write(Recorder("e1", lambda _: 0).record, journal.placed)

    expected = Past(n=n, at_ms=BORN_MS + ms, archived_n=3, balances=balances)
    assert [expected] == await archive.read(past_balances, [ANN, "viewer:nobody:coins"], at)


async def test_each_account_in_its_partition(archive: Archive) -> None:
    """A person's balances are those of their own partition, by its numbers; the platform has some in each."""
    await archive.write(begin_cursors, 2)
    for k, person in enumerate(sorted(("ann", "bob"), key=lambda name: partition(name, 2))):
        journal = Journal()
        for i in range(k + 1):
            journal.write(grant(person, 100, f"g{i}"))
        await archive.write(Recorder("e1", lambda _: 0, k).record, journal.placed)
    found = [one for name in ("ann", "bob") for one in await archive.read(past_balances, accounts_named(name), None)]
    assert [(1, 2, 200), (0, 1, 100)] == [(one.partition, one.n, *one.balances.values()) for one in found]
    platform = await archive.read(past_balances, ["platform:coins_issued"], Moment(1))

    assert [(0, 1, -100), (1, 1, -100)] == [(one.partition, one.n, *one.balances.values()) for one in platform]
