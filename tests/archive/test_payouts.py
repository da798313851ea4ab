from __future__ import annotations

import msgspec

from app.archive import payouts
from app.archive.archive import Archive
from app.archive.payouts import Request, Sums
from app.rules.payouts import Payout
from tests.rules.test_payouts import ASKED, after

LONG = 9 * 10**14


async def put(archive: Archive, number: int, **changed: object) -> Payout:
    """A payout of its own."""
    values = {"id": f"po-{number}", "quote": f"q{number}", "created_ms": number, **changed}
    made = msgspec.structs.replace(ASKED, **values)
    assert await archive.write(payouts.insert, made, Request(f"{made.user}:k{number}", "mark"))
    return made


async def test_a_payout_is_kept_as_it_is(archive: Archive) -> None:
    """Each field comes back as it was written, and as it was changed."""
    made = await put(archive, 1)
    ended = after("held", "submit", "unclaimed", "paid", "returned", payout=made)[0]
    changed = msgspec.structs.replace(ended, milli=LONG, paid_n=LONG, second=True, destination={"iban": 'x"é'})

    assert made == await archive.read(payouts.find, "po-1")
    await archive.write(payouts.save, changed)
    assert changed == await archive.write(payouts.find, "po-1", lock=True)
    assert None is await archive.read(payouts.find, "po-2")


async def test_request_and_quote_make_one_payout(archive: Archive) -> None:
    """The key of a request leads to its payout; neither it nor a quote makes a second one."""
    made = await put(archive, 1)
    other = msgspec.structs.replace(made, id="po-2")

    assert (made, Request("sam:k1", "mark")) == await archive.read(payouts.find_by_request, "sam:k1")
    assert None is await archive.read(payouts.find_by_request, "sue:k1")
    for quote, key in (("q1", "sam:other"), ("other", "sam:k1")):
        one = msgspec.structs.replace(other, quote=quote)
        assert not await archive.write(payouts.insert, one, Request(key, "mark"))
    assert [True, False] == [await archive.read(payouts.is_used, quote) for quote in ("q1", "other")]


async def test_pages_of_payouts(archive: Archive) -> None:
    """The newest first, page by page, those of one moment too; of one user, of one status, or of all."""
    made = [await put(archive, number, created_ms=number // 2) for number in range(5)]
    other = await put(archive, 9, user="sue", status="paid")
    first = await archive.read(payouts.page, None, 2, user="sam")
    rest = await archive.read(payouts.page, (first[-1].created_ms, first[-1].id), 10, user="sam")

    assert list(reversed(made)) == [*first, *rest]
    assert [other] == await archive.read(payouts.page, None, 10, status="paid")
    assert [other, *reversed(made)] == await archive.read(payouts.page, None, 10)


async def test_what_a_user_has_asked_for(archive: Archive) -> None:
    """From a time on, without what came to nothing; and what is paid, or waits for somebody to approve it."""
    await put(archive, 1, status="paid", milli=1)
    await put(archive, 12, status="returned", milli=2)
    large = await put(archive, 13, status="requested", milli=4, second=True)
    small = await put(archive, 14, status="requested", milli=8)
    sent = await put(archive, 15, status="submitted", milli=16, second=True)
    await put(archive, 16, user="sue", milli=32)

    assert {large.id, small.id, sent.id} == {one.id for one in await archive.read(payouts.since, "sam", 10)}
    assert [4, 0] == [await archive.read(payouts.count_since, "sam", from_ms) for from_ms in (12, 17)]
    assert {"requested": 3, "approved": 0, "submitted": 1} == await archive.read(payouts.count_open)
    assert Sums(1, 4) == await archive.read(payouts.sums, "sam")
    assert Sums(0, 0) == await archive.read(payouts.sums, "nobody")


async def test_what_moved_in_a_span(archive: Archive) -> None:
    """What was paid in it, and what came back in it."""
    found = [await put(archive, 1, paid_ms=10), await put(archive, 2, paid_ms=5, back_ms=15)]
    await put(archive, 3, paid_ms=20)
    await put(archive, 4, paid_ms=9)
    await put(archive, 5, paid_ms=12, user="sue")

    assert found[::-1] == await archive.read(payouts.moved, "sam", 10, 20)


async def test_what_is_due(archive: Archive) -> None:
    """Those whose time has come, the oldest first; 0 is never."""
    late, early = await put(archive, 1, due_ms=20), await put(archive, 2, due_ms=10)
    await put(archive, 3)

    assert [early, late] == await archive.read(payouts.due, 20, 9)
    assert [early] == await archive.read(payouts.due, 19, 9)
    assert [early] == await archive.read(payouts.due, 20, 1)


async def test_files_for_the_bank(archive: Archive) -> None:
    """What a rail was asked to pay and is in no file yet, and what is in a file."""
    waiting = await put(archive, 2, status="submitted", rail="bank")
    inside = await put(archive, 1, status="submitted", rail="bank", batch="b")
    await put(archive, 3, status="approved", rail="bank")
    await put(archive, 4, status="submitted")

    assert [waiting] == await archive.write(payouts.without_batch, "bank", 9)
    assert [inside] == await archive.read(payouts.in_batch, "b")
