"""The Lua scripts: read from their files, joined with what they include, called by their hash."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "lua"
INCLUDE = re.compile(r"^-- @include ([a-z_ ]+)$", re.MULTILINE)


class Script(NamedTuple):
    """A script's text and the hash by which the store knows it."""

    name: str
    text: str
    sha: str

    @property
    def only_reads(self) -> bool:
        """Whether it never writes, as it tells the store too."""
        return self.text.startswith("#!lua flags=no-writes")


@cache
def script(name: str) -> Script:
    """The script `lua/<name>.lua`, with the `lua/lib/` files it includes put in at the `-- @include` line."""

    def included(match: re.Match[str]) -> str:
        return "\n".join((FOLDER / "lib" / f"{part}.lua").read_text() for part in match[1].split())

    text = INCLUDE.sub(included, (FOLDER / f"{name}.lua").read_text(), count=1)
    return Script(name, text, sha1(text.encode()).hexdigest())


def read_all() -> None:
    """Reads all scripts, so that no file is opened for them later."""
    for name in names():
        script(name)


def names() -> Sequence[str]:
    """The names of all scripts."""
    return sorted(path.stem for path in FOLDER.glob("*.lua"))
