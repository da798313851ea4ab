"""What moderators decide, put into the store alone, and who the store keeps out."""

from __future__ import annotations

from app.rules.barred import Barred
from app.rules.moderation import ModerationSettings
from app.store.barred import barred_in_parts
from app.store.moderation import ban_values, mute_values, put_decided, settings_values
from app.store.standing import Standing


async def put_settings(standing: Standing, room: str, settings: ModerationSettings) -> None:
    """Keeps a room's settings, and tells of them."""
    await put_decided(standing, room, settings_values(settings))


async def put_mute(standing: Standing, room: str, user: str, until_ms: int | None) -> bool:
    """Mutes somebody until then, or not any more; False where they were not."""
    return await put_decided(standing, room, mute_values(user, until_ms))


async def put_ban(standing: Standing, room: str, user: str, *, banned: bool) -> bool:
    """Keeps somebody out of the room, or lets them in; False where they were."""
    return await put_decided(standing, room, ban_values(user, standing.clock() if banned else None))


async def all_barred(standing: Standing) -> dict[str, Barred]:
    """Everybody for whom something was decided."""
    return {user: barred async for people in barred_in_parts(standing) for user, barred in people}
