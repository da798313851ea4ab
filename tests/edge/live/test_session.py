"""What a session takes and what it refuses: every command with every way to get it wrong, and hammering."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
import msgspec
import pytest

from app.base.errors import SLUGS, CloseCode
from app.base.ids import uuid7
from app.rules import catalogue
from app.rules.commands import FRAME_MAX
from app.rules.messages import CommentPosted, Error, GiftAccepted, GiftSent, Pong, Streak, StreakCount
from app.store.keys import Keys
from tests.edge.product import Product
from tests.edge.site import SECRET, new_id

PRICES = {gift.id: gift.price_coins for gift in catalogue.load().gifts}


def uuid7_at(seconds_from_now: float) -> str:
    """A UUIDv7 of another time."""
    return uuid7(int((time.time() + seconds_from_now) * 1000))


# What is accepted.


async def test_gift_is_accepted_and_shown(product: Product) -> None:
    """The sender gets a receipt with every number in it, and the room sees the gift with its streak."""
    room = await product.open_room("gift")
    await product.grant("ann", 1000)
    gift_id = new_id()

    async with product.join("ann", room) as ann, product.join("bob", room, avatar="https://a.example/b.png") as bob:
        answer = await ann.send_gift(gift_id, "rose", quantity=7, message="for you ☃")
        seen = await bob.until(GiftSent)

    assert isinstance(answer, GiftAccepted)
    assert (gift_id, "rose", 7, 7 * PRICES["rose"]) == (answer.id, answer.gift, answer.quantity, answer.coins)
    assert ("7", False, StreakCount(str(answer.n), 7)) == (answer.diamonds, answer.duplicate, answer.streak)
    assert 1000 - 7 * PRICES["rose"] == answer.balance.coins
    assert answer.n == answer.balance.version
    assert (1, gift_id, "ann", "Ann") == (seen.offset, seen.id, seen.sender.id, seen.sender.name)
    assert ("streamer", "rose", 7, 7, "7") == (seen.receiver, seen.gift, seen.quantity, seen.coins, seen.diamonds)
    assert (Streak(str(answer.n), 7, 7), "for you ☃") == (seen.streak, seen.message)
    assert ann.gifts() in ([seen], [])


async def test_the_same_id_again_is_answered_from_memory(product: Product) -> None:
    """A repeat gets all that was said the first time, marked as a duplicate, and spends nothing."""
    room = await product.open_room("duplicate")
    await product.grant("dup", 10)
    gift_id = new_id()

    async with product.join("dup", room) as dup:
        first = await dup.send_gift(gift_id)
        again = await dup.send_gift(gift_id)
        other = await dup.send_gift(gift_id, quantity=2)

        assert isinstance(first, GiftAccepted)
        assert isinstance(again, GiftAccepted)
        assert (False, True) == (first.duplicate, again.duplicate)
        assert _without_duplicate(first) == _without_duplicate(again)
        assert ("id_reused", 9) == (_error(other).error, await product.coins("dup"))
        assert 1 == len(dup.gifts())


async def test_anonymous_gift_names_nobody(product: Product) -> None:
    """An anonymous gift shows null for id and name, and is not on the leaderboard."""
    room = await product.open_room("anonymous")
    await product.grant("shy", 10)

    async with product.join("shy", room) as shy, product.join("bob", room) as bob:
        await shy.send_gift(new_id(), anonymous=True)
        seen = await bob.until(GiftSent)
        async with product.http() as http:
            board = (await http.get(f"/v1/rooms/{room}/leaderboard")).json()

    assert (None, None) == (seen.sender.id, seen.sender.name)
    assert ([], 1) == (board["top"], board["coins_total"])


async def test_guest_receives_a_gift(product: Product) -> None:
    """A gift goes to the guest whose id it names, and a streak to another receiver is another streak."""
    room = await product.open_room("guests", guests=[{"id": "guest", "name": "Guest"}])
    await product.grant("ann", 10)

    async with product.join("ann", room) as ann:
        await ann.send_gift(new_id())
        gift_id = new_id()
        answer = await ann.send_gift(gift_id, receiver="guest")
        seen = await ann.until(GiftSent, lambda gift: gift.id == gift_id)

    assert isinstance(answer, GiftAccepted)
    assert "guest" == seen.receiver
    assert StreakCount(str(answer.n), 1) == answer.streak


async def test_gift_that_does_not_streak_has_none(product: Product) -> None:
    """A big gift stands alone."""
    big = next(gift for gift in catalogue.load().gifts if not gift.streakable)
    room = await product.open_room("big")
    await product.grant("rich", 2 * big.price_coins)

    async with product.join("rich", room) as rich:
        answers = [await rich.send_gift(new_id(), big.id) for _ in range(2)]
        await rich.wait(lambda: len(rich.gifts()) == 2)

    assert [None, None] == [answer.streak for answer in answers if isinstance(answer, GiftAccepted)]
    assert [None, None] == [gift.streak for gift in rich.gifts()]


async def test_comment_is_shown_once(product: Product) -> None:
    """The room sees a comment as it was written, without what cannot be seen; its id again says nothing."""
    room = await product.open_room("comments")
    text, shown = '</script> "quotes" \\ \x00\u202e \u2028 🎉', '</script> "quotes" \\  \n 🎉'

    async with product.join("ann", room) as ann, product.join("bob", room) as bob:
        for comment in ("c1", "c1", "c2"):
            await ann.say({"type": "send_comment", "id": comment, "text": text})
        await bob.until(CommentPosted, lambda comment: comment.id == "ann:c2")

    comments = bob.all_of(CommentPosted)
    assert [("ann:c1", shown, "ann"), ("ann:c2", shown, "ann")] == [(c.id, c.text, c.sender.id) for c in comments]


async def test_comment_can_be_removed(product: Product) -> None:
    """A moderator's DELETE tells the room which comment is gone."""
    room = await product.open_room("removed")
    async with product.join("ann", room) as ann, product.http(product.token("mo", "moderator")) as http:
        await ann.say({"type": "send_comment", "id": "c1", "text": "rude"})
        await ann.until(CommentPosted)
        answer = await http.delete(f"/v1/rooms/{room}/comments/ann:c1")
        await ann.events_to(2)

    assert 202 == answer.status_code
    assert ["comment_posted", "comment_removed"] == [e.__struct_config__.tag for e in ann.events()]


