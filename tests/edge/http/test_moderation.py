"""Rooms are kept in order over HTTP and by sockets on two workers: who may, what it does, what each answer says."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.base.errors import CloseCode
from app.rules.messages import CommentPosted, Error, GiftAccepted, MessageRemoved
from app.rules.moderation import ModerationLog, ModerationView, Muted, MuteView, RoomBanView, RoomRules
from tests.edge.client import Client
from tests.edge.http.buying import make_tables
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY, new_id
from tests.rules.shapes import strictly

SETTINGS = {"workers": 2, "comment_rate": 0, "request_rate": 0}


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    make_tables(product)


async def act(
    product: Product, method: str, path: str, body: object = None, *, token: str | None = None, room: str = "main"
) -> httpx2.Response:
    """The answer to a moderator, or to whoever has that token."""
    async with product.http(token or product.token("mo", "moderator")) as http:
        return await http.request(method, f"/v1/rooms/{room}/{path}", json=body)


async def say(client: Client, text: str = "hi") -> CommentPosted | Error:
    """Says something; the comment as the room sees it, or why not."""
    command, since = new_id(), len(client.messages)
    await client.say({"type": "send_comment", "id": command, "text": text})
    return await client.until(
        (CommentPosted, Error), lambda m: m.id == command or str(m.id).endswith(f":{command}"), since
    )


def slug(answer: object) -> str:
    """The error, or '' where there is none."""
    return answer.error if isinstance(answer, Error) else ""


async def test_a_mute_holds_on_every_socket(product: Product) -> None:
    """They are told until when, on both workers, whoever comes in later too; they neither speak nor give."""
    await product.grant("max", 10)
    async with product.join("max") as one, product.join("max") as two:
        answer = await act(product, "PUT", "mutes/max", {"seconds": 600, "reason": "shouting"})
        muted = strictly(answer.content, MuteView)
        assert [muted.until_ms] * 2 == [(await client.until(Muted)).until_ms for client in (one, two)]
        refused = await say(one)
        gift = await two.send_gift(new_id())
        assert isinstance(refused, Error)
        assert isinstance(gift, Error)
        assert [("muted", {"until_ms": muted.until_ms})] * 2 == [(e.error, e.details) for e in (refused, gift)]
        async with product.join("max") as three:
            assert muted.until_ms == (await three.until(Muted)).until_ms
        assert MuteView("max", None) == strictly((await act(product, "DELETE", "mutes/max")).content, MuteView)
        await one.until(Muted, lambda told: told.until_ms is None)
        assert "" == slug(await say(one))
        assert isinstance(await two.send_gift(new_id()), GiftAccepted)


async def test_a_ban_ends_all_sockets_in_the_room(product: Product) -> None:
    """With 4503, on both workers; nobody of that name comes in until it ends."""
    async with product.join("bo") as one, product.join("bo") as two:
        answer = await act(product, "PUT", "bans/bo", {"reason": "threats"})
        assert RoomBanView("bo", True) == strictly(answer.content, RoomBanView)
        assert [CloseCode.REMOVED] * 2 == [await client.closed() for client in (one, two)]
    async with product.connect() as again:
        await again.say({"type": "hello", "token": product.token("bo")})
        assert CloseCode.REMOVED == await again.closed()
        assert ["banned"] == [slug(error) for error in again.all_of(Error)]
    await act(product, "DELETE", "bans/bo")
    known = await read(product, "/v1/rooms/main/moderation", ModerationView, API_KEY)
    assert "bo" not in known.bans


async def test_settings_hold_at_once(product: Product) -> None:
    """Slow comments, words, links that wait, and no comments at all: the room is told, and each refusal says why."""
    async with product.join("ada") as ada:
        assert 200 == (await act(product, "PATCH", "moderation", {"slow_s": 600, "words": ["spoiler"]})).status_code
        assert 600 == (await ada.until(RoomRules)).slow_s
        assert "word_not_allowed" == slug(await say(ada, "Sp0iler!"))
        assert ["", "rate_limited"] == [slug(await say(ada)) for _ in range(2)]
        await act(product, "PATCH", "moderation", {"slow_s": 0, "links": "hold"})
        await ada.until(RoomRules, lambda rules: rules.slow_s == 0)
        assert "comment_held" == slug(await say(ada, "see www.example.com"))
        known = await read(product, "/v1/rooms/main/moderation", ModerationView, API_KEY)
        (held,) = known.held
        assert 202 == (await act(product, "POST", f"held/{held.id}/approve")).status_code
        await ada.until(CommentPosted, lambda comment: comment.id == held.id and "example" in comment.text)
        await act(product, "PATCH", "moderation", {"comments": False, "words": [], "links": "allow"})
        await ada.until(RoomRules, lambda rules: not rules.comments)
        assert "comments_off" == slug(await say(ada))
        since = len(ada.messages)
        await act(product, "PATCH", "moderation", {"comments": True})
        await ada.until(RoomRules, lambda rules: rules.comments, since)


async def test_what_is_removed_is_gone_and_kept_in_the_log(product: Product) -> None:
    """The words of a gift go from every screen and from what newcomers see; the log has them, with who and why."""
    await product.grant("gia", 10)
    async with product.join("gia") as gia:
        gift_id = new_id()
        assert isinstance(await gia.send_gift(gift_id, message="look"), GiftAccepted)
        comment = await say(gia, "rude")
        assert isinstance(comment, CommentPosted)
        assert 202 == (await act(product, "DELETE", f"messages/{gift_id}?reason=spam")).status_code
        assert 202 == (await act(product, "DELETE", f"comments/{comment.id}?reason=insult")).status_code
        await gia.until(MessageRemoved, lambda removed: removed.id == gift_id)
    async with product.join("newcomer") as newcomer:
        snapshot = newcomer.welcome.snapshot
        assert snapshot is not None
        assert [False] == [isinstance(gift.message, str) for gift in snapshot.recent if gift.id == gift_id]
    log = await read(product, "/v1/rooms/main/moderation/log", ModerationLog, API_KEY, limit=2)
    assert [("remove_comment", "gia", "insult", "rude"), ("remove_message", "gia", "spam", "look")] == [
        (entry.what, entry.whom, entry.reason, entry.text) for entry in log.entries
    ]
    older = await read(product, "/v1/rooms/main/moderation/log", ModerationLog, API_KEY, cursor=log.cursor)
    assert older.entries[0].n < log.entries[-1].n


async def test_only_those_of_the_room_keep_it_in_order(product: Product) -> None:
    """Its streamer, moderators of all rooms or of this one, and the platform; nobody of another room."""
    may = [
        API_KEY,
        product.token("streamer", "streamer"),
        product.token("mo", "moderator", room="main"),
        product.token("mo", "moderator"),
    ]
    may_not = [product.token("nova", "streamer"), product.token("mo", "moderator", room="other"), product.token("v")]
    got = [(await act(product, "GET", "moderation", token=token)).status_code for token in (*may, *may_not)]
    assert [200] * 4 + [403] * 3 == got
    acts: list[tuple[str, str, object]] = [
        ("PUT", "bans/x", {"reason": "r"}),
        ("PATCH", "moderation", {"slow_s": 1}),
        ("DELETE", "messages/x", None),
    ]
    for method, path, body in acts:
        for token in may_not:
            assert 403 == (await act(product, method, path, body, token=token)).status_code


BAD: list[tuple[str, str, Any, int, str]] = [
    *(("PUT", "mutes/ann", {"seconds": n, "reason": "r"}, 400, "bad_request") for n in (0, -1, 2_592_001, 1.5, "5")),
    ("PUT", "mutes/ann", {"seconds": 5}, 400, "bad_request"),
    ("PUT", "mutes/ann", {"reason": "r"}, 400, "bad_request"),
    *(("PUT", "mutes/ann", body, 400, "bad_request") for body in (None, 5, "x")),
    *(("PUT", f"mutes/{user}", {"seconds": 5, "reason": "r"}, 400, "bad_request") for user in ("a:b", "x" * 65)),
    ("PUT", "mutes/streamer", {"seconds": 5, "reason": "r"}, 403, "forbidden"),
    ("PUT", "bans/streamer", {"reason": "r"}, 403, "forbidden"),
    *(("PUT", "bans/ann", {"reason": reason}, 400, "bad_request") for reason in ("", "r" * 201, None, 5)),
    *(("PATCH", "moderation", {"slow_s": n}, 400, "bad_request") for n in (-1, 3601, "1", None)),
    *(("PATCH", "moderation", {"words": w}, 400, "bad_request") for w in (["a b"], [""], ["x" * 41], ["x"] * 201, "x")),
    *(("PATCH", "moderation", {"links": w}, 400, "bad_request") for w in ("no", None, 1)),
    *(("PATCH", "moderation", {name: "x"}, 400, "bad_request") for name in ("comments", "muted_may_gift")),
    ("DELETE", f"mutes/ann?reason={'r' * 201}", None, 400, "bad_request"),
    ("DELETE", "mutes/a:b", None, 400, "bad_request"),
    ("DELETE", "messages/nothing", None, 404, "unknown_gift_send"),
    ("DELETE", "comments/nothing", None, 404, "unknown_comment"),
    *(("POST", f"held/x:y/{decision}", None, 404, "unknown_comment") for decision in ("approve", "drop")),
    ("GET", "moderation/log?limit=0", None, 400, "bad_request"),
    ("GET", "moderation/log?cursor=x", None, 400, "bad_request"),
]


async def test_bad_input_changes_nothing(product: Product) -> None:
    """Each has its slug; the room is as it was, and there is none that was not there."""
    before = (await act(product, "GET", "moderation")).content
    for method, path, body, status, error in BAD:
        answer = await act(product, method, path, body)
        assert (status, error) == (answer.status_code, answer.json()["error"]), (method, path, body)
        elsewhere = await act(product, method, path, body, room="nowhere")
        assert elsewhere.status_code in (400, 404), (method, path, body)
    assert before == (await act(product, "GET", "moderation")).content
