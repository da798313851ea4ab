"""The texts and numbers that people read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import ROOT, Page

STATIC = ROOT / "static"
SCRIPTS = [p for p in (STATIC / "js").rglob("*.js") if "art" not in p.relative_to(STATIC / "js").parts]
# The tables of texts: the function that asks in them, where they are, and whose own page they are.
TABLES = [
    ("text", "core/texts", "LANGUAGES", None),
    ("say", "core/wallet_texts", "WALLET_TEXTS", "wallet"),
    ("say", "core/earnings_texts", "EARNINGS_TEXTS", "earnings"),
    ("say", "core/promotion_texts", "PROMOTION_TEXTS", "promotions"),
]


def _sources(page: str | None) -> list[Path]:
    """The scripts and pages that may ask in a table: those of its own page, or all others."""
    if page is None:
        return [*SCRIPTS, STATIC / "index.html", STATIC / "checkout.html"]
    ui = STATIC / "js/ui"
    return [STATIC / f"{page}.html", STATIC / f"js/{page}.js", *(ui / page).glob("*.js"), *ui.glob("*.js")]


def _known(modules: Page, module: str, table: str) -> set[str]:
    return set(modules.run("return Object.keys((await load(argument[0]))[argument[1]].en);", [module, table]))


@pytest.mark.parametrize(("function", "module", "table", "page"), TABLES)
def test_every_text_is_there(modules: Page, function: str, module: str, table: str, page: str | None) -> None:
    """Each text that a page asks for exists."""
    source = "".join(file.read_text() for file in _sources(page))
    used = set(re.findall(rf'\b{function}\(\s*"(\w+)"|data-text="(\w+)"', source))

    assert set() == {a or b for a, b in used} - _known(modules, module, table)


@pytest.mark.parametrize(("function", "module", "table", "page"), TABLES)
def test_no_text_is_left_over(modules: Page, function: str, module: str, table: str, page: str | None) -> None:
    """Each text is asked for somewhere: by its name, by the beginning of its name, or by another text."""
    texts = [*STATIC.glob("js/core/*texts.js")]
    source = "".join(file.read_text() for file in {*_sources(page), *texts})
    known = _known(modules, module, table)
    families = re.findall(rf"{function}\(\s*`(\w+_)\$|`(close_)\$|`(line_)\$", source)
    prefixes = tuple(filter(None, sum(families, ())))
    asked = {key for key in known if re.search(rf"[\"'.]{key}\b", source) or (prefixes and key.startswith(prefixes))}

    assert known == asked


def test_languages(modules: Page) -> None:
    """The first wanted language that is there is taken, else English; an unknown text is a mistake."""
    told = modules.run("""
        const { pickLanguage, textsFor } = await load('core/texts');
        const text = textsFor(pickLanguage(['xx-YY', 'en-GB']));
        let thrown = '';
        try { text('nothing_of_the_kind'); } catch (error) { thrown = error.message; }
        return [pickLanguage(['xx']), text('viewers', { count: 1 }), text('viewers', { count: 1284 }), thrown];
    """)

    assert ["en", "1 viewer", "1,284 viewers", "no text: nothing_of_the_kind"] == told


def test_names_and_heat(modules: Page) -> None:
    """Initials take whole letters of any script with all that belongs to them; heat steps up at 10, 50 and 100."""
    told = modules.run("""
        const { initials, heatOf, formatCompact } = await load('core/format');
        return [['Big Mike', 'عائشة', '𝒜da', ' ', 'A\\u030ake 👩‍🚀x'].map(initials), [9, 10, 50, 100].map(heatOf),
                [9999, 12345].map((value) => formatCompact(value, 'en'))];
    """)

    assert [["BM", "ع", "𝒜", "", "A\u030a👩‍🚀"], [0, 1, 2, 3], ["9,999", "12.3K"]] == told


def test_announcements(modules: Page) -> None:
    """A busy room is one sentence in three seconds, with the gifts of one sender added up."""
    told = modules.run("""
        const { Announcements } = await load('core/announcements');
        const { textsFor } = await load('core/texts');
        const text = textsFor('en');
        const waiting = new Announcements({
          gifts: (gifts) => text('says_gifts', { gifts }), comments: (comments) => text('says_comments', { comments }),
        });
        const gift = (name, quantity) =>
          waiting.add({ type: 'gift_sent', gift: 'rose', sender: { name }, quantity }, 'Rose');
        gift('Ann', 2);
        gift('Ann', 3);
        waiting.add({ type: 'comment_posted', sender: { name: 'Bo' }, text: 'hi' });
        const first = waiting.take(0);
        gift(null, 1);
        return [first, waiting.take(2999), waiting.take(3000), waiting.take(9000)];
    """)

    assert ["Ann sent 5 Rose. Bo: hi", None, "Somebody sent 1 Rose.", None] == told


def test_hues_of_neighbours(modules: Page) -> None:
    """Ids next to each other get hues that nobody takes for one another, and a person keeps the hue."""
    told = modules.run("""
        const { hueOf } = await load('core/format');
        const hues = Array.from({ length: 200 }, (_, i) => hueOf(`viewer-${100 + i}`));
        const apart = (a, b) => Math.min(Math.abs(a - b), 360 - Math.abs(a - b));
        const steps = hues.slice(1).map((hue, i) => apart(hue, hues[i]));
        const range = [Math.min(...hues), Math.max(...hues)];
        return { nearest: Math.min(...steps), range, same: hueOf('a') === hueOf('a') };
    """)

    assert told["nearest"] >= 40
    assert 0 <= told["range"][0] <= told["range"][1] <= 359
    assert told["same"]
