from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refusal
from app.rails.payments.webhooks import TOLERANCE_S, check_signature, read_word, sign
from app.rules.purchases import Word

NOW_S = 1_790_000_000
SECRET = "whsec_0123456789abcdef0123456789abcdef"
BODY = b'{"id":"evt_1"}'


def refused(header: str, body: bytes = BODY, now_s: float = NOW_S, secrets: tuple[str, ...] = (SECRET,)) -> str:
    """With what a signature is refused."""
    with pytest.raises(Refusal) as error:
        check_signature(secrets, header, body, now_s)
    assert "bad_signature" == error.value.slug
    return error.value.message


def test_a_right_signature() -> None:
    """A signature by any of the secrets, among others and with other schemes, is right."""
    good = sign(SECRET, BODY, NOW_S)

    check_signature([SECRET], good, BODY, NOW_S)
    check_signature(["new" * 12, SECRET], good, BODY, NOW_S)
    check_signature([SECRET], f"t={NOW_S}, v0=abc, v1=00, {good.partition(',')[2]}", BODY, NOW_S)


@pytest.mark.parametrize("off_s", [-TOLERANCE_S, TOLERANCE_S])
def test_signatures_are_good_for_a_while(off_s: int) -> None:
    """A signature is good for five minutes to either side, and not a second longer."""
    check_signature([SECRET], sign(SECRET, BODY, NOW_S), BODY, NOW_S + off_s)
    further = off_s + (1 if off_s > 0 else -1)

    assert "seconds off" in refused(sign(SECRET, BODY, NOW_S), now_s=NOW_S + further)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "v1=00",
        f"t={NOW_S}",
        f"t={NOW_S},v1=",
        f"t={NOW_S},t={NOW_S},v1=00",
        "t=x,v1=00",
        "t=-1,v1=00",
        "t=" + "9" * 5000,
        f"t={NOW_S},v1=\u00e9",
        f"t={NOW_S},v0=" + sign(SECRET, BODY, NOW_S).partition("v1=")[2],
        sign("another secret that is long enough", BODY, NOW_S),
        sign(SECRET, b"another body", NOW_S),
        sign(SECRET, BODY, NOW_S + 1).replace(str(NOW_S + 1), str(NOW_S)),
    ],
)
def test_wrong_signatures(header: str) -> None:
    """No time, no signature, another secret, another body or another time than was signed: refused."""
    assert refused(header)


def test_no_secret_no_webhook() -> None:
    """Without a secret nothing is right, an empty one least of all."""
    assert "No secret" in refused(sign("", BODY, NOW_S), secrets=("",))
    assert "No secret" in refused(sign("", BODY, NOW_S), secrets=())


@given(header=st.text(max_size=200), body=st.binary(max_size=200))
def test_any_header(header: str, body: bytes) -> None:
    """Whatever stands in the header, it is refused with a sentence."""
    assert refused(header, body)


def event(kind: str, **about: Any) -> bytes:
    """An event of Stripe's shape."""
    return json.dumps({"id": "evt", "object": "event", "type": kind, "data": {"object": about}}).encode()


def test_what_a_checkout_says() -> None:
    """The purchase, the payment, its state, amount and currency are read out of a checkout's event."""
    body = event(
        "checkout.session.completed",
        id="cs",
        client_reference_id="p",
        payment_intent="pi",
        payment_status="paid",
        status="complete",
        amount_total=999,
        currency="usd",
        metadata={"purchase": "other"},
    )

    assert Word(
        type="checkout.session.completed",
        id="evt",
        object_id="cs",
        purchase="p",
        payment="pi",
        status="paid",
        amount=999,
        currency="usd",
    ) == read_word(body)


def test_what_a_charge_and_a_dispute_say() -> None:
    """A charge names the purchase in its metadata and what went back so far; a dispute names the payment."""
    charge = event(
        "charge.refunded", id="ch", metadata={"purchase": "p"}, amount=999, amount_refunded=333, currency="usd"
    )
    dispute = event("charge.dispute.created", id="dp", payment_intent="pi", status="needs_response", amount=999)

    assert ("p", 333) == (read_word(charge).purchase, read_word(charge).amount)
    assert ("", "pi", "needs_response") == (
        read_word(dispute).purchase,
        read_word(dispute).payment,
        read_word(dispute).status,
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"id":1,"type":"x","data":{"object":{}}}',
        b'{"id":"e","type":"x","data":{}}',
        b'{"id":"e","type":"x","data":{"object":{"amount_total":"9"}}}',
        b'{"id":"e","type":"x","data":{"object":{"amount_total":9.5}}}',
        b"\xff",
        b"[" * 10_000,
    ],
)
def test_what_is_no_event(body: bytes) -> None:
    """A body of another shape is refused with what is wrong."""
    with pytest.raises(Refusal, match="bad_request"):
        read_word(body)
