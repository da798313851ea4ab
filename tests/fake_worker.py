"""A worker in 40 lines, for the supervisor's tests: answers each connection with its pid and its slot.

Its one argument says how it behaves: "good", or "refuses", "crashes", "silent", "deaf", or a path that turns
it from good to crashing once a file is there.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from pathlib import Path


def main(behaviour: str) -> int:
    """Serves until SIGTERM, or misbehaves as it was told; the exit code."""
    document = json.load(sys.stdin)
    if behaviour == "refuses":
        return 3
    if behaviour == "crashes" or Path(behaviour).exists():
        return 1
    if behaviour == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    listening = socket.socket(fileno=document["listen_fd"])
    if behaviour == "silent":
        time.sleep(60)
    with os.fdopen(document["ready_fd"], "wb") as ready:
        ready.write(b"ready\n")
    secrets_in_environment = any(name.startswith("FANFARE_") for name in os.environ)
    while True:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        connection, _ = listening.accept()
        # What was accepted is answered, as the real worker's drain does.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        with connection:
            said = {**document, "pid": os.getpid(), "leaks": secrets_in_environment, "cwd": os.getcwd()}
            connection.sendall(json.dumps(said).encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
