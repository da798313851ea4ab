from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from hashlib import sha1
from typing import Any

import pytest

from app.actions.books.prove_archive import ArchiveProof, prove_archive
from app.actions.manage_room import NewRoom, RoomChange, change_room, open_room
from app.actions.verify_ledger import Report, verify_ledger
from app.archive.archive import Archive
from app.archive.proofs import Proved, note_proof
from app.base.errors import BooksBroken
from app.rules.replay import PROBLEMS_MAX
from app.rules.rooms import Payee
from app.store.audit import Audit, Page
from app.store.journal import Journal
from tests.archiving import archive_all
from tests.world import EPOCH, World


@pytest.fixture
async def busy(world: World) -> World:
    """A world with grants, gifts in two rooms, comments, a change and ended streaks: n is 8."""
    for user in ("ann", "bob"):
        await world.grant(user, 1000, f"k-{user}")
    await world.send(world.order(), world.order("bob", gift="swan", award_ppm=333_333))
    await world.say("c")
    await world.send(world.order(room="side"), world.order("bob", gift="swan"))
    await world.send(world.order(gift="heart", anonymous=True))
    await world.send(world.order(), world.order())
    await change_room(world.partitions, "side", RoomChange(status="ended"))
    return world


UNITS = {
    "coins": "coins",
    "debt": "debt",
    # A level is what this comes to.
    "given": "given",
    "pending": "diamonds_pending",
    "available": "diamonds_available",
    "held": "diamonds_held",
}


async def verify(world: World, books: Archive) -> Report:
    """What a proof says."""
    return await verify_ledger([Audit(world.store)], books, [Journal(world.store, EPOCH)])


async def problem(world: World, books: Archive) -> str:
    """The problems that a proof finds, of which there is at least one."""
    report = await verify(world, books)

    assert not report.ok
    return "\n".join(report.problems)


async def journal(world: World) -> list[tuple[str, dict[str, str]]]:
    """The journal's stream entries."""
    entries = await world.store.call("XRANGE", world.keys.journal, "-", "+")
    return [
        (stream_id.decode(), {flat[i].decode(): flat[i + 1].decode() for i in range(0, len(flat), 2)})
        for stream_id, flat in entries
    ]


async def rewrite(world: World, entries: list[tuple[str, dict[str, str]]]) -> None:
    """Puts other entries in the journal's place."""
    await world.store.call("DEL", world.keys.journal)
    for stream_id, fields in entries:
        flat = [word for pair in fields.items() for word in pair]
        await world.store.call("XADD", world.keys.journal, stream_id, *flat)


def chained(entries: list[tuple[str, dict[str, str]]]) -> str:
    """Makes the chain fit the entries, as a forger would; its head."""
    head = ""
    for _, fields in entries:
        head = sha1((head + fields["n"] + sha1(fields["e"].encode()).hexdigest()).encode()).hexdigest()
        fields["h"] = head
    return head


async def test_books_in_order(busy: World, books: Archive) -> None:
    """A proof of books in order finds no problem and says what it has counted."""
    seen: list[int] = []

    def progress(what: str, done: int, of: int) -> None:
        if what == "entries proved":
            seen.append(done)

    report = await verify_ledger([Audit(busy.store)], books, [Journal(busy.store, EPOCH)], progress)

    assert [] == report.problems
    assert report.ok
    assert ("e1", 8, {"gift": 6, "grant": 2}, 2) == (report.epoch, report.n, report.kinds, report.wallets)
    assert (2000, 708, 1292) == (report.issued, report.spent, report.in_wallets)
    assert 708 * 1000 == report.minted_milli + report.shared_milli
    assert sorted(seen) == seen
    assert 8 == seen[-1]
    # Six gifts, a level, a comment, a room's end and the end of its streak.
    assert 10 == report.room_events_checked


async def test_an_empty_ledger_is_in_order(world: World, books: Archive) -> None:
    """A newborn ledger has nothing to prove."""
    assert (True, 0) == ((await verify(world, books)).ok, (await verify(world, books)).n)


@pytest.mark.parametrize("key", UNITS)
async def test_a_balance_changed_by_hand(key: str, busy: World, books: Archive) -> None:
    """A balance that is not what the journal gives is found, and whose it is."""
    user = "sam" if "diamonds" in UNITS[key] else "ann"
    await busy.store.call("HINCRBY", getattr(busy.keys, key), user, 1)

    assert f":{user}:{UNITS[key]}: the store has" in await problem(busy, books)


