from __future__ import annotations

import msgspec

from app.rules.crossings import Crossing, read_sent
from loadtest.crossing_world import order


def test_what_an_outbox_has_is_read() -> None:
    """Deadline and crossing are read from one text, and another deadline changes nothing else."""
    crossing = Crossing(3, 17, 0, "room2", 2, 99, order("ann", 2, "heart", message="hé").wire)
    sent = read_sent(b"1790000000000 " + msgspec.msgpack.encode(crossing))
    later = sent.until(1_790_000_009_999)

    assert (1_790_000_000_000, crossing) == (sent.deadline_ms, sent.crossing)
    assert f"ann:{crossing.gift.id}" == sent.crossing.name
    assert read_sent(later.value) == later
    assert (1_790_000_009_999, crossing) == (later.deadline_ms, later.crossing)
