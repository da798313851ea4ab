"""Division of money: every rounding has a name, and says exactly what it left over."""

from __future__ import annotations

from typing import Literal, NamedTuple

Way = Literal["down", "up", "half_up"]


class Rounding(NamedTuple):
    """A rounded part: exactly `whole` + `rest` / `per`. The rest is negative where it was rounded up."""

    name: str
    whole: int
    rest: int
    per: int


def divide(name: str, numerator: int, denominator: int, way: Way) -> Rounding:
    """`numerator` / `denominator` as a whole number, both at least 0; the denominator at least 1."""
    whole, rest = divmod(numerator, denominator)
    if rest and (way == "up" or (way == "half_up" and 2 * rest >= denominator)):
        whole, rest = whole + 1, rest - denominator
    return Rounding(name, whole, rest, denominator)
