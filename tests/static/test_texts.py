"""The texts and numbers that people read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from app.base.errors import REASONS, SLUGS
from app.rules import prices, taxes
from app.rules.demo_checkout import MESSAGES
from app.rules.payouts import Status as PayoutStatus
from app.rules.purchases import Status as PurchaseStatus
from app.rules.quotes import WHYS
from app.rules.statements import KINDS
from app.rules.tables import Table

from .conftest import ROOT, Page

STATIC, DATA = ROOT / "static", ROOT / "app/rules/data"
SCRIPTS = [p for p in (STATIC / "js").rglob("*.js") if "art" not in p.relative_to(STATIC / "js").parts]
FILES = sorted((STATIC / "lang").glob("*.json"))
LANGUAGES = {path.stem: json.loads(path.read_text())["texts"] for path in FILES}
ENGLISH = LANGUAGES["en"]
# The parts of a language's file: the function that asks in them, and whose own page they are of.
PARTS = [
    ("text", ("shared",), None),
    ("say", ("wallet", "money"), "wallet"),
    ("say", ("earnings", "money"), "earnings"),
    ("say", ("spending", "money"), "spending"),
    ("say", ("admin", "money"), "admin"),
    ("say", ("guardian", "money"), "guardian"),
    ("say", ("safety", "money"), "safety"),
    ("say", ("promotions", "money"), "promotions"),
    ("say", ("studio", "money"), "studio"),
    ("say", ("embed",), "embed"),
]
OWN_PAGES = [page for _, _, page in PARTS if page]
# Of these an English file has none: the program has them, and who is told them in English hears what it says.
OF_THE_PROGRAM = {"slugs": set(SLUGS), "reasons": set(REASONS), "checkout": set(MESSAGES)}
MENTION = re.compile(r"\{(\w+)[},]")
PLURAL = re.compile(r"\{(\w+), plural,")
FORM = re.compile(r"(?:=\d+|zero|one|two|few|many|other) \{")
IMPORT = re.compile(r'(?:from|import\()\s*"(\.[^"]+)"')
WITHOUT_PLURALS = {"ja"}


def _sources(page: str | None) -> list[Path]:
    """The scripts and pages that may ask in a part: those of its own page, or all others."""
    if page is None:
        return [*SCRIPTS, *(path for path in STATIC.glob("*.html") if path.stem not in OWN_PAGES)]
    script = STATIC / f"js/{page}.js"
    # The example of an embedding page has a script of its own, as people write one, and all its texts in the page.
    return [STATIC / f"{page}.html", *(_reached(script) if script.exists() else [])]


def _reached(entry: Path) -> list[Path]:
    """A page's script and all that it imports, one by the other."""
    reached = [entry]
    for script in reached:
        found = (script.parent / name for name in IMPORT.findall(script.read_text()))
        reached += [path for path in dict.fromkeys(one.resolve() for one in found) if path not in reached]
    return reached


def _mentioned(text: str) -> set[str]:
    return set(MENTION.findall(FORM.sub("", text)))


def _known(parts: tuple[str, ...]) -> set[str]:
    return {key for part in parts for key in ENGLISH[part]}


@pytest.mark.parametrize(("function", "parts", "page"), PARTS)
def test_every_text_is_there(function: str, parts: tuple[str, ...], page: str | None) -> None:
    """Each text that a page asks for exists; a page's file may also name texts that all pages share."""
    files = _sources(page)
    scripts = "".join(file.read_text() for file in files if file.suffix == ".js")
    pages = "".join(file.read_text() for file in files if file.suffix == ".html")
    asked = set(re.findall(rf'\b{function}\(\s*"(\w+)"', scripts))
    filled = set(re.findall(r'data-text="(\w+)"', pages))

    assert set() == asked - _known(parts)
    assert set() == filled - _known((*parts, "shared"))


@pytest.mark.parametrize(("function", "parts", "page"), PARTS)
def test_no_text_is_left_over(function: str, parts: tuple[str, ...], page: str | None) -> None:
    """Each text is asked for somewhere: by its name, or by the beginning of its name."""
    every_page = STATIC.glob("*.html") if page is None else []
    source = "".join(file.read_text() for file in {*_sources(page), *every_page, *STATIC.glob("js/core/*.js")})
    source += (ROOT / "app/edge/http/bundle.py").read_text()
    known = set(ENGLISH[parts[0]])
    families = re.findall(rf"{function}\(\s*`(\w+_)\$|`(close_)\$|`(line_)\$", source)
    prefixes = tuple(filter(None, sum(families, ())))
    asked = {key for key in known if re.search(rf"[\"'.]{key}\b", source) or (prefixes and key.startswith(prefixes))}

    assert known == asked


