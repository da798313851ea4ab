"""What is wrong at the moment: said in the log when it begins and when it is over, and shown until then."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import NamedTuple

from app.base.metrics import Metrics

log = logging.getLogger(__name__)


class Trouble(NamedTuple):
    """One thing that is wrong. While one has `stops`, no gift is taken; one with `said` was logged elsewhere."""

    reason: str
    text: str
    stops: bool = True
    said: bool = False


class Troubles:
    """The troubles of one worker, by the part that found them."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._found: dict[str, dict[str, Trouble]] = {}

    def now(self, finder: str, found: Sequence[Trouble]) -> None:
        """Sets all that this finder finds wrong now. What it found before and not now is over."""
        before = self._found.get(finder, {})
        self._found[finder] = {trouble.reason: trouble for trouble in found}
        for trouble in found:
            if trouble.reason not in before:
                self._metrics.trouble(trouble.reason, True)
                if not trouble.said:
                    log.error("%s", trouble.text)
        for reason in before.keys() - self._found[finder].keys():
            self._metrics.trouble(reason, False)
            log.warning("no more: %s", before[reason].text)

    def all(self) -> list[Trouble]:
        """All of them, those first that keep gifts from being taken."""
        found = [trouble for by_reason in self._found.values() for trouble in by_reason.values()]
        return sorted(found, key=lambda trouble: not trouble.stops)