async def test_ping_is_answered_with_the_servers_clock(product: Product) -> None:
    """A pong has the ping's id, if it had one, and the server's time."""
    before_ms = time.time() * 1000
    async with product.join("ann") as ann:
        pong = await ann.ping("p1")
        await ann.say({"type": "ping"})
        await ann.until(Pong, lambda pong: not isinstance(pong.id, str))

    # A clock that is set while it runs is followed slowly.
    assert before_ms - 1000 <= pong.server_ms <= time.time() * 1000 + 1000


async def test_fields_that_nobody_knows_are_ignored(product: Product) -> None:
    """A client of a later version may say more than this server understands."""
    async with product.join("ann") as ann:
        await ann.say({"type": "ping", "id": "later", "mood": {"very": ["good"]}})
        await ann.until(Pong, lambda pong: pong.id == "later")
        assert [] == ann.all_of(Error)


# What is refused.

PLAIN = {"type": "send_gift", "gift": "rose"}
BAD_COMMANDS: list[tuple[str, Any, str]] = [
    ("array", [], "bad_request"),
    ("array of commands", [{"type": "ping", "id": "x"}], "bad_request"),
    ("number", 7, "bad_request"),
    ("null", None, "bad_request"),
    ("nothing", "", "bad_request"),
    ("no JSON", "{", "bad_request"),
    ("two documents", '{"type":"ping"}{"type":"ping"}', "bad_request"),
    ("deep array", "[" * 4000, "bad_request"),
    ("deep object", '{"a":' * 800, "bad_request"),
    ("deep unknown field", '{"type":"ping","x":' + "[" * 1900 + "]" * 1900 + "}", "bad_request"),
    ("no type", {"id": "x"}, "bad_request"),
    ("unknown type", {"type": "steal_coins"}, "bad_request"),
    ("type of a server", {"type": "gift_accepted"}, "bad_request"),
    ("wrong-typed type", {"type": 5}, "bad_request"),
    ("gift without id", PLAIN, "bad_request"),
    ("gift without gift", {"type": "send_gift", "id": "ID"}, "bad_request"),
    ("gift with a number for its id", {**PLAIN, "id": 5}, "bad_request"),
    ("gift with a number for its gift", {"type": "send_gift", "id": "ID", "gift": 5}, "bad_request"),
    ("gift with an array for its message", {**PLAIN, "id": "ID", "message": []}, "bad_request"),
    ("gift with text for anonymous", {**PLAIN, "id": "ID", "anonymous": "no"}, "bad_request"),
    ("long message", {**PLAIN, "id": "ID", "message": "x" * 121}, "bad_request"),
    ("half a surrogate pair", '{"type":"send_gift","id":"ID","gift":"rose","message":"\\ud800"}', "bad_request"),
    ("quantity 0", {**PLAIN, "id": "ID", "quantity": 0}, "bad_quantity"),
    ("quantity -1", {**PLAIN, "id": "ID", "quantity": -1}, "bad_quantity"),
    ("quantity 1.5", {**PLAIN, "id": "ID", "quantity": 1.5}, "bad_quantity"),
    ("quantity 1000", {**PLAIN, "id": "ID", "quantity": 1000}, "bad_quantity"),
    ("quantity 1e18", '{"type":"send_gift","id":"ID","gift":"rose","quantity":1e18}', "bad_quantity"),
    ("quantity 10^18", {**PLAIN, "id": "ID", "quantity": 10**18}, "bad_quantity"),
    ("quantity 10^40", {**PLAIN, "id": "ID", "quantity": 10**40}, "bad_quantity"),
    ("quantity as text", {**PLAIN, "id": "ID", "quantity": "1"}, "bad_quantity"),
    ("quantity null", {**PLAIN, "id": "ID", "quantity": None}, "bad_quantity"),
    ("quantity true", {**PLAIN, "id": "ID", "quantity": True}, "bad_quantity"),
    ("quantity NaN", '{"type":"send_gift","id":"ID","gift":"rose","quantity":NaN}', "bad_request"),
    ("quantity Infinity", '{"type":"send_gift","id":"ID","gift":"rose","quantity":Infinity}', "bad_request"),
    ("a price of the client's own", {**PLAIN, "id": "ID", "gift": "galaxy!", "coins": 1}, "unknown_gift"),
    ("unknown gift", {**PLAIN, "id": "ID", "gift": "yacht2"}, "unknown_gift"),
    ("receiver that does not exist", {**PLAIN, "id": "ID", "receiver": "nobody"}, "unknown_receiver"),
    ("receiver who is another viewer", {**PLAIN, "id": "ID", "receiver": "bystander"}, "unknown_receiver"),
    ("receiver who is the sender", {**PLAIN, "id": "ID", "receiver": "pest"}, "self_gift"),
    ("no coins", {**PLAIN, "id": "ID", "gift": "galaxy", "quantity": 999}, "insufficient_coins"),
    ("UUIDv4", {**PLAIN, "id": "0b8c2d5e-9f9b-4c3a-8a51-0d3a7a5b0e11"}, "bad_request"),
    ("UUIDv7 in upper case", {**PLAIN, "id": "019A0000-0000-7000-8000-00000000000A"}, "bad_request"),
    ("no UUID", {**PLAIN, "id": "1' OR '1'='1"}, "bad_request"),
    ("id of eleven minutes ago", {**PLAIN, "id": uuid7_at(-660)}, "id_expired"),
    ("id of tomorrow", {**PLAIN, "id": uuid7_at(86_400)}, "id_in_future"),
    ("id of the end of time", {**PLAIN, "id": "ffffffff-ffff-7fff-bfff-ffffffffffff"}, "id_in_future"),
    ("id of the beginning of time", {**PLAIN, "id": "00000000-0000-7000-8000-000000000000"}, "id_expired"),
    ("comment without text", {"type": "send_comment", "id": "x"}, "bad_request"),
    ("empty comment", {"type": "send_comment", "id": "x", "text": ""}, "bad_request"),
    ("long comment", {"type": "send_comment", "id": "x", "text": "x" * 201}, "bad_request"),
    ("second hello", {"type": "hello", "token": "x"}, "bad_request"),
    ("hello without token", {"type": "hello"}, "bad_request"),
    ("hello with a wrong place", {"type": "hello", "token": "x", "resume": {"epoch": 1}}, "bad_request"),
]


