"""Which address somebody counts for: the peer's, or the one that a trusted proxy names; IPv6 by its /64."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache

# All clients that a trusted proxy forwards without a readable address count as this one.
STRANGER = "unknown"
KNOWN_MAX = 8192
TEXT_MAX = 64

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(KNOWN_MAX)
def _read(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(KNOWN_MAX)
def counted_as(text: str) -> str:
    """The name under which an address is counted: one subscriber has a whole /64 of IPv6."""
    address = _read(text)
    if address is None:
        return STRANGER
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.IPv6Network((int(address) >> 64 << 64, 64))) if not address.is_loopback else str(address)


@lru_cache(KNOWN_MAX)
def is_exempt(address: str) -> bool:
    """Whether it is this machine's own: loopback, or a unix socket's peer, which has no address."""
    read = _read(address)
    return not address or (read is not None and read.is_loopback)


class Addresses:
    """Tells whom a request comes from. `trusted` are the networks of the proxies that may say it in a header."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = trusted

    def is_proxy(self, peer: str) -> bool:
        """Whether what this peer says of others is believed."""
        address = _read(peer) if self._trusted else None
        return address is not None and any(address in network for network in self._trusted)

    def of(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """The address that a request counts for; empty where there is none, as on a unix socket."""
        if not peer:
            return ""
        if not self.is_proxy(peer):
            return counted_as(peer)
        named = {self._client(hops) for hops in _hops(headers) if hops}
        if not named:
            return counted_as(peer)
        # A proxy passes on a header that it does not set itself. So where the two disagree, the client made one up.
        return named.pop() if len(named) == 1 else STRANGER

    def _client(self, hops: list[str]) -> str:
        # Each proxy adds the one it heard at the end: the last that is no proxy of ours is the client.
        client = next((hop for hop in reversed(hops) if not self.is_proxy(hop)), None)
        if client is None:
            return counted_as(hops[0])
        # Loopback is another machine's here, the proxy's, and not exempt as this one's is.
        return STRANGER if is_exempt(client) else counted_as(client)


def _hops(headers: Iterable[tuple[bytes, bytes]]) -> tuple[list[str], list[str]]:
    """The addresses of X-Forwarded-For and those of Forwarded, the client's side first."""
    plain: list[str] = []
    named: list[str] = []
    for name, value in headers:
        if name == b"x-forwarded-for":
            plain += [_bare(part) for part in value.decode("latin-1").split(",")]
        elif name == b"forwarded":
            named += [_for(part) for part in value.decode("latin-1").split(",")]
    return plain, named


def _for(element: str) -> str:
    pairs = (pair.partition("=") for pair in element.split(";"))
    return next((_bare(value.strip().strip('"')) for key, _, value in pairs if key.strip().lower() == "for"), "")


def _bare(text: str) -> str:
    """An address without the port that some proxies add; empty for a text that is too long to be one."""
    text = text.strip()
    if len(text) > TEXT_MAX:
        return ""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