def test_no_text_of_all_money_pages_is_left_over() -> None:
    """Each text that the pages of somebody's own money share is asked for in one of them."""
    source = "".join(path.read_text() for path in {*SCRIPTS, *STATIC.glob("*.html")})

    assert set(ENGLISH["money"]) == {key for key in ENGLISH["money"] if f'"{key}"' in source}


@pytest.mark.parametrize("code", sorted(LANGUAGES.keys() - {"en"}))
def test_language_is_complete(code: str) -> None:
    """A language has a text for each key of English and for each slug, of the same mentions, and none besides."""
    texts = LANGUAGES[code]
    missing = {
        f"{part}.{key}"
        for part, keys in {**{part: set(ENGLISH[part]) for part in ENGLISH}, **OF_THE_PROGRAM}.items()
        for key in keys ^ set(texts[part])
    }
    others = {
        f"{part}.{key}"
        for part in ENGLISH
        for key, text in texts[part].items()
        for english in (ENGLISH[part].get(key, text),)
        if _mentioned(text) != _mentioned(english)
        or (code not in WITHOUT_PLURALS and set(PLURAL.findall(text)) < set(PLURAL.findall(english)))
    }

    assert set() == missing, f"static/lang/{code}.json and en.json differ in these keys"
    assert set() == others, f"static/lang/{code}.json mentions other things in these texts"


def test_every_kind_that_moves_a_wallet_has_a_word() -> None:
    """Also for those who look at somebody else's wallet: in the console, and on the guardian's page."""
    assert set(KINDS) == set(ENGLISH["kinds"])


def test_how_purchases_and_payouts_stand_has_a_word() -> None:
    """Each status that there can be."""
    for part, statuses in (("wallet", PurchaseStatus), ("earnings", PayoutStatus)):
        assert set() == {f"status_{status}" for status in get_args(statuses)} - set(ENGLISH[part])


def test_every_gift_has_a_name_in_every_language(catalogue: list[dict[str, Any]]) -> None:
    """What is sent is called by a word of the reader's, and no two gifts by the same."""
    for code in LANGUAGES.keys() - {"en"}:
        assert len(catalogue) == len({gift["names"][code] for gift in catalogue}), code


def versions_of(name: str) -> list[Any]:
    """All versions of a table that ships with Fanfare."""
    text = (DATA / f"{name}.json").read_bytes()
    table: Table[Any] = prices.parse(text) if name == "prices" else taxes.parse(text)
    return [table.by_id(version["id"]) for version in json.loads(text)["versions"]]


def test_the_tables_sentences_are_in_every_language() -> None:
    """What an offer is called and why a tax is withheld is told to everyone in a language of theirs."""
    offers = [
        offer.labels
        for book in versions_of("prices")
        for shelf in (book.web, book.app)
        for package in shelf.packages
        for offer in package.offers
    ]
    whys = [rule.whys for table in versions_of("taxes") for rule in table.rules]

    assert offers
    assert {frozenset(LANGUAGES.keys() - {"en"})} == {frozenset(sentences) for sentences in (*offers, *whys)}


def test_the_steps_of_a_payout_mention_the_same_in_every_language() -> None:
    """Each reason of a step has its text, with what the program fills in."""
    for code, texts in LANGUAGES.items():
        told = {key: _mentioned(texts["earnings"][f"why_{key}"]) for key in WHYS}
        assert {key: _mentioned(why) for key, why in WHYS.items()} == told, code


def test_every_message_is_well_formed(modules: Page) -> None:
    """Every text of every language can be read by the pages, and has the forms that its language's numbers take."""
    told = modules.run(
        """
        const { formatted } = await load('core/messages');
        const wrong = [];
        for (const [language, texts] of Object.entries(argument)) {
          const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
          for (const [part, messages] of Object.entries(texts)) {
            for (const [key, message] of Object.entries(messages)) {
              const names = [...message.matchAll(/\\{(\\w+)[},]/gu)].map((found) => found[1]);
              const count = (form) => message.split(`${form} {`).length - 1;
              // Wherever there is a form for one, there is one for two and for few, if the language has such.
              const forms = ['one', 'two', 'few'].filter((form) => pluralCategories.includes(form)).map(count);
              try {
                formatted(message, Object.fromEntries(names.map((name) => [name, 2])), language);
                if (new Set(forms).size > 1) throw new Error('forms');
              } catch (error) {
                wrong.push(`${language}.${part}.${key}: ${error.message}`);
              }
            }
          }
        }
        return wrong;
        """,
        LANGUAGES,
    )

    assert [] == told


