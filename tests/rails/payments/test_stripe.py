from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
import stripe

from app.rails.payments.provider import ProviderError
from app.rails.payments.stripe import StripePayments
from app.rails.payments.webhooks import check_signature, sign
from tests.rules.test_purchases import BOUGHT

SECRET = "whsec_0123456789abcdef0123456789abcdef"


class Api(ThreadingHTTPServer):
    """Stripe's API as far as its documentation says what it does here: idempotency keys, objects, errors."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls: list[tuple[str, str, dict[str, str]]] = []
        self.made: dict[str, dict[str, Any]] = {}
        self.refunds: list[dict[str, Any]] = []
        self.page_max = 100
        self.failures: list[int] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Api

    def do_POST(self) -> None:
        """Makes an object, once for each key."""
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        key = self.headers["Idempotency-Key"]
        self.server.calls.append((self.path, key, form))
        if self.server.failures:
            self._answer(self.server.failures.pop(0), {"error": {"type": "api_error", "message": "Try again."}})
        elif self.headers["Authorization"] != "Bearer sk_test_good":
            self._answer(401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided."}})
        else:
            self._answer(200, self.server.made.get(key) or self._make(key, form))

    def do_GET(self) -> None:
        """Lists the refunds of a payment, the newest first, so many a page."""
        url = urlsplit(self.path)
        asked = dict(parse_qsl(url.query))
        found = [one for one in self.server.refunds[::-1] if one["payment_intent"] == asked["payment_intent"]]
        ids = [one["id"] for one in found]
        first = ids.index(asked["starting_after"]) + 1 if "starting_after" in asked else 0
        last = first + min(int(asked.get("limit", 10)), self.server.page_max)
        body = {"object": "list", "url": url.path, "data": found[first:last], "has_more": last < len(found)}
        self._answer(200, body)

    def _make(self, key: str, form: dict[str, str]) -> dict[str, Any]:
        number = len(self.server.calls)
        new: dict[str, Any] = {"id": f"obj_{number}", "url": f"https://checkout.stripe.com/{number}"}
        if self.path == "/v1/refunds":
            metadata = {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[")}
            new = {"id": f"re_{number}", "object": "refund", "status": "succeeded", "metadata": metadata}
            new |= {"amount": int(form["amount"]), "payment_intent": form["payment_intent"]}
            self.server.refunds.append(new)
        self.server.made[key] = new
        return new

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def api() -> Iterator[Api]:
    """Stripe's stand-in."""
    server = Api()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_checkout_session(api: Api) -> None:
    """A session has our price, purchase and way back, and the same purchase has one session."""
    provider = StripePayments("sk_test_good", (SECRET,), api.url)
    made = [await provider.open_checkout(BOUGHT, "http://here", "http://here/wallet") for _ in range(2)]
    path, key, form = api.calls[0]

    assert made[0] == made[1] == ("obj_1", "https://checkout.stripe.com/1")
    assert ("/v1/checkout/sessions", "checkout:p") == (path, key)
    assert ("p", "p", "eur", "999", "http://here/wallet") == (
        form["client_reference_id"],
        form["payment_intent_data[metadata][purchase]"],
        form["line_items[0][price_data][currency]"],
        form["line_items[0][price_data][unit_amount]"],
        form["success_url"],
    )


async def test_money_goes_back(api: Api) -> None:
    """A refund names the payment and the amount, once for each key, however often it is asked."""
    provider = StripePayments("sk_test_good", (SECRET,), api.url)
    api.failures = [500]
    for _ in range(2):
        await provider.give_back(msgspec.structs.replace(BOUGHT, payment="pi"), 333, "r")
    path, key, form = api.calls[-1]

    assert ("/v1/refunds", "refund:r", "pi", "333") == (path, key, form["payment_intent"], form["amount"])
    assert {"refund:r"} == {key for _, key, _ in api.calls}
    assert 1 == len(api.made)


async def test_money_goes_back_once_however_late(api: Api) -> None:
    """Stripe has forgotten the key of the call: the refund itself is found, on whichever page, and no other's."""
    provider = StripePayments("sk_test_good", (SECRET,), api.url)
    bought, other = (msgspec.structs.replace(BOUGHT, payment=payment) for payment in ("pi", "pj"))
    api.page_max = 2
    for key in "abcde":
        await provider.give_back(bought, 100, key)
    await provider.give_back(other, 100, "f")
    api.made.clear()
    for key in "abcde":
        await provider.give_back(bought, 100, key)
    assert ["a", "b", "c", "d", "e", "f"] == [one["metadata"]["give_back"] for one in api.refunds]
    assert [500, 100] == [
        sum(one["amount"] for one in api.refunds if one["payment_intent"] == pi) for pi in ("pi", "pj")
    ]
    api.refunds[0]["status"] = "failed"
    await provider.give_back(bought, 100, "a")

    assert 7 == len(api.refunds)


async def test_what_goes_wrong_is_said(api: Api) -> None:
    """A wrong key, or nobody there, is a provider's error with its reason."""
    with pytest.raises(ProviderError, match="Invalid API Key"):
        await StripePayments("sk_test_bad", (SECRET,), api.url).open_checkout(BOUGHT, "http://here", "http://here/")


def test_stripes_own_verifier_takes_our_signatures() -> None:
    """What we sign, the package's verifier accepts; what the package signs, ours accepts; and neither takes the other's
    wrong ones."""
    body, now_s = b'{"id": "evt_1", "object": "event", "type": "x", "data": {"object": {"id": "y"}}}', int(time.time())
    theirs = stripe.WebhookSignature._compute_signature(f"{now_s}.{body.decode()}", SECRET)

    event = stripe.Webhook.construct_event(body, sign(SECRET, body, now_s), SECRET)
    assert "evt_1" == event.id
    check_signature([SECRET], f"t={now_s},v1={theirs}", body, now_s)
    for header in (sign("another secret", body, now_s), sign(SECRET, body, now_s - 400), sign(SECRET, b"x", now_s)):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body, header, SECRET)