@pytest.mark.parametrize(("command", "slug"), [pytest.param(c, s, id=name) for name, c, s in BAD_COMMANDS])
async def test_bad_command_is_answered_and_hurts_nobody(product: Product, command: Any, slug: str) -> None:
    """Each wrong command gets one error that names it; the socket, the room and the wallet are as before."""
    text = command if isinstance(command, str) else json.dumps(command)
    text = text.replace('"ID"', f'"{new_id()}"')

    async with product.join("pest") as pest, product.join("bystander") as bystander:
        before = await product.coins("pest")
        await pest.say(text)
        error = await pest.until(Error)
        await pest.ping("still here")
        await bystander.ping("me too")

        assert slug == error.error
        assert _id_of(text) == error.id
        assert SLUGS[slug].retryable == error.retryable
        assert error.message
        assert [error] == pest.all_of(Error)
        assert [] == bystander.events()
        assert before == await product.coins("pest")


async def test_roles_that_do_not_send(product: Product) -> None:
    """Overlays, guardians and operators watch: they neither send gifts nor say anything."""
    for role in ("overlay", "guardian", "operator"):
        async with product.join(f"a-{role}", role=role) as watcher:
            gift = await watcher.send_gift(new_id())
            await watcher.say({"type": "send_comment", "id": "c", "text": "hi"})
            comment = await watcher.answer("c")
            assert ("forbidden", "forbidden") == (_error(gift).error, _error(comment).error)


