from __future__ import annotations

from app.archive import restore
from app.archive.accounts import last_account
from app.archive.archive import Archive
from app.archive.recorder import Recorder
from app.rules.entries import Freeze
from app.rules.gift_steps import GiftDelivered
from tests.journal import Journal, gift, grant


async def test_what_a_rebuild_reads(archive: Archive) -> None:
    """Accounts, gifts with their lines, and the chain's head where a batch ends."""
    journal = Journal()
    journal.write(grant("ann", 100))
    journal.write(*(gift("ann", "sam", coins) for coins in (1, 2)), grant("bob", 1), gift("ann", "sue", 3))
    journal.write(*(Freeze(id=user, user=user, reason="r", by="o") for user in ("eve", "ann")))
    assert 0 == await archive.read(last_account)
    assert [] == await archive.read(restore.some_answers, 0, 9, 5)
    await archive.write(Recorder("e1", lambda card: 0).record, journal.placed)

    # ann, bob, sam, sue, and the platform's issued, spent and minted.
    assert 7 == await archive.read(last_account)
    found = [await archive.read(restore.some_answers, after, up_to, 3) for after, up_to in ((0, 9), (3, 9), (2, 2))]
    assert [[2, 3], [5], []] == [[n for n, _, _ in gifts] for gifts in found]
    assert all(line.startswith(f'["gift","{one.id}"') for gifts in found for _, one, line in gifts)
    heads = [await archive.read(restore.head_at, n) for n in (0, 1, 2, 5, 7, 8)]
    assert ["", *(journal.placed[i][1].head for i in (0,)), None] == heads[:3]
    assert [journal.placed[1][1].head, journal.placed[2][1].head, None] == heads[3:]


async def test_what_counts_in_rooms(archive: Archive) -> None:
    """Gifts are told with their times, also those that came from another partition, and no others are."""
    journal = Journal()
    delivered = GiftDelivered("g", "bob", "sam", "main", "rose", 1, 4, 2000, 2000, 1, "c", 7, False, None, 0)
    journal.write(grant("ann", 100), gift("ann", "sam", 1), delivered)
    await archive.write(Recorder("e1", lambda card: 0).record, journal.placed)
    found = await archive.read(restore.gifts_with_times, 0, 9, 5)

    assert [(2, 1), (3, 4)] == [(n, one.coins) for n, _, one in found]
