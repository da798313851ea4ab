"""Answers of GETs as the types that the contract is made from."""

from __future__ import annotations

from typing import Any

import msgspec

from app.rules.messages import (
    Problem,
)
from tests.edge.site import Site


async def read(product: Site, path: str, type_: Any, token: str | None = None, **query: object) -> Any:
    """The answer of a GET as that type, and as nothing else."""
    async with product.http(token) as http:
        answer = await http.get(path, params={name: str(value) for name, value in query.items()})
    assert 200 == answer.status_code, answer.text
    assert "application/json" == answer.headers["content-type"]
    decoded = msgspec.json.decode(answer.content, type=type_)
    assert msgspec.json.decode(msgspec.json.encode(decoded)) == answer.json()
    return decoded


async def refusal(product: Site, path: str, token: str | None = None, **query: object) -> Problem:
    """The problem that a GET gets."""
    async with product.http(token) as http:
        answer = await http.get(path, params={name: str(value) for name, value in query.items()})
    assert "application/problem+json" == answer.headers["content-type"]
    problem = msgspec.json.decode(answer.content, type=Problem)
    assert answer.status_code == problem.status
    return problem
