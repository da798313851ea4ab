from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import StoreRefused
from app.store.client import Store
from app.store.server import StoreServer
from app.store.wanted import WANTED, Finding, wrong_among, wrong_settings


def test_what_is_as_it_should_be() -> None:
    """A store that is set right has nothing wrong; text and bytes are the same."""
    assert [] == wrong_among(WANTED)
    assert [] == wrong_among({name.encode(): value.encode() for name, value in WANTED.items()})


@pytest.mark.parametrize("name", WANTED)
def test_what_is_wrong_is_told(name: str) -> None:
    """A setting that is another, or is not told, is fatal."""
    other = wrong_among({**WANTED, name: "other"})
    missing = wrong_among({key: value for key, value in WANTED.items() if key != name})

    assert [Finding(name, "other", WANTED[name], True)] == other
    assert [Finding(name, "unknown", WANTED[name], True)] == missing
    assert f"the store's {name} is other; Fanfare needs {WANTED[name]}" == str(other[0])


async def test_a_store_in_use_tells_its_settings(short_path: Path) -> None:
    """Of the embedded store nothing is wrong; what is changed while it runs is told; to hide them is an error."""
    server = StoreServer(short_path / "d")
    server.start()
    store = Store(server.url)
    try:
        assert [] == await wrong_settings(store)
        await store.call("CONFIG", "SET", "appendfsync", "everysec", "maxmemory-policy", "allkeys-lru")
        assert ["appendfsync", "maxmemory-policy"] == [finding.name for finding in await wrong_settings(store)]
        await store.call("ACL", "SETUSER", "default", "-config")
        with pytest.raises(StoreRefused, match="NOPERM"):
            await wrong_settings(store)
    finally:
        store.close()
        server.stop()
