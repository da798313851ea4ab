from __future__ import annotations

import asyncio
import json

import pytest

from app.base.errors import RailError, Refusal
from app.rails.payouts.paypal import STATUSES, PayPal
from app.rails.payouts.paypal_client import PayPalClient
from app.rails.payouts.rail import Given, Outcome
from app.rules.tables import DAY_MS
from tests.rails.payouts.conftest import SetClock
from tests.rails.payouts.paypal_stub import Fault, PayPalStub
from tests.rails.payouts.paypal_webhooks import WEBHOOK_ID, batch_event, item_event, signed
from tests.rails.payouts.transfers import transfer

PAYOUT = transfer()
BATCH = "Q8KVJG9TZTN0"


async def test_a_payout_is_a_batch_of_one(paypal: PayPal, stub: PayPalStub) -> None:
    """A payout goes out under its own id, to the address, with the amount as PayPal writes it; then it is paid."""
    taken = await paypal.submit(PAYOUT)
    (batch,) = stub.batches.values()

    assert Outcome("pending", BATCH) == taken
    assert PAYOUT.id == batch["sender_batch_header"]["sender_batch_id"] == batch["items"][0]["sender_item_id"]
    assert {"value": "12.34", "currency": "USD"} == batch["items"][0]["amount"]
    assert ("EMAIL", "ann@example.com") == (batch["items"][0]["recipient_type"], batch["items"][0]["receiver"])
    assert Outcome("paid", BATCH, "SUCCESS") == await paypal.poll(PAYOUT, BATCH)


async def test_yen_have_no_decimals(paypal: PayPal, stub: PayPalStub) -> None:
    """An amount has as many decimals as its currency."""
    await paypal.submit(transfer(5000, "JPY"))

    assert {"value": "5000", "currency": "JPY"} == stub.batches[BATCH]["items"][0]["amount"]


@pytest.mark.parametrize("fault", ["500", "500 done", "dropped", "dropped done", "page", "429"])
async def test_whatever_breaks_it_is_paid_once(paypal: PayPal, stub: PayPalStub, fault: Fault) -> None:
    """An error or a lost answer before or after PayPal took it: asked again under the same id, it is one payout."""
    stub.faults.append(fault)
    if fault == "page":
        with pytest.raises(RailError, match="PayPal's answer cannot be read"):
            await paypal.submit(PAYOUT)
    taken = await paypal.submit(PAYOUT)

    assert Outcome("pending", BATCH) == taken
    assert [BATCH] == list(stub.batches)
    sent = [
        json.loads(request.body) for request in stub.requests if request.method == "POST" and request.body[:1] == b"{"
    ]
    assert all(body == sent[0] for body in sent)


async def test_an_outage_is_told_and_nothing_is_decided(paypal: PayPal, stub: PayPalStub) -> None:
    """While PayPal is away a payout is neither paid nor failed; later the same one is taken, once."""
    stub.faults += ["dropped done", "500", "500"]
    with pytest.raises(RailError):
        await paypal.submit(PAYOUT)

    assert Outcome("pending", BATCH) == await paypal.submit(PAYOUT)
    assert 1 == len(stub.batches)


async def test_fifty_at_once_are_one(paypal: PayPal, stub: PayPalStub) -> None:
    """However many submit one payout at the same time, PayPal has it once and all hear of the same batch."""
    taken = await asyncio.gather(*(paypal.submit(PAYOUT) for _ in range(50)))

    assert {Outcome("pending", BATCH)} == set(taken)
    assert 1 == len(stub.batches)


async def test_an_id_that_paypal_may_have_forgotten_is_not_sent(
    paypal: PayPal, stub: PayPalStub, clock: SetClock
) -> None:
    """After four weeks a payout is not submitted again: PayPal knows ids for 30 days, then it would pay twice."""
    await paypal.submit(PAYOUT)
    clock.now_ms += 28 * DAY_MS
    assert Outcome("pending", BATCH) == await paypal.submit(PAYOUT)
    clock.now_ms += DAY_MS
    with pytest.raises(RailError, match="first sent to PayPal 29 days ago"):
        await paypal.submit(PAYOUT)

    assert 2 == stub.asked("/v1/payments/payouts")
    assert "paid" == (await paypal.poll(PAYOUT, BATCH)).status


