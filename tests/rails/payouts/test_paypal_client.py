from __future__ import annotations

import pytest

from app.base.errors import RailError
from app.rails.payouts import paypal_client
from app.rails.payouts.paypal_client import Answer, PayPalClient
from tests.rails.payouts.conftest import SetClock
from tests.rails.payouts.paypal_stub import CLIENT, Fault, PayPalStub

NOWHERE = "/v1/payments/payouts/NOWHERE"


async def test_one_token_is_used_until_it_runs_out(client: PayPalClient, stub: PayPalStub, clock: SetClock) -> None:
    """A token is fetched once, and again a minute before its end."""
    for _ in range(3):
        assert 404 == (await client.ask("GET", NOWHERE, None)).status
    clock.now_ms += 32_400_000 - paypal_client.TOKEN_MARGIN_MS - 1
    await client.ask("GET", NOWHERE, None)
    assert 1 == stub.asked("/v1/oauth2/token")
    clock.now_ms += 1
    await client.ask("GET", NOWHERE, None)

    assert 2 == stub.asked("/v1/oauth2/token")


async def test_a_token_that_is_no_longer_known_is_fetched_again(client: PayPalClient, stub: PayPalStub) -> None:
    """A token that PayPal does not take any more is replaced, and the call is made again."""
    await client.ask("GET", NOWHERE, None)
    stub.tokens.clear()

    assert 404 == (await client.ask("GET", NOWHERE, None)).status


async def test_wrong_keys_are_told(stub: PayPalStub, clock: SetClock) -> None:
    """Keys that PayPal does not know are an error that says so, and no key is in it."""
    client = PayPalClient(stub.url, CLIENT, "wrong-secret", clock, clock.sleep)
    with pytest.raises(RailError, match="invalid_client Client Authentication failed") as raised:
        await client.ask("GET", NOWHERE, None)
    await client.close()

    assert "wrong-secret" not in str(raised.value)
    assert 0 == stub.asked(NOWHERE)


@pytest.mark.parametrize("fault", ["500", "429", "dropped"])
async def test_a_failure_is_asked_again(client: PayPalClient, stub: PayPalStub, clock: SetClock, fault: Fault) -> None:
    """An error of PayPal's own, a full rate and a lost connection are asked again, after longer and longer pauses."""
    stub.faults += [fault, fault]
    answer = await client.ask("GET", NOWHERE, None)

    assert (404, 3) == (answer.status, stub.asked(NOWHERE))
    assert [0.5, 1.0] == clock.slept_s


@pytest.mark.parametrize(
    ("fault", "said"), [("500", "INTERNAL_ERROR"), ("429", "RATE_LIMIT_REACHED"), ("dropped", "RemoteProtocolError")]
)
async def test_failures_have_an_end(client: PayPalClient, stub: PayPalStub, fault: Fault, said: str) -> None:
    """After three tries the caller hears that there is no answer, and why."""
    stub.faults += [fault] * 5
    with pytest.raises(RailError, match=f"PayPal does not answer: .*{said}"):
        await client.ask("GET", NOWHERE, None)

    assert 3 == stub.asked(NOWHERE)


async def test_silence_has_an_end(stub: PayPalStub, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes a request and says nothing is given up."""
    monkeypatch.setattr(paypal_client, "TIMEOUT_S", 0.2)
    client = PayPalClient(stub.url, CLIENT, "client-secret", clock, clock.sleep)
    stub.faults += ["hangs"] * 3
    with pytest.raises(RailError, match="PayPal does not answer: ReadTimeout"):
        await client.ask("GET", NOWHERE, None)
    await client.close()


async def test_nobody_there(clock: SetClock) -> None:
    """Where nobody listens, the caller hears that there is no answer."""
    client = PayPalClient("http://127.0.0.1:1", CLIENT, "x", clock, clock.sleep)
    with pytest.raises(RailError, match="PayPal does not answer: ConnectError"):
        await client.ask("GET", NOWHERE, None)
    await client.close()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"name":"A","message":"b","debug_id":"7","details":[{"issue":"c"}]}', "A b c (debug id 7)"),
        (b'{"error":"e","error_description":"d"}', "HTTP 400 e d"),
        (b"<html>", "HTTP 400"),
        (b'{"name":7}', "HTTP 400"),
        (b"\xff", "HTTP 400"),
    ],
)
def test_reasons(body: bytes, reason: str) -> None:
    """An error is told in a line, in whatever shape it came."""
    assert reason == Answer(400, body).reason


def test_reasons_have_a_bound() -> None:
    """However much is said, a reason is short."""
    assert 300 == len(Answer(400, b'{"name":"%s"}' % (b"x" * 5000)).reason)
