"""The folder of the pages as it is served: every address names what is there, and changes with it alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.base.errors import FanfareError
from app.edge.http.assets import DIGEST, FOLDER
from app.edge.http.bundle import Bundle
from app.edge.http.languages import languages, load

FILES = {
    "room.html": (
        '<link rel="icon" href="/static/icon.svg">\n'
        '    <link rel="stylesheet" href="/static/css/base.css">\n'
        '    <link rel="stylesheet" href="/static/css/room.css">\n'
        '    <script type="module" src="/static/js/room.js"></script>\n'
    ),
    "lobby.html": '<script type="module" src="/static/js/lobby.js"></script>',
    "icon.svg": "<svg></svg>",
    "css/base.css": ".a { color: red; }\n",
    "css/room.css": '.b { mask: url("/static/css/eye.svg"); }\n',
    "css/eye.svg": "<svg><path/></svg>",
    "js/room.js": (
        'import { word } from "./word.js";\n'
        'globalThis.x = [word, "/static/icon.svg", new URL("./late.js", import.meta.url)];\n'
    ),
    "js/lobby.js": 'import { word } from "./word.js";\nglobalThis.x = word;\n',
    "js/word.js": "export const word = 1;\n",
    "js/late.js": "export const late = 2;\n",
}


def bundle(folder: Path, **changed: str) -> Bundle:
    """What is made of these files."""
    for name, text in {**FILES, **{name.replace("__", "/"): text for name, text in changed.items()}}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Bundle(folder, load(folder))


def addresses(made: Bundle) -> dict[str, str]:
    """The addresses of its assets by their names."""
    return {name: asset.address for name, asset in made.assets.items()}


def text_of(made: Bundle, name: str) -> str:
    """The text of a page or an asset."""
    asset = made.page(name, "en") if name in made.pages else made.assets[name]
    return asset.body.decode()


def test_page_asks_for_all_that_it_needs_at_once(tmp_path: Path) -> None:
    """A page has one style sheet, one script, and says beforehand which files the script will want."""
    made = bundle(tmp_path)
    known = addresses(made)

    assert (
        f'<link rel="icon" href="{known["icon.svg"]}">\n'
        f'    <link rel="stylesheet" href="{known["css/room.css"]}">\n'
        f'    <link rel="modulepreload" href="{known["js/lobby+room.js"]}">'
        f'<script type="module" src="{known["js/room.js"]}"></script>\n'
    ) == text_of(made, "room.html")
    assert f'.a {{ color: red; }}\n.b {{ mask: url("{known["css/eye.svg"]}"); }}\n' == text_of(made, "css/room.css")
    assert f'"{known["icon.svg"]}", "{known["js/late.js"]}"' in text_of(made, "js/room.js")


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("js/word.js", {"js/lobby+room.js", "js/room.js", "js/lobby.js"}),
        ("js/late.js", {"js/late.js", "js/room.js"}),
        ("css/base.css", {"css/room.css"}),
        ("css/eye.svg", {"css/eye.svg", "css/room.css"}),
        ("room.html", set()),
    ],
)
def test_address_changes_with_the_content_alone(tmp_path: Path, file: str, changes: set[str]) -> None:
    """A file that changed, and all that name it, have new addresses; all else keeps its own, and caches keep that."""
    before = addresses(bundle(tmp_path))
    changed = FILES[file].replace("1", "8").replace("2", "9").replace("red", "blue").replace("<path/>", "<g/>")
    after = addresses(bundle(tmp_path, **{file: changed}))

    assert before.keys() == after.keys()
    assert changes == {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize("missing", ["js/word.js", "css/base.css", "icon.svg"])
def test_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    """A file that a page needs and that is not there is an error with its name, not a page without it."""
    bundle(tmp_path)
    (tmp_path / missing).unlink()

    with pytest.raises(FanfareError, match=f"static/{missing}, which the pages need, cannot be read"):
        Bundle(tmp_path, load(tmp_path))


def test_style_sheets_that_stand_apart_are_refused(tmp_path: Path) -> None:
    """Links to style sheets with something between them would make two files of one name: an error says so."""
    page = FILES["room.html"].replace('css/base.css">\n', 'css/base.css">\n<br>\n')

    with pytest.raises(FanfareError, match=r"two files would be css/room\.css"):
        bundle(tmp_path, **{"room.html": page})


def test_file_that_would_name_itself_is_refused(tmp_path: Path) -> None:
    """A file that loads a module late which needs that very file is an error with its name."""
    changed = {
        "js/word.js": 'export const word = new URL("./late.js", import.meta.url);\n',
        "js/late.js": 'import { word } from "./word.js";\nexport const late = word;\n',
    }

    with pytest.raises(FanfareError, match=r"lobby\+room\+late\.js is needed by a module that it loads late"):
        bundle(tmp_path, **changed)


def test_every_address_of_our_pages_leads_somewhere() -> None:
    """Whatever the pages, styles and scripts name below /static is served, under an address that names its content.

    What others build on has an address that stays.
    """
    made = Bundle(FOLDER, languages())
    served = {*addresses(made).values(), "/static/fanfare.js", "/static/embed.js"}
    named = {
        address
        for asset in (*(page for pages in made.pages.values() for page in pages.values()), *made.assets.values())
        for address in re.findall(r"/static/[^\"'`)\s]+", asset.body.decode())
    }

    assert set() == named - served
    assert {"css/stage.svg", "js/room.js", "js/art/scenes/dragon.js"} <= {
        DIGEST.sub("", address).removeprefix("/static/") for address in named
    }


def test_the_library_is_one_file(tmp_path: Path) -> None:
    """What the library needs stands in it, what it exports is exported; what uses it is served as it is written."""
    library = 'import { word } from "./word.js";\nexport const twice = word + word;\nexport class Client {}\n'
    made = bundle(tmp_path, **{"js/fanfare.js": library, "embed.js": 'import { twice } from "/static/fanfare.js";\n'})
    text = text_of(made, "fanfare.js")

    assert "import" not in text
    assert text.endswith("export const { twice, Client } = $fanfare;\n")
    assert 'import { twice } from "/static/fanfare.js";\n' == text_of(made, "embed.js")


def test_the_library_loads_nothing_late(tmp_path: Path) -> None:
    """Another site has one file of it, so a part that would be in no file is found at the start."""
    with pytest.raises(FanfareError, match=r"cannot load late\.js late"):
        bundle(tmp_path, **{"js/fanfare.js": 'export const x = new URL("./late.js", import.meta.url);\n'})