async def test_a_duplicate_without_its_batch_is_told(paypal: PayPal, stub: PayPalStub) -> None:
    """Where PayPal has the payout but does not say as what, a person has to look."""
    details = [{"field": "SENDER_BATCH_ID", "issue": "Duplicate batch request", "link": [{"href": "http://x/y"}]}]
    stub.refuse = 400, {"name": "USER_BUSINESS_ERROR", "details": details}

    with pytest.raises(RailError, match="does not say as which batch: Duplicate batch request"):
        await paypal.submit(PAYOUT)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "VALIDATION_ERROR", "details": [{"field": "items[0].receiver", "issue": "Receiver is invalid"}]},
        {"name": "USER_BUSINESS_ERROR", "message": "User business error.", "details": []},
    ],
)
async def test_a_payout_that_paypal_refuses_has_failed(
    paypal: PayPal, stub: PayPalStub, body: dict[str, object]
) -> None:
    """What PayPal will never take has failed, with its words."""
    stub.refuse = 400, body
    taken = await paypal.submit(PAYOUT)

    assert "failed" == taken.status
    assert str(body["name"]) in taken.reason


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (422, "INSUFFICIENT_FUNDS"),
        (403, "AUTHORIZATION_ERROR"),
        (403, "REQUIRED_SCOPE_MISSING"),
        (400, "VALIDATION_ERROR"),
        (404, ""),
    ],
)
async def test_what_is_wrong_on_our_side_fails_no_payout(
    paypal: PayPal, stub: PayPalStub, status: int, name: str
) -> None:
    """An empty account or missing rights are told, and the payout is as good as it was."""
    stub.refuse = status, {"name": name, "debug_id": "d7"}
    with pytest.raises(RailError, match=r"does not take payout 0195f0c0aa: .*debug id d7"):
        await paypal.submit(PAYOUT)
    stub.refuse = None

    assert "pending" == (await paypal.submit(PAYOUT)).status


@pytest.mark.parametrize(("item_status", "status"), [*STATUSES.items(), ("NEW_ONE", "pending")])
async def test_states_of_an_item(paypal: PayPal, stub: PayPalStub, item_status: str, status: str) -> None:
    """Each state of PayPal's is one of ours, with its reason; one that we do not know is still under way."""
    await paypal.submit(PAYOUT)
    stub.item_status = item_status
    stub.item_errors = {"name": "RECEIVER_UNREGISTERED", "message": "No account.", "details": {}, "links": {}}

    expected = Outcome(status, BATCH, f"{item_status} RECEIVER_UNREGISTERED No account.")  # type: ignore[arg-type]
    assert expected == await paypal.poll(PAYOUT, BATCH)


@pytest.mark.parametrize(
    ("batch_status", "status"),
    [("PENDING", "pending"), ("PROCESSING", "pending"), ("DENIED", "failed"), ("CANCELED", "failed")],
)
async def test_a_batch_without_items(paypal: PayPal, stub: PayPalStub, batch_status: str, status: str) -> None:
    """Before its item is there, and where it never will be, the batch's own state counts."""
    await paypal.submit(PAYOUT)
    stub.batch_status, stub.item_status = batch_status, ""

    assert (status, batch_status) == (await paypal.poll(PAYOUT, BATCH))[::2]


