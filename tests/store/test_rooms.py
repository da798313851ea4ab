from __future__ import annotations

import asyncio
import json
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from app.actions.manage_room import NewRoom, RoomChange, change_room, open_room
from app.base.errors import Refusal
from app.rules.messages import CommentPosted, Event, GiftSent, LevelUp, Rank, RoomChanged, RunningStreak, StreakEnded
from app.rules.rooms import Payee
from app.store.client import Store
from app.store.rooms import EVENT_JOIN, RECENT_ENTRIES, SAID_BUCKET_MS, Chunk, Comment, Rooms, read_message
from app.store.standing import Standing
from tests.books import read_hash, read_log
from tests.rules.shapes import strictly, strictly_all
from tests.world import EPOCH, World, texts

pytestmark = pytest.mark.usefixtures("audited")


def events(chunk: Chunk, after: int = 0) -> list[Any]:
    """The events of a chunk beyond an offset."""
    return [strictly(raw, Event) for raw in chunk.after(after).split(EVENT_JOIN) if raw]


async def a_lively_room(world: World) -> None:
    """Gifts, a level, comments and a change, in 6 entries of the log."""
    await world.grant("ann", 1000)
    await world.grant("bob", 1000)
    await world.send(world.order("ann"), world.order("bob", gift="swan"))
    await world.say("c1")
    await world.send(
        world.order("ann", quantity=3), world.order("bob", anonymous=True), world.order("bob", gift="heart")
    )
    await change_room(world.partitions, "main", RoomChange(title="New"))
    await world.say("c2")
    await world.send(world.order("bob", gift="heart", receiver="gil"))


async def test_offsets_are_dense_over_all_kinds_of_events(world: World) -> None:
    """Gifts, comments and changes of a room have the offsets 1 to N, none missing and none twice."""
    await a_lively_room(world)
    log = await read_log(world, "main")

    kinds = [
        GiftSent,
        GiftSent,
        LevelUp,
        CommentPosted,
        GiftSent,
        GiftSent,
        GiftSent,
        RoomChanged,
        CommentPosted,
        GiftSent,
    ]
    assert kinds == [type(event) for event in log]
    assert 10 == await world.rooms.offset("main")
    assert 0 == await world.rooms.offset("side") == await world.rooms.offset("nowhere")


@pytest.mark.parametrize("offset", range(12))
async def test_who_resumes_gets_exactly_what_was_missed(offset: int, world: World) -> None:
    """From any offset, the chunks after it are the events beyond it, up to the last."""
    await a_lively_room(world)
    chunks = await world.rooms.events_after("main", offset, 100)
    missed = [event.offset for chunk in chunks for event in events(chunk, offset)]

    assert list(range(offset + 1, 11)) == missed
    assert chunks[:1] == await world.rooms.events_after("main", offset, 1)


async def test_what_is_published_is_what_is_logged(world: World) -> None:
    """A message on the room's channel is the log's entry, with the room's epoch."""
    await a_lively_room(world)
    ((_, (_, message)),) = await world.store.call("XREVRANGE", world.keys.log("main"), "+", "-", "COUNT", 1)
    epoch, chunk = read_message(message)

    assert world.room["main"].epoch == epoch.decode()
    assert [chunk] == await world.rooms.events_after("main", 9, 10)


async def test_a_picture_agrees_with_the_log_at_its_offset(world: World) -> None:
    """Board, total, streaks and latest events of a picture are what the log gives up to the picture's offset."""
    await a_lively_room(world)
    picture = await world.rooms.picture("main")
    log = await read_log(world, "main")
    gifts = [event for event in log if isinstance(event, GiftSent)]
    board = strictly_all(picture.board, Rank)
    streaks = strictly_all(picture.streaks, RunningStreak)

    assert (10, "New") == (picture.offset, picture.room.title)
    assert sum(gift.coins for gift in gifts) == picture.coins_total
    assert [("bob", "Bob", 709), ("ann", "Ann", 4)] == [(rank.user.id, rank.user.name, rank.coins) for rank in board]
    assert [3, UNSET] == [rank.user.level for rank in board]
    last = {gift.streak.id: gift.streak for gift in gifts if gift.streak}
    assert sorted(last) == sorted(streak.streak.id for streak in streaks)
    assert [last[streak.streak.id] for streak in streaks] == [streak.streak for streak in streaks]
    assert log == [event for chunk in picture.recent for event in events(chunk)]


