"""Holds bytes that are sent against the types that they are said to have."""

from __future__ import annotations

import json
from typing import Any, TypeVar, overload

import msgspec

T = TypeVar("T")


@overload
def strictly(raw: bytes | str, kind: type[T]) -> T: ...


@overload
def strictly(raw: bytes | str, kind: Any) -> Any: ...


def strictly(raw: bytes | str, kind: Any) -> Any:
    """The value, which has all fields of its type, of the right types, and no other field."""
    value = msgspec.json.decode(raw, type=kind)
    # What the type does not know would be gone here.
    assert json.loads(raw) == json.loads(msgspec.json.encode(value))
    return value


def strictly_all(raw: bytes | str, kind: Any) -> list[Any]:
    """The values of a JSON array, each held against its type."""
    return [strictly(part, kind) for part in map(bytes, msgspec.json.decode(raw, type=list[msgspec.Raw]))]
