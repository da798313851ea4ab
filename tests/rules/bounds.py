"""How long a message can be at most as JSON, from what its type allows."""

from __future__ import annotations

from typing import Any

from msgspec import inspect as types

INT_BYTES = len("-9223372036854775808")
# A character that JSON escapes.
LETTER_BYTES = len("\\u0000")
# What is said beside an error are numbers and words of our own.
DETAIL_BYTES = 100


class Unbounded(Exception):
    """A type lets a value be of any length."""


def most_bytes(kind: Any) -> int:
    """The length of the longest JSON of a type.

    Raises:
        Unbounded: there is none.
    """
    return _most(types.type_info(kind), str(kind))


def _most(kind: types.Type, where: str) -> int:
    match kind:
        case types.NoneType() | types.BoolType():
            return len("false")
        case types.IntType():
            return INT_BYTES
        case types.AnyType():
            return DETAIL_BYTES
        case types.LiteralType(values=values):
            return max(len(str(value)) for value in values) + 2
        case types.UnionType(types=kinds):
            return max(_most(one, where) for one in kinds)
        case types.StrType(max_length=int(most)):
            return most * LETTER_BYTES + 2
        case (
            types.ListType(item_type=item, max_length=int(most))
            | types.VarTupleType(item_type=item, max_length=int(most))
        ):
            return most * (_most(item, where) + 1) + 2
        case types.DictType(key_type=key, value_type=value, max_length=int(most)):
            return most * (_most(key, where) + _most(value, where) + 2) + 2
        case types.StructType(fields=fields, tag=tag, cls=cls):
            sizes = [
                len(f'"{field.encode_name}":,') + _most(field.type, f"{cls.__name__}.{field.name}") for field in fields
            ]
            return sum(sizes) + len(f'{{"type":"{tag}",}}')
    raise Unbounded(f"{where}: {kind}")
