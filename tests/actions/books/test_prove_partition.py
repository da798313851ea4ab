from __future__ import annotations

from app.actions.books.prove_partition import PartitionProof, Problems
from app.archive.archive import Archive
from app.rules.replay import PROBLEMS_MAX
from app.store.audit import Audit
from app.store.journal import Journal
from tests.archiving import archive_all
from tests.world import EPOCH, World


def proof_of(world: World, books: Archive) -> PartitionProof:
    """A proof of the world's one partition."""
    journal = Journal(world.store, EPOCH)
    return PartitionProof(
        Audit(world.store),
        books,
        journal,
        full=True,
        see=lambda k, read, at_ms: None,
        progress=lambda what, done, of: None,
    )


async def test_it_goes_on_with_what_was_entered_since(world: World, books: Archive) -> None:
    """Between archive and store nothing is missed; what comes later is seen when it is asked for."""
    await world.grant("ann", 100)
    await archive_all(world, books)
    await world.send(world.order())
    proof = proof_of(world, books)
    await proof.begin()
    while not proof.proof.done:
        await books.read(proof.proof.step)
    await proof.compare()
    await world.send(world.order(), world.order())
    await proof.go_on()
    outbox = await proof.outbox()
    await proof.rooms()

    assert ([], True) == (list(proof.problems), proof.can_go_on)
    assert (EPOCH, 2, 0, 1) == tuple(getattr(proof.report, name) for name in ("epoch", "n", "since_n", "archived_n"))
    assert (4, 0, {}, {}) == outbox
    assert ({"grant": 1, "gift": 1}, 1, 99) == (proof.kinds, proof.wallets, proof.figures.wallets)


def test_problems_are_kept_once_and_not_without_end() -> None:
    """The first of them stay, in their order."""
    problems = Problems()
    for number in range(2 * PROBLEMS_MAX):
        problems("again", f"{number}")

    assert PROBLEMS_MAX == len(list(problems))
    assert ["again", "0", "1"] == list(problems)[:3]
