"""A small worker for the supervisor's tests: answers each connection with its pid and its slot.

Its one argument says how it behaves: "good", or "refuses", "crashes", "deaf", or a path that turns it from good
to crashing once a file is there.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
from pathlib import Path

BEAT_S = 0.05


def main(behaviour: str) -> int:
    """Serves until SIGTERM, or misbehaves as it was told; the exit code."""
    document = json.load(sys.stdin)
    if behaviour == "refuses":
        return 3
    if behaviour == "crashes" or Path(behaviour).exists():
        return 1
    wake, signalled = socket.socketpair()
    signalled.setblocking(False)
    if behaviour == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda *_: None)
        signal.set_wakeup_fd(signalled.fileno())
    listening = socket.socket(fileno=document["listen_fd"])
    listening.setblocking(False)
    link = socket.socket(fileno=document["link_fd"])
    link.send(b"ready\n")
    said = {
        **document,
        "pid": os.getpid(),
        "leaks": any(name.startswith("FANFARE_") for name in os.environ),
        "cwd": os.getcwd(),
    }
    # The signal is heard between two connections only: what was accepted is answered, as the real one does.
    while wake not in select.select([listening, wake], [], [], BEAT_S)[0]:
        with contextlib.suppress(OSError):
            link.send(b".", socket.MSG_DONTWAIT)
        with contextlib.suppress(BlockingIOError), listening.accept()[0] as connection:
            connection.sendall(json.dumps(said).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
