"""The supervisor: starts the store and the workers, keeps them running, and stops them in the right order.

It waits for signals, for deaths and for signs of life, of which each child owes one a second. No gift passes here.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence

from app.actions.read_tariff import read_tariff
from app.base.children import how_it_ended, spawn
from app.base.clock import now_ms
from app.base.config import DEMO_ROOM, PREFIX, Settings, with_secrets
from app.base.descriptors import raise_limit
from app.base.log import Throttle
from app.run import listen
from app.run.banner import banner
from app.run.signals import signals
from app.run.slots import (
    BEAT_S,
    BOOKKEEPER_ARGV,
    CANNOT_START,
    MODULE_ARGV,
    SILENT_BEATS_MAX,
    WORKER_ARGV,
    Backoff,
    Slot,
    Worker,
    environment,
)
from app.run.store_keeper import StoreKeeper
from app.store.cluster_server import ClusterServer
from app.store.server import StoreServer, say_on_stderr

FIRST_FAILURES_MAX = 5  # of a worker that was never ready
START_WAIT_S = 60.0
BOOKKEEPER_DELAY_S_MAX = 30.0  # between two attempts: it may be the archive that has to be mended first
STOP_MARGIN_S = 5.0  # on top of drain_s, before a worker is killed

log = logging.getLogger(__name__)


def run(
    settings: Settings,
    crowd: int = 0,
    worker_argv: Sequence[str] = WORKER_ARGV,
    bookkeeper_argv: Sequence[str] | None = BOOKKEEPER_ARGV,
    *,
    cluster: bool = False,
) -> int:
    """Runs Fanfare until it is told to stop; the exit code.

    Args:
        settings: as loaded; the demo's missing secrets are made here.
        crowd: simulated viewers to start once it is ready.
        worker_argv: the command of a worker process.
        bookkeeper_argv: the command of the bookkeeper's; None for none.
        cluster: whether the store is a cluster of its own in the data folder.

    Raises:
        FanfareError: it cannot be started; nothing is left running.
    """
    started_s = time.monotonic()
    logging.basicConfig(level=logging.WARNING, format="fanfare: %(message)s", stream=sys.stderr)
    read_tariff(settings, now_ms())  # A worker would say it once for each try.
    settings = with_secrets(settings)
    raise_limit()
    public = listen.open_public(settings)
    # Port 0 has become a real one: the bookkeeper's demo webhooks go there.
    settings = dataclasses.replace(settings, port=public[0].getsockname()[1])
    admin = listen.open_admin(settings, say_on_stderr)
    slots = [Slot(k, public[k], admin[k], f"worker {k}", worker_argv) for k in range(settings.workers)]
    if bookkeeper_argv is None:
        # Nobody would answer there.
        _close(admin.pop())
    else:
        slots.append(_bookkeeper(settings, admin[-1], bookkeeper_argv))
    store = _own_store(settings, cluster=cluster)
    try:
        if store:
            store.start()
        else:
            _check_external(settings)
        return Supervisor(settings, slots, store, crowd, started_s).run()
    except KeyboardInterrupt:
        return 130
    finally:
        if store:
            store.stop()
        _close(*public, *admin)


def _close(*sockets: socket.socket | None) -> None:
    for bound in filter(None, sockets):
        bound.close()


def _own_store(settings: Settings, *, cluster: bool) -> StoreServer | ClusterServer | None:
    if cluster:
        return ClusterServer(settings.data)
    return None if settings.redis_url else StoreServer(settings.data)


def _bookkeeper(settings: Settings, admin: socket.socket | None, argv: Sequence[str]) -> Slot:
    return Slot(settings.workers, None, admin, "the bookkeeper", argv, backoff=Backoff(BOOKKEEPER_DELAY_S_MAX))


def _check_external(settings: Settings) -> None:
    # Loaded only here: the client library would cost the usual start a fifth of a second.
    check = importlib.import_module("app.store.settings_check")
    _, findings = check.examine(settings.redis_url, settings.replicas_ack)
    check.enforce(findings, demo=settings.demo, warn=say_on_stderr)


class Supervisor:
    """The processes and what is to be done about them. `store` is None when the store is an external one."""

    def __init__(
        self,
        settings: Settings,
        slots: list[Slot],
        store: StoreServer | ClusterServer | None,
        crowd: int,
        started_s: float,
    ) -> None:
        self.settings = settings
        self.slots = slots
        self.crowd_viewers = crowd
        self.started_s = started_s
        self.store_url = store.url if store else settings.redis_url
        self.public = [slot for slot in slots if slot.public]
        self.base_url = next(listen.base_url(slot.public) for slot in slots if slot.public)
        self.is_open = False
        self.exit_code: int | None = None  # once it is known, everything is being stopped
        self._selector = selectors.DefaultSelector()
        self._crowd: subprocess.Popen[bytes] | None = None
        self._log = Throttle(log)
        servers = store.servers if store else []
        self._keepers = [StoreKeeper(server, self._selector, started_s) for server in servers]
        self._beat_at_s = started_s
        self._to_roll: list[Slot] = []
        self._rolling: Slot | None = None
        self._had_terminal = _has_terminal()

    def run(self) -> int:
        """Starts the workers, and returns the exit code once it was told to stop and all of them are gone."""
        with contextlib.closing(self._selector), signals(self._selector, self._on_signal):
            for slot in self.public:
                slot.start_at_s = self.started_s
            while True:
                self._tick(time.monotonic())
                if self.exit_code is not None and not any(slot.workers() for slot in self.slots):
                    self._end_crowd()
                    return self.exit_code
                for key, _ in self._selector.select(self._timeout_s()):
                    key.data()

    def _on_signal(self, number: int) -> None:
        if number in (signal.SIGTERM, signal.SIGINT):
            if self.exit_code is None:
                self._stop(0)
            elif number == signal.SIGINT:
                self._hasten()
        elif number == signal.SIGHUP and self.exit_code is None:
            if self._had_terminal and not _has_terminal():
                self._stop(0)  # The window was closed; nobody is there to press Ctrl-C any more.
            else:
                say_on_stderr("restarting the workers, one after the other")
                # The bookkeeper first: it brings the archive's tables to what the new workers need.
                self._to_roll = sorted(self.slots, key=lambda slot: slot.public is not None)

    def _tick(self, now_s: float) -> None:
        for slot in self.slots:
            for worker in slot.workers():
                if worker.process.poll() is not None:
                    self._on_death(slot, worker, now_s)
                elif worker.kill_at_s is not None and worker.kill_at_s <= now_s:
                    self._kill(slot, worker)
        if self.exit_code is None:
            for keeper in self._keepers:
                keeper.tick(now_s)
            if self._beat_at_s <= now_s:
                self._beat_at_s = now_s + BEAT_S
                self._beat()
            self._look_after_crowd()
            for slot in self.slots:
                if slot.start_at_s is not None and slot.start_at_s <= now_s:
                    slot.start_at_s = None
                    slot.current = self._start(slot)
            self._roll()

    def _timeout_s(self) -> float | None:
        due = [worker.kill_at_s for slot in self.slots for worker in slot.workers()]
        if self.exit_code is None:
            due += [self._beat_at_s, *(slot.start_at_s for slot in self.slots)]
            due += [keeper.start_at_s for keeper in self._keepers]
        times = [at_s for at_s in due if at_s is not None]
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _start(self, slot: Slot) -> Worker | None:
        try:
            worker = slot.spawn(self.settings, self.store_url)
        except OSError as error:
            what = f"{slot.name} cannot be started now"
            self._log.say(logging.ERROR, what, "%s: %s", what, error.strerror)
            if not slot.current:
                slot.start_at_s = time.monotonic() + slot.backoff.delay_s(0)
            return None
        worker.kill_at_s = worker.started_s + START_WAIT_S
        self._selector.register(worker.link, selectors.EVENT_READ, lambda: self._on_sign(slot, worker))
        return worker

    def _beat(self) -> None:
        """One period is over: every child has given a sign of life in it, or it counts against the child."""
        for keeper in self._keepers:
            keeper.beat()
        for slot in self.slots:
            for worker in slot.workers():
                # Who starts or stops has a time of its own for that.
                if worker.kill_at_s is not None:
                    continue
                worker.silent_beats += 1
                if worker.silent_beats > SILENT_BEATS_MAX:
                    self._kill(slot, worker)

    def _kill(self, slot: Slot, worker: Worker) -> None:
        say_on_stderr(f"{slot.name} (process {worker.process.pid}) hangs; killing it")
        worker.process.kill()
        worker.kill_at_s, worker.silent_beats = None, 0

    def _on_sign(self, slot: Slot, worker: Worker) -> None:
        try:
            sign = worker.link.recv(4096)
        except OSError:
            sign = b""
        if not sign:
            # It has died, or is killed as one that hangs.
            self._forget(worker)
            return
        worker.silent_beats = 0
        if not worker.is_ready:
            worker.is_ready = True
            self._on_ready(slot, worker)

    def _on_ready(self, slot: Slot, worker: Worker) -> None:
        if self.exit_code is not None:
            return
        worker.kill_at_s = None
        if worker is slot.next:
            slot.current, slot.next, old = worker, None, slot.current
            if old:
                slot.leaving.append(old)
                self._send_away(old)
        if not self.is_open and all(slot.current and slot.current.is_ready for slot in self.public):
            self._open()

    def _open(self) -> None:
        self.is_open = True
        admin = self.slots[0].admin
        admin_url = listen.base_url(admin) if admin else None
        took_s = time.monotonic() - self.started_s
        print(banner(self.settings, self.base_url, admin_url, took_s), flush=True)
        # Only now: the first viewer waits for no books.
        for slot in self.slots:
            if not slot.public:
                slot.start_at_s = time.monotonic()
        if self.crowd_viewers:
            command = [*MODULE_ARGV, "app", "crowd", "--url", self.base_url, "--room", DEMO_ROOM]
            command += ["--viewers", str(self.crowd_viewers)]
            # Its viewers join as any do; dear gifts are paid from grants of the platform's.
            env = {**environment(), f"{PREFIX}API_KEY": self.settings.api_key}
            self._crowd = spawn(command, env=env, stdin=subprocess.DEVNULL)

    def _on_death(self, slot: Slot, worker: Worker, now_s: float) -> None:
        self._forget(worker)
        how = how_it_ended(worker.process.returncode)
        if worker in slot.leaving:
            slot.leaving.remove(worker)
        elif worker is slot.next:
            slot.next = None
            self._to_roll.clear()
            say_on_stderr(f"the new process of {slot.name} {how}; the rolling restart is given up")
        else:
            slot.current = None
        if slot.current or slot.next or self.exit_code is not None:
            return
        delay_s = slot.backoff.delay_s(now_s - worker.started_s)
        cannot_start = worker.process.returncode == CANNOT_START or slot.backoff.failures >= FIRST_FAILURES_MAX
        if cannot_start and not self.is_open:
            say_on_stderr(f"{slot.name} cannot start: it {how}")
            self._stop(1)
        else:
            say_on_stderr(f"{slot.name} {how}; starting it again")
            slot.start_at_s = now_s + delay_s

    def _forget(self, worker: Worker) -> None:
        if worker.link.fileno() >= 0:
            self._selector.unregister(worker.link)
            worker.link.close()

    def _look_after_crowd(self) -> None:
        if self._crowd and (code := self._crowd.poll()) is not None:
            self._crowd = None
            if code:
                say_on_stderr(f"the crowd {how_it_ended(code)}")

    def _roll(self) -> None:
        if self._rolling and (self._rolling.next or self._rolling.leaving):
            return
        self._rolling = self._to_roll.pop(0) if self._to_roll else None
        if self._rolling:
            self._rolling.start_at_s = None
            self._rolling.next = self._start(self._rolling)

    def _stop(self, exit_code: int) -> None:
        self.exit_code = exit_code
        for keeper in self._keepers:
            keeper.close()
        if self._crowd:
            self._crowd.terminate()
        for slot in self.slots:
            for worker in slot.workers():
                if worker not in slot.leaving:
                    self._send_away(worker)

    def _send_away(self, worker: Worker) -> None:
        worker.process.terminate()
        worker.kill_at_s = time.monotonic() + self.settings.drain_s + STOP_MARGIN_S

    def _hasten(self) -> None:
        say_on_stderr("stopping now, without goodbyes")
        for slot in self.slots:
            for worker in slot.workers():
                worker.process.kill()

    def _end_crowd(self) -> None:
        if self._crowd:
            try:
                self._crowd.wait(STOP_MARGIN_S)
            except subprocess.TimeoutExpired:
                self._crowd.kill()
                self._crowd.wait()


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