async def test_a_picture_is_bounded(world: World) -> None:
    """The board has the top places alone, and only the latest entries are shown."""
    for i in range(12):
        await world.grant(f"v{i}", 100)
        await world.send(world.order(f"v{i}", quantity=i + 1))
    for i in range(RECENT_ENTRIES):
        await world.say(f"c{i}")
    picture = await world.rooms.picture("main")

    assert [f"v{i}" for i in range(11, 1, -1)] == [rank.user.id for rank in strictly_all(picture.board, Rank)]
    assert (13, 32) == (picture.recent[0].first, picture.recent[-1].last)
    assert (12, 0) == (len(strictly_all(picture.streaks, RunningStreak)), picture.streaks_more)
    assert b"[]" == (await world.rooms.picture("side")).board


async def test_pictures_taken_in_a_storm_are_consistent(world: World) -> None:
    """While gifts pour in, each picture is of one offset: its total is what the events up to it have cost."""
    await world.grant("ann", 100_000)
    other = Store(world.store.url)
    rooms = Rooms(Standing(other, EPOCH))

    async def pour() -> None:
        for _ in range(60):
            await world.send(world.order("ann", quantity=7), world.order("ann", gift="heart"))

    pouring = asyncio.ensure_future(pour())
    pictures = []
    while not pouring.done():
        pictures.append(await rooms.picture("main"))
    other.close()
    costs = [event.coins if isinstance(event, GiftSent) else 0 for event in await read_log(world, "main")]

    assert [sum(costs[: picture.offset]) for picture in pictures] == [picture.coins_total for picture in pictures]
    assert len({picture.offset for picture in pictures}) > 3


async def test_a_comment_is_said_once_for_an_id(world: World) -> None:
    """The same comment again, in the same batch, later, or in the next time bucket, is said once."""
    comment = Comment("main", "c", ',"id":"c","sender":{"id":"a","name":"A"},"text":"t"}')
    now_ms = world.now_ms()

    assert ["N", "D"] == texts(await world.rooms.post([comment, comment], now_ms))
    assert ["D"] == texts(await world.rooms.post([comment], now_ms))
    assert ["D"] == texts(await world.rooms.post([comment], now_ms + SAID_BUCKET_MS))
    assert 1 == len(await read_log(world, "main"))


async def test_comments_of_many_rooms_in_one_call(world: World) -> None:
    """Each comment of a batch goes to its room, and rooms that are ended or unknown refuse theirs alone."""
    await change_room(world.partitions, "side", RoomChange(status="ended"))
    rooms = ["main", "side", "nowhere", "main"]
    fields = ',"id":"c","sender":{"id":"a","name":"A"},"text":"t"}'
    batch = [Comment(room, str(i), fields.replace('"c"', f'"{i}"')) for i, room in enumerate(rooms)]

    expected = ["N", "Rroom_not_live", "Rroom_not_found", "N"]
    assert expected == texts(await world.rooms.post(batch, world.now_ms()))
    assert ["0", "3"] == [event.id for event in await read_log(world, "main")]


async def test_a_refused_comment_may_be_said_later(world: World) -> None:
    """A comment that was refused as the room was not live is not spoiled by it."""
    await change_room(world.partitions, "side", RoomChange(status="ended"))
    assert "Rroom_not_live" == await world.say("c", room="side")
    await change_room(world.partitions, "side", RoomChange(status="live"))

    assert "N" == await world.say("c", room="side")


