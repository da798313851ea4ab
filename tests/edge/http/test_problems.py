"""Errors over HTTP: always problem+json, with the slugs of the socket, and never a word too much."""

from __future__ import annotations

import msgspec
import pytest
from starlette.requests import Request
from starlette.types import Message

from app.base.errors import REASONS, SLUGS, Refusal, StoreError, StoreRefused, UnknownOutcome, unavailable
from app.base.log import Throttle
from app.edge.http import problems
from app.edge.http.problems import on_bug, on_store_error, problem
from app.rules.messages import Problem
from tests.edge.product import Product
from tests.edge.raw import raw_connection


def read(body: bytes | memoryview) -> Problem:
    """A problem, strictly."""
    return msgspec.json.decode(bytes(body), type=Problem)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_slug_has_its_status(slug: str) -> None:
    """A refusal becomes a problem with the table's status, message and word about trying again."""
    response = problem(Refusal(slug))
    body = read(response.body)

    assert "application/problem+json" == response.media_type
    assert (SLUGS[slug].status, slug) == (response.status_code, body.error)
    assert (response.status_code, SLUGS[slug].retryable) == (body.status, body.retryable)
    assert SLUGS[slug].message == body.title == body.detail
    assert "about:blank" == body.type


def test_details_and_when_to_try_again_are_told() -> None:
    """Details go along, and a rate's wait stands in the header in whole seconds, rounded up."""
    response = problem(Refusal("rate_limited", "Slow.", retry_ms=1001))

    assert "2" == response.headers["retry-after"]
    assert ({"retry_ms": 1001}, "Slow.") == (read(response.body).details, read(response.body).detail)


@pytest.mark.parametrize(
    ("refusal", "detail"),
    [
        (Refusal("muted"), "Du bist in diesem Raum stummgeschaltet."),
        (Refusal("forbidden", "This is somebody else's room."), "Diese Rolle darf das nicht."),
        (unavailable("full"), "Die Summen des Hauptbuchs sind so hoch, wie sie gezählt werden können."),
        (Refusal("bad_request", "limit is a whole number."), "limit is a whole number."),
    ],
)
async def test_problem_in_another_language(refusal: Refusal, detail: str) -> None:
    """What people read is in their language, the reason of what cannot be done too; hints for programs are not."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError

    scope = {"type": "http", "query_string": b"", "headers": [(b"accept-language", b"de-CH, en;q=0.5")]}
    await problem(refusal)(scope, receive, send)
    headers = dict(sent[0]["headers"])

    assert detail == read(sent[1]["body"]).detail
    assert (b"de", b"Accept-Language, Cookie") == (headers[b"content-language"], headers[b"vary"])
    assert str(len(sent[1]["body"])).encode() == headers[b"content-length"]


@pytest.mark.parametrize(
    ("error", "slug", "message"),
    [
        (StoreError("x"), "unavailable", REASONS["away"]),
        (StoreRefused("OOM x"), "unavailable", REASONS["out_of_memory"]),
        (UnknownOutcome("x"), "unknown_outcome", SLUGS["unknown_outcome"].message),
    ],
)
async def test_store_that_is_away_or_refuses_is_503(
    error: Exception, slug: str, message: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said whether something may have been done, and why not; the log has one line for all such requests."""
    monkeypatch.setattr(problems, "throttle", Throttle(problems.log))
    request = Request({"type": "http", "method": "POST", "path": "/v1/grants", "headers": [], "server": ("x", 1)})
    responses = [await on_store_error(request, error) for _ in range(3)]
    told = read(responses[0].body)

    assert (503, slug, message) == (responses[0].status_code, told.error, told.detail)
    assert [f"POST '/v1/grants': {error}"] == [record.getMessage() for record in caplog.records]


async def test_bug_is_a_problem_that_tells_nothing() -> None:
    """Of our own errors the client learns that they happened."""
    response = await on_bug(Request({"type": "http"}), ValueError("the secret is 42"))

    assert 500 == response.status_code
    assert b"42" not in bytes(response.body)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope", 404),
        ("GET", "/v1/nope", 404),
        ("GET", "/v1/rooms/a/b/c", 404),
        ("GET", "/static/nope.js", 404),
        ("GET", "/static/../pyproject.toml", 404),
        ("GET", "/static/%2e%2e/pyproject.toml", 404),
        ("DELETE", "/livez", 405),
        ("POST", "/v1/me/wallet", 405),
        ("GET", "/v1/demo/login", 405),
    ],
)
async def test_what_there_is_not_is_a_problem_too(product: Product, method: str, path: str, status: int) -> None:
    """Routes, methods and files that do not exist are told in the same shape."""
    async with raw_connection(product.port) as (reader, writer):
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    assert str(status).encode() == head.split()[1]
    if status == 405:
        assert b"\r\nallow: " in head.lower()
    assert b"\r\ncontent-type: application/problem+json\r\n" in head.lower() + b"\r\n"
    assert status == read(body).status


async def test_body_that_is_too_long_is_413(product: Product) -> None:
    """A request has 64 KiB at most, whether it says its length or not."""
    long = b'{"name":"' + b"x" * 70_000 + b'"}'

    async def in_pieces() -> object:
        for at in range(0, len(long), 5000):
            yield long[at : at + 5000]

    async with product.http() as http:
        for content in (long, in_pieces()):
            answer = await http.post("/v1/demo/login", content=content)  # type: ignore[arg-type]
            assert (413, "bad_request") == (answer.status_code, answer.json()["error"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b'{"name":"\xff"}',
        b"[" * 60_000,
        b'{"name":"x"} {"name":"y"}',
        b"NaN",
        b'{"name":"\\ud800"}',
    ],
)
async def test_body_that_is_no_json_is_400(product: Product, content: bytes) -> None:
    """Whatever comes as a body, it is read or refused."""
    async with product.http() as http:
        answer = await http.post("/v1/demo/login", content=content)
    assert (400, "bad_request") == (answer.status_code, answer.json()["error"])


@pytest.mark.parametrize(
    "request_line", [b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\xff" * 100]
)
async def test_what_is_no_http_is_400(product: Product, request_line: bytes) -> None:
    """TLS on a plain port and other noise gets an answer and no line in the log."""
    async with raw_connection(product.port) as (reader, writer):
        writer.write(request_line + b"\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 400 ")