async def test_streamer_cannot_give_to_herself(product: Product) -> None:
    """The streamer's own gift is a self gift."""
    async with product.join("streamer", role="streamer") as streamer:
        assert "self_gift" == _error(await streamer.send_gift(new_id())).error


async def test_ended_room_takes_no_gift_and_no_comment(product: Product) -> None:
    """After the end a gift is refused and nothing is spent."""
    room = await product.open_room("ended")
    await product.grant("late", 5)
    async with product.join("late", room) as late, product.platform() as http:
        await http.delete(f"/v1/rooms/{room}")
        gift = await late.send_gift(new_id())
        await late.say({"type": "send_comment", "id": "c", "text": "hello?"})
        comment = await late.answer("c")
        assert ("room_not_live", "room_not_live", 5) == (
            _error(gift).error,
            _error(comment).error,
            await product.coins("late"),
        )


async def test_frozen_people_neither_send_nor_receive(product: Product) -> None:
    """A frozen wallet and a frozen receiver are told apart; after the thaw all is as before."""
    room = await product.open_room("frost", streamer="frosty")
    await product.grant("cold", 5)
    async with product.join("cold", room) as cold:
        product.ask_store("SADD", Keys().frozen, "cold")
        assert "wallet_frozen" == _error(await cold.send_gift(new_id())).error
        product.ask_store("SREM", Keys().frozen, "cold")
        product.ask_store("SADD", Keys().frozen, "frosty")
        assert "receiver_frozen" == _error(await cold.send_gift(new_id())).error
        product.ask_store("SREM", Keys().frozen, "frosty")
        assert isinstance(await cold.send_gift(new_id()), GiftAccepted)


