"""How a store has to be set so that it keeps what it acknowledges."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, NamedTuple

from app.store.client import Store

WANTED = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "maxmemory-policy": "noeviction",
}


class Finding(NamedTuple):
    """One thing that is not as it should be; `fatal` ones lose money sooner or later."""

    name: str
    found: str
    wanted: str
    fatal: bool

    def __str__(self) -> str:
        if self.name == "version":
            return f"{self.found} is too old: Fanfare needs {self.wanted}"
        return f"the store's {self.name} is {self.found}; Fanfare needs {self.wanted}"


def wrong_among(settings: Mapping[Any, Any]) -> list[Finding]:
    """Those of the settings, as CONFIG GET tells them, that are not as they have to be."""
    found = {_text(name): _text(value) for name, value in settings.items()}
    return [
        Finding(name, found.get(name, "unknown"), wanted, True)
        for name, wanted in WANTED.items()
        if found.get(name) != wanted
    ]


async def wrong_settings(store: Store) -> list[Finding]:
    """The same of a store that is in use. Raises as Store.call does; StoreRefused where it hides them."""
    found = [wrong_among(settings) for settings in await store.call_each("CONFIG", "GET", *WANTED)]
    return sorted(set(itertools.chain(*found)))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
