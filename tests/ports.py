"""Ports for tests that need certain ones."""

from __future__ import annotations

import os
import socket


def free_ports(count: int) -> int:
    """The first of so many ports side by side, of those that no connection is given by chance."""
    # Workers that were started one after another look in places of their own: none is bound yet when it is returned.
    for port in range(20_000 + os.getpid() % 900 * 12, 32_000):
        try:
            for number in range(port, port + count):
                socket.create_server(("127.0.0.1", number)).close()
        except OSError:
            continue
        return port
    raise AssertionError("no ports side by side are free")
