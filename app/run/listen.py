"""Opens the listening sockets: one per worker slot on the same port, and one for each slot's metrics.

The supervisor keeps them all open: a worker's death or restart loses no connection that waits in a queue.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import time
from collections.abc import Callable

from app.base.config import Settings
from app.base.errors import ConfigError

BACKLOG = 2048
# After a kill -9 the workers of the last start need a moment to close their sockets.
IN_USE_WAIT_S = 2.0


def open_public(settings: Settings) -> list[socket.socket]:
    """A listening socket for each worker, all on one port.

    Raises:
        ConfigError: the address cannot be listened on; it says why.
    """
    family, host = _resolve(settings.host, "FANFARE_HOST")
    port = settings.port
    if port:
        # Without SO_REUSEPORT: with it, two programs would share the port, half of the connections each.
        _bind(family, host, port, "--port", wait_s=IN_USE_WAIT_S).close()
    opened: list[socket.socket] = []
    for _ in range(settings.workers):
        bound = _bind(family, host, port, "--port", reuse_port=True)
        port = bound.getsockname()[1]
        bound.listen(BACKLOG)
        opened.append(bound)
    return opened


def open_admin(
    settings: Settings, warn: Callable[[str], None], option: str = "FANFARE_ADMIN"
) -> list[socket.socket | None]:
    """A listening socket for the metrics of each worker and, last, of the bookkeeper; all None when they are off.

    Where a port stays in use by another program, the demo takes a free one instead and says which. `option` is what an
    error names as the place of the address.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    if settings.admin == "off":
        return [None] * (settings.workers + 1)
    host, _, text = settings.admin.rpartition(":")
    if not host or not text.isdecimal() or int(text) + settings.workers > 65535:
        raise ConfigError(f"{option}: {settings.admin!r} is neither 'off' nor an address like 127.0.0.1:9464")
    family, host = _resolve(host.strip("[]"), option)
    until_s = time.monotonic() + IN_USE_WAIT_S
    opened: list[socket.socket | None] = []
    names = [*(f"worker {slot}" for slot in range(settings.workers)), "the bookkeeper"]
    for slot, name in enumerate(names):
        port = int(text) and int(text) + slot
        try:
            bound = _bind(family, host, port, option, wait_s=until_s - time.monotonic())
        except ConfigError as error:
            if not settings.demo:
                raise
            bound = _bind(family, host, 0, option)
            warn(f"the metrics of {name} are at {base_url(bound)}/metrics: {error}")
        bound.listen(BACKLOG)
        opened.append(bound)
    return opened


def base_url(bound: socket.socket) -> str:
    """The address to type into a browser on this machine, without a slash at its end."""
    host, port = bound.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_reached_by_others(host: str) -> bool:
    """Whether other machines than this one can connect to that address.

    Raises:
        ConfigError: it is no address of this machine.
    """
    return not ipaddress.ip_address(_resolve(host, "FANFARE_HOST")[1].partition("%")[0]).is_loopback


def _resolve(host: str, setting: str) -> tuple[socket.AddressFamily, str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise ConfigError(f"{setting}: {host!r} is no address of this machine ({error.strerror})") from None
    # Where a name means both, IPv4 is what people type.
    family, _, _, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, str(address[0])


def _bind(
    family: socket.AddressFamily,
    host: str,
    port: int,
    option: str,
    *,
    reuse_port: bool = False,
    wait_s: float = 0,
) -> socket.socket:
    until_s = time.monotonic() + wait_s
    while True:
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            bound.bind((host, port))
        except OSError as error:
            bound.close()
            if error.errno != errno.EADDRINUSE or time.monotonic() >= until_s:
                raise ConfigError(_why_not(host, port, option, error)) from None
            time.sleep(0.05)
        else:
            return bound


def _why_not(host: str, port: int, option: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use by another program; stop it, or choose another with {option}"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} on {host} may only be used by root; choose one above 1023 with {option}"
    return f"port {port} on {host} cannot be listened on: {error.strerror}"
