"""compose.yaml as Compose reads it, and its store as a process of this machine."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import redis

from app.base.children import spawn
from app.store.server import find_binary
from tests.deploy import files
from tests.edge.site import API_KEY, SECRET
from tests.ports import free_ports
from tests.waiting import until

PASSWORD = "store-password-of-a-test"


VALUES = {
    "STORE_PASSWORD": PASSWORD,
    "ARCHIVE_PASSWORD": "a-b_c",
    "FANFARE_SECRET": SECRET,
    "FANFARE_API_KEY": API_KEY,
}


def compose() -> dict[str, Any]:
    """The whole of it, with the variables of a file `.env`."""
    whole: dict[str, Any] = _filled(files.document("compose"))
    return whole


def environment(service: str) -> dict[str, str]:
    """What a service's container has in its environment."""
    return {name: str(value) for name, value in compose()["services"][service]["environment"].items()}


def _filled(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _filled(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value) for value in part]
    before = None
    while isinstance(part, str) and part != before:
        # From the inside: a default may have variables of its own.
        before, part = part, re.sub(r"\$\{(\w+)(:[-?])?([^${}]*)\}", _value, part)
    return part


def _value(found: re.Match[str]) -> str:
    name, kind, default = found[1], found[2], found[3]
    assert kind or name in VALUES, f"{name} has neither a default nor an error"
    assert (kind == ":?") == (name in files.SECRETS), name
    return VALUES.get(name, default)


@contextmanager
def running_store(words: Sequence[str], folder: Path, password: str | None) -> Iterator[str]:
    """The address of a real store that was started with those words, on a port and in a folder of its own."""
    assert "valkey-server" == words[0]
    port = free_ports(1)
    more = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
    process = spawn([str(find_binary().path), *words[1:], *more], stdout=subprocess.DEVNULL)

    def answers() -> bool:
        with suppress(redis.ConnectionError), closing(redis.Redis(port=port, password=password)) as client:
            return bool(client.ping())
        return False

    try:
        until(answers)
        yield f"redis://:{password}@127.0.0.1:{port}/0" if password else f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()
