"""What operators do over HTTP: who may, what it moves, and what each answer says."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.actions.operator.freeze_user import FreezeView
from app.rules.adjustments import Adjustment, AdjustmentList
from app.rules.messages import Error, GiftAccepted, WalletChanged
from app.rules.people_views import PersonDesk
from app.rules.purchase_views import PurchaseView
from tests.edge.http.buying import WEBHOOK_SECRET, buy, event, make_tables, tell
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY, new_id
from tests.rules.shapes import strictly

PARTITIONS = (1, 4)
SETTINGS = {"demo_webhook_secret": WEBHOOK_SECRET, "request_rate": 0}


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    make_tables(product)


async def act(
    product: Product, path: str, body: object = None, *, by: str = "op1", key: str | None = None, method: str = "POST"
) -> httpx2.Response:
    """The answer to an operator."""
    token = API_KEY if by == "platform" else product.token(by, "operator")
    async with product.http(token) as http:
        headers = {"Idempotency-Key": key} if key else {}
        return await http.request(method, f"/v1/ops/{path}", json=body, headers=headers)


def slug(answer: httpx2.Response) -> tuple[int, str]:
    """Status and error."""
    return answer.status_code, answer.json()["error"]


def told(answer: httpx2.Response) -> tuple[str, str | None]:
    """The status that it speaks of, and whether it is an answer of before."""
    return answer.json()["status"], answer.headers.get("idempotency-replayed")


async def test_a_freeze_stops_gifts_at_once(product: Product) -> None:
    """A frozen person's gift is refused, and sent after the freeze has ended; the reason is said back."""
    await product.grant("fred", 10)
    frozen = strictly((await act(product, "freezes", {"user": "fred", "reason": "stolen"})).content, FreezeView)
    async with product.join("fred") as fred:
        refused = await fred.send_gift(new_id())
        ended = await act(product, "freezes/fred", {"reason": "it was his"}, method="DELETE")
        sent = await fred.send_gift(new_id())

    assert isinstance(refused, Error)
    assert isinstance(sent, GiftAccepted)
    assert ("wallet_frozen", 9) == (refused.error, sent.balance.coins)
    assert (True, "stolen", False) == (frozen.frozen, frozen.reason, ended.json()["frozen"])


async def test_an_adjustment_takes_two_persons(product: Product) -> None:
    """It waits, its author cannot approve it, another operator can, and it is listed all the while."""
    body = {"user": "ada", "coins": 25, "reason": "a lost grant"}
    asked = await act(product, "adjustments", body, key="k1")
    again = await act(product, "adjustments", body, key="k1")
    waiting = strictly(asked.content, Adjustment)
    path = f"adjustments/{waiting.id}/approve"

    assert (201, "waiting", "true") == (asked.status_code, waiting.status, again.headers["idempotency-replayed"])
    assert (403, "needs_second_person") == slug(await act(product, path))
    listed = await read(product, "/v1/ops/adjustments", AdjustmentList, API_KEY, status="waiting")
    assert waiting in listed.adjustments
    done = [await act(product, path, by="op2", key="d1") for _ in range(2)]
    rejected = await act(product, f"adjustments/{waiting.id}/reject", {"reason": "no"}, by="op2", key="d1")
    assert [("applied", None), ("applied", "true")] == [told(answer) for answer in done]
    assert (409, "id_reused") == slug(rejected)
    assert 25 == await product.coins("ada")
    assert (409, "already_decided") == slug(await act(product, path, by="platform"))


async def test_an_adjustment_can_be_rejected(product: Product) -> None:
    """With a reason, after which it is decided."""
    asked = await act(product, "adjustments", {"user": "ada", "coins": 9, "reason": "why"}, key="k2", by="platform")
    path = f"adjustments/{asked.json()['id']}"
    rejected = strictly((await act(product, f"{path}/reject", {"reason": "no"})).content, Adjustment)

    assert ("rejected", "no", "person:op1", "platform") == (rejected.status, rejected.why, rejected.second, rejected.by)
    assert (409, "already_decided") == slug(await act(product, f"{path}/approve", by="op2"))


