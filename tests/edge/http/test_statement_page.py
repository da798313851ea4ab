from __future__ import annotations

from typing import get_args
from xml.etree import ElementTree as ET

import msgspec
import pytest

from app.edge.http import pages
from app.edge.http.statement_page import STATUSES, page
from app.rules.payout_views import statement
from app.rules.payouts import Status
from tests.rules.test_payouts import ASKED, after

TEMPLATE = pages.bundle().page("statement.html", "en").bodies[""].decode()


def sheet(text: str) -> ET.Element:
    """The page's sheet, which is well formed."""
    return ET.fromstring(text[text.index("<article") : text.index("</article>") + len("</article>")])


def test_a_statement_says_everything() -> None:
    """The status, the net amount, each step with its reason, and the history."""
    found = sheet(page(TEMPLATE, statement(after("held", "submit", "paid")[0], ["Night Stage GmbH"], "US")))
    text = " ".join(found.itertext())

    steps = ("15.00 USD", "4000.5", "\u22124.80 USD", "backup")
    for said in (
        *steps,
        "Paid.",
        "Submitted",
        "Night Stage GmbH, US",
        "held 7",
        "the demo, without real money, to s•••",
        "po-1",
    ):
        assert said in text, said


@pytest.mark.parametrize("status", get_args(Status))
def test_each_status_has_its_sentence(status: Status) -> None:
    """Whatever has become of it, the page says so."""
    shown = sheet(page(TEMPLATE, statement(msgspec.structs.replace(ASKED, status=status), ["Night Stage GmbH"], "US")))

    assert STATUSES[status] in " ".join(shown.itertext())


def test_what_people_wrote_is_no_markup() -> None:
    """Names, destinations and reasons are text."""
    odd = '<script>alert("1")</script>&'
    payout = msgspec.structs.replace(after("held", "cancel")[0], name=odd, masked=odd)
    text = page(TEMPLATE, statement(payout, ["Night Stage GmbH"], "US"))

    assert "<script>alert" not in text
    assert odd in "".join(sheet(text).itertext())
