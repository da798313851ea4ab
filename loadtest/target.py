"""What is put under load: a server of our own on a fresh data folder, one that runs already, or the baseline."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from app.base.children import spawn
from app.base.errors import ConfigError, FanfareError
from app.rules.tokens import sign
from loadtest.http import Http
from loadtest.machine import environment, in_role, python

START_WAIT_S = 30.0
STOP_WAIT_S = 30.0
PARALLEL = 8
TOKEN_S = 6 * 3600
STORE = ("FANFARE_REDIS_URL", "FANFARE_PARTITIONS")
LOG_TAIL = 12
KILLED = {"store": "the store", "books": "the bookkeeper", "worker": "a worker"}
# A load test tests the server, not its limits.
LIMITS_OFF = {
    "FANFARE_GIFT_RATE": "0",
    "FANFARE_COMMENT_RATE": "0",
    "FANFARE_COMMAND_RATE": "0",
    "FANFARE_SOCKETS_PER_USER": "0",
    "FANFARE_SOCKETS_PER_IP": "0",
}


class Target:
    """A server that runs: where, its secrets, and the processes whose use is measured."""

    def __init__(self, url: str, secret: str, api_key: str, pids: list[int] | None = None) -> None:
        self.url = url
        self.secret = secret
        self.api_key = api_key
        self.roots = pids or []

    @property
    def is_ours(self) -> bool:
        """Whether we started it, and may kill parts of it."""
        return False

    def token(self, user: str, room: str) -> str:
        """A viewer's token."""
        exp = int(time.time()) + TOKEN_S
        return sign(self.secret, sub=user, name=user, role="viewer", exp=exp, room=room)

    async def is_ready(self) -> bool:
        """Whether it answers, with its store."""
        http = Http(self.url)
        try:
            return (await http.ask("GET", "/readyz", timeout_s=2)).status == 200
        except OSError:
            return False
        finally:
            await http.aclose()

    async def open_rooms(self, rooms: list[str], kind: str = "live") -> None:
        """Opens the rooms."""

        async def one(http: Http, room: str) -> None:
            new = {"id": room, "title": f"Load test {room}", "streamer": {"id": streamer_of(room), "name": "Host"}}
            new |= {"kind": kind}
            answer = await http.ask("POST", "/v1/rooms", bearer=self.api_key, body=new)
            _expect(answer.status in (200, 201), f"the room {room} was refused: {answer}")

        await self._all(one, rooms)

    async def grant(self, users: list[str], coins: int, run: str) -> None:
        """Gives coins to each."""

        async def one(http: Http, user: str) -> None:
            grant = {"user": user, "coins": coins, "reason": "load test"}
            answer = await http.ask("POST", "/v1/grants", bearer=self.api_key, body=grant, key=f"{run}-{user}")
            _expect(answer.status == 200, f"the grant for {user} was refused: {answer}")

        await self._all(one, users)

    async def wallets(self, users: list[str], room: str) -> dict[str, int]:
        """The coins of each."""
        found: dict[str, int] = {}

        async def one(http: Http, user: str) -> None:
            answer = await http.ask("GET", "/v1/me/wallet", bearer=self.token(user, room))
            _expect(answer.status == 200, f"the wallet of {user} was refused: {answer}")
            found[user] = answer.body["coins"]

        await self._all(one, users)
        return found

    async def gift_status(self, user: str, room: str, gift_id: str) -> dict[str, Any]:
        """What became of a gift that was never answered."""
        http = Http(self.url)
        try:
            answer = await http.ask("GET", f"/v1/gift-sends/{gift_id}", bearer=self.token(user, room))
        finally:
            await http.aclose()
        return dict(answer.body) if answer.status == 200 else {"status": "unknown"}

    def verify_ledger(self) -> dict[str, Any] | None:
        """What `fanfare ledger verify` says; None where it cannot be asked."""
        return None

    def stop(self) -> None:
        """Stops it, where it is ours."""

    async def _all(self, one: Any, items: list[str]) -> None:
        waiting = list(reversed(items))

        async def work() -> None:
            http = Http(self.url)
            try:
                while waiting:
                    await one(http, waiting.pop())
            finally:
                await http.aclose()

        await asyncio.gather(*(work() for _ in range(min(PARALLEL, len(items)))))


