"""A file as it is served: whole in memory, compressed once it is asked for, under an address that names its content."""

from __future__ import annotations

import gzip
import mimetypes
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

try:
    import brotli
except ImportError:
    brotli = None

_PACKAGE = Path(__file__).resolve().parents[2]
# In an installed wheel the files are inside the package; in a checkout they are beside it.
FOLDER = next((f for f in (_PACKAGE / "static", _PACKAGE.parent / "static") if f.is_dir()), _PACKAGE / "static")

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
# Quality 11 makes files a tenth smaller, but would keep everyone waiting who is served by the same worker.
BROTLI = {"quality": 5, "lgwin": 16}
DIGEST = re.compile(r"\.[0-9a-f]{16}(?=\.\w+$)")
_TEXT = re.compile(r"text/|image/svg|application/json")
_ZERO = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*")

# In the order of preference.
_PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": lambda body: gzip.compress(body, 6, mtime=0)}
if brotli is not None:
    _PACKERS = {"br": lambda body: brotli.compress(body, **BROTLI), **_PACKERS}


class Asset:
    """One file. `name` is its path below /static, which `address` has with a digest of the content in it."""

    def __init__(self, name: str, body: bytes) -> None:
        digest = sha256(body).hexdigest()[:16]
        stem, dot, suffix = name.rpartition(".")
        self.name = name
        self.address = f"/static/{stem}.{digest}{dot}{suffix}"
        # By its ending alone, a file of types would be a film.
        known = "text/plain" if name.endswith(".d.ts") else mimetypes.guess_type(name)[0]
        self.media_type = known or "application/octet-stream"
        self.body = body
        # A weak ETag: the same one is used for all encodings of a file.
        self._etag = f'W/"{digest}"'
        self.encodings = tuple(_PACKERS) if _TEXT.match(self.media_type) else ()
        self._packed: dict[str, bytes] = {"": body}

    def answer(
        self, request: Request, cache: str = ASK_AGAIN, *, status: int = 200, more: Mapping[str, str] | None = None
    ) -> Response:
        """The response, in an encoding that the client takes; 304 where it has the file. `more` are further headers."""
        headers = {"Cache-Control": cache, "ETag": self._etag, "Vary": "Accept-Encoding", **(more or {})}
        if status == 200 and self._etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        takes = accepted(request.headers.get("accept-encoding", ""))
        encoding = next((encoding for encoding in self.encodings if encoding in takes), "")
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(self.packed(encoding), status, headers, self.media_type)

    def packed(self, encoding: str) -> bytes:
        """The body in that encoding; it is made when somebody asks for it first."""
        if encoding not in self._packed:
            self._packed[encoding] = _PACKERS[encoding](self.body)
        return self._packed[encoding]


def accepted(header: str) -> set[str]:
    """The encodings that an Accept-Encoding header allows by name."""
    parts = (part.partition(";") for part in header.lower().split(","))
    return {name.strip() for name, _, weight in parts if name.strip() and not _ZERO.fullmatch(weight)}