async def test_a_comment_is_removed_once(world: World) -> None:
    """The room is told once, also by the next time bucket; what it has not is unknown, as is another room's."""
    gone, now_ms = Comment("main", "c", ',"id":"c"}'), world.now_ms()
    await world.say("c")
    with pytest.raises(Refusal, match="unknown_comment"):
        await world.rooms.remove(Comment("side", "c", ""), now_ms)
    done = [await world.rooms.remove(gone, now_ms + later_ms) for later_ms in (0, 0, SAID_BUCKET_MS)]

    assert [True, False, False] == done
    assert ["CommentPosted", "CommentRemoved"] == [type(event).__name__ for event in await read_log(world, "main")]
    with pytest.raises(Refusal, match="unknown_comment"):
        await world.rooms.remove(Comment("main", "d", ""), now_ms)
    with pytest.raises(Refusal, match="room_not_found"):
        await world.rooms.remove(Comment("nowhere", "c", ""), now_ms)


async def test_a_comment_said_long_ago_can_be_removed(world: World) -> None:
    """As long as it is among the latest a comment can be removed, when its room has ended too."""
    await world.say("c")
    await world.store.call("DEL", world.keys.said(world.now_ms() // SAID_BUCKET_MS))
    await change_room(world.partitions, "main", RoomChange(status="ended"))

    assert await world.rooms.remove(Comment("main", "c", ',"id":"c"}'), world.now_ms())


async def test_a_room_knows_its_latest_comments(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are posted, so many are known, and the oldest are forgotten."""
    monkeypatch.setattr("app.store.rooms.COMMENTS_KNOWN", 3)
    for i in range(5):
        await world.say(f"c{i}")

    assert [b"c2", b"c3", b"c4"] == await world.store.call("ZRANGE", world.keys.comments("main"), 0, -1)


async def age_streaks(world: World, room: str, by_ms: int) -> None:
    """Makes the running streaks of a room so much older."""
    due = await world.store.call("ZRANGE", world.keys.streaks_due, 0, -1, "WITHSCORES")
    for field, text in (await read_hash(world, world.keys.streaks(room))).items():
        streak_id, count, coins, last, sender = text.split("|", 4)
        older = f"{streak_id}|{count}|{coins}|{int(last) - by_ms}|{sender}"
        await world.store.call("HSET", world.keys.streaks(room), field, older)
    for member, score in due:
        if member.startswith(room.encode() + b"\t"):
            await world.store.call("ZADD", world.keys.streaks_due, int(score) - by_ms, member)


async def test_a_streak_goes_on_within_five_seconds(world: World) -> None:
    """The same gift from the same sender to the same receiver goes on within five seconds; then one begins anew."""
    await world.grant("ann", 100)
    results = [await world.send(world.order())]
    await age_streaks(world, "main", 4900)
    results.append(await world.send(world.order(quantity=5)))
    await age_streaks(world, "main", 5001)
    results.append(await world.send(world.order()))
    log = await read_log(world, "main")

    assert [["2", "1"], ["2", "6"], ["4", "1"]] == [result.split("|")[-2:] for (result,) in results]
    assert [GiftSent, GiftSent, StreakEnded, GiftSent] == [type(event) for event in log]
    assert ("2", 6, 6) == (log[2].streak.id, log[2].streak.count, log[2].streak.coins)


@pytest.mark.parametrize(
    "other", [{"sender": "bob"}, {"gift": "spark"}, {"receiver": "gil"}, {"anonymous": True}, {"room": "side"}]
)
async def test_streaks_are_kept_apart(other: dict[str, Any], world: World) -> None:
    """Another sender, gift, receiver or room, or the same one anonymously, is another streak."""
    for user in ("ann", "bob"):
        await world.grant(user, 100)
    results = await world.send(world.order(), world.order(**other), world.order())

    assert [["3", "1"], ["4", "1"], ["3", "2"]] == [result.split("|")[-2:] for result in results]


async def test_a_streak_ends_once_whoever_asks(world: World) -> None:
    """Many who end the same streaks at once end each of them exactly once."""
    await world.grant("ann", 100)
    await world.send(*(world.order(gift=gift) for gift in ("rose", "heart", "spark")))
    fields = await world.rooms.running_streaks("main")
    early = await asyncio.gather(*(world.rooms.end_streaks("main", fields) for _ in range(10)))
    await age_streaks(world, "main", 5001)
    late = await asyncio.gather(*(world.rooms.end_streaks("main", fields) for _ in range(50)))

    assert (0, 3) == (sum(early), sum(late))
    ended = [event for event in await read_log(world, "main") if isinstance(event, StreakEnded)]
    assert 3 == len(ended) == len({event.streak.id for event in ended})
    assert [] == await world.rooms.running_streaks("main")
    assert None is await world.rooms.next_due_ms()


async def test_due_streaks_are_found_and_noted_anew(world: World) -> None:
    """A streak is due five seconds after its first gift; where it has gone on, it is noted for later, not ended."""
    await world.grant("ann", 100)
    await world.send(world.order())
    await world.send(world.order(room="side"))
    first_ms = await world.rooms.next_due_ms()
    assert first_ms is not None
    assert {} == await world.rooms.due_streaks(first_ms, 10)
    assert {"main": ["ann\trose\tsam\t0"]} == await world.rooms.due_streaks(first_ms + 1, 1)

    await age_streaks(world, "main", 4000)
    await world.send(world.order())
    assert 0 == await world.rooms.end_streaks("main", await world.rooms.running_streaks("main"))
    assert {} == await world.rooms.due_streaks(first_ms - 1, 10)


async def test_the_end_of_a_room_ends_all_its_streaks(world: World) -> None:
    """When a room ends each of its streaks ends, once, however many run; those of other rooms run on."""
    await world.grant("ann", 10_000)
    await world.send(world.order(room="side"))
    for _ in range(3):
        await world.send(world.order(), world.order(gift="heart"), world.order(receiver="gil"))
    room = await change_room(world.partitions, "main", RoomChange(status="ended"))

    assert "ended" == room.status
    assert 3 == sum(isinstance(event, StreakEnded) for event in await read_log(world, "main"))
    assert 1 == len(await world.rooms.running_streaks("side"))


async def test_a_full_room_ends(world: World) -> None:
    """A room in which more streaks run than a script can be given at once ends all of them."""
    viewers = [f"v{i}" for i in range(9000)]
    ledger = world.ledger_with(journal_max=10_000)
    for at in range(0, len(viewers), 250):
        part = viewers[at : at + 250]
        await world.store.call("HSET", world.keys.coins, *(word for viewer in part for word in (viewer, 1)))
        await ledger.send_gifts([world.order(viewer) for viewer in part])
    await change_room(world.partitions, "main", RoomChange(status="ended"))

    assert [] == await world.rooms.running_streaks("main")
    log = await world.store.call("XRANGE", world.keys.log("main"), "-", "+")
    ended = sum(read_message(message)[1].events.count(b'"streak_ended"') for _, (_, message) in log)
    assert 9000 == ended
    # These coins were never issued.
    await world.store.call("FLUSHDB")


async def test_rooms_are_opened_once(world: World) -> None:
    """Opening a live room leaves it as it is; an ended one goes on with its epoch and offsets."""
    await world.say("c")
    again = NewRoom(id="main", title="Other", streamer=Payee("eve", "Eve"))
    room, created = await open_room(world.partitions, again)
    assert (world.room["main"], False) == (room, created)

    await change_room(world.partitions, "main", RoomChange(status="ended"))
    room, created = await open_room(world.partitions, again)
    assert ("Other", "live", world.room["main"].epoch, False) == (room.title, room.status, room.epoch, created)
    assert 3 == await world.rooms.offset("main")


async def test_an_ended_room_is_kept_and_then_forgotten(world: World) -> None:
    """An ended room runs out, all of it at once; one that is live again stays."""
    await world.grant("ann", 10)
    await world.send(world.order())
    await world.say("c")
    builders = (world.keys.room, world.keys.log, world.keys.board, world.keys.comments)
    keys = [build("main") for build in builders]
    await change_room(world.partitions, "main", RoomChange(status="ended"))
    ends = {await world.store.call("PEXPIRETIME", key) for key in keys}
    await change_room(world.partitions, "main", RoomChange(status="live"))

    assert 1 == len(ends)
    assert ends.pop() > world.now_ms() + 6 * 24 * 3600 * 1000
    assert [-1] * 4 == [await world.store.call("PEXPIRETIME", key) for key in keys]


async def test_a_room_that_was_forgotten_begins_anew(world: World) -> None:
    """A room whose properties are gone begins at offset 1 with an epoch of its own, whatever is left of its log."""
    await world.say("c")
    await world.store.call("DEL", world.keys.room("side"))
    await world.say("c2", room="main")
    await world.store.call("COPY", world.keys.log("main"), world.keys.log("side"), "REPLACE")
    room, created = await open_room(world.partitions, NewRoom(id="side", title="Side", streamer=Payee("sue", "Sue")))
    world.room["side"] = room

    assert created
    assert "N" == await world.say("c3", room="side")
    assert [1] == [event.offset for event in await read_log(world, "side")]


async def test_live_rooms_are_listed_newest_first(world: World) -> None:
    """Live rooms are listed, the newest first, page by page, also behind one that has ended; ended ones are not."""
    for i in range(4):
        await asyncio.sleep(0.002)
        await open_room(world.partitions, NewRoom(id=f"r{i}", title="R", streamer=Payee("sue", "Sue")))
    first = await world.rooms.live(None, 2)
    rest = await world.rooms.live(first[1], 10)
    await change_room(world.partitions, "r2", RoomChange(status="ended"))

    assert ["r3", "r2"] == [room for _, room in first]
    assert ["r1", "r0"] == [room for _, room in rest[:2]]
    assert {"side", "main"} == {room for _, room in rest[2:]}
    assert rest == await world.rooms.live(first[1], 10)
    assert [first[0], *rest] == await world.rooms.live(None, 10)


async def test_there_is_no_such_room(world: World) -> None:
    """A room that was never opened is not found, to read and to change."""
    for use in (
        world.rooms.get("nowhere"),
        world.rooms.picture("nowhere"),
        world.rooms.change("nowhere", "}", {"title": "x"}),
    ):
        with pytest.raises(Refusal, match="room_not_found"):
            await use


async def test_reports_of_viewers_run_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers' viewers add up room by room; a worker that says none, or says nothing any more, counts no longer."""
    report = world.rooms.report_viewers

    async def viewers(*rooms: str) -> dict[str, int]:
        return {room.id: viewers for room, viewers in (await world.rooms.shown(rooms)).values()}

    assert {"main": 3, "side": 1} == await report("w0", {"main": 3, "side": 1})
    assert {"main": 8} == await report("w1", {"main": 5})
    assert {"main": 8, "side": 1} == await viewers("main", "side", "nowhere")
    assert {"main": 5, "side": 0} == await report("w0", {"main": 0, "side": 0})
    await world.store.call("HSET", world.keys.viewers("main"), "w1", f"5 {world.now_ms() - 10_001}")
    assert {"main": 0} == await viewers("main")
    assert {"main": 2} == await report("w2", {"main": 2})
    assert await world.store.call("PTTL", world.keys.viewers("main")) > 0
    assert {} == await report("w0", {})


def test_a_chunk_is_cut_at_an_offset() -> None:
    """What is beyond an offset is cut from a chunk without a look into the events."""
    chunk = Chunk(5, 7, EVENT_JOIN.join([b'{"a":"x,y"}', b'{"b":2}', b'{"c":3}']))

    assert [chunk.events] * 2 == [chunk.after(0), chunk.after(4)]
    assert [b'{"b":2},\n{"c":3}', b'{"c":3}', b""] == [chunk.after(offset) for offset in (5, 6, 7)]


async def test_rooms_keep_any_text(world: World) -> None:
    """Titles and names with quotes, bars and any character that can be seen come back as they were, in one line."""
    nasty = 'a"b\\c d|e, {é 🎁'
    new = NewRoom(id="odd", title=f"{nasty}\u202e", streamer=Payee("sue", f"\n{nasty}"), guests=(Payee("gil", nasty),))
    room, _ = await open_room(world.partitions, new)
    world.room["odd"] = room
    await change_room(world.partitions, "odd", RoomChange(guests=()))

    assert (nasty, nasty) == (room.title, room.guests[0].name)
    (event,) = await read_log(world, "odd")
    assert (nasty, ()) == (event.room.streamer.name, event.room.guests)
    assert nasty == json.loads(msgspec.json.encode((await world.rooms.picture("odd")).room))["title"]
