"""Running promotions in the store: what is counted of each, by the parts of its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.base.errors import refusal_of
from app.rules.promotions import Promotion
from app.store.standing import Standing

KEPT_MS = 7 * 24 * 3600 * 1000
"""For how long one is kept whose end nobody has seen to."""
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of a promotion: in all, and by part; `stopped` says why nothing is counted any more."""

    counted: int
    parts: Mapping[int, int] = field(default_factory=dict)
    stopped: str = ""


class Promotions:
    """The promotions of one partition, whose ledger stands so."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.keys = standing.keys

    async def put(self, promotion: Promotion, buyer: str, parts: Mapping[int, int]) -> None:
        """Lets a promotion run, with what was counted of it so far, unless it does already.

        Args:
            promotion: which one.
            buyer: how the one who bought it is called among those who see it.
            parts: what was counted by part.

        Raises:
            Refusal: `uninitialised`.
        """
        values: dict[str, str | int] = {
            "room": promotion.room,
            "buyer": buyer,
            "browser": promotion.browser,
            "impressions": promotion.impressions,
            "start": promotion.started_ms,
            "end": promotion.ends_ms,
            "counted": promotion.delivered,
            **{f"p{part}": count for part, count in parts.items()},
        }
        names = [self.keys.totals, self.keys.promotions, self.keys.promotion(promotion.id)]
        flat = [word for pair in values.items() for word in pair]
        result = await self.standing.run("put_promotion", names, promotion.id, promotion.ends_ms, KEPT_MS, *flat)
        check_answer(result)

    async def counted(self, ids: Sequence[str]) -> dict[str, Counted]:
        """What was counted of each; those that are not there are left out. Raises Refusal `uninitialised`."""
        found: dict[str, Counted] = {}
        for at in range(0, len(ids), AT_ONCE):
            some = ids[at : at + AT_ONCE]
            names = [self.keys.totals, *map(self.keys.promotion, some)]
            refused, *hashes = await self.standing.store.run("read_promotions", names, self.standing.epoch)
            check_answer(refused)
            found |= {one: _counted(flat) for one, flat in zip(some, hashes, strict=True) if flat}
        return found

    async def stop(self, promotion_id: str, why: str) -> Counted | None:
        """Stops one for that reason, unless it was stopped for another before; None where it is not there.

        Raises:
            Refusal: `uninitialised`.
        """
        names = [self.keys.totals, self.keys.promotion(promotion_id)]
        refused, *hashes = await self.standing.run("stop_promotion", names, why)
        check_answer(refused)
        return _counted(hashes[0]) if hashes[0] else None

    async def ids(self) -> list[str]:
        """Those that were put and not forgotten yet."""
        return [one.decode() for one in await self.standing.store.call("ZRANGE", self.keys.promotions, 0, -1)]

    async def forget(self, promotion_id: str) -> None:
        """Removes all that is kept of one."""
        keys = self.keys
        await self.standing.store.call("ZREM", keys.promotions, promotion_id)
        kept = (keys.promotion(promotion_id), keys.promotion_tickets(promotion_id), keys.promotion_people(promotion_id))
        await self.standing.store.call("UNLINK", *kept)


def check_answer(result: bytes) -> None:
    """Raises the Refusal that a script has answered."""
    if result[:1] == b"R":
        raise refusal_of(result[1:].decode())


def _counted(flat: Sequence[bytes]) -> Counted:
    values = {flat[i].decode(): flat[i + 1].decode() for i in range(0, len(flat), 2)}
    parts = {int(name[1:]): int(text) for name, text in values.items() if name[:1] == "p" and name[1:].isdigit()}
    return Counted(int(values["counted"]), parts, values.get("stopped", ""))
