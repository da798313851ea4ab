"""Rates over all workers: what one lets through counts at the others too."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

import pytest

from app.base.config import Settings
from app.base.errors import Refusal
from app.edge import rates as module
from app.edge.rates import Rates, SharedRates, ToldRates
from app.rules.messages import Error, GiftAccepted
from app.store.server import StoreServer
from tests.edge.client import eventually
from tests.edge.inside import Inside, worker
from tests.edge.site import new_id


def allowed(rates: Rates, who: str, number: int = 100) -> int:
    """How many of so many at one time are let through."""
    count = 0
    for _ in range(number):
        try:
            rates.take(who)
        except Refusal:
            break
        count += 1
    return count


def shared(name: str) -> SharedRates:
    """A worker's rates, at a time that stands still."""
    return SharedRates(Settings(gift_rate=20.0, comment_rate=1.0, request_rate=20.0), name, lambda: 0.0)


def test_so_many_buckets_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ask, memory has a bound; whoever asks on and on is not forgotten."""
    monkeypatch.setattr(module, "BUCKETS_MAX", 100)
    rates = ToldRates(1.0, 1.0, lambda: 0.0)
    rates.take("steady")
    for number in range(1000):
        rates.take(f"{number}")
        with pytest.raises(Refusal, match="rate_limited"):
            rates.take("steady")
    assert 100 == len(rates._buckets)
    assert 100 == len(rates.taken())


def test_what_one_worker_lets_through_counts_at_the_other() -> None:
    """Each kind for itself, each person for themselves; a worker's own words tell it nothing new."""
    one, other = shared("one"), shared("other")
    assert (60, 3) == (allowed(one.gifts, "ann"), allowed(one.comments, "ann", 3))
    news = one.news()
    assert news is not None
    assert one.news() is None
    other.hear(news)
    one.hear(news)
    assert (0, 2) == (allowed(other.gifts, "ann"), allowed(other.comments, "ann"))
    assert (60, 2) == (allowed(other.gifts, "bob"), allowed(one.comments, "ann"))


def test_what_was_refused_is_not_told() -> None:
    """Whoever hammers on one worker owes the others nothing for it."""
    one, other = shared("one"), shared("other")
    for _ in range(1000):
        allowed(one.requests, "192.0.2.7", 1)
    other.hear(one.news() or b"")
    assert 0 == allowed(other.requests, "192.0.2.7")
    assert pytest.approx(0.05) == other.requests._buckets["192.0.2.7"].take(0.0)


def test_all_workers_together_keep_the_rate_in_the_long_run() -> None:
    """However somebody spreads over four workers, after a minute it was one burst of each at most, and the rate."""
    now = 0.0
    workers = [SharedRates(Settings(gift_rate=20.0), f"{number}", lambda: now) for number in range(4)]
    total = 0
    for step in range(600):
        now = step / 10
        total += sum(allowed(one.gifts, "ann") for one in workers)
        for news in [one.news() for one in workers]:
            for one in workers if news else ():
                one.hear(news or b"")
    assert 20 * 59 <= total <= 4 * 60 + 20 * 60


def test_worker_that_is_alone_tells_nobody() -> None:
    """Without others there is nothing to tell, and nothing is kept to be told."""
    alone = shared("")
    assert 60 == allowed(alone.gifts, "ann")
    assert alone.news() is None
    assert {} == alone.gifts.taken()


def test_without_a_rate_nothing_is_counted() -> None:
    """A rate of 0 is none, whatever others tell."""
    rates = ToldRates(0.0, 3.0, lambda: 0.0)
    rates.taken_elsewhere("ann", 1000.0)
    assert 100 == allowed(rates, "ann")
    assert {} == rates.taken()


async def test_person_on_two_workers_has_one_rate(store: StoreServer) -> None:
    """Gifts, comments and requests that one worker took are counted by the other a moment later."""
    # At a hundredth a second each burst is one, and the next comes long after the test.
    settings: dict[str, Any] = {"workers": 2, "gift_rate": 0.01, "comment_rate": 0.01, "request_rate": 0.01}
    async with AsyncExitStack() as stack:
        sites: list[Inside] = [await stack.enter_async_context(worker(store.url, **settings)) for _ in range(2)]
        await sites[0].grant("ann", 10)
        one, other = [await stack.enter_async_context(site.join("ann")) for site in sites]
        assert isinstance(await one.send_gift(new_id()), GiftAccepted)
        await one.say({"type": "send_comment", "id": new_id(), "text": "hi"})
        async with sites[0].http(sites[0].token("ann")) as http:
            assert 200 == (await http.get("/v1/me/wallet")).status_code
        rates = sites[1].hub.rates
        await eventually(lambda: all("ann" in "".join(kind._buckets) for kind in rates._kinds.values()))
        gift = await other.send_gift(new_id())
        await other.say({"type": "send_comment", "id": "c", "text": "hi"})
        comment = await other.answer("c")
        async with sites[1].http(sites[1].token("ann")) as http:
            assert 429 == (await http.get("/v1/me/wallet")).status_code
    refused = [answer.error for answer in (gift, comment) if isinstance(answer, Error)]
    assert ["rate_limited", "rate_limited"] == refused