@pytest.mark.parametrize(("key", "user"), [("coins", "ann"), ("pending", "sam")])
async def test_a_balance_removed_by_hand(key: str, user: str, busy: World, books: Archive) -> None:
    """A balance that is gone is found, and whose it was."""
    await busy.store.call("HDEL", getattr(busy.keys, key), user)

    assert f":{user}:{UNITS[key]}: the store has 0" in await problem(busy, books)


async def test_a_wallet_from_nowhere(busy: World, books: Archive) -> None:
    """Coins of somebody whom the journal does not know are found."""
    await busy.store.call("HSET", busy.keys.coins, "mallory", 5)

    assert "viewer:mallory:coins: the store has 5, the journal gives 0" in await problem(busy, books)


@pytest.mark.parametrize("name", ["n", "issued", "spent", "clawed", "minted", "shared", "paid"])
async def test_a_total_changed_by_hand(name: str, busy: World, books: Archive) -> None:
    """A total that is not what the journal gives is found."""
    await busy.store.call("HINCRBY", busy.keys.totals, name, 1)

    assert f"total {name}" in await problem(busy, books)


async def test_coins_moved_between_wallets(busy: World, books: Archive) -> None:
    """Coins moved from one wallet to another leave all sums as they were, and are found."""
    await busy.store.call("HINCRBY", busy.keys.coins, "ann", -1)
    await busy.store.call("HINCRBY", busy.keys.coins, "bob", 1)
    found = await problem(busy, books)

    assert "viewer:ann:coins: the store has" in found
    assert "viewer:bob:coins: the store has" in found


@pytest.mark.parametrize("at", range(6))
async def test_an_entry_altered(at: int, busy: World, books: Archive) -> None:
    """An entry that was altered breaks the chain, wherever it stands."""
    entries = await journal(busy)
    fields = entries[at][1]
    fields["e"] = fields["e"].replace("ann", "eve", 1).replace("bob", "eve", 1)
    await rewrite(busy, entries)

    assert f"the chain is broken at n {fields['n']}" in await problem(busy, books)


@pytest.mark.parametrize(
    "text", ["", "x", "{}", "[]", '["gift"]', '["dance",1]', '["grant",0,[1,0],"k","ann","x","r","b"]', "5"]
)
async def test_an_entry_that_cannot_be_read(text: str, busy: World, books: Archive) -> None:
    """An entry that is none any more is a finding, not the end of the proof."""
    entries = await journal(busy)
    entries[0][1]["e"] = text
    await rewrite(busy, entries)

    assert "n 1" in await problem(busy, books)


@pytest.mark.parametrize("at", range(6))
async def test_an_entry_removed(at: int, busy: World, books: Archive) -> None:
    """An entry that was removed is found, wherever it stood."""
    stream_id, fields = (await journal(busy))[at]
    await busy.store.call("XDEL", busy.keys.journal, stream_id)
    found = await problem(busy, books)

    last = at == 5
    assert ("total n" if last else f"n is not dense: {int(fields['n']) + int(fields['k'])} follows") in found


async def test_one_of_several_entries_removed(busy: World, books: Archive) -> None:
    """One entry cut out of those that were written together is found, though the chain is made to fit."""
    entries = await journal(busy)
    fields = next(fields for _, fields in entries if fields["k"] == "2")
    fields["e"] = fields["e"].partition("\n")[0]
    await busy.store.call("HSET", busy.keys.totals, "h", chained(entries))
    await rewrite(busy, entries)

    assert f"n {fields['n']}: 1 entries where 2 were written" in await problem(busy, books)


async def forge(world: World, entry: list[Any], **moved: int) -> None:
    """Appends an entry, with chain, totals and balance made to fit."""
    entries = await journal(world)
    n = str(int(entries[-1][1]["n"]) + int(entries[-1][1]["k"]))
    entries.append(
        (
            f"{int(entries[-1][0].partition('-')[0]) + 1}-0",
            {"n": n, "k": "1", "h": "", "at": "1", "e": json.dumps(entry)},
        )
    )
    await world.store.call("HSET", world.keys.totals, "h", chained(entries), "n", n)
    for name, amount in moved.items():
        await world.store.call("HINCRBY", world.keys.totals, name, amount)
    await rewrite(world, entries)


