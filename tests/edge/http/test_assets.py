"""One file as it is served: encodings, addresses, what is asked again."""

from __future__ import annotations

import gzip
from typing import Any

import brotli
import pytest
from starlette.requests import Request

from app.edge.http.assets import ASK_AGAIN, DIGEST, FOREVER, Asset, accepted

TEXT = b"export const word = 'fanfare';\n" * 50


def asked(**headers: str) -> Request:
    """A request with these headers."""
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": named}
    return Request(scope)


def test_address_names_the_content() -> None:
    """The address has a digest in it that another content changes; without the digest it is the file's name."""
    one, other = Asset("js/room.js", TEXT), Asset("js/room.js", TEXT + b"\n")

    assert one.address != other.address
    assert one.address == Asset("js/room.js", TEXT).address
    assert "/static/js/room.js" == DIGEST.sub("", one.address)


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("GZIP", "gzip"),
        ("gzip; q=0.0, identity", None),
        ("", None),
        ("deflate, *", None),
        (",;;q=,", None),
    ],
)
def test_encoding_is_one_that_the_client_takes(accept: str, encoding: str | None) -> None:
    """Whoever takes Brotli or gzip gets the file in it, all others as it is; caches are told that it depends."""
    answer = Asset("js/room.js", TEXT).answer(asked(accept_encoding=accept))

    assert encoding == answer.headers.get("content-encoding")
    assert "Accept-Encoding" == answer.headers["vary"]
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert TEXT == decode(bytes(answer.body))
    assert str(len(answer.body)) == answer.headers["content-length"]


def test_every_encoding_is_smaller() -> None:
    """A text is compressed in all encodings that there are; a picture of pixels is left as it is."""
    style = Asset("css/room.css", TEXT)

    assert ("br", "gzip") == style.encodings
    assert all(len(style.packed(encoding)) < len(TEXT) for encoding in style.encodings)
    assert () == Asset("picture.png", TEXT).encodings


def test_client_that_has_it_is_told_so() -> None:
    """A client that names the content it has gets 304 without a body; one that has another gets the file."""
    asset = Asset("room.html", TEXT)
    etag = asset.answer(asked()).headers["etag"]
    same = asset.answer(asked(if_none_match=f'"x", {etag}'), ASK_AGAIN)
    other = Asset("room.html", b"new").answer(asked(if_none_match=etag), FOREVER)

    assert (304, b"", ASK_AGAIN) == (same.status_code, same.body, same.headers["cache-control"])
    assert (200, b"new", FOREVER) == (other.status_code, other.body, other.headers["cache-control"])


def test_page_of_an_error_is_always_sent() -> None:
    """A page that says 404 says so again to a client that has it, with the headers that it was given."""
    asset = Asset("gone.html", TEXT)
    etag = asset.answer(asked()).headers["etag"]
    answer = asset.answer(asked(if_none_match=etag), status=404, more={"X-More": "yes"})

    assert (404, TEXT, "yes") == (answer.status_code, answer.body, answer.headers["x-more"])
    assert "text/html; charset=utf-8" == answer.headers["content-type"]


def test_accepted_names_in_lower_case() -> None:
    """The header's names come without weights and blanks; what has the weight nought is not among them."""
    assert {"gzip", "br"} == accepted(" GZip ;q=0.5,br, zstd;Q=0.000")
