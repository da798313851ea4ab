from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from app.edge.http.endpoint import Endpoint


async def _handler(request: Request) -> Response:
    """Does it.

    And more.
    """
    return Response()


def test_it_is_summed_up_by_its_handlers_first_sentence() -> None:
    """What stands below the first line is for whoever reads the code."""
    assert "Does it." == Endpoint("GET", "/v1/it", _handler, "anyone", None).summary
