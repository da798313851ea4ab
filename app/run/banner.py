"""What is printed once everything is ready: where to look, and how to stop it."""

from __future__ import annotations

import time

from app.base.config import DEMO_ROOM, Settings
from app.base.descriptors import for_clients
from app.rules.overlay_address import address_of


def overlay_url(settings: Settings, base_url: str, room: str, now_s: float) -> str:
    """The address of a room's overlay for OBS, with a token that is good for that room for 30 days."""
    return base_url + address_of(settings.secret, room, int(now_s * 1000), 0).path


def banner(settings: Settings, base_url: str, admin_url: str | None, took_s: float) -> str:
    """The lines for the terminal; `took_s` is how long the start took, in seconds."""
    workers = "1 worker" if settings.workers == 1 else f"{settings.workers} workers"
    lines = [f"Fanfare is live: {workers}, ready in {took_s:.1f} s", ""]
    if settings.demo:
        lines += [
            f"  lobby    {base_url}/",
            f"  room     {base_url}/room/{DEMO_ROOM}",
            f"  studio   {base_url}/studio/{DEMO_ROOM}",
            f"  overlay  {overlay_url(settings, base_url, DEMO_ROOM, time.time())}",
        ]
    else:
        lines.append(f"  address  {base_url}/")
    if admin_url:
        lines.append(f"  metrics  {admin_url}/metrics")
    lines.append(f"  limit    {for_clients():,} connections a worker".replace(",", " "))
    lines += [f"  data     {settings.data.absolute()}", "", "Ctrl-C stops it."]
    return "\n".join(lines)
