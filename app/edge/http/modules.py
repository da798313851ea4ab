"""An ES module as it stands in a file with others: a function that is called once and returns what it exports.

The source modules also run in a browser as they are. A module is "late" when it is loaded on first use, by
`import(new URL("./other.js", import.meta.url))`. Forms of import and export that this file does not know are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import NamedTuple

from app.base.errors import FanfareError

# The patterns begin with "\n" and not with "^": that is several times faster.
# Comments on their own lines are removed; they are a quarter of the text. So is what lines are indented by: therefore a
# text between backticks must not go over several lines.
_COMMENT = re.compile(r"\n[ \t]*(?:/\*[^*]*\*+(?:[^/*][^*]*\*+)*/[ \t]*|//[^\n]*)(?=\n)")
_INDENT = re.compile(r"\n[ \t]+")
_IMPORT = re.compile(r'\nimport (?:\{([^}]*)\}|\* as (\w+)) from "(\.[^"]+)";(?=\n)')
_EXPORT = re.compile(r"\nexport (?=(?:const|class|(?:async )?function) (\w+))")
_LATE = re.compile(r'new URL\("(\.[^"]+\.js)", import\.meta\.url\)')
_NOT_UNDERSTOOD = re.compile(r'\n[ \t]*(?:export\b|import\b(?!\()).*|import\("[^"]*"\)|import\.meta.*')
# An odd number of backticks on a line.
_LONG_TEXT = re.compile(r"\n[^\n`]*`(?:[^\n`]*`[^\n`]*`)*[^\n`]*(?=\n)")


class Module(NamedTuple):
    """One module: its body, and by name the modules that it needs at once, with what it takes of them, or late."""

    name: str
    body: str
    exports: list[str]
    imports: dict[str, list[str]]
    late: list[str]

    @property
    def variable(self) -> str:
        """What holds its exports in a joined file."""
        return variable_of(self.name)

    def written(self, address_of: Callable[[str], str]) -> str:
        """Its text in a joined file; `address_of` has the addresses of the modules that are loaded late."""
        body = _LATE.sub(lambda found: f'"{address_of(beside(self.name, found[1]))}"', self.body)
        return f"const {self.variable} = (() => {{{body}return {{ {', '.join(self.exports)} }};\n}})();\n"


def variable_of(name: str) -> str:
    """What holds the exports of the module of that name in a joined file."""
    return "$" + name.removesuffix(".js").replace("/", "$")


def beside(name: str, relative: str) -> str:
    """The name of the module that `name` calls `relative`."""
    parts: list[str] = []
    for part in (*PurePosixPath(name).parent.parts, *PurePosixPath(relative).parts):
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
    return "/".join(parts)


def parse(name: str, text: str) -> Module:
    """The module of that name.

    Raises:
        FanfareError: it has a form that is not understood here.
    """
    imports: dict[str, list[str]] = {}

    def take(found: re.Match[str]) -> str:
        names, whole, relative = found.groups()
        needed = beside(name, relative)
        taken = [part.split(" as ")[0].strip() for part in (names or "").split(",") if part.strip()]
        imports.setdefault(needed, []).extend(taken)
        pattern = whole or "{" + re.sub(r"\bas\b", ":", names) + "}"
        return f"\nconst {pattern} = {variable_of(needed)};"

    body = _IMPORT.sub(take, _COMMENT.sub("", f"\n{text}"))
    exports = _EXPORT.findall(body)
    body = _INDENT.sub("\n", _EXPORT.sub("\n", body))
    if found := _NOT_UNDERSTOOD.search(_LATE.sub("", body)) or _LONG_TEXT.search(body):
        raise FanfareError(f"static/js/{name}: `{found[0].strip()}` is not understood; see app/edge/http/modules.py")
    return Module(name, body, exports, imports, [beside(name, late) for late in _LATE.findall(body)])
