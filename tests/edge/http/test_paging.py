from __future__ import annotations

import pytest
from starlette.requests import Request

from app.base.errors import Refusal
from app.edge.http import paging


def request(query: str) -> Request:
    """A request with that query."""
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


def test_pages() -> None:
    """A page has 20 unless so many are asked for; a cursor says where the last one ended."""
    assert (20, 5, 1, 100) == tuple(
        paging.limit(request(query), default)
        for query, default in (("", 20), ("", 5), ("limit=1", 20), ("limit=100", 20))
    )
    assert None is paging.pair(request(""))
    assert (17, "p_a-b") == paging.pair(request("cursor=17.p_a-b"))


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=-1", "limit=x", "limit=", "limit=1e1", "limit=%D9%A1"]
)
def test_limits_that_are_none(query: str) -> None:
    """A limit is a whole number from 1 to 100."""
    with pytest.raises(Refusal, match="bad_request"):
        paging.limit(request(query))


@pytest.mark.parametrize("query", ["cursor=", "cursor=x", "cursor=1.", "cursor=.x", "cursor=1.a%20b", "cursor=1.a.b"])
def test_cursors_that_are_none(query: str) -> None:
    """A cursor is one that was given here."""
    with pytest.raises(Refusal, match="bad_request"):
        paging.pair(request(query))
