"""Thresholds: `p99_seen_ms<=60` decides whether a run has passed. Pure."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from app.base.errors import ConfigError

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
FORM = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(<=|>=|==|<|>)\s*(-?[0-9]+(?:\.[0-9]+)?)\s*")


class Threshold(Struct, frozen=True):
    """A metric, how it is compared, and with what."""

    metric: str
    sign: str
    bound: float

    def __str__(self) -> str:
        return f"{self.metric}{self.sign}{self.bound:g}"


class Outcome(Struct, frozen=True):
    """A threshold and what became of it; `value` is None where the run has no such metric."""

    threshold: str
    value: float | None
    passed: bool


def parse(text: str) -> Threshold:
    """A threshold from what was typed.

    Raises:
        ConfigError: it is none.
    """
    match = FORM.fullmatch(text)
    if match is None:
        raise ConfigError(f"--threshold {text!r}: write it like 'p99_seen_ms<=60'")
    return Threshold(match[1], match[2], float(match[3]))


def judge(threshold: Threshold, metrics: Mapping[str, float]) -> Outcome:
    """Whether a run's metrics pass; one that was not measured does not."""
    value = metrics.get(threshold.metric)
    passed = value is not None and OPERATORS[threshold.sign](value, threshold.bound)
    return Outcome(str(threshold), value, passed)
