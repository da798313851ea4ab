from __future__ import annotations

import os
import selectors
import signal

from app.run.signals import signals


def test_signals_are_heard_in_the_loop() -> None:
    """A signal interrupts nothing: it waits for the loop; afterwards signals do what they did before."""
    heard: list[int] = []
    before = signal.getsignal(signal.SIGTERM)
    with selectors.DefaultSelector() as selector, signals(selector, heard.append):
        os.kill(os.getpid(), signal.SIGTERM)
        assert [] == heard
        for key, _ in selector.select(5):
            key.data()
        assert [signal.SIGTERM] == heard

    assert before is signal.getsignal(signal.SIGTERM)
