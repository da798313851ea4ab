"""How rooms are kept in order outlives the store."""

from __future__ import annotations

from app.actions.manage_room import RoomChange, change_room
from app.archive.archive import Archive
from app.rules.moderation import HeldComment, ModerationSettings
from app.store.moderation import put_held, read_moderation
from tests.actions.books.test_rebuild_ledger import _hurry as _hurry
from tests.actions.books.test_rebuild_ledger import forget, happen, kept, put_back, rebuild_of
from tests.deciding import put_ban, put_mute, put_settings
from tests.world import World


async def test_rooms_are_kept_in_order_as_before(world: World, archive: Archive) -> None:
    """Bans, mutes, settings and own words are in force with the first gift; what waited went with the events."""
    strict = ModerationSettings(slow_s=7, words=("zounds",), links="hold", comments=False)
    await happen(world)
    await put_settings(world.standing, "main", strict)
    await put_ban(world.standing, "main", "ann", banned=True)
    await put_mute(world.standing, "main", "bob", until_ms := world.now_ms() + 600_000)
    held = HeldComment(id="gus:1", at_ms=1, sender={}, text="a.example")
    await put_held(world.standing, "main", held)
    await put_ban(world.standing, "side", "eve", banned=True)
    await kept(world, archive)
    await change_room(world.partitions, "side", RoomChange(status="ended"))
    await kept(world, archive)
    await forget(world)
    await rebuild_of(world, archive).run()
    world.rooms.standing = world.ledger.standing = world.stand()

    main, side = [await read_moderation(world.standing, room) for room in ("main", "side")]
    assert (strict, {"bob": until_ms}) == (main.settings, main.mutes)
    assert (["ann"], []) == (sorted(main.bans), list(main.held))
    assert {"eve"} == side.bans
    keys = (world.keys.room("side"), world.keys.moderation("side"))
    room_ends, moderation_ends = [await world.store.call("PEXPIRETIME", key) for key in keys]
    assert 0 < room_ends == moderation_ends
    world.room["main"] = await world.rooms.get("main")
    refused = await world.send_in_vain(world.order(), world.order("bob"))
    assert ["Rbanned", f"Rmuted|{until_ms}"] == refused


async def test_whoever_was_let_in_again_stays_so(world: World, archive: Archive) -> None:
    """An older copy of the store still has a ban that was lifted; what takes its place has not."""
    await world.grant("ann", 5)
    await put_ban(world.standing, "main", "ann", banned=True)
    call = world.store.call
    copy = {key: await call("DUMP", key) for key in await call("KEYS", "*")}
    await put_ban(world.standing, "main", "ann", banned=False)
    await world.grant("ann", 5)
    await kept(world, archive)
    await put_back(world, copy)
    world.rooms.standing = world.ledger.standing = world.stand()
    await rebuild_of(world, archive).run(replace=True)

    assert frozenset() == (await read_moderation(world.standing, "main")).bans
