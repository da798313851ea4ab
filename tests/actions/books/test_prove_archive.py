from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from app.actions.books.prove_archive import ArchiveProof, prove_archive
from app.archive import entries as entries_module
from app.archive.archive import Archive
from app.archive.proofs import Proved, note_proof
from app.archive.recorder import Recorder
from app.rules.entries import Freeze, PayoutHold, Settlement, Unfreeze
from app.rules.figures import figures_of
from tests.journal import Journal, gift, grant


async def written(archive: Archive) -> Journal:
    """A journal of fourteen entries in five batches, archived: grants, gifts, a settlement, freezes."""
    journal = Journal()
    journal.write(grant("ann", 1000), grant("bob", 50))
    journal.write(*(gift("ann", "sam", 1 + i % 2) for i in range(5)))
    journal.write(Settlement(id="sam:0", user="sam", milli=2000, since_ms=0, until_ms=1), gift("bob", "sam", 3))
    journal.write(*(Freeze(id=f"f-{user}", user=user, reason="r", by="op") for user in ("eve", "mal")))
    journal.write(Unfreeze(id="u", user="mal", reason="r", by="op"), gift("ann", "sue", 1), gift("bob", "sam", 1))
    await archive.write(Recorder("e1", lambda _: 5000).record, journal.placed)
    return journal


@pytest.fixture
async def journal(archive: Archive) -> Journal:
    """That journal in an archive of each engine."""
    return await written(archive)


async def proof_of(archive: Archive, *, full: bool = False) -> ArchiveProof:
    """A proof, ended."""
    proof = ArchiveProof(full=full)
    await prove_archive(archive, proof, lambda what, done, of: None)
    return proof


async def note_up_to(archive: Archive, journal: Journal, batches: int) -> int:
    """Notes that so many batches are proved; up to which n."""
    before = Journal()
    for _, batch in journal.placed[:batches]:
        before.replay.apply(before.replay.read(batch))
    proved = Proved(before.replay.n, before.replay.head, 1, figures_of(before.replay.balances))
    await archive.write(note_proof, proved)
    return proved.n


def spoil(connection: Connection, statement: str) -> None:
    """Changes what may not be changed, as somebody with a database client may."""
    for table in ("entries", "postings"):
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_stay_{verb}"))
    assert connection.execute(text(statement)).rowcount > 0


async def test_an_archive_in_order(archive: Archive, journal: Journal) -> None:
    """A proof from the beginning replays all, finds nothing, and knows the ledger's figures."""
    proof = await proof_of(archive)

    assert [] == proof.replay.problems
    assert (14, 14, 0) == (proof.replay.n, proof.cursor.n, proof.began_n)
    assert {"gift": 8, "grant": 2, "settlement": 1, "freeze": 2, "unfreeze": 1} == proof.replay.kinds
    assert figures_of(journal.replay.balances) == proof.figures


