"""What promotions are sold for: impressions within hours, for coins. Versioned like the tables of money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

from app.base.errors import Refusal
from app.rules import tables
from app.rules.tables import Key, Mistake, Table, Version, twice

NAME = "promotions"
IMPRESSIONS_MAX = 100_000
HOURS_MAX = 7 * 24


class PromotionPackage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many impressions within so many hours, for so many coins."""

    id: Key
    coins: Annotated[int, Meta(ge=1, le=100_000_000)]
    impressions: Annotated[int, Meta(ge=10, le=IMPRESSIONS_MAX)]
    hours: Annotated[int, Meta(ge=1, le=HOURS_MAX)]


class PromotionBook(Version, frozen=True, kw_only=True):
    """What promotions are sold for in a country."""

    packages: Annotated[tuple[PromotionPackage, ...], Meta(min_length=1, max_length=50)]

    def package(self, package_id: str) -> PromotionPackage:
        """The package of that id. Raises Refusal `unknown_package`."""
        for package in self.packages:
            if package.id == package_id:
                return package
        raise Refusal("unknown_package", "There is no such package of impressions here.")

    def mistakes(self) -> Iterator[Mistake]:
        """What contradicts itself."""
        yield from super().mistakes()
        for place, first in twice(package.id for package in self.packages):
            yield Mistake(
                f"packages[{place}].id", f"an id of its own is expected, that of packages[{first}] is the same"
            )


class PromotionPackages(Struct, frozen=True, kw_only=True):
    """What `GET /v1/promotions/packages` answers. `book` names the version of the prices."""

    book: str
    packages: tuple[PromotionPackage, ...]


def parse(text: bytes) -> Table[PromotionBook]:
    """The books of a file. Raises BadTable."""
    return tables.parse(text, NAME, PromotionBook)