def test_texts_of_a_part(modules: Page) -> None:
    """A text comes from the part that is named first; an unknown text, or one that is told too little, is a mistake."""
    told = modules.run("""
        const { textsOf } = await load('core/texts');
        const [text, say] = [textsOf('en-GB', 'shared'), textsOf('en-GB', 'studio', 'money')];
        const thrown = (ask) => { try { return ask(); } catch (error) { return error.message; } };
        return [text('viewers', { count: 1 }), text('viewers', { count: 1284 }), say('title'), say('nav_rooms'),
                thrown(() => text('nothing_of_the_kind')), thrown(() => text('level'))];
    """)

    assert ["1 viewer", "1,284 viewers", "Studio", "Rooms"] == told[:4]
    assert ["no text: nothing_of_the_kind", "nothing is told of: level"] == told[4:]


def test_refusals_in_the_pages_language(modules: Page) -> None:
    """A refusal is told in the page's language, by its reason where that has words; in English it is the server's."""
    told = modules.run("""
        const { refusalText } = await load('core/texts');
        const english = globalThis.fanfareTexts;
        const refusal = { error: 'muted', message: 'You are muted.' };
        const away = { error: 'unavailable', message: 'Not now.', details: { reason: 'full' } };
        const own = refusalText(refusal);
        const slugs = { muted: 'Stumm.', unavailable: 'Nicht jetzt.', switched_off: 'Aus.' };
        globalThis.fanfareTexts = { ...english, slugs, reasons: { full: 'Voll.' } };
        const off = { slug: 'switched_off', message: 'Off: why', details: { reason: 'why' } };
        const thrown = [{ slug: 'new', message: 'New.' }, { slug: 'muted', message: '' }, off, { ...off, details: {} }];
        const told = [refusal, away, { ...away, details: {} }, ...thrown].map(refusalText);
        globalThis.fanfareTexts = english;
        return [own, ...told];
    """)

    assert ["You are muted.", "Stumm.", "Voll.", "Nicht jetzt.", "New.", "Stumm.", "Aus. why", "Aus."] == told


def test_numbers_and_dates_go_by_the_region(modules: Page) -> None:
    """Of the languages of the browser, the first that is the page's says how numbers and dates are written."""
    told = modules.run("""
        const { withRegion } = await load('core/texts');
        return [withRegion('de', ['en-US', 'de-CH', 'de']), withRegion('ja', ['en-US']), withRegion('en', ['en-GB'])];
    """)

    assert ["de-CH", "ja", "en-GB"] == told


def test_names_and_heat(modules: Page) -> None:
    """Initials take whole letters of any script with all that belongs to them; heat steps up at 10, 50 and 100."""
    told = modules.run("""
        const { initials, heatOf, formatCompact } = await load('core/format');
        return [['Big Mike', 'عائشة', '𝒜da', ' ', 'A\\u030ake 👩‍🚀x'].map(initials), [9, 10, 50, 100].map(heatOf),
                [9999, 12345].map((value) => formatCompact(value, 'en'))];
    """)

    assert [["BM", "ع", "𝒜", "", "A\u030a👩‍🚀"], [0, 1, 2, 3], ["9,999", "12.3K"]] == told


def test_money_keeps_its_sign_together(modules: Page) -> None:
    """A currency's sign is written as its letters are, also in a language that runs from right to left."""
    told = modules.run("""
        const { formatMoney } = await load('core/format');
        const [dollars, euros] = ['USD', 'EUR'].map((currency) => ({ minor: 999, currency, exponent: 2 }));
        const arabic = formatMoney(dollars, 'ar');
        return [formatMoney(dollars, 'en-US'), formatMoney(euros, 'de-DE'), arabic.includes('US$\u200e')];
    """)

    assert ["$9.99", "9,99\u00a0€", True] == told


def test_announcements(modules: Page) -> None:
    """A busy room is one sentence in three seconds, with the gifts of one sender added up."""
    told = modules.run("""
        const { Announcements } = await load('core/announcements');
        const { textsOf } = await load('core/texts');
        const waiting = new Announcements(textsOf('en', 'shared'));
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
