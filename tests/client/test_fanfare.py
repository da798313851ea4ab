from __future__ import annotations

import asyncio
import os
import re
import signal
from typing import Any

import pytest

from app.base.errors import CloseCode
from app.client import (
    ApprovalDecided,
    ClientError,
    Closed,
    CommentPosted,
    CommentRemoved,
    Error,
    Fanfare,
    GiftAccepted,
    GiftSent,
    NoAnswer,
    Refused,
    Welcome,
)
from app.rules.messages import Event, UserView, one_of
from tests.client.played import Stage, played
from tests.edge.client import eventually
from tests.edge.http.test_approvals import allow, ask, link
from tests.edge.product import ROOT, Product
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0, "comment_rate": 1, "workers": 1}
# Five seconds' worth of comments.
BURST = 5
EVENTS = one_of(Event)


async def until(room: Fanfare, kind: type[Any], heard: list[Any] | None = None) -> Any:
    """The next message of that kind; those before it are kept in `heard`."""
    async with asyncio.timeout(60):
        async for message in room:
            if heard is not None:
                heard.append(message)
            if isinstance(message, kind):
                return message
    raise AssertionError("it ended before")


async def test_a_room_from_both_sides(product: Product) -> None:
    """Gifts, comments, refusals, coins and the books; what one does, the other hears as typed objects."""
    room_id = await product.open_room("sides")
    await product.grant("ann", 50)
    async with (
        Fanfare(product.url, room_id, product.token("ann")) as ann,
        Fanfare(f"{product.url}/", room_id, product.token("bob")) as bob,
    ):
        gift_id = ann.new_id()
        accepted = await ann.send_gift("rose", quantity=3, message="hi", gift_id=gift_id)
        assert (gift_id, 3, False, 47) == (accepted.id, accepted.coins, accepted.duplicate, ann.coins)
        sent = await until(bob, GiftSent)
        assert (gift_id, "Ann", "rose", 3, "hi") == (sent.id, sent.sender.name, sent.gift, sent.quantity, sent.message)
        again = await ann.send_gift("rose", quantity=3, message="hi", gift_id=gift_id)
        assert (accepted.n, True) == (again.n, again.duplicate)

        said = await bob.comment("hello")
        assert ("hello", said) == (said.text, await until(ann, CommentPosted))
        for asked, slug in (
            (ann.send_gift("rose", quantity=4, gift_id=gift_id), "id_reused"),
            (ann.send_gift("crown"), "insufficient_coins"),
            (ann.send_gift("rose", quantity=0), "bad_quantity"),
            (ann.comment(""), "bad_request"),
        ):
            with pytest.raises(Refused) as refused:
                await asked
            assert slug == refused.value.slug
        assert "rose" in [gift.id for gift in await ann.gifts()]
        assert "US" == (await ann.packages()).country
        assert 47 == (await ann.wallet()).coins
        assert "applied" == (await ann.gift_send(gift_id)).status
        await ann.close()
        assert [] == [message async for message in ann if isinstance(message, Welcome)]
        for closed in (ann.send_gift("rose"), ann.comment("late")):
            with pytest.raises(Closed):
                await closed


@pytest.mark.parametrize(("room", "token", "slug"), [("nowhere", "", "room_not_found"), ("main", "x", "unauthorized")])
async def test_who_is_not_let_in_is_told_why(product: Product, room: str, token: str, slug: str) -> None:
    """A room that is not there, a token that is none: an error with a slug, and no attempts for ever."""
    with pytest.raises(Closed) as closed:
        async with Fanfare(product.url, room, token or product.token("ann")):
            raise AssertionError("nobody is in")
    assert slug == closed.value.slug


async def test_nobody_is_there() -> None:
    """A server that is away is waited for as long as was said; an address that is none is a mistake."""
    with pytest.raises(Closed, match="no way into the room"):
        async with Fanfare("http://127.0.0.1:1", "r", "x", connect_s=0.05):
            raise AssertionError("nobody is in")
    with pytest.raises(ValueError, match="is not an address"):
        Fanfare("gifts.example", "r", "x")
    with pytest.raises(RuntimeError, match="before"):
        _ = Fanfare("http://127.0.0.1:1", "r", "x").welcome


