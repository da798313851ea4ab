from __future__ import annotations

import asyncio

from app.base.errors import CloseCode
from app.edge.live.overlays import Overlays
from app.rules.overlays import ConnectedSource, OverlaySettings
from app.rules.tokens import Person, Role
from app.store import overlays as stored
from tests.edge.client import eventually
from tests.world import World

SOURCE = ConnectedSource(since_ms=1)


class Said:
    """A session that keeps what it is told."""

    def __init__(self, role: Role, iat: float | None = None, **claims: str) -> None:
        self.person: Person | None = Person(**{"sub": "x", "name": "X", "role": role, "exp": 1, "iat": iat, **claims})  # type: ignore[arg-type]
        self.source: ConnectedSource | None = SOURCE if role == "overlay" else None
        self.told: list[bytes] = []
        self.code: CloseCode | None = None

    def reply(self, message: bytes) -> None:
        """Keeps it."""
        self.told.append(message)

    def close(self, code: CloseCode, reason: str) -> None:
        """Keeps why."""
        self.code = code


async def test_who_listens(world: World) -> None:
    """Overlays and the room's streamer are told what overlays go by; viewers and other streamers are not."""
    overlays = Overlays("main", world.standing)
    room = world.room["main"]
    listeners = [Said("overlay"), Said("streamer", sub=room.streamer.id), Said("viewer"), Said("streamer")]
    for session in listeners:
        overlays.add(session, room)
        assert await overlays.admits(session)
    assert [True, True, False, False] == [b"overlay_changed" in overlays.greeting(session) for session in listeners]
    overlays.hear(b"x")
    assert [[b"x"], [b"x"], [], []] == [session.told for session in listeners]
    assert [SOURCE] == overlays.sources()
    overlays.discard(listeners[0])
    assert [] == overlays.sources()


async def test_old_addresses_end_when_it_is_heard(world: World) -> None:
    """When the room's channel says that something has changed, given up addresses end and the others are told."""
    overlays = Overlays("main", world.standing)
    old, new = Said("overlay", 1.0), Said("overlay", 2.0)
    for session in (old, new):
        overlays.add(session, world.room["main"])
        assert await overlays.admits(session)
    await stored.rotate(world.standing, "main", 1_500)
    overlays.hear(b"")
    await eventually(lambda: new.told)
    assert (CloseCode.UNAUTHORIZED, None) == (old.code, new.code)
    late = Said("overlay", 1.0)
    overlays.add(late, world.room["main"])
    assert not await overlays.admits(late)


async def test_changes_on_the_heels_of_others(world: World) -> None:
    """However many changes come while the settings are read, the last is told in the end."""
    overlays = Overlays("main", world.standing)
    session = Said("overlay")
    overlays.add(session, world.room["main"])
    await overlays.admits(session)
    for volume in range(1, 6):
        await stored.put_settings(world.standing, "main", OverlaySettings(volume=volume))
        overlays.hear(b"")
        await asyncio.sleep(0)
    await eventually(lambda: session.told and b'"volume":5' in session.told[-1])
