from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.base.errors import Refusal
from app.edge.live.moderated import Moderated
from app.rules.moderation import ModerationSettings
from app.rules.tokens import Person
from app.store.client import Store
from app.store.standing import Standing
from tests.deciding import put_ban, put_mute, put_settings
from tests.edge.client import eventually
from tests.fault_proxy import Fault, FaultProxy
from tests.world import EPOCH, World, person


class Heard:
    """A session that notes what it is told."""

    def __init__(self, user: str) -> None:
        self.person: Person | None = person(user)
        self.told: list[Any] = []

    def tell(self, message: bytes) -> None:
        """Notes it."""
        self.told.append(msgspec.json.decode(message))

    def turn_away(self, refusal: Refusal) -> None:
        """Notes it."""
        self.told.append(refusal.slug)


async def test_each_change_is_told_to_whom_it_concerns(world: World) -> None:
    """A mute to the person, a ban ends their sockets, slow comments are told to all; nothing is told twice."""
    sessions = {user: Heard(user) for user in ("ann", "bob")}
    room: list[Any] = []
    moderated = Moderated(
        "main", world.standing, lambda message: room.append(msgspec.json.decode(message)), lambda user: [sessions[user]]
    )
    until_ms = world.now_ms() + 60_000
    await put_mute(world.standing, "main", "ann", until_ms)
    await put_ban(world.standing, "main", "bob", banned=True)
    await put_settings(world.standing, "main", ModerationSettings(slow_s=9))
    await moderated.read()
    await moderated.read()

    rules, muted = {"type": "room_rules", "slow_s": 9, "comments": True}, {"type": "muted", "until_ms": until_ms}
    assert ([rules], [muted], ["banned"]) == (room, sessions["ann"].told, sessions["bob"].told)
    assert [rules, muted] == msgspec.json.decode(b"[" + moderated.greeting(sessions["ann"])[1:] + b"]")
    assert (True, False) == (moderated.admits(sessions["ann"]), moderated.admits(sessions["bob"]))

    await put_mute(world.standing, "main", "ann", None)
    await put_settings(world.standing, "main", ModerationSettings())
    await moderated.read()
    assert {"type": "muted", "until_ms": None} == sessions["ann"].told[-1]
    assert b"" == moderated.greeting(sessions["ann"])


async def test_it_is_read_until_that_works(world: World, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that is away for a moment is asked again."""
    monkeypatch.setattr("app.edge.rereading.RETRY_S", 0.01)
    broken = Standing(Store(f"{proxy.url}?db=1"), EPOCH)
    moderated = Moderated("main", broken, lambda message: None, lambda user: ())
    await put_ban(world.standing, "main", "bob", banned=True)
    for _ in range(2):
        proxy.plan(Fault.DROP_REQUEST, b"HGETALL")
    moderated.refresh()
    await eventually(lambda: moderated.known.bans)
    broken.store.close()

    assert (2, frozenset({"bob"})) == (proxy.happened, moderated.known.bans)
