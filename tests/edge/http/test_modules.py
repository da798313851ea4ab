"""A module, read and written anew: what it imports, exports and loads late; what is not understood is refused."""

from __future__ import annotations

import pytest

from app.base.errors import FanfareError
from app.edge.http.modules import beside, parse

TEXT = """// What it is.
import { one, two as second } from "./a.js";
import {
  three,
} from "../core/b.js";
import * as all from "./deep/c.js";

/**
 * @param {import("./never.js").Type} of
 */
export const first = one;
export function second() {}
  // An aside.
export async function third() { return import(new URL("./late.js", import.meta.url)); }
export class Fourth {}
const kept = "// no comment"; // nor is this taken away
"""


def test_parts_of_a_module() -> None:
    """Imports by module, exports by name, and what is loaded late, which is no import."""
    module = parse("ui/x.js", TEXT)

    assert {"ui/a.js": ["one", "two"], "core/b.js": ["three"], "ui/deep/c.js": []} == module.imports
    assert ["first", "second", "third", "Fourth"] == module.exports
    assert ["ui/late.js"] == module.late
    assert "$ui$x" == module.variable


def test_text_of_a_module() -> None:
    """Written anew it takes its imports from other variables, and gives back its exports; comments and indents go."""
    text = parse("ui/x.js", TEXT).written({"ui/late.js": "/static/late.123.js"}.__getitem__)

    assert "\nconst { one, two : second } = $ui$a;\nconst {\nthree,\n} = $core$b;\nconst all = $ui$deep$c;\n" in text
    assert "return { first, second, third, Fourth };" in text
    assert 'import("/static/late.123.js")' in text
    assert "export" not in text
    assert "What it is" not in text
    assert "An aside" not in text
    assert "Type" not in text
    assert 'const kept = "// no comment"; // nor is this taken away\n' in text


@pytest.mark.parametrize(
    "line",
    [
        "export default 1;",
        "export let count = 0;",
        "export { one };",
        'export { one } from "./a.js";',
        'export * from "./a.js";',
        'import "./a.js";',
        'import one from "./a.js";',
        'import { one } from "elsewhere";',
        'const late = import("./a.js");',
        "const late = import(new URL('./a.js', import.meta.url));",
        "const long = `one ${two} and",
    ],
)
def test_other_forms_are_refused(line: str) -> None:
    """What would not do in a joined file what it does alone is refused, with the file and the words."""
    with pytest.raises(FanfareError, match=r"static/js/x\.js: `.+` is not understood"):
        parse("x.js", f"const a = 1;\n{line}\n")


def test_code_between_comments_is_kept() -> None:
    """A comment with code after it on its line is left where it is, and so is all until the next comment."""
    text = "/** One. */ const a = 1;\nconst b = 2;\n/* Two **/\nconst c = 3;\n"

    assert "\n/** One. */ const a = 1;\nconst b = 2;\nconst c = 3;\n" == parse("x.js", text).body


def test_beside() -> None:
    """A module is found from the one that names it."""
    assert "art/kit.js" == beside("art/scenes/lion.js", "../kit.js")
    assert "room.js" == beside("lobby.js", "./room.js")
