"""Keeps the embedded store running: starts it again when it has died, and ends it when it hangs.

Nothing here waits for the store, as the supervisor must hear signals meanwhile.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import selectors
import socket
from pathlib import Path

from app.base.children import how_it_ended, is_in_disk_wait
from app.base.log import Throttle
from app.run.slots import BEAT_S, SILENT_BEATS_MAX, Backoff
from app.store.server import StoreServer

# Until its first answer a server may have a folder to repair and a large file to begin with.
FIRST_SILENT_BEATS_MAX = 60
RESTART_DELAY_S_MAX = 2.0
OUR_OWN_SHORTAGE = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS}

log = logging.getLogger(__name__)


class StoreKeeper:
    """Looks after a store that was started. `start_at_s` is when it is to be started again, None while it runs."""

    def __init__(self, store: StoreServer, selector: selectors.BaseSelector, now_s: float) -> None:
        self.start_at_s: float | None = None
        self._store = store
        self._probe = Probe(store.socket_file, selector)
        self._backoff = Backoff(RESTART_DELAY_S_MAX)
        self._started_s = now_s
        self._log = Throttle(log)

    def tick(self, now_s: float) -> None:
        """Notices that the store has died, and starts it again when it is time."""
        if self.start_at_s is None and (code := self._store.poll()) is not None:
            how = how_it_ended(code)
            self._log.say(logging.ERROR, how, "the store %s; starting it again (%s may say why)", how, self._store.log)
            self._probe.reset()
            self.start_at_s = now_s + self._backoff.delay_s(now_s - self._started_s)
        if self.start_at_s is not None and self.start_at_s <= now_s:
            self._start(now_s)

    def beat(self) -> None:
        """Asks the store whether it lives; to be called once in BEAT_S. A store that hangs is killed."""
        pid = self._store.pid
        if self.start_at_s is not None or pid is None:
            return
        # While a slow disk keeps the store from answering, a restart would only add to the disk's work.
        if self._probe.beat(counts=not is_in_disk_wait(pid)):
            silent_s = self._probe.silent_beats * BEAT_S
            log.error("the store (process %d) has not answered for %g s; killing it", pid, silent_s)
            self._store.kill()
            self._probe.reset()

    def close(self) -> None:
        """Stops asking."""
        self._probe.reset()

    def _start(self, now_s: float) -> None:
        try:
            self._store.spawn()
        except OSError as error:
            self._log.say(logging.ERROR, "start", "the store cannot be started now, trying again: %s", error)
            self.start_at_s = now_s + self._backoff.delay_s(0)
            return
        self._started_s, self.start_at_s = now_s, None


class Probe:
    """Sends PING to a server and hears the answer, without ever waiting for either.

    Beats are counted and not seconds, so that a machine that slept does not find its store silent.
    """

    def __init__(self, path: Path, selector: selectors.BaseSelector) -> None:
        self.silent_beats = 0
        self._path = path
        self._selector = selector
        self._socket: socket.socket | None = None
        self._is_asked = False
        self._has_answered = False

    def beat(self, *, counts: bool = True) -> bool:
        """Asks again where the last PING was answered; whether the server has been silent for too long.

        Args:
            counts: whether a missing answer counts.
        """
        if not self._is_asked:
            self._ask()
        elif counts:
            self.silent_beats += 1
        return self.silent_beats >= (SILENT_BEATS_MAX if self._has_answered else FIRST_SILENT_BEATS_MAX)

    def reset(self) -> None:
        """Begins anew, as for a server that is started again."""
        self._disconnect()
        self.silent_beats = 0
        self._has_answered = False

    def _ask(self) -> None:
        try:
            if self._socket is None:
                self._socket = socket.socket(socket.AF_UNIX)
                self._socket.setblocking(False)
                self._socket.connect(str(self._path))
                self._selector.register(self._socket, selectors.EVENT_READ, self._hear)
            self._socket.send(b"PING\r\n")
            self._is_asked = True
        except OSError as error:
            self._disconnect()
            if error.errno not in OUR_OWN_SHORTAGE:
                self.silent_beats += 1

    def _hear(self) -> None:
        if self._socket is None:
            # It was closed after the selector had seen it, in the same turn.
            return
        try:
            answer = self._socket.recv(4096)
        except OSError:
            answer = b""
        if answer:
            # Also "-LOADING" and "-BUSY": it says what it does, so it does not hang.
            self.silent_beats, self._is_asked, self._has_answered = 0, False, True
        else:
            self._disconnect()
            self.silent_beats += 1

    def _disconnect(self) -> None:
        self._is_asked = False
        if self._socket is not None:
            with contextlib.suppress(KeyError):
                self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None
