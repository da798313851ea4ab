"""A file as it is served: whole in memory, compressed once, under an address that names its content."""

from __future__ import annotations

import gzip
import mimetypes
import re
from collections.abc import Mapping
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
# Quality 11 makes files a tenth smaller, but would take half a second at each start of a worker.
BROTLI = {"quality": 5, "lgwin": 16}
DIGEST = re.compile(r"\.[0-9a-f]{16}(?=\.\w+$)")
_TEXT = re.compile(r"text/|image/svg|application/json")
_ZERO = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*")


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
        self.bodies = {"": body}
        # A weak ETag: the same one is used for all encodings of a file.
        self._etag = f'W/"{digest}"'
        if _TEXT.match(self.media_type):
            # In the order of preference.
            if brotli is not None:
                self.bodies["br"] = brotli.compress(body, **BROTLI)
            self.bodies["gzip"] = gzip.compress(body, 6, mtime=0)

    def answer(
        self, request: Request, cache: str = ASK_AGAIN, *, status: int = 200, more: Mapping[str, str] | None = None
    ) -> Response:
        """The response, in an encoding that the client takes; 304 where it has the file. `more` are further headers."""
        headers = {"Cache-Control": cache, "ETag": self._etag, "Vary": "Accept-Encoding", **(more or {})}
        if status == 200 and self._etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        takes = accepted(request.headers.get("accept-encoding", ""))
        encoding = next((encoding for encoding in self.bodies if encoding in takes), "")
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(self.bodies[encoding], status, headers, self.media_type)


def accepted(header: str) -> set[str]:
    """The encodings that an Accept-Encoding header allows by name."""
    parts = (part.partition(";") for part in header.lower().split(","))
    return {name.strip() for name, _, weight in parts if name.strip() and not _ZERO.fullmatch(weight)}
