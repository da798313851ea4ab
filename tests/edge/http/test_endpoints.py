"""The table of endpoints: what it says is what the server does."""

from __future__ import annotations

import re

import pytest

from app.edge.http.endpoints import ENDPOINTS, Endpoint

# The path says all, or the body is signed as it came.
WITHOUT_JSON = (
    "/v1/me/guardian-codes",
    "/v1/me/purchases/{id}/recognise",
    "/v1/me/purchases/{id}/withdraw",
    "/v1/ops/adjustments/{id}/approve",
    "/v1/ops/cases/{id}/take",
    "/v1/rooms/{id}/held/{comment}/approve",
    "/v1/rooms/{id}/held/{comment}/drop",
    "/v1/rooms/{id}/overlay/rotate",
    "/v1/rooms/{id}/shout-outs/{gift}/approve",
    "/v1/rooms/{id}/shout-outs/{gift}/replay",
    "/v1/rooms/{id}/shout-outs/{gift}/skip",
    "/v1/webhooks/{provider}",
)
# Its reason.
DELETE_WITH_JSON = "/v1/ops/freezes/{user}"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_each_endpoint_is_described(endpoint: Endpoint) -> None:
    """It has a sentence, somebody who may ask, and a body of JSON exactly where its method has one."""
    assert re.fullmatch(r"[A-Z].*[.:;].*|[A-Z].*", endpoint.summary)
    assert endpoint.who in ("anyone", "person", "platform")
    if endpoint.method == "DELETE":
        takes_one = endpoint.path == DELETE_WITH_JSON
    else:
        takes_one = endpoint.method != "GET" and endpoint.path not in WITHOUT_JSON
    assert takes_one == (endpoint.body is not None)


def test_no_endpoint_stands_there_twice() -> None:
    """Method and path name one endpoint; a handler serves one."""
    assert len(ENDPOINTS) == len({(endpoint.method, endpoint.path) for endpoint in ENDPOINTS})
    assert len(ENDPOINTS) == len({endpoint.handler for endpoint in ENDPOINTS})


def test_what_moves_value_is_idempotent() -> None:
    """A grant asks for an Idempotency-Key, and so do a purchase and a payout."""
    assert {"/v1/grants", "/v1/me/purchases", "/v1/me/payouts"} <= {
        endpoint.path for endpoint in ENDPOINTS if endpoint.idempotent
    }
