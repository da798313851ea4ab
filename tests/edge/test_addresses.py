"""Who somebody counts for: the peer, or whom a trusted proxy names."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from app.edge.addresses import STRANGER, Addresses, counted_as, is_exempt

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("2001:db8:ffff::/48")]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::1"),
        ("no address", STRANGER),
        ("", STRANGER),
    ],
)
def test_subscriber_has_one_name(address: str, name: str) -> None:
    """An IPv4 address is itself, however it is written; IPv6 counts by its /64."""
    assert name == counted_as(address)


@pytest.mark.parametrize(
    ("address", "exempt"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("", True), ("192.0.2.7", False), (STRANGER, False)],
)
def test_this_machine_alone_is_exempt(address: str, exempt: bool) -> None:
    """Loopback and unix sockets are; a stranger is not."""
    assert exempt == is_exempt(address)


NAMED: list[tuple[str, dict[str, str], str]] = [
    ("192.0.2.7", {"x-forwarded-for": "203.0.113.9"}, "192.0.2.7"),
    ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, "127.0.0.1"),
    ("10.1.1.1", {}, "10.1.1.1"),
    ("10.1.1.1", {"x-forwarded-for": "203.0.113.9"}, "203.0.113.9"),
    ("10.1.1.1", {"x-forwarded-for": "198.51.100.1, 203.0.113.9"}, "203.0.113.9"),
    ("10.1.1.1", {"x-forwarded-for": "198.51.100.1, 203.0.113.9, 10.2.2.2"}, "203.0.113.9"),
    ("10.1.1.1", {"x-forwarded-for": "10.3.3.3, 10.2.2.2"}, "10.3.3.3"),
    ("10.1.1.1", {"x-forwarded-for": "203.0.113.9:4711"}, "203.0.113.9"),
    ("10.1.1.1", {"x-forwarded-for": "127.0.0.1, nonsense"}, STRANGER),
    ("10.1.1.1", {"x-forwarded-for": ","}, STRANGER),
    ("10.1.1.1", {"x-forwarded-for": "127.0.0.1"}, STRANGER),
    ("10.1.1.1", {"x-forwarded-for": "203.0.113.9" + "0" * 10_000}, STRANGER),
    ("10.1.1.1", {"forwarded": 'for="[2001:db8:1:2::17]:4711";proto=https'}, "2001:db8:1:2::/64"),
    ("10.1.1.1", {"forwarded": "for=198.51.100.1, For=203.0.113.9;by=10.1.1.1"}, "203.0.113.9"),
    ("10.1.1.1", {"forwarded": "for=_hidden"}, STRANGER),
    ("10.1.1.1", {"forwarded": "for=unknown"}, STRANGER),
    ("10.1.1.1", {"forwarded": "for=203.0.113.9", "x-forwarded-for": "203.0.113.9"}, "203.0.113.9"),
    ("10.1.1.1", {"forwarded": "for=198.51.100.1", "x-forwarded-for": "203.0.113.9"}, STRANGER),
    ("2001:db8:ffff::1", {"x-forwarded-for": "203.0.113.9"}, "203.0.113.9"),
    ("", {"x-forwarded-for": "203.0.113.9"}, ""),
]


@pytest.mark.parametrize(("peer", "headers", "name"), NAMED)
def test_trusted_proxies_alone_are_believed(peer: str, headers: dict[str, str], name: str) -> None:
    """The last hop that is no proxy of ours counts; what a client may have made up itself does not."""
    raw = [(key.encode(), value.encode()) for key, value in headers.items()]

    assert name == Addresses(TRUSTED).of(peer, raw)
    assert counted_as(peer) == Addresses([]).of(peer, raw) or not peer