class OwnTarget(Target):
    """A server of our own: started on a free port and a fresh data folder, gone afterwards."""

    def __init__(self, module: str, arguments: list[str], settings: dict[str, str], *, has_ledger: bool) -> None:
        port = _free_port()
        super().__init__(f"http://127.0.0.1:{port}", secrets.token_urlsafe(32), secrets.token_urlsafe(32))
        self.data = Path(tempfile.mkdtemp(prefix="fanfare-load-"))
        self._has_ledger = has_ledger
        self._store = {name: value for name, value in settings.items() if name in STORE}
        self.log = self.data / "server.log"
        words = [*arguments, "--data", str(self.data), "--port", str(port)]
        known = {"FANFARE_SECRET": self.secret, "FANFARE_API_KEY": self.api_key}
        with self.log.open("ab") as log:
            self._process = spawn(
                python(module, *words),
                env=environment(**known, **settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.roots = [self._process.pid]

    @property
    def is_ours(self) -> bool:
        """It is."""
        return True

    async def wait_ready(self) -> None:
        """Returns when it answers.

        Raises:
            FanfareError: it ended, or does not answer; with the end of its log.
        """
        until_s = time.monotonic() + START_WAIT_S
        while time.monotonic() < until_s and self._process.poll() is None:
            if await self.is_ready():
                return
            await asyncio.sleep(0.05)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_TAIL:])
        raise FanfareError(f"the server under test did not start:\n{tail}")

    def kill(self, role: str) -> str:
        """Kills the store, the bookkeeper or one worker with no chance to say goodbye; what was killed."""
        found = [use for use in in_role(self.roots, role) if use.pid != self._process.pid]
        if not found:
            return "nothing"
        os.kill(found[0].pid, signal.SIGKILL)
        return KILLED[role]

    def verify_ledger(self) -> dict[str, Any] | None:
        """What `fanfare ledger verify` says of its books."""
        return verify(self.data, **self._store) if self._has_ledger else None

    def stop(self) -> None:
        """Stops it and removes its data."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_WAIT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.data, ignore_errors=True)


def streamer_of(room: str) -> str:
    """The streamer of a room that a run has opened."""
    return f"{room}-host"


def own_server(workers: int) -> OwnTarget:
    """Fanfare itself, every write fsynced, its limits off."""
    settings = {**LIMITS_OFF, "FANFARE_ADMIN": "off", "FANFARE_DRAIN_S": "1"}
    return OwnTarget("app", ["demo", "--workers", str(workers)], settings, has_ledger=True)


def server_on(store_url: str, workers: int, partitions: int = 1) -> OwnTarget:
    """The same on a store that runs already; after a loss it takes no more gifts."""
    own = {"FANFARE_ADMIN": "off", "FANFARE_DRAIN_S": "1", "FANFARE_LOST_TAIL": "refuse"}
    settings = {**LIMITS_OFF, **own, "FANFARE_REDIS_URL": store_url, "FANFARE_PARTITIONS": str(partitions)}
    return OwnTarget("app", ["demo", "--workers", str(workers)], settings, has_ledger=True)


def baseline_server() -> OwnTarget:
    """The server that most would write, on a store with the same settings."""
    return OwnTarget("loadtest.baseline", [], {}, has_ledger=False)


def existing(url: str, data: Path | None, pids: list[int]) -> Target:
    """A server that runs already; its secrets come from FANFARE_SECRET and FANFARE_API_KEY, or from its data folder.

    Raises:
        ConfigError: they are not known.
    """
    known = []
    for name in ("secret", "api_key"):
        value = os.environ.get(f"FANFARE_{name.upper()}", "")
        path = data / f"{name}.txt" if data else None
        if not value and path is not None and path.exists():
            value = path.read_text().strip()
        if not value:
            raise ConfigError(f"--url needs --data (its folder, in a demo) or FANFARE_{name.upper()}")
        known.append(value)
    return Target(url.rstrip("/"), known[0], known[1], pids)


def verify(data: Path, **settings: str) -> dict[str, Any] | None:
    """The report of `fanfare ledger verify` for a data folder; None where it could not be made."""
    command = python("app", "ledger", "verify", "--json", "--data", str(data))
    done = subprocess.run(command, env=environment(**settings), capture_output=True, text=True, timeout=300)
    try:
        return dict(json.loads(done.stdout))
    except ValueError:
        return {"ok": False, "problems": [f"it could not be run: {done.stderr.strip()[-300:]}"]}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _expect(is_fine: bool, otherwise: str) -> None:
    if not is_fine:
        raise FanfareError(otherwise)
