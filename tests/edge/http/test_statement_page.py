from __future__ import annotations

from typing import get_args
from xml.etree import ElementTree as ET

import msgspec
import pytest

from app.edge.http import pages
from app.edge.http.languages import Language, languages
from app.edge.http.statement_page import page
from app.rules.payout_views import statement
from app.rules.payouts import Payout, Status
from tests.rules.test_payouts import ASKED, after

ENGLISH = languages()["en"]
TEMPLATE = pages.bundle().page("statement.html", "en").body.decode()


def sheet(text: str) -> ET.Element:
    """The page's sheet, which is well formed."""
    return ET.fromstring(text[text.index("<article") : text.index("</article>") + len("</article>")])


def test_a_statement_says_everything() -> None:
    """The status, the net amount, each step with its reason, and the history."""
    found = sheet(page(TEMPLATE, statement(after("held", "submit", "paid")[0], ["Night Stage GmbH"], "US"), ENGLISH))
    text = " ".join(found.itertext())

    steps = ("15.00 USD", "4000.5", "\u22124.80 USD", "backup")
    for said in (
        *steps,
        "Paid.",
        "Sent",
        "Night Stage GmbH, US",
        "held 7",
        "the demo, without real money, to s•••",
        "po-1",
    ):
        assert said in text, said


@pytest.mark.parametrize("status", get_args(Status))
def test_each_status_has_its_sentence(status: Status) -> None:
    """Whatever has become of it, the page says so."""
    shown = sheet(
        page(TEMPLATE, statement(msgspec.structs.replace(ASKED, status=status), ["Night Stage GmbH"], "US"), ENGLISH)
    )

    assert ENGLISH.texts["statement"][f"status_{status}"] in " ".join(shown.itertext())


def test_what_people_wrote_is_no_markup() -> None:
    """Names, destinations and reasons are text."""
    odd = '<script>alert("1")</script>&'
    payout = msgspec.structs.replace(after("held", "cancel")[0], name=odd, masked=odd)
    text = page(TEMPLATE, statement(payout, ["Night Stage GmbH"], "US"), ENGLISH)

    assert "<script>alert" not in text
    assert odd in "".join(sheet(text).itertext())


@pytest.mark.parametrize("language", languages().values(), ids=languages())
def test_a_statement_is_in_the_readers_language(language: Language) -> None:
    """All its words are the language's; numbers and times are such as a page can write in its own way."""
    template = pages.bundle().page("statement.html", language.code).body.decode()
    payout = after("held", "submit", "paid")[0]
    found = sheet(page(template, statement(payout, ["Night Stage GmbH"], "US"), language))
    words = language.texts["statement"]

    assert words["heading"] == found.findtext("header/h1")
    assert [words[f"fact_{key}"] for key in ("payout", "asked", "payee")] == [dt.text for dt in found.iter("dt")][:3]
    assert {"{", "}"}.isdisjoint("".join(found.itertext()))
    assert {"USD"} == {amount.get("data-currency") for amount in found.iter("data")}
    assert all((time.get("datetime") or "").endswith("Z") for time in found.iter("time"))


def test_reasons_are_in_the_readers_language() -> None:
    """Why a step is what it is stands in the reader's language, and as it was kept where an earlier version kept it."""
    german, payout = languages()["de"], after("held")[0]
    steps = tuple(
        msgspec.structs.replace(step, whys={"de": "kein Formular"}) if step.name == "withholding" else step
        for step in payout.steps
    )
    kept = tuple(msgspec.structs.replace(step, mentions=None, why="Warum auch immer") for step in payout.steps)

    def shown(payout: Payout) -> str:
        return " ".join(sheet(page(TEMPLATE, statement(payout, ["Night Stage GmbH"], "US"), german)).itertext())

    assert "vom Bruttobetrag: kein Formular" in shown(msgspec.structs.replace(payout, steps=steps))
    assert "of the gross amount" not in shown(payout)
    assert 4 == shown(msgspec.structs.replace(payout, steps=kept)).count("Warum auch immer")
