"""HTTP for what watches over the server: whether it lives, and whether it is ready."""

from __future__ import annotations

from starlette.requests import Request

from app.base.errors import SLUGS, Refusal
from app.edge.clock.watch import Watch
from app.edge.http.problems import Json
from app.edge.live.hub import Hub
from app.rules.messages import Health, HealthWarning


async def livez(request: Request) -> Json:
    """The process runs and answers."""
    return Json(Health("ok"))


async def readyz(request: Request) -> Json:
    """A gift could be written now, and the server is not stopping; if not, it says why."""
    hub: Hub = request.app.state.hub
    if hub.draining:
        raise Refusal("unavailable", "This server is stopping.")
    watch: Watch = request.app.state.watch
    await watch.look()
    troubles = watch.troubles.all()
    if troubles and (first := troubles[0]).stops:
        slug = first.reason if first.reason in SLUGS else "unavailable"
        raise Refusal(slug, " ".join(trouble.text for trouble in troubles), reason=first.reason)
    return Json(Health("ok", [HealthWarning(trouble.reason, trouble.text) for trouble in troubles]))
