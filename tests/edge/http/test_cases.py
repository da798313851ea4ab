"""Cases of suspected fraud over HTTP: what operators do with them, and what the streamer sees meanwhile."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.archive import cases, fraud
from app.base.clock import now_ms
from app.rules.cases import Answered, Case, CaseDetails, CaseList, Involved
from app.rules.earnings import Earnings
from tests.edge.http.buying import books, make_tables
from tests.edge.http.test_ops import act, slug
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY, new_id
from tests.rules.shapes import strictly
from tests.rules.test_cases import OPEN
from tests.waiting import until

SETTINGS = {"request_rate": 0, "partitions": 4}


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    make_tables(product)


def opened(product: Product, case_id: str, **changed: Any) -> Case:
    """A case as the judge would have opened it: pat gave quin something."""
    case = msgspec.structs.replace(OPEN, id=case_id, reasons="coins_a_minute", opened_ms=now_ms(), **changed)
    pat, quin = (
        Involved(case_id=case_id, person="pat", part="suspect", coins=5),
        Involved(case_id=case_id, person="quin", part="receiver", milli=5000),
    )
    with books(product) as archive:
        archive.write_now(cases.put, case)
        archive.write_now(cases.put_people, [pat, quin])
    return case


async def test_a_case_is_found_taken_and_released(product: Product) -> None:
    """With its people, its owner, the reason and who gave it; the same decision again is answered the same."""
    case = opened(product, "c_1")
    page = await read(product, "/v1/ops/cases", CaseList, product.token("op1", "operator"), status="open", limit=1)
    of_pat = await read(product, "/v1/ops/cases", CaseList, product.token("op1", "operator"), user="pat")
    of_zoe = await read(product, "/v1/ops/cases", CaseList, API_KEY, user="zoe")
    found = await read(product, "/v1/ops/cases/c_1", CaseDetails, API_KEY)
    taken = strictly((await act(product, "cases/c_1/take")).content, CaseDetails)
    released = [await act(product, "cases/c_1/release", {"reason": "a birthday"}, key="r1") for _ in range(2)]
    ended = strictly(released[0].content, CaseDetails)

    assert ([case.id], ["coins_a_minute"]) == ([one.id for one in page.cases], page.cases[0].reasons)
    assert ([case.id], []) == ([one.id for one in of_pat.cases], of_zoe.cases)
    assert {"pat": ("suspect", 5, "0"), "quin": ("receiver", 0, "5")} == {
        one.user: (one.part, one.coins, one.diamonds) for one in found.people
    }
    assert ("person:op1", "released", "a birthday") == (taken.owner, ended.status, ended.why)
    assert [None, "true"] == [one.headers.get("idempotency-replayed") for one in released]
    assert (409, "already_decided") == slug(await act(product, "cases/c_1/claw-back", {"reason": "no"}))


async def test_what_a_streamer_sees_and_answers(product: Product) -> None:
    """So many diamonds are under review and why; the words reach the operators, and what came of it is taken back."""
    product.wait_for_books()
    await product.grant("pat", 100)
    async with product.join("pat", await product.open_room("quins", "quin")) as pat:
        await pat.send_gift(new_id(), "rose", quantity=5)
    with books(product) as archive:
        # The bookkeeper judges what it archives.
        until(lambda: sum(one.n for one in archive.write_now(fraud.lock_judged).values()) >= 2)
    opened(product, "c_2")
    token = product.token("quin", "streamer")
    before = await read(product, "/v1/me/earnings", Earnings, token)
    async with product.http(token) as http:
        answered = await http.put("/v1/me/earnings/answer", json={"text": "Pat is my aunt."})
    assert before.review is not None
    assert ("5", ["coins_a_minute"], "") == (
        before.review.diamonds,
        [one.code for one in before.review.reasons],
        before.review.answer,
    )
    assert Answered(1, "Pat is my aunt.") == strictly(answered.content, Answered)
    shown = await read(product, "/v1/ops/cases/c_2", CaseDetails, API_KEY)
    assert ["", "Pat is my aunt."] == sorted(one.answer for one in shown.people)
    ended = strictly((await act(product, "cases/c_2/claw-back", {"reason": "stolen"})).content, CaseDetails)
    after = await read(product, "/v1/me/earnings", Earnings, token)
    assert ["5", "0"] == [one.taken for one in ended.people]
    assert ("0", None) == (after.pending, after.review)


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("cases/c_9/release", {"reason": "why"}, (404, "unknown_case")),
        ("cases/c_9/claw-back", {"reason": "why"}, (404, "unknown_case")),
        ("cases/c_9/take", None, (404, "unknown_case")),
        ("cases/c_1/release", {}, (400, "bad_request")),
        ("cases/c_1/release", {"reason": ""}, (400, "bad_request")),
        ("cases/c_1/claw-back", {"reason": "x" * 201}, (400, "bad_request")),
        ("cases/c_1/claw-back", {"reason": " "}, (400, "bad_request")),
    ],
)
async def test_bad_input_is_refused(product: Product, path: str, body: Any, expected: tuple[int, str]) -> None:
    """Each has its slug, and nothing moves."""
    assert expected == slug(await act(product, path, body))


async def test_bad_questions_are_refused(product: Product) -> None:
    """A status that there is not, a cursor of nowhere, a case that is not known, an answer without words."""
    for path in ("cases?status=lost", "cases?cursor=x", "cases?limit=0"):
        assert (400, "bad_request") == slug(await act(product, path, method="GET"))
    assert (404, "unknown_case") == slug(await act(product, "cases/c_9", method="GET"))
    async with product.http(product.token("quin", "streamer")) as http:
        for text in ("", " ", "x" * 1001, 5):
            assert (400, "bad_request") == slug(await http.put("/v1/me/earnings/answer", json={"text": text}))
