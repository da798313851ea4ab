from __future__ import annotations

import asyncio

import pytest

from app.actions.manage_room import RoomChange, change_room
from app.base.errors import Refusal
from app.rules.moderation import REMOVED_MAX, HeldComment, ModerationSettings
from app.store import moderation
from app.store.moderation import read_moderation
from app.store.rooms import Comment
from tests.deciding import put_ban, put_mute, put_settings
from tests.world import World, texts

pytestmark = pytest.mark.usefixtures("audited")


async def said(world: World, *names: str, room: str = "main", is_free: bool = False) -> list[str]:
    """What becomes of comments, each `<user>:<id>`, in one batch."""
    comments = []
    for name in names:
        user = name.partition(":")[0]
        fields = f',"id":"{name}","sender":{{"id":"{user}","name":"{user}"}},"text":"x"}}'
        comments.append(Comment(room, name, fields, user, is_free))
    return [text.partition("|")[0] for text in texts(await world.rooms.post(comments, world.now_ms()))]


async def test_the_muted_neither_speak_nor_give(world: World) -> None:
    """Until then, in that room, unless it takes their gifts; others, and other rooms, are not concerned."""
    for user in ("ann", "bob"):
        await world.grant(user, 10)
    until_ms = world.now_ms() + 60_000
    assert await put_mute(world.standing, "main", "ann", until_ms)

    assert [f"Rmuted|{until_ms}"] == await world.send_in_vain(world.order())
    assert ["NA", "NA"] == [a[:2] for a in await world.send(world.order("bob"), world.order(room="side"))]
    assert ["Rmuted", "N"] == await said(world, "ann:1", "bob:1")
    await put_settings(world.standing, "main", ModerationSettings(muted_may_gift=True))
    assert ["NA"] == [a[:2] for a in await world.send(world.order())]
    assert ["Rmuted"] == await said(world, "ann:2")
    await put_mute(world.standing, "main", "bob", world.now_ms() - 1)
    assert ["N"] == await said(world, "bob:2")


async def test_the_banned_take_no_part_in_the_room(world: World) -> None:
    """They give nothing there and say nothing, until they are let in again."""
    await world.grant("ann", 10)
    assert await put_ban(world.standing, "main", "ann", banned=True)
    assert ["Rbanned"] == await world.send_in_vain(world.order())
    assert ["Rbanned"] == await said(world, "ann:1")
    assert {"ann"} == (await read_moderation(world.standing, "main")).bans

    assert await put_ban(world.standing, "main", "ann", banned=False)
    assert not await put_ban(world.standing, "main", "ann", banned=False)
    assert ["NA"] == [a[:2] for a in await world.send(world.order())]


async def test_not_one_gift_follows_a_mute(world: World) -> None:
    """A hundred gifts at once, and in their midst the mute: what was taken was taken before it."""
    await world.grant("ann", 1000)
    sending = [asyncio.ensure_future(world.send(world.order())) for _ in range(50)]
    muting = asyncio.ensure_future(put_mute(world.standing, "main", "ann", world.now_ms() + 60_000))
    sending += [asyncio.ensure_future(world.send(world.order())) for _ in range(50)]
    await muting
    taken = [answer.startswith("NA|") for (answer,) in await asyncio.gather(*sending)]

    assert {True, False} == set(taken)
    assert taken == sorted(taken, reverse=True)
    assert await world.coins("ann") == 1000 - sum(taken)


async def test_comments_are_slow_or_off(world: World) -> None:
    """A person waits between two, also within one batch; those who keep order do not, nor do others for them."""
    await put_settings(world.standing, "main", ModerationSettings(slow_s=3600))
    assert ["N", "Rslow", "N"] == await said(world, "ann:1", "ann:2", "bob:1")
    assert ["Rslow"] == await said(world, "ann:3")
    assert ["N", "N"] == await said(world, "mo:1", "mo:2", is_free=True)
    await put_settings(world.standing, "main", ModerationSettings(comments=False))
    assert ["Rcomments_off"] == await said(world, "ann:4")
    assert ["N"] == await said(world, "mo:3", is_free=True)
    await put_settings(world.standing, "main", ModerationSettings())
    assert ["N", "N"] == await said(world, "ann:5", "ann:6")


async def test_lists_have_bounds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One mute, ban or waiting comment too many is refused; mutes that are over make place, and so do old removals."""
    monkeypatch.setattr(moderation, "PEOPLE_MAX", 2)
    monkeypatch.setattr(moderation, "HELD_MAX", 1)
    monkeypatch.setattr(moderation, "REMOVED_MAX", 2)
    over_ms, later_ms = world.now_ms() - 1, world.now_ms() + 60_000
    for user, until_ms in (("a", later_ms), ("b", over_ms), ("c", later_ms)):
        await put_mute(world.standing, "main", user, until_ms)
    for user in ("a", "b", "b"):
        await put_ban(world.standing, "main", user, banned=True)
    with pytest.raises(Refusal, match="too_many_kept_out"):
        await put_mute(world.standing, "main", "d", later_ms)
    with pytest.raises(Refusal, match="too_many_kept_out"):
        await put_ban(world.standing, "main", "c", banned=True)
    held = HeldComment(id="ann:1", at_ms=1, sender={"id": "ann"}, text="x")
    await moderation.put_held(world.standing, "main", held)
    with pytest.raises(Refusal, match="overloaded"):
        await moderation.put_held(world.standing, "main", HeldComment(id="ann:2", at_ms=1, sender=None, text="x"))
    for i in range(4):
        await moderation.note_message_removed(world.standing, "main", f"g{i}")

    known = await read_moderation(world.standing, "main")
    assert (["a", "c"], ["a", "b"], (held,)) == (sorted(known.mutes), sorted(known.bans), known.held)
    assert 2 == len(known.removed) < REMOVED_MAX
    assert "g3" in known.removed


async def test_a_waiting_comment_is_taken_once(world: World) -> None:
    """By one of those who decide on it."""
    held = HeldComment(id="ann:1", at_ms=1, sender={"id": "ann"}, text="x")
    await moderation.put_held(world.standing, "main", held)
    taking = [moderation.take_held(world.standing, "main", "ann:1") for _ in range(5)]
    taken = await asyncio.gather(*taking, return_exceptions=True)

    assert [None] == [one for one in taken if one is None]
    assert 4 == len([one for one in taken if isinstance(one, Refusal) and one.slug == "unknown_comment"])


async def test_words_that_are_removed_are_said_and_found(world: World) -> None:
    """The room is told of the gift; of a comment its text is found while the log has it."""
    await said(world, "bob:1", "ann:1")
    assert ("x", "") == tuple([await moderation.comment_text(world.rooms, "main", name) for name in ("ann:1", "ann:2")])
    await moderation.say_message_removed(world.rooms, "main", "g1")
    assert b'"type":"message_removed"' in (await world.rooms.picture("main")).recent[-1].events


async def test_there_has_to_be_a_room(world: World) -> None:
    """Of one that is not there, nothing is kept; one that has ended keeps what it has for as long as itself."""
    for use in (
        put_mute(world.standing, "nowhere", "ann", 5),
        moderation.say_message_removed(world.rooms, "nowhere", "g"),
    ):
        with pytest.raises(Refusal, match="room_not_found"):
            await use
    await put_ban(world.standing, "side", "ann", banned=True)
    await change_room(world.partitions, "side", RoomChange(status="ended"))
    await put_ban(world.standing, "side", "bob", banned=True)
    assert 0 < await world.store.call("PTTL", world.keys.moderation("side"))
