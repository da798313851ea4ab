from __future__ import annotations

import logging
import os
import selectors
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.run.slots import SILENT_BEATS_MAX
from app.run.store_keeper import FIRST_SILENT_BEATS_MAX, Probe, StoreKeeper
from app.store.server import StoreServer
from tests.waiting import until


@pytest.fixture
def selector() -> Iterator[selectors.BaseSelector]:
    """What the supervisor waits with."""
    with selectors.DefaultSelector() as selector:
        yield selector
        for key in list(selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()


def hear(selector: selectors.BaseSelector) -> bool:
    """Takes what has come, as the supervisor's loop does; whether there was something."""
    found = selector.select(0)
    for key, _ in found:
        key.data()
    return bool(found)


def beat_until(
    keeper: StoreKeeper, selector: selectors.BaseSelector, condition: Callable[[], object], at_most: int
) -> int:
    """Beats until the condition holds; how many it took."""
    for beats in range(at_most + 1):
        if condition():
            return beats
        keeper.beat()
        hear(selector)
    raise AssertionError(f"not after {at_most} beats")


def kept(server: StoreServer, selector: selectors.BaseSelector) -> StoreKeeper:
    """A keeper whose store has answered once."""
    keeper = StoreKeeper(server, selector, now_s=0)

    def has_answered() -> bool:
        # It is only slow: beats without an answer would have it killed.
        if not keeper._probe._is_asked:
            keeper.beat()
        hear(selector)
        return keeper._probe._has_answered

    until(has_answered)
    return keeper


def test_a_store_that_hangs_is_killed_and_started_again(
    own_store: StoreServer, selector: selectors.BaseSelector, caplog: pytest.LogCaptureFixture
) -> None:
    """A store that gives no answer for ten beats is killed; the next look starts it again, and it answers."""
    keeper = kept(own_store, selector)
    old = own_store.pid
    assert old is not None
    os.kill(old, signal.SIGSTOP)
    until(lambda: b" T " in Path(f"/proc/{old}/stat").read_bytes())
    beats = beat_until(keeper, selector, lambda: "killing it" in caplog.text, SILENT_BEATS_MAX + 2)
    assert beats >= SILENT_BEATS_MAX
    until(lambda: own_store.poll() is not None)
    keeper.tick(now_s=100)
    own_store.wait_ready()

    assert old != own_store.pid
    assert "was ended by SIGKILL; starting it again" in caplog.text


def test_a_store_that_stops_for_a_moment_is_left_alone(
    own_store: StoreServer, selector: selectors.BaseSelector, caplog: pytest.LogCaptureFixture
) -> None:
    """An answer that comes within ten beats counts for all of them."""
    keeper = kept(own_store, selector)
    assert own_store.pid is not None
    for _ in range(3):
        os.kill(own_store.pid, signal.SIGSTOP)
        for _ in range(SILENT_BEATS_MAX - 2):
            keeper.beat()
        os.kill(own_store.pid, signal.SIGCONT)
        until(lambda: hear(selector))

    assert "" == caplog.text


@pytest.mark.parametrize("answer", [b"-LOADING the dataset\r\n", b"-BUSY running a script\r\n", b"+PONG\r\n"])
def test_any_answer_is_a_sign_of_life(answer: bytes, short_path: Path, selector: selectors.BaseSelector) -> None:
    """A store that says that it is loading or busy is alive, for however long it says so."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(short_path / "s"))
        listening.listen()
        probe = Probe(short_path / "s", selector)
        assert not probe.beat()
        with listening.accept()[0] as connection:
            for _ in range(3 * SILENT_BEATS_MAX):
                assert b"PING\r\n" == connection.recv(64)
                connection.sendall(answer)
                until(lambda: hear(selector))
                assert not probe.beat()
        probe.reset()


def test_a_store_that_begins_has_a_minute(short_path: Path, selector: selectors.BaseSelector) -> None:
    """Until its first answer a store may be silent for longer: it may have much to load."""
    probe = Probe(short_path / "nobody", selector)
    beats = next(n for n in range(1, 1000) if probe.beat())

    assert FIRST_SILENT_BEATS_MAX == beats


def test_a_disk_that_hangs_does_not_count(short_path: Path, selector: selectors.BaseSelector) -> None:
    """Beats in which the store waits for its disk do not count."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(short_path / "s"))
        listening.listen()
        probe = Probe(short_path / "s", selector)
        silent = [probe.beat(counts=False) for _ in range(2 * FIRST_SILENT_BEATS_MAX)]
        probe.reset()

    assert not any(silent)


def test_a_start_that_fails_is_tried_again(
    own_store: StoreServer, selector: selectors.BaseSelector, caplog: pytest.LogCaptureFixture
) -> None:
    """While the data folder is away the store cannot be started: it is tried again at least every 2 s, said once."""
    keeper = kept(own_store, selector)
    away = own_store.data.with_name("away")
    assert own_store.pid is not None
    os.kill(own_store.pid, signal.SIGKILL)
    until(lambda: own_store.poll() is not None)
    own_store.data.rename(away)
    try:
        now_s, pauses = 1000.0, []
        for _ in range(6):
            keeper.tick(now_s)
            assert keeper.start_at_s is not None
            pauses.append(keeper.start_at_s - now_s)
            now_s = keeper.start_at_s
    finally:
        away.rename(own_store.data)
    keeper.tick(now_s)
    own_store.wait_ready()

    assert [0.5, 1, 2, 2, 2, 2] == pauses
    assert 1 == caplog.text.count("cannot be started now")
    assert "No such file or directory" in caplog.text
    assert keeper.start_at_s is None


def test_a_shortage_of_descriptors_is_not_the_stores_fault(
    own_store: StoreServer, selector: selectors.BaseSelector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a descriptor the supervisor cannot ask, and does not take that for silence."""

    def none(*_: object) -> None:
        raise OSError(24, "Too many open files")

    probe = Probe(own_store.socket_file, selector)
    monkeypatch.setattr("app.run.store_keeper.socket.socket", none)

    assert not any(probe.beat() for _ in range(2 * FIRST_SILENT_BEATS_MAX))


def test_a_crash_loop_is_said_once_a_minute(
    own_store: StoreServer, selector: selectors.BaseSelector, caplog: pytest.LogCaptureFixture
) -> None:
    """A store that dies again and again is started every 2 s at least, and written about once."""
    keeper = StoreKeeper(own_store, selector, now_s=0)
    now_s = 1.0
    with caplog.at_level(logging.ERROR):
        for _ in range(4):
            assert own_store.pid is not None
            os.kill(own_store.pid, signal.SIGKILL)
            until(lambda: own_store.poll() is not None)
            keeper.tick(now_s)
            if keeper.start_at_s is not None:
                assert keeper.start_at_s - now_s <= 2.001
                now_s = keeper.start_at_s
                keeper.tick(now_s)
            now_s += 0.1

    assert 1 == caplog.text.count("starting it again")
