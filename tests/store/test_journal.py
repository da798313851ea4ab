from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.replay import Placed, Replay
from app.store import journal as module
from app.store.journal import End, Journal
from tests.world import EPOCH, World


def numbers(placed: list[Placed]) -> list[tuple[int, int]]:
    """The first and last entry of each batch."""
    return [(batch.first, batch.first + batch.count - 1) for _, batch in placed]


@pytest.fixture
async def journal(world: World) -> Journal:
    """The journal of a world in which something has happened: a grant, a batch of two gifts, three grants."""
    await world.grant("ann", 100)
    await world.send(world.order(), world.order())
    for key in ("a", "b", "c"):
        await world.grant("bob", 1, key)
    return Journal(world.store, EPOCH)


async def test_its_end_is_told(world: World, journal: Journal) -> None:
    """How far it goes, with the chain's head there, and how far it is archived."""
    totals = await world.store.call("HGETALL", world.keys.totals)

    assert End(6, totals[b"h"].decode(), 0) == await journal.end()


async def test_it_is_read_on_from_anywhere(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows an entry is found by its place in the stream, or without, and page by page."""
    everything = await journal.after(0, "")
    monkeypatch.setattr(module, "PAGE", 2)

    assert [(1, 1), (2, 3), (4, 4), (5, 5), (6, 6)] == numbers(everything)
    assert everything == await journal.after(0, "")
    assert everything[2:] == await journal.after(3, everything[1][0])
    assert everything[2:] == await journal.after(3, "")
    assert [] == await journal.after(6, everything[-1][0])


async def test_a_place_that_is_no_good_does_no_harm(journal: Journal) -> None:
    """Where ids have gone back, as after a rebuild, the entry is looked for by its number."""
    everything = await journal.after(0, "")

    assert everything[2:] == await journal.after(3, "9999999999999-0")
    assert everything[2:] == await journal.after(3, everything[3][0])


async def test_a_read_is_bounded(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read ends with the page in which it has enough entries."""
    monkeypatch.setattr(module, "PAGE", 2)
    monkeypatch.setattr(module, "ENTRIES_A_READ", 3)

    assert [(1, 1), (2, 3)] == numbers(await journal.after(0, ""))


async def test_what_is_read_can_be_replayed(journal: Journal) -> None:
    """The batches are those that the chain was made of."""
    replay = Replay()
    for _, batch in await journal.after(0, ""):
        replay.apply(replay.read(batch))

    assert ([], (await journal.end()).head) == (replay.problems, replay.head)


async def test_what_is_archived_is_noted_and_never_taken_back(world: World, journal: Journal) -> None:
    """A later note counts, an earlier one does not, and none may go beyond the journal's end."""
    noted = [await journal.note_archived(n) for n in (3, 2, 6, 7)]

    assert [True, True, True, False] == noted
    assert 6 == (await journal.end()).archived
    assert b"6" == await world.store.call("HGET", world.keys.totals, "archived")


async def test_only_what_is_archived_is_trimmed(journal: Journal) -> None:
    """Whatever is asked for, an entry that is not archived stays."""
    assert 0 == await journal.trim(5)
    await journal.note_archived(4)
    dropped = [await journal.trim(n) for n in (5, 4, 4)]

    assert [0, 4, 0] == dropped
    assert [(5, 5), (6, 6)] == numbers(await journal.after(0, ""))


async def test_a_batch_is_trimmed_whole(journal: Journal) -> None:
    """A batch of which not all may go stays whole."""
    await journal.note_archived(6)

    assert 1 == await journal.trim(2)
    assert (2, 3) == numbers(await journal.after(0, ""))[0]


async def test_the_last_one_may_be_trimmed_too(journal: Journal) -> None:
    """When all is archived, all may go, and the next entry is read as ever."""
    await journal.note_archived(6)

    assert 6 == await journal.trim(6)
    assert [] == await journal.after(6, "")


async def test_keys_go_with_their_entries(world: World, journal: Journal) -> None:
    """The keys of trimmed intents are dropped, and from then on the archive has to be asked for them."""
    await journal.note_archived(4)
    await journal.trim(4)
    keys = await world.store.call("HKEYS", world.keys.moves)

    assert {b"grant:b", b"grant:c"} == set(keys)
    assert b"5" == await world.store.call("HGET", world.keys.totals, "keys_from")
    with pytest.raises(Refusal, match="The archive is needed"):
        await world.grant("bob", 1, "a")
    assert 4 == await world.grant("bob", 1, "c") + 1


async def test_another_ledgers_journal_is_left_alone(world: World, journal: Journal) -> None:
    """A flushed or foreign store is read as uninitialised, noted nothing, and trimmed of nothing."""
    stranger = Journal(world.store, "e2")
    for call in (stranger.end(), stranger.note_archived(1)):
        with pytest.raises(Refusal, match="uninitialised"):
            await call
    with pytest.raises(Refusal, match="uninitialised"):
        await stranger.trim(6)

    assert 5 == len(await journal.after(0, ""))
    assert 0 == (await journal.end()).archived