async def test_another_payouts_batch_is_not_believed(paypal: PayPal) -> None:
    """A batch of another id or another amount is an error, never this payout's state."""
    await paypal.submit(PAYOUT)

    with pytest.raises(RailError, match="is not payout other"):
        await paypal.poll(transfer(id="other"), BATCH)
    with pytest.raises(RailError, match=r"another amount for payout 0195f0c0aa than 12\.35 USD"):
        await paypal.poll(transfer(1235), BATCH)
    with pytest.raises(RailError, match="does not tell of payout 0195f0c0aa: INVALID_RESOURCE_ID"):
        await paypal.poll(PAYOUT, "NOWHERE")


async def test_answers_of_another_shape_are_told(paypal: PayPal, stub: PayPalStub) -> None:
    """An answer that is not as documented decides nothing."""
    await paypal.submit(PAYOUT)
    stub.faults.append("another shape")

    with pytest.raises(RailError, match="PayPal's answer cannot be read"):
        await paypal.poll(PAYOUT, BATCH)


@pytest.mark.parametrize("given", [" ann@example.com ", {"email": "ann@example.com"}])
def test_destinations(client: PayPalClient, clock: SetClock, given: Given) -> None:
    """An e-mail address is kept as it is, and shown without most of its name."""
    found = PayPal(client, clock).destination(given, "EUR")

    assert ({"email": "ann@example.com"}, "a•••@example.com") == found


@pytest.mark.parametrize(
    ("given", "currency"),
    [
        ("", "USD"),
        (" ", "USD"),
        ({}, "USD"),
        ("ann", "USD"),
        ("ann@example", "USD"),
        ("a b@example.com", "USD"),
        ("Ann <ann@example.com>", "USD"),
        ("ann@example.com\n", "KRW"),
        ("ann@example.com", "HUF"),
        ("a" * 64 + "@" + "b" * 60 + ".com", "USD"),
    ],
)
def test_bad_destinations(client: PayPalClient, clock: SetClock, given: Given, currency: str) -> None:
    """What is no address, and a currency that PayPal does not pay, is refused with what is expected."""
    with pytest.raises(Refusal) as raised:
        PayPal(client, clock).destination(given, currency)

    assert ("bad_request", "destination") == (raised.value.slug, raised.value.details["field"])


async def test_a_webhook_has_news_of_a_payout(paypal: PayPal) -> None:
    """What PayPal says to be its own names the payout, whether it is about its item or its batch, or none."""
    found = [await paypal.heard_of(*signed(make("po-1"))) for make in (item_event, batch_event)]

    assert ["po-1", "po-1"] == found
    assert "" == await paypal.heard_of(*signed({"id": "WH-3", "event_type": "CUSTOMER.DISPUTE.CREATED"}))


@pytest.mark.parametrize("change", ["sig", "body", "header", "webhook id", "no json"])
async def test_a_webhook_of_somebody_else_is_refused(paypal: PayPal, change: str) -> None:
    """Another signature, body, time or webhook, or no event at all."""
    headers, body = signed(item_event("po-1"), "another" if change == "webhook id" else WEBHOOK_ID)
    if change == "sig":
        headers["paypal-transmission-sig"] = "x"
    elif change == "header":
        del headers["paypal-transmission-time"]
    body = {"body": signed(item_event("po-2"))[1], "no json": b"hello"}.get(change, body)

    with pytest.raises(Refusal, match="bad_signature"):
        await paypal.heard_of(headers, body)


async def test_a_webhook_that_cannot_be_checked_is_to_be_sent_again(paypal: PayPal, stub: PayPalStub) -> None:
    """While PayPal does not answer, a webhook is neither taken nor said to be forged."""
    stub.faults.extend(["500"] * 3)
    with pytest.raises(Refusal, match="unavailable"):
        await paypal.heard_of(*signed(item_event("po-1")))


async def test_without_a_webhook_id_none_is_taken(client: PayPalClient, clock: SetClock) -> None:
    """Where none is set up at PayPal, nothing that comes is its own."""
    with pytest.raises(Refusal, match="FANFARE_PAYPAL_WEBHOOK_ID"):
        await PayPal(client, clock).heard_of(*signed(item_event("po-1")))
