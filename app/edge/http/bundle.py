"""The folder `static` as it is served: pages, and their files under addresses that name the content.

Made when a worker starts, from the plain files, in some sixty milliseconds; there is no build step and nothing to keep.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

import msgspec

from app.base.errors import FanfareError
from app.edge.http.assets import Asset
from app.edge.http.chunks import Chunks
from app.edge.http.languages import ENGLISH, Language

_SCRIPT = re.compile(r'<script type="module" src="/static/js/([\w-]+\.js)"></script>')
_STYLES = re.compile(r'(?:[ \t]*<link rel="stylesheet" href="/static/css/[\w-]+\.css">\n)+')
_STYLE = re.compile(r"/static/(css/[\w-]+\.css)")
# The parts of a language's file that a page needs; its own texts; and the choice of a language.
_TEXTS = re.compile(r'<html lang="en" dir="ltr" data-texts="([a-z_ ]+)">')
_TEXT = re.compile(r'(<[^>]*?) data-text="(\w+)"([^>]*)></')
_CHOICE = " data-languages></select>"
# Files that are neither joined modules nor pages.
_PLAIN = re.compile(r'/static/([\w/-]+\.(?!(?:js|css|html)\b)\w+)(?=")')


# What other sites import: one file at an address that stays, with all modules in it that the pages' module of that name
# needs.
LIBRARY = "fanfare.js"


def _is_example(name: str) -> bool:
    """Whether it is a script that uses the library, which is served as people read it."""
    return name.endswith(".js") and "/" not in name


class Bundle:
    """Pages by their file, assets by their name.

    Args:
        known: the languages that the pages are written in.

    Raises:
        FanfareError: a page or one of its files cannot be made.
    """

    def __init__(self, folder: Path, known: Mapping[str, Language]) -> None:
        self._folder = folder
        self.assets: dict[str, Asset] = {}
        self._begun: set[str] = set()
        pages = {path.name: path.read_text() for path in sorted(folder.glob("*.html"))}
        self._chunks = Chunks(self._module, {name for text in pages.values() for name in _SCRIPT.findall(text)})
        self._languages = known
        self.pages = {name: self._translated(name, text) for name, text in pages.items()}
        for late in self._chunks.late:
            self._chunk(late)
        if (folder / "js" / LIBRARY).exists():
            self._keep(LIBRARY, Chunks(self._module, ()).whole(LIBRARY).encode())
        for path in folder.rglob("*.*"):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and (path.suffix not in (".html", ".css", ".js", ".json") or _is_example(name)):
                self._plain(name)

    def page(self, name: str, language: str) -> Asset:
        """A page in a language; in English where it has no other."""
        return self.pages[name].get(language) or self.pages[name][ENGLISH]

    def _translated(self, name: str, text: str) -> dict[str, Asset]:
        """A page in each language; one that names no texts is in English alone."""
        style = name.replace(".html", ".css")
        text = self._with_plain(text)
        text = _STYLES.sub(lambda found: self._joined_styles(style, found[0]), text)
        if (texts := _TEXTS.search(text)) is None:
            return {ENGLISH: Asset(name, _SCRIPT.sub(lambda found: self._script(found[1]), text).encode())}
        parts = texts[1].split()
        return {
            code: Asset(name, self._written(text, language, parts).encode())
            for code, language in self._languages.items()
        }

    def _written(self, text: str, language: Language, parts: list[str]) -> str:
        text = _TEXTS.sub(f'<html lang="{language.code}" dir="{language.direction}">', text)
        text = _TEXT.sub(lambda found: f"{found[1]}{found[3]}>{escape(language.text(parts, found[2]))}</", text)
        if _CHOICE in text:
            label = escape(language.text(parts, "language"))
            text = text.replace(_CHOICE, f' aria-label="{label}">{self._choice(language)}</select>')
        return _SCRIPT.sub(lambda found: self._texts(language, parts) + self._script(found[1]), text)

    def _choice(self, language: Language) -> str:
        return "".join(
            f'<option value="{code}" lang="{code}"{" selected" if code == language.code else ""}>{escape(one.name)}'
            for code, one in self._languages.items()
        )

    def _texts(self, language: Language, parts: list[str]) -> str:
        """The script that puts the texts in place: it runs before the page's own, which stands behind it."""
        texts = {part: language.texts[part] for part in parts if part in language.texts}
        body = b"globalThis.fanfareTexts=" + msgspec.json.encode(texts) + b";\n"
        name = f"lang/{language.code}/{'+'.join(parts)}.js"
        return f'<script defer src="{self._keep(name, body).address}"></script>'

    def _script(self, entry: str) -> str:
        """The script element of an entry, behind modulepreload links for all files that it imports."""
        needed = [entry]
        for chunk in needed:
            needed += [more for more in self._chunks.needed_by(chunk) if more not in needed]
        preloads = "".join(f'<link rel="modulepreload" href="{self._chunk(chunk).address}">' for chunk in needed[1:])
        return f'{preloads}<script type="module" src="{self._chunk(entry).address}"></script>'

    def _chunk(self, name: str) -> Asset:
        if (known := self.assets.get(f"js/{name}")) is not None:
            return known
        if name in self._begun:
            # A file's address has a digest of its content, so two files cannot have each other's address in them.
            raise FanfareError(f"static/js: {name} is needed by a module that it loads late: split it")
        self._begun.add(name)
        text = self._chunks.joined(name, lambda other: self._chunk(other).address)
        return self._keep(f"js/{name}", self._with_plain(text).encode())

    def _joined_styles(self, name: str, links: str) -> str:
        text = "".join(self._with_plain(self._text(sheet)) for sheet in _STYLE.findall(links))
        return f'    <link rel="stylesheet" href="{self._keep(f"css/{name}", text.encode()).address}">\n'

    def _with_plain(self, text: str) -> str:
        """A text in which the addresses of plain files name their content."""
        return _PLAIN.sub(lambda found: self._plain(found[1]).address, text)

    def _plain(self, name: str) -> Asset:
        return self.assets.get(name) or self._keep(name, self._bytes(name))

    def _keep(self, name: str, body: bytes) -> Asset:
        asset = Asset(name, body)
        if self.assets.setdefault(name, asset).address != asset.address:
            raise FanfareError(f"static: two files would be {name}: its links to style sheets must stand together")
        return asset

    def _module(self, name: str) -> str:
        return self._text(f"js/{name}")

    def _text(self, name: str) -> str:
        return self._bytes(name).decode()

    def _bytes(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise FanfareError(f"static/{name}, which the pages need, cannot be read: {error.strerror}") from None
