"""Tables of money, as files: each holds all its versions, and a mistake in one is told with its path in the file.

`{"table": "prices", "notes": [...], "versions": [...]}`. A version has an `id` that entries name for ever, is for one
country (or `*`: all that have none), and counts `from` a moment until the next one of that country.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Generic, NamedTuple, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from app.rules import countries
from app.rules.countries import ANY

Ppm = Annotated[int, Meta(ge=0, le=1_000_000)]
"""Parts per million: 190 000 is 19 %."""
Key = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_]{0,31}\Z")]
Sentence = Annotated[str, Meta(min_length=1, max_length=200)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}\Z")]
Translations = dict[Language, Sentence]
"""A sentence in other languages than English, by their codes."""
Moment = Annotated[datetime, Meta(tz=True)]
DAY_S = 86_400
DAY_MS = 1000 * DAY_S
_WORDS = {
    "str": "text in quotes",
    "int": "a whole number",
    "float": "a number with decimals",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "datetime": "a moment like 2026-01-31T00:00:00Z",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Mistake(NamedTuple):
    """What is wrong in a file: `where` is the path inside it."""

    where: str
    what: str

    def __str__(self) -> str:
        """For people."""
        return f"{self.where}: {self.what}" if self.where else self.what


class BadTable(ValueError):
    """A file of a table is wrong; nothing of it is used."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(map(str, mistakes)))


class Version(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """What each version of each table has."""

    id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9*][A-Za-z0-9*._-]{0,31}\Z")]
    country: str
    from_: Moment

    @property
    def from_ms(self) -> int:
        """When it begins, in milliseconds since 1970."""
        return milliseconds(self.from_)

    def mistakes(self) -> Iterator[Mistake]:
        """What its own fields contradict."""
        yield from _country(self.country, "country")


V = TypeVar("V", bound=Version)


class Table(Generic[V]):
    """All versions of one table."""

    def __init__(self, versions: Iterable[V]) -> None:
        self._by_id = {version.id: version for version in versions}
        self._by_country: dict[str, list[V]] = {}
        for version in sorted(self._by_id.values(), key=lambda version: version.from_ms, reverse=True):
            self._by_country.setdefault(version.country, []).append(version)

    def by_id(self, version_id: str) -> V:
        """The version that an entry names. Raises KeyError: it is not in the file any more."""
        return self._by_id[version_id]

    def own(self, country: str, now_ms: int) -> V | None:
        """The version of just that country that counts at that moment."""
        return next((version for version in self._by_country.get(country, ()) if version.from_ms <= now_ms), None)

    def at(self, country: str, now_ms: int) -> V | None:
        """The version that counts there and then; that of `*` where the country has none."""
        return self.own(country, now_ms) or self.own(ANY, now_ms)

    def countries(self, now_ms: int) -> list[str]:
        """The countries that have a version of their own at that moment."""
        return sorted(country for country in self._by_country if country != ANY and self.own(country, now_ms))

    def __len__(self) -> int:
        """How many versions there are."""
        return len(self._by_id)


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    table: str
    versions: list[Raw]
    notes: tuple[str, ...] = ()


class _Named(Struct, frozen=True):
    id: str


def parse(text: bytes, name: str, kind: type[V]) -> Table[V]:
    """The table of that name from its file.

    Raises:
        BadTable: with every version's first mistake of shape, or all others that it has.
    """
    try:
        file = msgspec.json.decode(text, type=_File)
    except msgspec.ValidationError as error:
        raise BadTable([_of_shape("", error)]) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadTable([_of_syntax(text, str(error))]) from None
    if file.table != name:
        raise BadTable([Mistake("table", f'"{name}" is expected, it is "{file.table}"')])
    found: list[tuple[str, V]] = []
    mistakes: list[Mistake] = []
    for number, raw in enumerate(file.versions):
        where = f"versions[{number}]" + _name_of(raw)
        try:
            version = msgspec.json.decode(raw, type=kind)
        except msgspec.ValidationError as error:
            mistakes.append(_of_shape(where, error))
        else:
            found.append((where, version))
            mistakes += [Mistake(f"{where}.{inner}", what) for inner, what in version.mistakes()]
    mistakes += _twice(found, lambda version: version.id, "id", "an id of its own is expected, that of {} is the same")
    mistakes += _twice(
        found, lambda version: (version.country, version.from_ms), "from", "{} begins at the same moment"
    )
    if not file.versions:
        mistakes.append(Mistake("versions", "at least one version is expected"))
    if mistakes:
        raise BadTable(mistakes)
    return Table(version for _, version in found)


def milliseconds(moment: datetime) -> int:
    """A moment in milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def twice(values: Iterable[Hashable]) -> Iterator[tuple[int, int]]:
    """The places of values that stood before already, and where they did first."""
    first: dict[Hashable, int] = {}
    for place, value in enumerate(values):
        if first.setdefault(value, place) != place:
            yield place, first[value]


def _country(code: str, where: str) -> Iterator[Mistake]:
    if code != ANY and code not in countries.CODES:
        yield Mistake(where, f'the two letters of a country or "{ANY}" are expected, it is "{code}"')


def _twice(
    found: Sequence[tuple[str, V]], value_of: Callable[[V], Hashable], field: str, sentence: str
) -> Iterator[Mistake]:
    for place, first in twice(value_of(version) for _, version in found):
        yield Mistake(f"{found[place][0]}.{field}", sentence.format(found[first][0]))


def _name_of(raw: Raw) -> str:
    # Somebody who looks for the place finds an id faster than a number.
    try:
        return f" ({msgspec.json.decode(raw, type=_Named).id})"
    except msgspec.DecodeError:
        return ""


def _of_shape(where: str, error: msgspec.ValidationError) -> Mistake:
    what, _, inner = str(error).replace("at `key` in `$", "at `$").partition(" - at `$")
    path = where + inner.rstrip("`")
    if found := re.fullmatch(r"Expected `(.+)`, got `(.+)`", what):
        expected, got = (" or ".join(_WORDS.get(word, word) for word in types.split(" | ")) for types in found.groups())
        what = f"{expected} is expected, it is {got}"
    return Mistake(path.removeprefix("."), what[:1].lower() + what[1:].replace("`", '"'))


def _of_syntax(text: bytes, said: str) -> Mistake:
    found = re.search(r"(.*) \(byte (\d+)\)", said)
    if not found:
        return Mistake("", f"it is not JSON: {said}")
    before = text[: int(found[2])]
    line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
    return Mistake(f"line {line}, column {column}", found[1])
