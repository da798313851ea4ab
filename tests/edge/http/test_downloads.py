from __future__ import annotations

import pytest
from starlette.requests import Request

from app.base.errors import Refusal
from app.edge.http.downloads import csv_file, form_of


def asked(query: str) -> Request:
    """A request with that query."""
    return Request({"type": "http", "method": "GET", "query_string": query.encode(), "headers": []})


def test_forms() -> None:
    """The first is the usual one; what there is not is refused."""
    assert ["html", "csv"] == [form_of(asked(query), ("html", "csv")) for query in ("", "format=csv")]
    for query in ("format=", "format=pdf"):
        with pytest.raises(Refusal, match="html, csv"):
            form_of(asked(query), ("html", "csv"))


def test_a_table_is_downloaded_and_not_kept() -> None:
    """It has its name, and no cache keeps it."""
    answer = csv_file("a.csv", ["x,y\r\n", "1,2\r\n"])

    assert b"x,y\r\n1,2\r\n" == answer.body
    assert ('attachment; filename="a.csv"', "no-store") == (
        answer.headers["content-disposition"],
        answer.headers["cache-control"],
    )
