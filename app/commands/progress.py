"""Shows how far something is: a bar in place on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

BAR_EVERY_S, LINE_EVERY_S = 0.1, 5.0
CELLS = 30


class Bar:
    """The progress of one thing after another, on stderr: what is printed goes on to be for machines.

    Args:
        out: where it is shown.
        now_s: monotonic seconds.
    """

    def __init__(self, out: TextIO | None = None, now_s: Callable[[], float] = time.monotonic) -> None:
        self._out = out or sys.stderr
        self._now_s = now_s
        self._in_place = self._out.isatty()
        self._what = ""
        self._began_s = self._shown_s = now_s()
        self._width = 0

    def __call__(self, what: str, done: int, of: int) -> None:
        """So many are done of what is counted, like `entries proved`."""
        now_s = self._now_s()
        if what != self._what:
            self._what, self._began_s = what, now_s
        if now_s - self._shown_s < (BAR_EVERY_S if self._in_place else LINE_EVERY_S):
            return
        self._shown_s = now_s
        share = min(1.0, done / of) if of else 1.0
        left_s = (now_s - self._began_s) * (1 - share) / share if share else 0.0
        words = f"{share:4.0%}  {done:,} of {of:,} {what}, {left_s:.0f} s left"
        if not self._in_place:
            print(f"fanfare: {words.strip()}", file=self._out, flush=True)
            return
        full = round(CELLS * share)
        self._show(f"{'█' * full}{'░' * (CELLS - full)} {words}")

    def end(self) -> None:
        """Takes the bar away."""
        if self._in_place and self._width:
            self._show("")
            print("\r", end="", file=self._out, flush=True)

    def _show(self, line: str) -> None:
        print(f"\r{line:<{self._width}}", end="", file=self._out, flush=True)
        self._width = len(line)
