from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.actions.books.copy_rooms import RoomCopier
from app.actions.moderator import keep_order
from app.actions.moderator.keep_order import Desk
from app.archive import moderation as archived
from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.archive.rooms import live_rooms
from app.base.errors import ArchiveError, Refusal, StoreError, UnknownOutcome
from app.rules.moderation import HeldComment, ModerationChange
from app.store.moderation import put_held, read_moderation
from app.store.room_gifts import find_gift, latest_gifts
from app.store.rooms import Comment
from tests.books import read_log
from tests.deciding import put_mute
from tests.world import World

RUDE = ',"id":"ann:1","sender":{"id":"ann","name":"Ann"},"text":"rude"}'
HELD = HeldComment(id="ann:1", at_ms=1, sender={"id": "ann", "name": "Ann"}, text="www.example.com")


@pytest.fixture
def desk(world: World, archive: Archive) -> Desk:
    """A moderator of the room main."""
    return Desk(world.rooms, archive, "main", "person:mo", "a test", world.now_ms())


async def log(desk: Desk) -> list[tuple[str, str, str]]:
    """What, whom, and the text, the oldest first."""
    found = await desk.archive.read(archived.page, "main", None, 99, desk.now_ms)
    assert {("person:mo", "a test")} == {(entry.who, entry.reason) for entry in found}
    return [(entry.what, entry.whom, entry.text) for entry in reversed(found)]


async def test_each_act_is_done_and_written_down(world: World, desk: Desk) -> None:
    """Mutes and bans begin and end, settings change in part, and the log says who did it and why."""
    until_ms = await keep_order.mute(desk, "ann", 60)
    await keep_order.ban(desk, "bob", banned=True)
    await keep_order.change_settings(desk, ModerationChange(slow_s=5))
    settings = await keep_order.change_settings(desk, ModerationChange(links="hold"))
    known = await read_moderation(world.standing, "main")

    assert ({"ann": until_ms}, ["bob"], settings) == (known.mutes, [*known.bans], known.settings)
    assert (5, "hold") == (settings.slow_s, settings.links)
    await keep_order.unmute(desk, "ann")
    await keep_order.ban(desk, "bob", banned=False)
    known = await read_moderation(world.standing, "main")
    assert ({}, frozenset()) == (known.mutes, known.bans)
    acts = ["mute", "room_ban", "moderation", "moderation", "unmute", "room_unban"]
    assert acts == [what for what, _, _ in await log(desk)]


