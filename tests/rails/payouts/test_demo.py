from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rails.payouts.demo import MOMENT_MS, Demo
from app.rails.payouts.rail import Given
from tests.rails.payouts.conftest import SetClock
from tests.rails.payouts.transfers import transfer


@pytest.mark.parametrize(
    ("to", "states"),
    [
        ("ann", ["pending", "paid", "paid", "paid"]),
        ("please DECLINE", ["pending", "failed", "failed", "failed"]),
        ("return", ["pending", "returned", "returned", "returned"]),
        ("unclaimed", ["pending", "unclaimed", "unclaimed", "returned"]),
    ],
)
async def test_what_becomes_of_a_payout(clock: SetClock, to: str, states: list[str]) -> None:
    """After a moment it is paid, or what the destination asks for happens; asked again it is the same."""
    rail = Demo(clock)
    payout = transfer(destination=rail.destination(to, "USD").fields)
    taken = await rail.submit(payout)
    found = [taken.status]
    for _ in range(3):
        clock.now_ms += MOMENT_MS
        outcome = await rail.poll(payout, taken.reference)
        found.append(outcome.status)
        # Another process, after a restart.
        assert outcome == await Demo(clock).submit(payout)
        assert bool(outcome.reason) == (outcome.status != "paid")
    await rail.close()

    assert states == found


def test_destinations(clock: SetClock) -> None:
    """Any line will do, and little of it is shown."""
    assert ({"to": "ann"}, "a•••") == Demo(clock).destination(" ann ", "USD")


@pytest.mark.parametrize("given", ["", "  ", "x" * 101, {"to": "ann"}])
def test_bad_destinations(clock: SetClock, given: Given) -> None:
    """An empty or endless destination is refused."""
    with pytest.raises(Refusal, match="a text of 1 to 100 characters is expected"):
        Demo(clock).destination(given, "USD")


async def test_it_sends_no_webhooks(clock: SetClock) -> None:
    """Whatever comes in its name is not its own."""
    with pytest.raises(Refusal, match="bad_signature"):
        await Demo(clock).heard_of({}, b"{}")
