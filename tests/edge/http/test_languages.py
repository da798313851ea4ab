"""The languages that people are spoken to in: which is wanted, and pages and problems in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import HTTPConnection

from app.base.errors import SLUGS, FanfareError
from app.edge.http.assets import FOLDER
from app.edge.http.languages import COOKIE, ENGLISH, Language, accepted, languages, load, wanted
from app.edge.http.pages import PAGES
from tests.edge.product import Product


def asks(query: str = "", cookie: str = "", accept: str = "") -> HTTPConnection:
    """A request that asks for languages."""
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode()), (b"accept-language", accept.encode())]
    scope: dict[str, Any] = {"type": "http", "path": "/", "query_string": query.encode(), "headers": headers}
    return HTTPConnection(scope)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", ["de", "de", "en"]),
        ("en;q=0.2, PT-br , ja;q=0.9", ["pt", "ja", "en"]),
        ("fr;q=0, de;q=0.000, en", ["en"]),
        ("zh-Hant-TW;q=1.0", ["zh"]),
        ("*, de;q=2, ;q=1, de;q=x, d, <script>", []),
        ("", []),
    ],
)
def test_accept_language(header: str, expected: list[str]) -> None:
    """The dearest language comes first; what is worth nothing or makes no sense is left out."""
    assert expected == accepted(header)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (asks("lang=de", "en", "en"), "de"),
        (asks("lang=DE"), "de"),
        (asks("lang=xx", "de", "en"), "de"),
        (asks("", "xx", "fr, de;q=0.5, en;q=0.2"), "de"),
        (asks("", "../de", "en-GB"), "en"),
        (asks(), "en"),
    ],
)
def test_language_that_is_wanted(asked: HTTPConnection, expected: str) -> None:
    """The address counts first, then what was chosen before, then what the browser asks for, else it is English."""
    assert expected == wanted(asked).code


def test_languages_that_there_are() -> None:
    """English comes first, each has its own name, and those that are written from the right say so."""
    known = languages()

    assert ENGLISH == next(iter(known))
    assert len(known) == len({language.name for language in known.values()})
    assert {"ar"} & known.keys() == {code for code, language in known.items() if language.direction == "rtl"}


def test_text_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A page that names an unknown text, and a file that is none, stop the start, with their names."""
    with pytest.raises(FanfareError, match=r"static/lang/de\.json has no greeting in shared, money"):
        Language(code="de").text(["shared", "money"], "greeting")
    (tmp_path / "lang").mkdir()
    (tmp_path / "lang/de.json").write_text("{")
    with pytest.raises(FanfareError, match=r"static/lang/de\.json cannot be read"):
        load(tmp_path)


@pytest.mark.parametrize("code", languages())
async def test_pages_are_written_in_the_language(product: Product, code: str) -> None:
    """Every page says its language and direction, and has no text but its own; what was chosen by address is kept."""
    language = languages()[code]
    async with product.http() as http:
        for path, file in PAGES.items():
            source = (FOLDER / file).read_text()
            if "data-texts" not in source:
                continue
            answer = await http.get(path.replace("{id}", "main"), headers={"Accept-Language": f"xx, {code}"})
            assert code == answer.headers["content-language"]
            assert "Accept-Encoding, Accept-Language, Cookie" == answer.headers["vary"]
            assert f'<html lang="{code}" dir="{language.direction}">' in answer.text
            assert "data-text" not in answer.text
            assert not re.search(r"<(title|h1|h2|a)\b[^>]*></", answer.text)
            texts = re.findall(rf'<script defer src="(/static/lang/{code}/[^"]+)"></script>', answer.text)
            # The script of the page for others' pages asks for no texts.
            assert len(texts) == ('src="/static/js/' in source)
            assert all([(await http.get(at)).text.startswith("globalThis.fanfareTexts={") for at in texts])
            assert "set-cookie" not in answer.headers
        chosen = await http.get("/", params={"lang": code}, headers={"Accept-Language": "en, de"})
        assert f"{COOKIE}={code}" in chosen.headers["set-cookie"]
        # A client that keeps cookies is answered in it from now on.
        again = await http.get("/wallet", headers={"Accept-Language": "en, de"})
        assert code == again.headers["content-language"]


@pytest.mark.parametrize("code", languages())
async def test_problems_are_told_in_the_language(product: Product, code: str) -> None:
    """Title and detail are in the language that is asked for; the slug, and what programs are told, stay."""
    async with product.http() as http:
        headers = {"Accept-Language": code}
        missing = await http.get("/v1/rooms/nowhere", headers=headers)
        told = missing.json()
        assert (404, "room_not_found", code) == (
            missing.status_code,
            told["error"],
            missing.headers["content-language"],
        )
        assert (
            told["title"]
            == told["detail"]
            == languages()[code].texts.get("slugs", {}).get("room_not_found", SLUGS["room_not_found"].message)
        )
        wrong = (await http.get("/v1/rooms/main/gifts?limit=x", headers=headers)).json()
        assert "limit is a whole number from 1 to" in wrong["detail"]
        assert (code == ENGLISH) == (SLUGS["bad_request"].message == wrong["title"])
