"""What is switched off, as a worker knows it: looked up every second, to say why. It is judged elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from app.archive import switches
from app.archive.archive import Archive
from app.base.errors import Refusal
from app.rules.switches import ONE_GIFT, Off, WhatIsOff, switch_of, switched_off

LOOK_EVERY_S = 1.0


class Switchboard:
    """The reasons of what is off, by the switches' names."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.off: Mapping[str, str] = {}

    async def look(self) -> float:
        """Learns what is off now; in how many seconds to look again. Raises ArchiveError."""
        found = await self._archive.read_at_once(switches.every)
        self.off = {switch.name: switch.reason for switch in found if not switch.on}
        return LOOK_EVERY_S

    def gift_refusal(self, gift: str) -> Refusal:
        """Why the store has refused a gift as switched off. In its first second the reason may not be known here."""
        name = next((name for name in ("gifts", switch_of(gift)) if name in self.off), None)
        return switched_off(name, self.off[name]) if name else Refusal("switched_off")

    def view(self) -> WhatIsOff:
        """What is off, for everyone."""
        found = [(name, Off(name.removeprefix(ONE_GIFT), reason)) for name, reason in sorted(self.off.items())]
        return WhatIsOff(
            [off for name, off in found if not name.startswith(ONE_GIFT)],
            [off for name, off in found if name.startswith(ONE_GIFT)],
        )
