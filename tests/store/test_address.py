from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest

from app.base.errors import ConfigError
from app.store.address import read_address
from tests.certificates import certificate


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://h:1/2", ((("h", 1),), "default", None, 2, "")),
        ("rediss://u:p%40@h", ((("h", 6379),), "u", "p@", 0, "")),
        ("redis://", ((("127.0.0.1", 6379),), "default", None, 0, "")),
        ("redis://:p@a:1,b,[::1]:3/4", ((("a", 1), ("b", 6379), ("::1", 3)), "default", "p", 4, "")),
        ("redis://[::1]:1,[::2],b", ((("::1", 1), ("::2", 6379), ("b", 6379)), "default", None, 0, "")),
        ("unix:///a%20b/s.sock?db=4", ((("/a b/s.sock", 0),), "default", None, 4, "")),
        ("redis+sentinel://u:p@a,b:2/gifts/3", ((("a", 26379), ("b", 2)), "u", "p", 3, "gifts")),
    ],
)
def test_addresses(url: str, expected: tuple[Any, ...]) -> None:
    """Each kind of address is taken apart, escapes undone."""
    address = read_address(url)

    assert expected == (address.places, address.username, address.password, address.db, address.service)
    assert url.startswith("rediss") == (address.tls is not None)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://h",
        "h:6379",
        "redis://h:x",
        "redis://[::1",
        "redis://a:1,b:99999",
        "redis://h/a",
        "unix:///s?db=x",
        "redis+sentinel://h:26379",
        "redis://h?ssl_ca_cert=misspelt",
        "rediss://h?ssl_cert_reqs=perhaps",
        "rediss://h?ssl_check_hostname=perhaps",
        "rediss://h?ssl_ca_certs=/nonexistent/ca.pem",
    ],
)
def test_bad_addresses(url: str) -> None:
    """What is no address of a store, or names an option or a file that is none, is a ConfigError."""
    with pytest.raises(ConfigError, match=r"the store's URL|a service"):
        read_address(url)


def test_tls_is_strict_unless_told_otherwise(tmp_path: Path) -> None:
    """A server's certificate is checked, with its name; each of the two can be left out as redis-py's options say."""
    made, key = certificate(tmp_path, "store")
    strict = read_address(f"rediss://h?ssl_ca_certs={made}&ssl_certfile={made}&ssl_keyfile={key}").tls
    nameless, lax = (read_address(f"rediss://h?{o}").tls for o in ("ssl_check_hostname=false", "ssl_cert_reqs=none"))

    assert strict
    assert (ssl.CERT_REQUIRED, True) == (strict.verify_mode, strict.check_hostname)
    assert ["store"] == [ca["subject"][0][0][1] for ca in strict.get_ca_certs()]
    assert nameless
    assert (ssl.CERT_REQUIRED, False) == (nameless.verify_mode, nameless.check_hostname)
    assert lax
    assert ssl.CERT_NONE == lax.verify_mode


def test_sentinels_have_a_login_of_their_own() -> None:
    """The store's user and password are not told to the sentinels."""
    address = read_address("redis+sentinel://u:p@a/gifts/3?sentinel_username=watch&sentinel_password=w")
    sentinels = address.of_sentinels

    assert ("watch", "w", 0, "") == (sentinels.username, sentinels.password, sentinels.db, sentinels.service)
    assert None is read_address("redis+sentinel://u:p@a/gifts").of_sentinels.password