async def test_an_id_twice(busy: World, books: Archive) -> None:
    """A gift that was paid twice under one id is found, though everything else is made to fit."""
    entries = await journal(busy)
    gift = json.loads(next(line for _, f in entries for line in f["e"].split("\n") if '"heart"' in line))
    coins, milli, share = gift[7:10]
    left = int(await busy.store.call("HINCRBY", busy.keys.coins, "ann", -coins))
    await busy.store.call("HINCRBY", busy.keys.pending, "sam", milli)
    await forge(
        busy, [*gift[:10], *gift[10:12], gift[12] + 100, left, *gift[14:]], spent=coins, minted=milli, shared=share
    )

    assert f"gift:ann:{gift[1]} was applied before" in await problem(busy, books)


async def test_a_grant_twice(busy: World, books: Archive) -> None:
    """A grant that was given twice under one key is found."""
    left = int(await busy.store.call("HINCRBY", busy.keys.coins, "ann", 1000))
    await forge(busy, ["grant", 0, [left, 0], "k-ann", "ann", 1000, "test", "tests"], issued=1000)

    assert ["n 9: grant:k-ann was applied before"] == (await verify(busy, books)).problems


async def test_shares_that_do_not_add_up(busy: World, books: Archive) -> None:
    """A gift whose shares are not its coins is found."""
    left = int(await busy.store.call("HINCRBY", busy.keys.coins, "ann", -1))
    await busy.store.call("HINCRBY", busy.keys.pending, "sam", 2000)
    entry = ["gift", "new", "ann", "sam", "main", "rose", 1, 1, 2000, 0, 1, "card", 99, left, None, 0]
    await forge(busy, entry, spent=1, minted=2000)

    assert "n 9: 1 coins are not 2000 + 0 milli-diamonds" in await problem(busy, books)


async def test_a_wallet_below_zero(busy: World, books: Archive) -> None:
    """A gift that the wallet could not pay is found, though the balance is as it says."""
    left = int(await busy.store.call("HINCRBY", busy.keys.coins, "ann", -5000))
    await busy.store.call("HINCRBY", busy.keys.pending, "sam", 5_000_000)
    entry = ["gift", "new", "ann", "sam", "main", "rose", 5000, 5000, 5_000_000, 0, 1, "card", 99, left, None, 0]
    await forge(busy, entry, spent=5000, minted=5_000_000)

    assert "n 9 cannot be read" in await problem(busy, books)


async def test_another_head(busy: World, books: Archive) -> None:
    """Totals with another head than the journal's are found."""
    await busy.store.call("HSET", busy.keys.totals, "h", "0" * 40)

    assert "the chain's head" in await problem(busy, books)


@pytest.mark.parametrize("at", range(4))
async def test_a_room_event_removed(at: int, busy: World, books: Archive) -> None:
    """A gap in a room's log is found, at its end too; its beginning may have been cut off by age."""
    entries = await busy.store.call("XRANGE", busy.keys.log("main"), "-", "+")
    await busy.store.call("XDEL", busy.keys.log("main"), entries[at][0])

    assert (at == 0) == (await verify(busy, books)).ok


async def test_a_room_event_altered(busy: World, books: Archive) -> None:
    """A gift's event that has another id than the journal is found, and one that the journal does not have."""
    ((stream_id, (name, message)),) = await busy.store.call("XREVRANGE", busy.keys.log("main"), "+", "-", "COUNT", 1)
    await busy.store.call("XDEL", busy.keys.log("main"), stream_id)
    await busy.store.call("DEL", "copy")
    entries = await busy.store.call("XRANGE", busy.keys.log("main"), "-", "+")
    for entry_id, flat in entries:
        await busy.store.call("XADD", "copy", entry_id, *flat)
    await busy.store.call("XADD", "copy", stream_id, name, message.replace(b'"id":"', b'"id":"f', 1))
    await busy.store.call("RENAME", "copy", busy.keys.log("main"))

    assert "room main: offset" in await problem(busy, books)


async def test_a_room_that_began_anew(busy: World, books: Archive) -> None:
    """A room that was forgotten after its end and opened again under its name is in order."""
    for key in (busy.keys.room, busy.keys.log, busy.keys.board, busy.keys.streaks):
        await busy.store.call("DEL", key("side"))
    busy.room["side"], created = await open_room(
        busy.partitions, NewRoom(id="side", title="Side", streamer=Payee("sue", "Sue"))
    )
    await busy.send(busy.order(room="side"), busy.order("bob", room="side"))

    assert created
    assert [] == (await verify(busy, books)).problems


