from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.ids import is_uuid7, time_of, uuid7

TIMES = st.integers(min_value=0, max_value=2**48 - 1)


@given(TIMES)
def test_uuid7_carries_its_time(now_ms: int) -> None:
    """An id is a UUIDv7 of RFC 9562 that gives back the millisecond it was made in."""
    made = uuid7(now_ms)
    parsed = uuid.UUID(made)

    assert is_uuid7(made)
    assert (7, uuid.RFC_4122, made) == (parsed.version, parsed.variant, str(parsed))
    assert now_ms == time_of(made)


@given(TIMES, TIMES)
def test_uuid7_sorts_by_time(one_ms: int, other_ms: int) -> None:
    """Of two ids from different milliseconds, the older one sorts first."""
    if one_ms != other_ms:
        assert (one_ms < other_ms) == (uuid7(one_ms) < uuid7(other_ms))


def test_ids_of_one_millisecond_differ() -> None:
    """Ids made in the same millisecond are different ones."""
    assert 1000 == len({uuid7(1) for _ in range(1000)})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        str(uuid.UUID(int=0)),
        "00000000-0000-4000-8000-000000000000",
        "00000000-0000-7000-c000-000000000000",
        "0190A000-0000-7000-8000-000000000000",
        "0190a000-0000-7000-8000-000000000000\n",
        " 0190a000-0000-7000-8000-000000000000",
        "{0190a000-0000-7000-8000-000000000000}",
        "0190a0000000700080000000000000000000",
        "0190a000-0000-7000-8000-00000000000\u0661",
    ],
)
def test_what_is_no_uuid7(text: str) -> None:
    """Other versions and variants, capitals, and anything around an id are refused."""
    assert not is_uuid7(text)
