"""Who says too much: rates of the user, the budget of a connection, and what everybody else notices of it: nothing."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from app.base.errors import CloseCode
from app.rules.commands import FRAME_MAX
from app.rules.messages import CommentPosted, Error, GiftAccepted, Pong
from tests.edge.client import decode
from tests.edge.product import Product
from tests.edge.raw import BINARY, CLOSE, CONT, PING, PONG, TEXT, RawSocket, frame, raw_socket, text
from tests.edge.site import new_id

GIFT = {"type": "send_gift", "gift": "rose"}
# With a rate of 50 frames a second: 150 are served at once, then 50 refusals are answered.
SERVED, ANSWERED = 150, 50
# The time that a test takes has its part of the rate too.
MORE = 40


async def test_gifts_over_the_rate_are_refused_and_may_be_sent_again(product: Product) -> None:
    """Beyond 60 at once a user hears when to try again; nothing of a refused gift is stored or spent."""
    room = await product.open_room("rate")
    await product.grant("fast", 1000)
    ids = [new_id() for _ in range(100)]

    async with product.join("fast", room) as fast, product.join("slow", room) as slow:
        began_s = time.monotonic()
        await asyncio.gather(*(fast.say({**GIFT, "id": gift_id}) for gift_id in ids))
        answers = [await fast.answer(gift_id) for gift_id in ids]
        more = 20 * (time.monotonic() - began_s)
        limited = [answer for answer in answers if isinstance(answer, Error)]
        assert 60 <= len(answers) - len(limited) <= 61 + more
        assert {"rate_limited"} == {error.error for error in limited}
        assert all(error.retryable and 1 <= error.details["retry_ms"] <= 60 for error in limited)
        assert 1000 - (len(answers) - len(limited)) == await product.coins("fast")
        await slow.ping("not affected")

        retried = limited[0].id
        assert retried is not None
        answer = await fast.send_gift(retried)
        while isinstance(answer, Error):
            await asyncio.sleep(answer.details["retry_ms"] / 1000)
            answer = await fast.send_gift(retried)
        assert not answer.duplicate


async def test_comments_over_the_rate_are_refused(product: Product) -> None:
    """Five comments at once, then one a second."""
    room = await product.open_room("chatter")
    async with product.join("chatty", room) as chatty:
        for i in range(8):
            await chatty.say({"type": "send_comment", "id": f"c{i}", "text": "me!"})
        error = await chatty.until(Error, lambda error: error.id == "c7")
        await chatty.events_to(5)

    assert ("rate_limited", True) == (error.error, error.retryable)
    assert [f"chatty:c{i}" for i in range(5)] == [comment.id for comment in chatty.all_of(CommentPosted)]


async def test_rates_are_of_the_user_and_not_of_the_socket(product: Product) -> None:
    """Another connection brings no other patience."""
    room = await product.open_room("rates")
    async with product.join("two", room) as one, product.join("two", room) as other:
        for i in range(5):
            await one.say({"type": "send_comment", "id": f"c{i}", "text": "me!"})
        await one.events_to(5)
        for i in range(5, 10):
            await other.say({"type": "send_comment", "id": f"c{i}", "text": "me too"})
        assert "rate_limited" == (await other.until(Error)).error


async def test_a_thousand_commands_a_second_end_in_4505_and_nobody_else_notices(product: Product) -> None:
    """Who floods is refused, then thrown out; others' gifts go through meanwhile and none is lost."""
    room = await product.open_room("flood")
    await product.grant("calm", 1000)

    async with product.join("flooder", room) as flooder, product.join("calm", room) as calm:

        async def flood() -> int:
            started = asyncio.get_running_loop().time()
            for i in range(1_000_000):
                await flooder.say({"type": "ping", "id": str(i)})
                if flooder.connection.close_code is not None:
                    break
                if i % 50 == 49:
                    # A thousand a second, whatever the clock does.
                    await asyncio.sleep(max(0.0, started + i / 1000 - asyncio.get_running_loop().time()))
            return await flooder.closed()

        flooding = asyncio.create_task(flood())
        accepted = []
        while not flooding.done():
            accepted.append(await calm.send_gift(new_id()))
            await asyncio.wait([flooding], timeout=0.1)
        assert CloseCode.TOO_MANY == await flooding
        await calm.events_to(len(accepted))

    assert all(isinstance(answer, GiftAccepted) for answer in accepted)
    assert 1000 - len(accepted) == await product.coins("calm")
    assert "rate_limited" in {error.error for error in flooder.all_of(Error)}


