"""Modules in files: who shares what, what comes late, and that joined modules do what they do apart."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from app.base.errors import FanfareError
from app.edge.http.chunks import SMALL, Chunks

MODULES = {
    "lobby.js": 'import { say } from "./words.js";\nsay("lobby");\n',
    "room.js": 'import { say } from "./words.js";\nimport { show } from "./show.js";\nsay("room");\nshow();\n',
    "overlay.js": 'import { show } from "./show.js";\nshow();\n',
    "words.js": "export const say = (word) => word;\n",
    "show.js": (
        'import { paint } from "./paint.js";\n'
        'export const show = () => [paint(), new URL("./late/dragon.js", import.meta.url)];\n'
    ),
    "paint.js": "export const paint = () => 1;\n",
    "late/dragon.js": (
        'import { paint } from "../paint.js";\nimport { wing } from "./wing.js";\n'
        "export const dragon = [paint, wing];\n"
    ),
    "late/wing.js": "export const wing = 2;\n",
}
PAGES = ["room.js", "lobby.js", "overlay.js"]


def chunks(modules: dict[str, str], *entries: str) -> Chunks:
    """The chunks of these modules."""
    return Chunks(modules.__getitem__, entries)


def test_page_gets_its_own_and_shares_the_rest() -> None:
    """What several pages need is one file for them, what late modules need as well another, all late ones alone."""
    made = chunks(MODULES, *PAGES)

    assert {"lobby+room.js": ["$words"], "overlay+room.js": ["$show"]} == made.needed_by("room.js")
    assert {"overlay+room+late.js": ["$paint"]} == made.needed_by("overlay+room.js")
    assert {} == made.needed_by("overlay+room+late.js")
    assert ["late/dragon.js"] == made.late
    assert {"overlay+room+late.js": ["$paint"]} == made.needed_by("late/dragon.js")
    assert "const $late$wing" in made.joined("late/dragon.js", str)


@pytest.mark.parametrize(("length", "own"), [(SMALL, False), (2 * SMALL, True)])
def test_a_little_is_no_file_of_its_own(length: int, own: bool) -> None:
    """What two of three pages share goes with what all share, unless it is much; a page's own never does."""
    words = 'import { say } from "./words.js";\n'
    some = f'{words}import {{ more }} from "./more.js";\nmore(say);\n'
    modules = {
        "lobby.js": f'{words}say("lobby");\n',
        "room.js": some,
        "overlay.js": some,
        "words.js": "export const say = (word) => word;\n",
        "more.js": f'{words}export const more = () => say("{"x" * (length - 100)}");\n',
    }
    made = chunks(modules, *PAGES)
    shared = {"lobby+overlay+room.js": ["$words"]}
    apart = {**shared, "overlay+room.js": ["$more"]}
    text = made.joined("lobby+overlay+room.js", str)

    assert (apart if own else {"lobby+overlay+room.js": ["$more", "$words"]}) == made.needed_by("room.js")
    assert shared == made.needed_by("lobby.js")
    assert own or text.index("const $words") < text.index("const $more")


def test_late_module_exports_its_own_names() -> None:
    """What was loaded late is taken from its file under the names that it has in its module."""
    text = chunks(MODULES, *PAGES).joined("late/dragon.js", lambda chunk: f"/{chunk}")

    assert text.startswith('import { $paint } from "/overlay+room+late.js";\n')
    assert text.endswith("export const { dragon } = $late$dragon;\n")


def test_late_modules_may_load_others() -> None:
    """A module that is loaded late by another that is loaded late has a file too."""
    wing = 'export const wing = new URL("./tip.js", import.meta.url);\n'
    made = chunks({**MODULES, "late/wing.js": wing, "late/tip.js": "export const tip = 3;\n"}, *PAGES)

    assert {"late/dragon.js", "late/tip.js"} == set(made.late)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"paint.js": 'import { show } from "./show.js";\nexport const paint = show;\n'},
            "each other: show.js paint.js show.js$",
        ),
        ({"words.js": "export const shout = 1;\n"}, "imports say: words.js has no such"),
        ({"room.js": 'import { dragon } from "./late/dragon.js";\ndragon();\n'}, "late, but a page imports it"),
    ],
)
def test_what_cannot_be_joined_is_refused(changed: dict[str, str], said: str) -> None:
    """Modules in a circle, names that are not there, and late modules that are not late are errors with their names."""
    with pytest.raises(FanfareError, match=said):
        chunks({**MODULES, **changed}, "room.js", "overlay.js")


async def test_joined_modules_run_as_they_do_apart(browser: Browser) -> None:
    """Each runs once, in the order in which a browser would have run them, with its own names for what it takes."""
    modules = {
        "main.js": (
            'import { b as other } from "./b.js";\nimport * as a from "./a.js";\n'
            "const b = `main ${other} ${a.a} ${new a.Thing().name} ${this}`;\nglobalThis.said.push(b);\n"
        ),
        "b.js": 'import { a } from "./a.js";\nglobalThis.said.push("b");\nexport const b = `b of ${a}`;\n',
        "a.js": 'globalThis.said = ["a"];\nexport const a = "a";\nexport class Thing { name = "thing"; }\n',
    }
    text = chunks(modules, "main.js").joined("main.js", str)
    page = await browser.new_page()
    run = """(text) => import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })))
        .then(() => globalThis.said)"""

    assert ["a", "b", "main b of a a thing undefined"] == await page.evaluate(run, text)
    await page.close()
