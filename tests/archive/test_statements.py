from __future__ import annotations

import pytest

from app.archive.archive import Archive
from app.archive.recorder import Recorder
from app.archive.statements import Line, accounts_at, balances_at, n_at, spent_since, statement
from tests.journal import BORN_MS, Journal, gift, grant
from tests.plans import steps

ANN = "viewer:ann:coins"


@pytest.fixture
async def journal(archive: Archive) -> Journal:
    """A journal that is archived: one batch a second."""
    journal = Journal()
    journal.write(grant("ann", 100, "a"), grant("bob", 50, "b"))
    for i in range(5):
        journal.write(gift("ann", "sam", 1 + i), gift("bob", "sam", 1))
    journal.write(grant("ann", 7, "c"))
    await archive.write(Recorder("e1", lambda _: 0).record, journal.placed)
    return journal


async def test_the_newest_comes_first(archive: Archive, journal: Journal) -> None:
    """A page has the last lines, each with what it moved and the balance after it; the next page goes on before it."""
    entries = journal.entries()
    first = await archive.read(statement, ANN, 3)
    second = await archive.read(statement, ANN, 10, first[-1].n)

    assert Line(13, BORN_MS + 7000, 7, 92, entries[12]) == first[0]
    assert [(13, 7, 92), (11, -5, 85), (9, -4, 90)] == [(line.n, line.amount, line.balance) for line in first]
    assert [(7, -3, 94), (5, -2, 97), (3, -1, 99), (1, 100, 100)] == [
        (line.n, line.amount, line.balance) for line in second
    ]


async def test_a_page_of_some_kinds(archive: Archive, journal: Journal) -> None:
    """Only entries of the kinds that are asked for are shown."""
    assert [13, 1] == [line.n for line in await archive.read(statement, ANN, 5, kinds=["grant"])]
    assert [9, 7] == [line.n for line in await archive.read(statement, ANN, 2, 11, ["gift"])]


async def test_nobody_elses_entries_are_looked_at(books: Archive) -> None:
    """However many gifts somebody sent, a page of other kinds costs as little as any page; and however many others
    sent, so does the sum of what one person spent.
    """
    journal = Journal()
    journal.write(grant("ann", 5000, "a"), grant("bob", 5000, "b"), gift("bob", "sam", 1))
    journal.write(*(gift("ann", "sam", 1) for _ in range(3000)))
    await books.write(Recorder("e1", lambda _: 0).record, journal.placed)

    assert [1] == [line.n for line in await books.read(statement, ANN, 5, kinds=["grant", "refund"])]
    assert await books.read(steps, statement, ANN, 5, None, ["grant", "refund"]) < 1000
    assert 1 == await books.read(spent_since, "viewer:bob:coins", 0)
    assert await books.read(steps, spent_since, "viewer:bob:coins", 0) < 1000
    assert await books.read(steps, spent_since, ANN, 0) > 3000


async def test_an_unknown_account_has_no_lines(archive: Archive, journal: Journal) -> None:
    """Of somebody who never had anything, there is nothing to tell."""
    assert [] == await archive.read(statement, "viewer:nobody:coins", 5)


@pytest.mark.parametrize(
    ("n", "ann", "bob"), [(0, None, None), (1, 100, None), (2, 100, 50), (7, 94, 48), (99, 92, 45)]
)
async def test_balances_at_any_entry(
    archive: Archive, journal: Journal, n: int, ann: int | None, bob: int | None
) -> None:
    """The balances are those right after an entry; an account that had none yet is left out."""
    expected = {ANN: ann, "viewer:bob:coins": bob}
    found = await archive.read(balances_at, [*expected, "viewer:nobody:coins"], n)

    assert {name: balance for name, balance in expected.items() if balance is not None} == found


async def test_all_accounts_page_by_page(archive: Archive, journal: Journal) -> None:
    """Every account comes once, with the balance that it had then."""
    found: dict[str, int] = {}
    last, page = await archive.read(accounts_at, 13, 0, 2)
    while page:
        found |= page
        last, page = await archive.read(accounts_at, 13, last, 2)

    assert dict(journal.replay.balances) == found
    assert {ANN: 100, "platform:coins_issued": -100} == (await archive.read(accounts_at, 1))[1]


async def test_the_entry_of_a_moment(archive: Archive, journal: Journal) -> None:
    """The last entry that was written by then; before all of them there is none."""
    moments = [0, BORN_MS + 999, BORN_MS + 1000, BORN_MS + 2500, BORN_MS + 7000, 2**50]

    assert [0, 0, 2, 4, 13, 13] == [await archive.read(n_at, at_ms) for at_ms in moments]


async def test_an_empty_archive(archive: Archive) -> None:
    """Where nothing was archived, nothing was at any time."""
    assert (0, 0, {}) == (await archive.read(n_at, 2**50), *(await archive.read(accounts_at, 5)))


@pytest.mark.parametrize(("since_s", "spent"), [(0, 15), (2, 15), (3, 14), (6, 5), (7, 0), (99, 0)])
async def test_what_was_spent_since(archive: Archive, journal: Journal, since_s: int, spent: int) -> None:
    """Gifts from that moment on are added up, and nothing else; of somebody unknown it is nothing."""
    since_ms = BORN_MS + 1000 * since_s

    assert spent == await archive.read(spent_since, ANN, since_ms)
    assert 0 == await archive.read(spent_since, "viewer:nobody:coins", since_ms)