@pytest.mark.parametrize("at_once", [1, 3, 100])
async def test_from_any_proof_and_in_any_steps(
    at_once: int, archive: Archive, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the last proof on, in small steps or in one, the figures come out the same, and nothing is amiss."""
    monkeypatch.setattr(entries_module, "ENTRIES_A_READ", at_once)
    for batches in range(6):
        began_n = await note_up_to(archive, journal, batches) if batches else 0
        proof = await proof_of(archive)

        assert ([], began_n, 14) == (proof.replay.problems, proof.began_n, proof.replay.n)
        assert 14 - began_n == proof.replay.kinds.total()
        assert figures_of(journal.replay.balances) == proof.figures


async def test_from_a_proof_on_with_balances_that_stay(archive: Archive) -> None:
    """An entry behind the last proof may note balances that only entries before it have moved."""
    journal = Journal()
    journal.write(grant("ann", 100), gift("ann", "sam", 20))
    journal.write(Settlement(id="sam:0", user="sam", milli=10_000, since_ms=0, until_ms=1))
    journal.write(PayoutHold(id="p", user="sam", milli=4000))
    journal.write(Settlement(id="sam:1", user="sam", milli=5000, since_ms=1, until_ms=2))
    await archive.write(Recorder("e1", lambda _: 5000).record, journal.placed)
    await note_up_to(archive, journal, 3)
    proof = await proof_of(archive)

    assert ([], 4) == (proof.replay.problems, proof.began_n)
    assert figures_of(journal.replay.balances) == proof.figures


async def test_an_empty_archive(archive: Archive) -> None:
    """Nothing is proved of nothing."""
    proof = await proof_of(archive)

    assert ([], 0, True) == (proof.replay.problems, proof.replay.n, proof.done)


async def test_all_of_it_if_that_is_asked_for(archive: Archive, journal: Journal) -> None:
    """A full proof begins at the beginning, whatever was proved before."""
    await note_up_to(archive, journal, 3)
    proof = await proof_of(archive, full=True)

    assert (0, 14, []) == (proof.began_n, proof.replay.kinds.total(), proof.replay.problems)


ACCOUNT = "(SELECT id FROM accounts WHERE name = '{}')"
ANN, SAM = (ACCOUNT.format(name) for name in ("viewer:ann:coins", "streamer:sam:diamonds_pending"))
SPOILED = {
    "UPDATE entries SET payload = replace(payload, 'mal', 'eve') WHERE n = 12": "the chain is broken at n 12",
    "UPDATE entries SET payload = payload || '\n' || payload WHERE n = 13": "the chain is broken at n 12",
    "UPDATE entries SET kind = 'grant' WHERE n = 13": "n 13: the archive has it under another key, kind or time",
    "UPDATE entries SET key = substr(key, 1, 15) WHERE n = 14": "n 14: the archive has it under another key",
    "UPDATE entries SET at_ms = at_ms - 1 WHERE n = 13": "n 13: the archive has it under another key, kind or time",
    "UPDATE entries SET at_ms = 5 WHERE n > 11": "n 12: it was written before the entry before it",
    "UPDATE entries SET head = 'x' WHERE n = 14": "the chain is broken at n 12",
    "DELETE FROM entries WHERE n = 13": "n is not dense: 13 follows 11",
    "DELETE FROM entries WHERE n = 14": "the archive ends at n 11, and its cursor says n 14",
    "UPDATE cursors SET head = 'x'": "or another head of the chain",
    "UPDATE cursors SET n = 15": "the archive ends at n 14, and its cursor says n 15",
    f"UPDATE postings SET amount = -2 WHERE n = 13 AND account = {ANN}": "viewer:ann:coins: the archive's postings",
    f"UPDATE postings SET balance = balance + 1 WHERE n = 13 AND account = {ANN}": "viewer:ann:coins: the archive's",
    f"DELETE FROM postings WHERE n = 14 AND account = {SAM}": "streamer:sam:diamonds_pending: the archive's postings",
    f"INSERT INTO postings SELECT {ANN}, 14, 0, balance FROM postings WHERE n = 13 AND account = {ANN}": (
        "viewer:ann:coins: the archive's postings are not those that its entries give"
    ),
    f"UPDATE maturing SET milli = milli + 1 WHERE streamer = {SAM}": "streamer:sam:diamonds_pending: ",
    "INSERT INTO frozen VALUES ('mal', 0, 11)": "mal: the archive does not have the last freeze or unfreeze",
}


@pytest.mark.parametrize("batches", [0, 4])
@pytest.mark.parametrize("statement", SPOILED)
async def test_whatever_is_changed_by_hand_is_found(statement: str, batches: int, books: Archive) -> None:
    """A row that was altered, removed or put in is found, by a proof from the beginning and by one of its end."""
    journal = await written(books)
    if batches:
        await note_up_to(books, journal, batches)
    await books.write(spoil, statement)
    found = "\n".join((await proof_of(books)).replay.problems)

    assert SPOILED[statement] in found


async def test_what_was_proved_before_is_proved_again_if_asked(archive: Archive, journal: Journal) -> None:
    """A proof from the beginning finds what was changed before the last proof: entries, and accounts of nobody."""
    await note_up_to(archive, journal, 4)
    await archive.write(spoil, f"INSERT INTO postings VALUES ({ANN}, 2, 0, 1000)")
    later, full = await proof_of(archive), await proof_of(archive, full=True)

    assert [] == later.replay.problems
    assert "viewer:ann:coins: the archive's postings are not those that its entries give" in full.replay.problems
    new_account = "INSERT INTO accounts (id, partition, name, unit) VALUES (999, 0, 'viewer:x:coins', 'coins')"
    await archive.write(spoil, new_account)
    await archive.write(spoil, "INSERT INTO postings VALUES (999, 2, 5, 5)")

    assert (
        "the archive has postings of no entry, or of an account that it does not have"
        in (await proof_of(archive, full=True)).replay.problems
    )
