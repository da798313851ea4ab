"""A small HTTP/1.1 client for JSON: one connection, kept open, one request after the other."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any, NamedTuple

from loadtest.connection import address

TIMEOUT_S = 15.0


class Answer(NamedTuple):
    """A status and the body, decoded where it is JSON."""

    status: int
    body: Any


class Http:
    """One connection to the server at `url`; it is made with the first request, and again after a failure."""

    def __init__(self, url: str) -> None:
        self._host, self._port = address(url)
        self._pair: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, *, bearer: str = "", body: Any = None, key: str = "", timeout_s: float = TIMEOUT_S
    ) -> Answer:
        """The answer to a request; `key` is its Idempotency-Key.

        Raises:
            OSError: the server cannot be reached or hung up; nothing is sent twice.
        """
        head = [f"{method} {path} HTTP/1.1", f"Host: {self._host}:{self._port}"]
        if bearer:
            head.append(f"Authorization: Bearer {bearer}")
        if key:
            head.append(f"Idempotency-Key: {key}")
        content = b"" if body is None else json.dumps(body).encode()
        if body is not None:
            head += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        try:
            async with asyncio.timeout(timeout_s):
                return await self._exchange("\r\n".join([*head, "", ""]).encode() + content)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            self.close()
            raise ConnectionError(f"{method} {path}: {error or type(error).__name__}") from None
        except asyncio.CancelledError:
            self.close()
            raise

    def close(self) -> None:
        """Hangs up."""
        if self._pair is not None:
            self._pair[1].close()
            self._pair = None

    async def aclose(self) -> None:
        """Hangs up, and waits until that is done."""
        if self._pair is not None:
            _, writer = self._pair
            self.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _exchange(self, request: bytes) -> Answer:
        if self._pair is None:
            self._pair = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._pair
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ", 2)[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        text = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection", "").lower() == "close":
            self.close()
        is_json = headers.get("content-type", "").partition(";")[0].endswith("json")
        return Answer(status, json.loads(text) if is_json else text)