async def test_an_operator_refunds_a_purchase(product: Product) -> None:
    """The coins are gone and the purchase is refunded, once, with everyone's balance told."""
    purchase = (await buy(product, "rea")).json()
    await tell(product, event(purchase))
    async with product.join("rea") as rea:
        refunded = await act(product, f"purchases/{purchase['id']}/refund", {"reason": "asked twice"}, key="r1")
        await rea.until(WalletChanged, lambda message: message.balance.coins == 0)
    again = await act(product, f"purchases/{purchase['id']}/refund", {"reason": "asked twice"}, key="r1")
    other = await act(product, f"purchases/{purchase['id']}/refund", {"reason": "another"}, key="r1")

    strictly(refunded.content, PurchaseView)
    assert [("refunded", None), ("refunded", "true")] == [told(answer) for answer in (refunded, again)]
    assert (409, "id_reused") == slug(other)


async def test_a_person_as_operators_see_them(product: Product) -> None:
    """What they have, what they are called, and whether they are frozen; who is nobody has nothing."""
    await product.grant("pat", 10)
    async with product.join("pat") as pat:
        await pat.send_gift(new_id())
    await act(product, "freezes", {"user": "pat", "reason": "stolen"})
    token = product.token("op1", "operator")
    found = [await read(product, f"/v1/ops/people/{user}", PersonDesk, token) for user in ("pat", "nobody")]

    assert [("Pat", True, 9, 1), (None, False, 0, 0)] == [(one.name, one.frozen, one.coins, one.given) for one in found]


async def test_a_room_is_ended(product: Product) -> None:
    """By an operator, with a reason; one that is not there is not."""
    room = await product.open_room("over")
    ended = await act(product, f"rooms/{room}/end", {"reason": "it breaks the rules"})

    assert "ended" == ended.json()["status"]
    assert (404, "room_not_found") == slug(await act(product, "rooms/nowhere/end", {"reason": "why"}))


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("freezes", {"user": "ann"}, (400, "bad_request")),
        ("freezes", {"user": "a b", "reason": "why"}, (400, "bad_request")),
        ("freezes", {"user": "ann", "reason": ""}, (400, "bad_request")),
        ("freezes", {"user": "ann", "reason": "x" * 201}, (400, "bad_request")),
        ("adjustments", {"user": "ann", "coins": 0, "reason": "why"}, (400, "bad_request")),
        ("adjustments", {"user": "ann", "coins": 1.5, "reason": "why"}, (400, "bad_request")),
        ("adjustments", {"user": "ann", "coins": 10**18, "reason": "why"}, (400, "bad_request")),
        ("adjustments/a_1/approve", None, (404, "unknown_adjustment")),
        ("adjustments/a_1/reject", {"reason": "no"}, (404, "unknown_adjustment")),
        ("purchases/p_1/refund", {"reason": "why"}, (404, "unknown_purchase")),
        ("purchases/p_1/refund", {}, (400, "bad_request")),
    ],
)
async def test_bad_input_is_refused(product: Product, path: str, body: Any, expected: tuple[int, str]) -> None:
    """Each has its slug, and nothing moves."""
    assert expected == slug(await act(product, path, body, key=new_id()))


async def test_what_moves_value_needs_a_key(product: Product) -> None:
    """An adjustment without an Idempotency-Key is refused; so are a bad user and a bad status."""
    assert (400, "bad_request") == slug(await act(product, "adjustments", {"user": "ann", "coins": 1, "reason": "why"}))
    assert (400, "bad_request") == slug(await act(product, "freezes/a.b", {"reason": "why"}, method="DELETE"))
    assert (400, "bad_request") == slug(await act(product, "adjustments?status=lost", method="GET"))
    assert (409, "not_refundable") == slug(
        await act(product, f"purchases/{(await buy(product, 'ned')).json()['id']}/refund", {"reason": "why"})
    )
