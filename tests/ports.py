"""Ports for tests that need certain ones."""

from __future__ import annotations

import os
import socket


def two_free_ports() -> int:
    """The first of two ports side by side, of those that no connection is given by chance."""
    for port in range(20_000 + os.getpid() % 5000, 32_000):
        try:
            for number in (port, port + 1):
                socket.create_server(("127.0.0.1", number)).close()
        except OSError:
            continue
        return port
    raise AssertionError("no two ports side by side are free")