async def test_a_worker_is_killed_in_the_middle(product: Product) -> None:
    """Gifts that are on their way when the worker dies are paid once, and no event is missed or told twice."""
    room_id = await product.open_room("killed")
    await product.grant("kim", 1000)
    heard: list[Any] = []
    async with (
        Fanfare(product.url, room_id, product.token("kim")) as kim,
        Fanfare(product.url, room_id, product.token("wanda")) as wanda,
    ):

        async def give(times: int) -> list[GiftAccepted]:
            return [await kim.send_gift("rose") for _ in range(times)]

        givers = [asyncio.create_task(give(20)) for _ in range(4)]
        await until(wanda, GiftSent, heard)
        os.kill(product.worker_pids()[0], signal.SIGKILL)
        accepted = [gift for gifts in await asyncio.gather(*givers) for gift in gifts]
        while sum(message.quantity for message in heard if isinstance(message, GiftSent)) < 80:
            await until(wanda, GiftSent, heard)
        assert 80 == len({gift.n for gift in accepted})
        assert 920 == await product.coins("kim") == kim.coins
    events: list[Any] = [message for message in heard if isinstance(message, EVENTS)]
    offsets = [event.offset for event in events]
    assert list(range(offsets[0], offsets[0] + len(offsets))) == offsets
    assert 1 < len([message for message in heard if isinstance(message, Welcome)])


async def test_a_worker_is_replaced(product: Product) -> None:
    """A server that drains its workers costs no gift and no event, and nobody need know."""
    room_id = await product.open_room("drained")
    await product.grant("dora", 10)
    assert product.process is not None
    async with Fanfare(product.url, room_id, product.token("dora")) as dora:
        await until(dora, Welcome)
        product.process.send_signal(signal.SIGHUP)
        heard: list[Any] = []
        await dora.send_gift("rose")
        await until(dora, Welcome, heard)
        await dora.send_gift("rose")
        while 2 > len([message for message in heard if isinstance(message, GiftSent)]):
            await until(dora, GiftSent, heard)
    assert 8 == await product.coins("dora")


async def test_no_answer_in_time(product: Product) -> None:
    """It is said that the outcome is unknown, with the id, by which the same gift is then paid once."""
    room_id = await product.open_room("silent")
    await product.grant("sid", 10)
    async with Fanfare(product.url, room_id, product.token("sid")) as sid:
        # One that was replaced may still be on its way out.
        await eventually(lambda: len(product.worker_pids()) == 1)
        (worker,) = product.worker_pids()
        os.kill(worker, signal.SIGSTOP)
        try:
            with pytest.raises(NoAnswer) as unknown:
                await sid.send_gift("rose", within_s=0.1)
            with pytest.raises(NoAnswer):
                await sid.comment("anyone?", within_s=0.1)
        finally:
            os.kill(worker, signal.SIGCONT)
        await sid.send_gift("rose", gift_id=unknown.value.id)
    assert ("unknown_outcome", 9) == (unknown.value.slug, await product.coins("sid"))


async def test_who_reads_too_slowly_gets_a_picture(product: Product) -> None:
    """What too many messages were left out of comes as a welcome with a snapshot; sending goes on meanwhile."""
    room_id = await product.open_room("slow")
    await product.grant("sue", 30)
    async with Fanfare(product.url, room_id, product.token("sue"), inbox_max=4) as sue:
        for _ in range(12):
            await sue.send_gift("rose")
        picture = await until(sue, Welcome)
        assert 12 == picture.snapshot.coins_total
        await sue.send_gift("rose")
        assert picture.offset < (await until(sue, GiftSent)).offset


async def test_a_refusal_for_now_is_no_refusal(product: Product) -> None:
    """The same gift with the same id is sent again after the pause that the server asks for."""
    gifts: list[dict[str, Any]] = []

    async def play(stage: Stage) -> None:
        await stage.welcome()
        for slug in ("unavailable", "rate_limited"):
            gifts.append(await stage.hear())
            await stage.refuse(gifts[-1], slug, retryable=True, retry_ms=5)
        gifts.append(await stage.hear())
        await stage.accept(gifts[-1])
        await stage.socket.wait_closed()

    async with played(play) as server, Fanfare(server, "r", "t") as ann:
        accepted = await ann.send_gift("rose")
    assert [accepted.id] * 3 == [gift["id"] for gift in gifts]


