from __future__ import annotations

import json
from typing import Any

import pytest

from app.rules.tables import BadTable, Version, parse, twice
from tests.rules.money_tables import FROM, FROM_MS, file_of

V1: dict[str, Any] = {"id": "DE-1", "country": "DE", "from": FROM}
V2: dict[str, Any] = {"id": "DE-2", "country": "DE", "from": "2026-06-01T02:00:00+02:00"}
ANY: dict[str, Any] = {"id": "any-1", "country": "*", "from": FROM}
V2_MS = 1_780_272_000_000


def mistakes(text: bytes) -> list[str]:
    """What is said of a file."""
    with pytest.raises(BadTable) as raised:
        parse(text, "prices", Version)
    return [str(mistake) for mistake in raised.value.mistakes]


def test_versions_count_one_after_the_other() -> None:
    """A version counts from its first millisecond until the next one's, in whatever order they stand."""
    for versions in ((V1, V2), (V2, V1)):
        table = parse(file_of("prices", *versions), "prices", Version)
        found = [table.at("DE", now_ms) for now_ms in (FROM_MS - 1, FROM_MS, V2_MS - 1, V2_MS)]

        assert [None, "DE-1", "DE-1", "DE-2"] == [version and version.id for version in found]


def test_old_versions_stay_readable() -> None:
    """What an entry names is found for ever, whether it counts or not."""
    table = parse(file_of("prices", V1, V2), "prices", Version)

    assert ["DE-1", "DE-2"] == [table.by_id(name).id for name in ("DE-1", "DE-2")]
    assert 2 == len(table)
    with pytest.raises(KeyError):
        table.by_id("DE-3")


def test_all_other_countries_have_one_version() -> None:
    """A country without a version of its own has that for all others, before its own begins as well."""
    table = parse(file_of("prices", V2, ANY), "prices", Version)
    found = [table.at(country, now_ms) for country, now_ms in (("DE", V2_MS), ("DE", V2_MS - 1), ("FR", V2_MS))]

    assert ["DE-2", "any-1", "any-1"] == [version and version.id for version in found]
    assert None is table.own("FR", V2_MS)
    assert ([], ["DE"]) == (table.countries(V2_MS - 1), table.countries(V2_MS))


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ({**V1, "from": "2026-01-01"}, "versions[1] (DE-1).from: invalid RFC3339 encoded datetime"),
        (
            {**V1, "from": 5},
            "versions[1] (DE-1).from: a moment like 2026-01-31T00:00:00Z is expected, it is a",
        ),
        ({**V1, "country": "XX"}, 'versions[1] (DE-1).country: the two letters of a country or "*" are expected'),
        ({**V1, "country": None}, "versions[1] (DE-1).country: text in quotes is expected, it is null"),
        ({**V1, "id": ""}, "versions[1] ().id: "),
        ({**V1, "form": FROM}, 'versions[1] (DE-1): object contains unknown field "form"'),
        ({"id": "DE-1", "country": "DE"}, 'versions[1] (DE-1): object missing required field "from"'),
        ({"id": 7}, "versions[1].id: text in quotes is expected, it is a whole number"),
        ([], "versions[1]: an object is expected, it is a list"),
        ({**V1, "id": "any-1"}, "versions[1] (any-1).id: an id of its own is expected, that of versions[0] (any-1) is"),
        ({**ANY, "id": "any-2"}, "versions[1] (any-2).from: versions[0] (any-1) begins at the same moment"),
    ],
)
def test_each_mistake_has_its_place(version: Any, said: str) -> None:
    """What is wrong is told with the path inside the file, the version's id and what is expected."""
    (mistake,) = mistakes(file_of("prices", ANY, version))

    assert mistake.startswith(said)


def test_every_version_is_looked_at() -> None:
    """One bad version does not hide what is wrong with the next."""
    told = mistakes(file_of("prices", {**V1, "country": "XX"}, {"id": "DE-2"}, {**ANY, "country": "YY"}))

    assert ["versions[0]", "versions[1]", "versions[2]"] == [line[:11] for line in told]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "it is not JSON: Input data was truncated"),
        (b"\xff", "line 1, column 1: JSON is malformed: invalid character"),
        (b"{\n  \"table\": 'prices'}", "line 2, column 12: JSON is malformed: invalid character"),
        (b"[]", "an object is expected, it is a list"),
        (b'{"table": "prices"}', 'object missing required field "versions"'),
        (b'{"table": "prices", "versions": {}}', "versions: a list is expected, it is an object"),
        (b'{"table": "prices", "versions": []}', "versions: at least one version is expected"),
        (file_of("rates", V1), 'table: "prices" is expected, it is "rates"'),
        (b'{"table": "prices", "versions": [], "books": []}', 'object contains unknown field "books"'),
        (b'{"versions": [' + b"[" * 100_000, "it is not JSON"),
    ],
)
def test_files_that_are_no_table(text: bytes, said: str) -> None:
    """A file that cannot be read at all says where and why."""
    (mistake,) = mistakes(text)

    assert mistake.startswith(said)


def test_notes_are_for_people() -> None:
    """A file may carry notes."""
    text = json.dumps({"table": "prices", "notes": ["ours"], "versions": [V1]}).encode()

    assert 1 == len(parse(text, "prices", Version))


def test_twice_names_both_places() -> None:
    """A value that stood before is found with where it did first."""
    assert [(2, 0), (3, 0)] == list(twice(["a", "b", "a", "a"]))
