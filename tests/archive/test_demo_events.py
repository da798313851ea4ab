from __future__ import annotations

import json

from app.archive import demo_events
from app.archive.archive import Archive
from app.rules.demo_checkout import Sent


async def test_events_come_due(archive: Archive) -> None:
    """Events are found when their time has come, again when they are put off, and no more once they have arrived."""
    await archive.write(demo_events.put, (Sent(50, {"id": "b"}), Sent(0, {"id": "a"})), 100)

    assert [] == await archive.read(demo_events.due, 99, 10)
    (first,) = await archive.read(demo_events.due, 100, 10)
    assert ({"id": "a"}, 0) == (json.loads(first.body), first.tries)
    assert ["a", "b"] == [json.loads(event.body)["id"] for event in await archive.read(demo_events.due, 150, 10)]
    assert 1 == len(await archive.read(demo_events.due, 150, 1))
    await archive.write(demo_events.again, first.id, 200, 1)
    (second,) = await archive.read(demo_events.due, 150, 10)
    await archive.write(demo_events.sent, second.id)
    (again,) = await archive.read(demo_events.due, 200, 10)
    assert (first.id, 1) == (again.id, again.tries)