@pytest.mark.parametrize(
    ("fate", "lines", "told"),
    [
        ({"status": "applied", "n": 7, "coins": 1, "diamonds": "0.5"}, 2, 7),
        ({"status": "applied", "n": 7, "coins": 1, "diamonds": "0.5"}, 1, 7),
        ({"status": "never"}, 1, "id_expired"),
    ],
)
async def test_the_books_tell_of_an_id_that_is_too_old(fate: dict[str, Any], lines: int, told: object) -> None:
    """Of a gift whose id is too old when it is sent again, also by another run of the program, the books tell."""
    gift_id = new_id()

    async def play(stage: Stage) -> None:
        await stage.welcome()
        gift = await stage.hear()
        if stage.number < lines:
            await stage.socket.close(CloseCode.SHUTTING_DOWN)
        await stage.refuse(gift, "id_expired")
        await stage.socket.wait_closed()

    books = {f"/v1/gift-sends/{gift_id}": {"id": gift_id, **fate}}
    async with played(play, books) as server, Fanfare(server, "r", "t") as ann:
        try:
            answer: object = (await ann.send_gift("rose", gift_id=gift_id)).n
        except Refused as refused:
            answer = refused.slug
    assert told == answer


async def test_a_guardian_is_waited_for(product: Product) -> None:
    """A gift that needs a guardian goes once that is agreed to, is refused where it is not, and is told of before."""
    product.wait_for_books()
    room_id = await product.open_room("guarded")
    await product.grant("wim", 100)
    guardian = await link(product, "wim")
    await allow(product, guardian, "wim", approve_from=5)
    async with Fanfare(product.url, room_id, product.token("wim")) as wim:

        async def decided(gift_id: str, *, approve: bool) -> object:
            giving = asyncio.create_task(wim.send_gift("rose", quantity=5, gift_id=gift_id))
            waits = await until(wim, Error)
            assert (gift_id, "approval_needed") == (waits.id, waits.error)
            path = f"/v1/guardian/approvals/{waits.details['approval']}"
            assert 200 == (await ask(product, guardian, "POST", path, {"approve": approve}))[0]
            try:
                return (await giving).coins
            except Refused as refused:
                return refused.slug

        assert 5 == await decided(new_id(), approve=True)
        assert "limit_reached" == await decided(new_id(), approve=False)
        assert 95 == wim.coins == await product.coins("wim")


async def test_the_time_for_a_guardian_is_no_time_of_the_gift() -> None:
    """It ends when the guardian's time and the gift's are over; a broken line does not end it, and tells it once."""
    gifts: list[dict[str, Any]] = []

    async def play(stage: Stage) -> None:
        await stage.welcome()
        gifts.append(gift := await stage.hear())
        approval = f"ann:{gift['id']}"
        await stage.refuse(gift, "approval_needed", approval=approval, expires_ms=2**42)
        if stage.number == 1:
            await stage.socket.close(CloseCode.SHUTTING_DOWN)
            return
        # Longer than the gift itself may take.
        await asyncio.sleep(1.6)
        await stage.say(ApprovalDecided("ann:purchase:1234", True), ApprovalDecided(approval, True))
        gifts.append(await stage.hear())
        # A guardian's word that is passed on twice may come behind the answer.
        await stage.accept(gift, ApprovalDecided(approval, True))
        await stage.refuse(await stage.hear(), "approval_needed", approval="ann:x", expires_ms=0)
        await stage.socket.wait_closed()

    async with played(play) as server, Fanfare(server, "r", "t") as ann:
        accepted = await ann.send_gift("rose", within_s=1.5)
        with pytest.raises(NoAnswer):
            await ann.send_gift("rose", within_s=0.5)
        await ann.close()
        told = [message.id for message in [message async for message in ann] if isinstance(message, Error)]
    assert [accepted.id] * 3 == [gift["id"] for gift in gifts]
    assert 1 == told.count(accepted.id)


async def test_a_renewed_token_is_the_same_persons() -> None:
    """One person's gifts are not paid by another: a token that makes somebody else of the program ends it."""

    async def play(stage: Stage) -> None:
        if stage.number == 2:
            await stage.welcome(user=UserView("bob", "Bob", "viewer"))
            await stage.hear()
            raise AssertionError("nothing was to be sent")
        await stage.welcome()
        await stage.hear()
        await stage.socket.close(CloseCode.UNAUTHORIZED)

    async def renew() -> str:
        return "Bob's"

    async with played(play) as server, Fanfare(server, "r", "t", renew=renew) as ann:
        with pytest.raises(NoAnswer):
            await ann.send_gift("rose")
        with pytest.raises(Closed, match="somebody else's"):
            await ann.send_gift("rose")
        with pytest.raises(RuntimeError, match="entered once"):
            await ann.__aenter__()