async def test_refusal_for_lack_of_coins_stays(product: Product) -> None:
    """Without coins a gift is refused for good: after a grant the same id still is, a new one is not."""
    room = await product.open_room("poor")
    await product.grant("poor", 3)
    gift_id = new_id()

    async with product.join("poor", room) as poor:
        refused = _error(await poor.send_gift(gift_id, quantity=5))
        await product.grant("poor", 10)
        again = _error(await poor.send_gift(gift_id, quantity=5))
        new = await poor.send_gift(new_id(), quantity=5)

    assert ("insufficient_coins", {"coins": 3, "price": 5}, False) == (
        refused.error,
        refused.details,
        refused.retryable,
    )
    assert refused == again
    assert isinstance(new, GiftAccepted)
    assert 8 == new.balance.coins


# What ends the connection.


async def test_binary_frame_closes_4500(product: Product) -> None:
    """Commands are text."""
    async with product.join("ann") as ann:
        await ann.say(b'{"type":"ping"}')
        assert CloseCode.BAD_FRAME == await ann.closed()


async def test_frame_of_4_kib_is_taken_and_one_byte_more_closes_4500(product: Product) -> None:
    """The limit is exact."""
    ping = '{"type":"ping","id":"big","x":"%s"}'
    fits = ping % ("x" * (FRAME_MAX - len(ping) + 2))
    async with product.join("ann") as ann:
        await ann.say(fits)
        await ann.until(Pong)
        await ann.say(fits.replace('"x":"', '"x":"y'))
        assert CloseCode.BAD_FRAME == await ann.closed()


async def test_command_before_hello_is_unauthorized(product: Product) -> None:
    """Nobody sends anything before saying who it is; then hello still works."""
    async with product.connect() as client:
        gift_id = new_id()
        assert "unauthorized" == _error(await client.send_gift(gift_id)).error
        await client.say({"type": "send_comment", "id": "c", "text": "hi"})
        assert "unauthorized" == _error(await client.answer("c")).error
        await client.ping("a ping is nobody's secret")
        await client.hello(product.token("ann"))


async def test_token_that_is_no_good_closes_4502(product: Product) -> None:
    """Forged, expired, for another room, for another service, unsigned or of no known role: all the same."""
    good = product.token("ann")
    head, claims, signature = good.split(".")
    tokens = {
        "garbage": "x",
        "empty": "",
        "forged": f"{head}.{claims}.{signature[:-4]}AAAA",
        "unsigned": f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.",
        "expired": product.token("ann", for_s=-1),
        "other room": product.token("ann", room="elsewhere"),
        "other service": product.token("ann", aud="other"),
        "no name": product.token("ann", name=""),
        "odd user": product.token("a b"),
        "odd role": product.token("ann", "king"),  # type: ignore[arg-type]
        "endless": jwt.encode({"aud": "fanfare", "sub": "ann", "name": "Ann", "role": "viewer"}, SECRET, "HS256"),
    }
    for what, token in tokens.items():
        async with product.connect() as client:
            await client.say({"type": "hello", "token": token})
            error = await client.until(Error)
            assert ("unauthorized", None, CloseCode.UNAUTHORIZED) == (error.error, error.id, await client.closed()), (
                what
            )


async def test_token_for_this_room_alone_is_good_here(product: Product) -> None:
    """A token that names its room opens that room."""
    async with product.join("ann", room="main") as ann:
        assert "main" == ann.welcome.room.id
    async with product.connect() as client:
        await client.hello(product.token("ann", room="main"))


async def test_other_protocol_closes_4506(product: Product) -> None:
    """A client of another version is told so."""
    async with product.connect() as client:
        await client.say({"type": "hello", "token": product.token("ann"), "protocol": 2})
        assert CloseCode.PROTOCOL_VERSION == await client.closed()


def _error(answer: GiftAccepted | Error) -> Error:
    assert isinstance(answer, Error), answer
    return answer


def _without_duplicate(accepted: GiftAccepted) -> tuple[object, ...]:
    return tuple(getattr(accepted, name) for name in accepted.__struct_fields__ if name != "duplicate")


def _id_of(text: str) -> str | None:
    """The id of what can be read as an object with one; NaN is no JSON."""
    try:
        command = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    found = command.get("id") if isinstance(command, dict) else None
    return found if isinstance(found, str) else None
