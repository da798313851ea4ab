from __future__ import annotations

import asyncio
import io
import json
import socket
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from app.base.config import Settings
from app.base.errors import ConfigError
from app.run import child as module
from app.run.child import Link, Start, run_child
from app.run.slots import CANNOT_START
from tests.edge.client import eventually


async def test_signs_of_life_go_to_the_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child says that it is ready, then beats; when the other end is gone, it is told so, once."""
    monkeypatch.setattr(module, "BEAT_S", 0.01)
    ours, theirs = socket.socketpair()
    orphaned: list[bool] = []
    link = Link(theirs.detach(), lambda: orphaned.append(True))
    link.say_ready()
    said = b""

    def heard() -> bool:
        nonlocal said
        ours.setblocking(False)
        try:
            said += ours.recv(100)
        except BlockingIOError:
            return False
        return said.startswith(b"ready\n..")

    await eventually(heard)
    ours.close()
    await eventually(lambda: bool(orphaned))
    await asyncio.sleep(0.03)

    assert [True] == orphaned


def given(monkeypatch: pytest.MonkeyPatch, **document: Any) -> None:
    """What stands on standard input."""
    text = json.dumps(
        {"settings": {"data": "/d", "port": 1}, "slot": 3, "link_fd": 5, "store_url": "unix://s", **document}
    )
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))


def test_a_child_reads_what_it_is_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, slot and descriptors come on standard input, and the exit code is the work's."""
    seen: list[Start] = []

    async def serve(start: Start) -> int:
        seen.append(start)
        return 7

    given(monkeypatch)

    assert 7 == run_child(lambda start: "x", serve)
    assert (3, 5, None, "unix://s", 1) == (
        seen[0].slot,
        seen[0].link_fd,
        seen[0].listen_fd,
        seen[0].store_url,
        seen[0].settings.port,
    )
    assert isinstance(seen[0].settings, Settings)


def test_a_child_that_cannot_start_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error of ours is one line with the child's name, and an exit code that asks for no second try."""

    async def serve(start: Start) -> int:
        raise ConfigError("the folder is away")

    given(monkeypatch)

    assert CANNOT_START == run_child(lambda start: f"worker {start.slot}", serve)
    assert "fanfare: worker 3: the folder is away\n" == capsys.readouterr().err