async def test_what_is_under_way_at_the_end() -> None:
    """When the server ends it all, the outcome of a gift that was sent is unknown, and who reads is told the end."""

    async def play(stage: Stage) -> None:
        await stage.welcome()
        await stage.hear()
        await stage.socket.close(CloseCode.REMOVED)

    async with played(play) as server, Fanfare(server, "r", "t") as ann:
        with pytest.raises(NoAnswer):
            await ann.send_gift("rose")
        with pytest.raises(ClientError, match="forbidden"):
            await ann.send_gift("rose")
        with pytest.raises(Closed) as closed:
            await until(ann, GiftSent)
    assert CloseCode.REMOVED == closed.value.code


async def test_a_talkative_program_waits_for_its_turn(product: Product) -> None:
    """Comments beyond the rate are not lost and raise nothing, as long as there is time."""
    room_id = await product.open_room("talk")
    async with Fanfare(product.url, room_id, product.token("tim")) as tim:
        said = [await tim.comment(f"number {n}") for n in range(BURST + 1)]
        with pytest.raises(Refused, match="rate_limited"):
            await tim.comment("at once", within_s=0.5)
    assert [f"number {n}" for n in range(BURST + 1)] == [comment.text for comment in said]


async def test_a_hole_is_never_passed() -> None:
    """What stands behind a missing event is not told before that one: another line brings both, from the same place."""
    hellos: list[dict[str, Any]] = []

    async def play(stage: Stage) -> None:
        hellos.append(await stage.welcome(recovered=stage.number > 1))
        events = [CommentRemoved(offset=offset, at_ms=1, id=f"c{offset}") for offset in (1, 2, 3)]
        await stage.say(*(events if stage.number > 1 else [events[0], events[2]]))
        await stage.socket.wait_closed()

    async with played(play) as server, Fanfare(server, "r", "t") as ann:
        heard: list[Any] = []
        while 3 > len(removed := [message.offset for message in heard if isinstance(message, CommentRemoved)]):
            await until(ann, CommentRemoved, heard)
    assert [1, 2, 3] == removed
    assert {"epoch": "e", "offset": 1} == hellos[1]["resume"]


async def test_the_readmes_example(product: Product) -> None:
    """What the README shows for Python runs, in less than twenty lines: it gives, hears, and answers."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (example,) = (block for block in blocks if "app.client" in block)
    assert 20 > len(example.splitlines())
    room_id = await product.open_room("readme")
    await product.grant("bot", 5)
    await product.grant("ann", 5)
    names: dict[str, Any] = {}
    exec(example.replace("https://gifts.example", product.url).replace('"r1"', f'"{room_id}"'), names)
    async with Fanfare(product.url, room_id, product.token("ann")) as ann:
        bot = asyncio.create_task(names["main"](product.token("bot")))
        assert "Bot" == (await until(ann, GiftSent)).sender.name
        await ann.send_gift("rose", message="!hello")
        assert "Hello Ann" == (await until(ann, CommentPosted)).text
        bot.cancel()
        await asyncio.wait([bot])


async def test_the_outbox_is_bounded() -> None:
    """More gifts without an answer than can be right are refused; an id that is on its way is not taken again."""

    async def play(stage: Stage) -> None:
        await stage.welcome()
        await stage.socket.wait_closed()

    async with played(play) as server, Fanfare(server, "r", "t") as ann:
        gift_id = ann.new_id()
        waiting = [asyncio.create_task(ann.send_gift("rose", gift_id=gift_id))]
        waiting += [asyncio.create_task(ann.send_gift("rose")) for _ in range(99)]
        await asyncio.sleep(0)
        with pytest.raises(ValueError, match="on its way"):
            await ann.send_gift("rose", gift_id=gift_id)
        with pytest.raises(Refused, match="overloaded"):
            await ann.send_gift("rose")
        await ann.close()
        assert {NoAnswer, Closed} >= {type(error) for error in await asyncio.gather(*waiting, return_exceptions=True)}
