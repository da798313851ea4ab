"""Signals as events of a selector's loop."""

from __future__ import annotations

import contextlib
import selectors
import signal
import socket
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def signals(selector: selectors.BaseSelector, on_signal: Callable[[int], None]) -> Iterator[None]:
    """Hands signals to `on_signal` from the selector's loop, where nothing is half done."""
    reader, writer = socket.socketpair()

    def hear() -> None:
        for number in reader.recv(4096):
            on_signal(number)

    reader.setblocking(False)
    writer.setblocking(False)
    selector.register(reader, selectors.EVENT_READ, hear)
    wanted = {signal.SIGTERM, signal.SIGCHLD}
    # nohup, and a shell's background jobs, come with these ignored; so they stay.
    wanted |= {n for n in (signal.SIGINT, signal.SIGHUP) if signal.getsignal(n) is not signal.SIG_IGN}
    fd_before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    before = {number: signal.signal(number, lambda *_: None) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(fd_before)
        selector.unregister(reader)
        reader.close()
        writer.close()