async def test_what_is_decided_is_in_the_rooms_copy_first(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was decided just before a loss of the store comes back with the room; what is refused does not."""
    await RoomCopier(world.partitions, desk.archive, world.now_ms).step()

    async def kept() -> dict[str, str]:
        return (await desk.archive.read(live_rooms))["main"].moderation

    until_ms = await keep_order.mute(desk, "ann", 60)
    await keep_order.ban(desk, "bob", banned=True)
    await keep_order.change_settings(desk, ModerationChange(slow_s=5, comments=False))
    in_the_store = await world.store.call("HGETALL", world.keys.moderation("main"))
    assert {field.decode(): value.decode() for field, value in in_the_store.items()} == await kept()
    copy = await kept()
    assert (str(until_ms), "5000", "1") == (copy["m ann"], copy["slow_ms"], copy["quiet"])
    await keep_order.unmute(desk, "ann")
    monkeypatch.setattr("app.store.moderation.PEOPLE_MAX", 1)
    with pytest.raises(Refusal, match="too_many_kept_out"):
        await keep_order.ban(desk, "cat", banned=True)
    assert {"b bob"} == {field for field in await kept() if " " in field}


async def test_what_is_removed_is_kept_for_appeals(world: World, desk: Desk) -> None:
    """A comment's text and a gift's words stand in the log, and the gift is shown without them from then on."""
    await world.grant("ann", 10)
    order = world.order(message="look at me")
    await world.send(order)
    await world.rooms.post(
        [Comment("main", "ann:1", RUDE, "ann")],
        desk.now_ms,
    )
    await keep_order.take_comment(desk, "ann:1")
    await keep_order.take_comment(desk, "ann:1")
    await keep_order.take_message(desk, order.wire.id)

    assert [("remove_comment", "ann", "rude"), ("remove_message", "ann", "look at me")] == await log(desk)
    assert not isinstance((await find_gift(world.rooms, "main", order.wire.id)).message, str)
    assert [False] == [isinstance(gift.message, str) for gift in await latest_gifts(world.rooms, "main", 9)]
    with pytest.raises(Refusal, match="no_shout_out"):
        await keep_order.take_message(desk, order.wire.id)


async def test_a_comment_that_waits_is_posted_or_dropped(world: World, desk: Desk) -> None:
    """Once; then there is none of that name any more."""
    for name in ("ann:1", "ann:2"):
        await put_held(world.standing, "main", replace(HELD, id=name))
    await keep_order.decide_held(desk, "ann:1", approve=True)
    await keep_order.decide_held(desk, "ann:2", approve=False)
    with pytest.raises(Refusal, match="unknown_comment"):
        await keep_order.decide_held(desk, "ann:1", approve=True)

    events = b"".join(chunk.events for chunk in (await world.rooms.picture("main")).recent)
    assert 1 == events.count(b'"comment_posted"')
    assert ["approve_comment", "drop_comment"] == [what for what, _, _ in await log(desk)]


async def test_an_approved_comment_that_cannot_be_posted_waits_on(world: World, desk: Desk) -> None:
    """Its writer is muted meanwhile: the moderator is told so, and can let it through afterwards."""
    await put_held(world.standing, "main", HELD)
    until_ms = world.now_ms() + 60_000
    await put_mute(world.standing, "main", "ann", until_ms)
    with pytest.raises(Refusal, match="muted"):
        await keep_order.decide_held(desk, HELD.id, approve=True)
    assert (HELD,) == (await read_moderation(world.standing, "main")).held
    await put_mute(world.standing, "main", "ann", None)
    await keep_order.decide_held(desk, HELD.id, approve=True)

    assert () == (await read_moderation(world.standing, "main")).held
    assert ["www.example.com"] == [event.text for event in await read_log(world, "main")]


async def test_an_approved_comment_is_never_between(world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever ends before or after any call to the store leaves it waiting, or posted: one of the two."""
    run, calls = world.store.run, 0

    async def ends(name: str, *args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at:
            raise StoreError("it ends before")
        result = await run(name, *args)
        if calls == -at:
            raise UnknownOutcome("it ends after")
        return result

    outcomes = []
    for at in (1, -1, 2, -2):
        calls, held = 0, replace(HELD, id=f"ann:{at}")
        await put_held(world.standing, "main", held)
        with monkeypatch.context() as patch, suppress(StoreError):
            patch.setattr(world.store, "run", ends)
            await keep_order.decide_held(desk, held.id, approve=True)
        waits = held in (await read_moderation(world.standing, "main")).held
        posted = held.id in [event.id for event in await read_log(world, "main")]
        outcomes.append((waits, posted))
        if waits:
            await keep_order.decide_held(desk, held.id, approve=True)

    assert {(True, False), (False, True)} == set(outcomes)
    assert 4 == len(await read_log(world, "main"))


async def test_one_of_two_decides_on_a_comment(world: World, desk: Desk) -> None:
    """Two approve and one drops it at once: it is posted once, or dropped and the others told that there is none."""
    for n in range(5):
        await put_held(world.standing, "main", replace(HELD, id=f"ann:{n}"))
        deciding = (keep_order.decide_held(desk, f"ann:{n}", approve=approve) for approve in (True, False, True))
        one, dropped, other = await asyncio.gather(*deciding, return_exceptions=True)
        posted = [event.id for event in await read_log(world, "main")].count(f"ann:{n}")

        assert posted == (dropped is not None)
        assert posted == (None in (one, other))
    assert () == (await read_moderation(world.standing, "main")).held


async def test_a_decision_that_cannot_be_written_down_is_not_made(world: World, desk: Desk, tmp_path: Path) -> None:
    """The archive is away: the comment still waits, and is posted by nobody."""
    await put_held(world.standing, "main", HELD)
    (tmp_path / "file").touch()
    away = Archive(sqlite_url(tmp_path / "file" / "books.db"))
    for approve in (True, False):
        with pytest.raises(ArchiveError):
            await keep_order.decide_held(desk._replace(archive=away), HELD.id, approve=approve)
    away.close()

    assert (HELD,) == (await read_moderation(world.standing, "main")).held
    recent = (await world.rooms.picture("main")).recent
    assert not any(b'"comment_posted"' in chunk.events for chunk in recent)


async def test_who_cannot_be_kept_out(world: World, desk: Desk) -> None:
    """Nobody of that name, and not the streamer whose room it is: nothing is written down."""
    for user, slug in (("a b", "bad_request"), ("sam", "forbidden")):
        with pytest.raises(Refusal, match=slug):
            await keep_order.mute(desk, user, 5)
        with pytest.raises(Refusal, match=slug):
            await keep_order.ban(desk, user, banned=True)
    assert [] == await desk.archive.read(archived.page, "main", None, 9, 0)