class Slow(Audit):
    """An audit during which gifts are sent."""

    def __init__(self, world: World) -> None:
        super().__init__(world.store)
        self.world = world

    async def read(self, users: Sequence[str] = ()) -> Page:
        """The balances, right before more gifts."""
        found = await super().read(users)
        await self.world.send(self.world.order(), self.world.order("bob"))
        return found


@pytest.mark.parametrize("archived", [False, True])
async def test_a_ledger_in_use(archived: bool, busy: World, books: Archive) -> None:
    """A proof on a ledger that goes on meanwhile, and is archived meanwhile, holds for the n that it names."""

    async def archive_on() -> None:
        while archived:
            await archive_all(busy, books)
            await asyncio.sleep(0)

    archiving = asyncio.create_task(archive_on())
    report = await verify_ledger([Slow(busy)], books, [Journal(busy.store, EPOCH)])
    archiving.cancel()

    assert [] == report.problems
    assert 8 < report.n


async def test_what_is_trimmed_is_proved_from_the_archive(busy: World, books: Archive) -> None:
    """When the store has dropped its journal's beginning, or all of it, the proof is the same."""
    before = await verify(busy, books)
    await archive_all(busy, books)
    for up_to in (3, 8):
        await Journal(busy.store, EPOCH).trim(up_to)
        after = await verify(busy, books)

        assert ([], 8, before.kinds, before.in_wallets) == (after.problems, after.n, after.kinds, after.in_wallets)
    assert (0, 8) == (after.since_n, after.archived_n)


async def test_it_goes_on_from_the_last_proof(busy: World, books: Archive) -> None:
    """What was proved before is not replayed again, unless all of it is asked for; the figures are those of all."""
    await archive_all(busy, books)
    first = await verify(busy, books)
    proof = ArchiveProof()
    await prove_archive(books, proof, lambda what, done, of: None)
    await books.write(note_proof, Proved(proof.cursor.n, proof.cursor.head, 1, proof.figures))
    await busy.send(busy.order())
    second = await verify(busy, books)
    full = await verify_ledger([Audit(busy.store)], books, [Journal(busy.store, EPOCH)], full=True)

    assert ([], [], []) == (first.problems, second.problems, full.problems)
    assert (8, {"gift": 1}, 1) == (second.since_n, second.kinds, first.in_wallets - second.in_wallets)
    assert (0, {"gift": 7, "grant": 2}, second.in_wallets) == (full.since_n, full.kinds, full.in_wallets)


async def test_a_store_with_less_than_the_archive(busy: World, books: Archive) -> None:
    """A store that has lost entries, or all of them, is told from one that is in order, in one sentence."""
    await archive_all(busy, books)
    await busy.be_born()
    await busy.grant("ann", 1)

    assert ["the archive has ledger e1 up to n 8, the store ledger e1 up to n 1: it has lost entries"] == (
        await verify(busy, books)
    ).problems
    await busy.store.call("FLUSHDB")
    assert ["the archive has ledger e1 up to n 8, the store ledger none up to n 0: it has lost entries"] == (
        await verify(busy, books)
    ).problems


async def test_a_balance_changed_by_hand_after_archiving(busy: World, books: Archive) -> None:
    """A balance in the store that is not the archive's is found too."""
    await archive_all(busy, books)
    await Journal(busy.store, EPOCH).trim(8)
    await busy.store.call("HINCRBY", busy.keys.coins, "ann", 1)

    assert "viewer:ann:coins: the store has" in await problem(busy, books)


async def test_a_key_that_was_archived_and_comes_again(busy: World, books: Archive) -> None:
    """A grant that the archive has, and that is given once more under its key, is found."""
    await archive_all(busy, books)
    await busy.store.call("HDEL", busy.keys.moves, "grant:k-ann")
    await busy.grant("ann", 1000, "k-ann")

    assert "n 9: grant:k-ann was applied before, at n 1" in await problem(busy, books)
    with pytest.raises(BooksBroken, match="behind n 8 an intent was applied that had been applied before"):
        await archive_all(busy, books)


async def test_problems_are_bounded(busy: World, books: Archive) -> None:
    """Of very many problems only so many are kept."""
    for at in range(0, 2 * PROBLEMS_MAX, 50):
        flat = [word for i in range(at, at + 50) for word in (f"m{i}", 1)]
        await busy.store.call("HSET", busy.keys.coins, *flat)

    assert PROBLEMS_MAX == len((await verify(busy, books)).problems)
