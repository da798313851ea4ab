from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from app.base.errors import CloseCode
from app.client import line as lines
from app.client.errors import Closed
from app.client.line import Line
from app.client.outbox import Outbox
from app.client.place import Place
from app.rules.commands import Resume
from app.rules.messages import Message, Reconnect, Welcome
from tests.client.played import Stage, played


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts follow each other at once."""
    monkeypatch.setattr(lines, "wait_before", lambda attempt, dice: 0.0)


class Ann:
    """Somebody with a line; what came over it, and how it ended."""

    def __init__(self, server: str, **more: Any) -> None:
        self.heard: list[Message] = []
        self.place, self.outbox = Place(), Outbox()
        url = f"{server.replace('http', 'ws')}/ws/r"
        self.line = Line(url, "old", more.get("renew"), self.place, self.outbox, self.take)

    def take(self, message: Message) -> None:
        """Follows its place, and leaves when it is told to."""
        self.heard.append(message)
        if isinstance(message, Welcome):
            self.place.begin(message.epoch, message.offset, recovered=message.recovered)
            self.line.welcomed()
        if isinstance(message, Reconnect):
            self.line.leave(message.after_ms / 1000, told=True)


async def test_it_comes_back_where_it_was() -> None:
    """A line that breaks is followed by another, whose hello says the place; a final code ends it, with its slug."""
    hellos: list[dict[str, Any]] = []

    async def play(stage: Stage) -> None:
        hellos.append(await stage.welcome(offset=stage.number))
        await stage.socket.close(CloseCode.SLOW_READER if stage.number < 3 else CloseCode.REMOVED)

    async with played(play) as server:
        ann = Ann(server)
        with pytest.raises(Closed) as caught:
            await ann.line.stay()

    assert (CloseCode.REMOVED, "forbidden") == (caught.value.code, caught.value.slug)
    assert [None, {"epoch": "e", "offset": 1}, {"epoch": "e", "offset": 2}] == [hello["resume"] for hello in hellos]
    assert not ann.line.is_open
    assert Resume("e", 3) == ann.place.resume()


async def test_the_end_says_its_own_reason() -> None:
    """What went wrong before a line that worked is no reason for its end: the server's last word is."""

    async def play(stage: Stage) -> None:
        await stage.welcome()
        await stage.socket.close(CloseCode.TOO_MANY, "too many frames")

    async with played(play) as server:
        ann = Ann(server)
        ann.line.trouble, ann.line.refused = "old trouble", "away"
        with pytest.raises(Closed) as caught:
            await ann.line.stay()

    assert ("rate_limited", "too many frames") == (caught.value.slug, caught.value.message)


async def test_a_token_is_taken_to_no_other_server() -> None:
    """A server that sends its visitors elsewhere gets nobody there."""
    elsewhere: list[Stage] = []

    async def play(stage: Stage) -> None:
        elsewhere.append(stage)

    async with played(play) as other:

        def leads_there(socket: ServerConnection, request: Request) -> Response:
            response = socket.respond(HTTPStatus.FOUND, "")
            response.headers["Location"] = f"{other.replace('http', 'ws')}{request.path}"
            return response

        async with serve(lambda socket: socket.wait_closed(), "127.0.0.1", 0, process_request=leads_there) as server:
            ann = Ann(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            staying = asyncio.create_task(ann.line.stay())
            async with asyncio.timeout(10):
                while "302" not in ann.line.trouble:  # noqa: ASYNC110  # the line tells nobody
                    await asyncio.sleep(0.005)
            staying.cancel()

    assert [] == elsewhere


async def test_what_is_due_is_sent_on_each_line() -> None:
    """Nothing leaves before the welcome; what has no answer leaves again on the next line."""
    sent: list[Any] = []

    async def play(stage: Stage) -> None:
        await stage.welcome()
        sent.append(await stage.hear())
        if stage.number == 2:
            sent.append(await stage.hear())
        await stage.socket.close(CloseCode.OVERLOADED if stage.number < 2 else CloseCode.REMOVED)

    async with played(play) as server:
        ann = Ann(server)
        ann.outbox.add("a", b'"a"', 0.0)
        assert not await ann.line.send(b'"early"')
        staying = asyncio.create_task(ann.line.stay())
        while len(sent) < 2:  # noqa: ASYNC110  # the played server tells nobody
            await asyncio.sleep(0.005)
        assert await ann.line.send(b'"now"')
        with pytest.raises(Closed):
            await staying

    assert ["a", "a", "now"] == sent


async def test_a_server_that_goes_says_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left after the time that it says, and not because of the dice: those would say much later here."""

    async def play(stage: Stage) -> None:
        await stage.welcome()
        if stage.number == 2:
            await stage.socket.close(CloseCode.REMOVED)
            return
        await stage.say(Reconnect(20, "draining"))
        await stage.socket.wait_closed()

    async with played(play) as server:
        ann = Ann(server)
        monkeypatch.setattr(lines, "wait_before", lambda attempt, dice: 3600.0)
        with pytest.raises(Closed):
            async with asyncio.timeout(20):
                await ann.line.stay()


async def test_a_token_is_renewed_once_for_each_line_that_worked() -> None:
    """A server that refuses a fresh token too is not asked for ever."""
    tokens: list[str] = []
    fresh = iter(("new", "newer", "newest"))

    async def renew() -> str:
        return next(fresh)

    async def play(stage: Stage) -> None:
        if stage.number == 2:
            tokens.append((await stage.welcome())["token"])
        else:
            tokens.append((await stage.hear())["token"])
        await stage.socket.close(CloseCode.UNAUTHORIZED)

    async with played(play) as server:
        with pytest.raises(Closed, match="unauthorized"):
            await Ann(server, renew=renew).line.stay()

    assert ["old", "new", "newer"] == tokens


async def test_a_server_that_never_says_welcome_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line without a welcome is given up for another, and so is one that speaks no JSON."""
    monkeypatch.setattr(lines, "WELCOME_S", 0.05)

    async def play(stage: Stage) -> None:
        await stage.hear()
        if stage.number == 2:
            await stage.socket.send("<html>")
        if stage.number == 3:
            await stage.socket.close(CloseCode.TOO_MANY)
        await stage.socket.wait_closed()

    async with played(play) as server:
        ann = Ann(server)
        with pytest.raises(Closed, match="rate_limited"):
            await ann.line.stay()
    assert "malformed" in ann.line.trouble