# Each kind of frame that can be sent without a token, how the connection ends, and how much is answered at most.
FLOODS: dict[str, tuple[bytes, CloseCode, int]] = {
    "pings": (frame(PING, b"x"), CloseCode.TOO_MANY, SERVED),
    "big pings": (frame(PING, b"x" * 125), CloseCode.TOO_MANY, SERVED),
    "pongs": (frame(PONG, b""), CloseCode.TOO_MANY, 0),
    "messages in parts": (frame(TEXT, b"{", fin=False) + frame(CONT, b"}"), CloseCode.TOO_MANY, ANSWERED),
    "parts without end": (frame(TEXT, b"", fin=False) + frame(CONT, b"", fin=False) * 200, CloseCode.BAD_FRAME, 0),
    "binary": (frame(BINARY, b"x"), CloseCode.BAD_FRAME, 0),
    "no JSON": (text("{"), CloseCode.TOO_MANY, ANSWERED),
    "no JSON, as much as fits": (text("[" * FRAME_MAX), CloseCode.TOO_MANY, ANSWERED),
    "gifts before hello": (text(json.dumps({**GIFT, "id": "x"})), CloseCode.TOO_MANY, ANSWERED),
    "comments before hello": (text('{"type":"send_comment","id":"x","text":"x"}'), CloseCode.TOO_MANY, ANSWERED),
    "commands that ask for an answer": (text('{"type":"ping"}'), CloseCode.TOO_MANY, SERVED + ANSWERED),
    "too big": (text("x" * (FRAME_MAX + 1)), CloseCode.BAD_FRAME, 0),
}


async def flood(socket: RawSocket, piece: bytes) -> tuple[int, int]:
    """Pours it out at once; with what the connection ends, and how much was answered before."""
    await socket.send(piece * 700)
    answers = 0
    while (heard := await socket.heard()).opcode != CLOSE:
        answers += len(decode(heard.payload.decode())) if heard.opcode == TEXT else 1
    return heard.close_code, answers


@pytest.mark.parametrize("kind", FLOODS)
async def test_flood_is_answered_a_little_then_ignored_then_the_end(product: Product, kind: str) -> None:
    """Whatever is poured out, and without a token: a few answers, then silence, then the goodbye."""
    piece, code, answered = FLOODS[kind]
    async with raw_socket(product.port) as socket:
        ended_with, answers = await flood(socket, piece)
    assert code == ended_with
    assert answers <= answered + (MORE if answered else 0)


async def test_ten_floods_at_once_keep_nobody_from_giving(product: Product) -> None:
    """While ten connections pour, each gift of another is accepted."""
    room = await product.open_room("calm-in-floods")
    await product.grant("giver", 1000)

    async def pour(kind: str) -> None:
        async with raw_socket(product.port) as socket:
            await flood(socket, FLOODS[kind][0])

    async with product.join("giver", room) as giver:
        floods = asyncio.gather(*(pour(kind) for kind in list(FLOODS)[:10]))
        given = 0
        while not floods.done() or given < 5:
            assert isinstance(await giver.send_gift(new_id()), GiftAccepted)
            given += 1
            await asyncio.sleep(0.05)
        await floods
        await giver.events_to(given)
    assert 1000 - given == await product.coins("giver")


async def test_gifts_within_their_rate_take_nothing_from_the_connection(product: Product) -> None:
    """Commands of other kinds have the whole budget beside them."""
    room = await product.open_room("both")
    await product.grant("busy", 100)
    async with product.join("busy", room) as busy:
        for number in range(50):
            await busy.say({**GIFT, "id": new_id()})
            await busy.say({"type": "ping", "id": f"a{number}"})
            await busy.say({"type": "ping", "id": f"b{number}"})
        await busy.until(Pong, lambda pong: pong.id == "b49")
        await busy.events_to(1)
        await busy.wait(lambda: 50 == len(busy.all_of(GiftAccepted)))
    assert [] == busy.all_of(Error)
