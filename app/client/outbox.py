"""Gifts on their way: kept, and sent again with the same id until there is an answer. It knows no clock and no line."""

from __future__ import annotations

import math

from app.client.backoff import wait_before

# No answer for this long: it is sent again. The id makes that harmless.
ANSWER_S = 10.0
AGAIN_S = 0.25
# What waits for a guardian is asked for anew after so long.
WAITS_S = 60.0
OUTBOX_MAX = 100


class _Kept:
    __slots__ = ("attempts", "payload", "when_s")

    def __init__(self, payload: bytes, when_s: float) -> None:
        self.payload = payload
        self.when_s = when_s
        self.attempts = 0

    def sent(self, now_s: float) -> None:
        self.attempts += 1
        self.when_s = now_s + ANSWER_S


class Outbox:
    """The commands without an answer by their ids, oldest first; no more than `most`."""

    __slots__ = ("_kept", "_most")

    def __init__(self, most: int = OUTBOX_MAX) -> None:
        self._most = most
        self._kept: dict[str, _Kept] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, command_id: str | None) -> bool:
        return command_id in self._kept

    @property
    def ids(self) -> list[str]:
        """Those without an answer."""
        return list(self._kept)

    @property
    def next_s(self) -> float:
        """When the next one is due; infinity for never."""
        return min((kept.when_s for kept in self._kept.values()), default=math.inf)

    def add(self, command_id: str, payload: bytes, now_s: float) -> bool:
        """Keeps a command, to be sent now; False where too many wait."""
        if len(self._kept) >= self._most:
            return False
        self._kept[command_id] = _Kept(payload, now_s)
        return True

    def take_due(self, now_s: float) -> list[bytes]:
        """What is to be sent now; it is due again when it has had no answer for a while."""
        due = [kept for kept in self._kept.values() if kept.when_s <= now_s]
        for kept in due:
            kept.sent(now_s)
        return [kept.payload for kept in due]

    def send(self, command_id: str, payload: bytes, now_s: float) -> bytes:
        """Keeps a command that is sent right now, whatever else is due; the command."""
        kept = self._kept[command_id] = _Kept(payload, now_s)
        kept.sent(now_s)
        return payload

    def attempts(self, command_id: str) -> int:
        """How often it was sent."""
        kept = self._kept.get(command_id)
        return kept.attempts if kept else 0

    def line_broke(self) -> None:
        """What was sent may or may not have arrived: all of it is due on the next line."""
        for kept in self._kept.values():
            if kept.when_s < math.inf:
                kept.when_s = 0.0

    def again(self, command_id: str, now_s: float, dice: float, least_s: float = 0.0) -> float:
        """It was refused for now: when it is due again, the later the more often it was sent."""
        kept = self._kept[command_id]
        kept.when_s = now_s + max(least_s, wait_before(kept.attempts, dice, AGAIN_S, ANSWER_S))
        return kept.when_s

    def wait(self, command_id: str, now_s: float) -> None:
        """A guardian is asked for it: it is sent again now and then, should nobody come to tell what was decided."""
        self._kept[command_id].when_s = now_s + WAITS_S

    def decided(self, command_id: str) -> None:
        """Its guardian has decided, or has not in time: sent once more it is answered for good."""
        if kept := self._kept.get(command_id):
            kept.when_s = 0.0

    def hold(self, command_id: str) -> None:
        """It is not to be sent again; its fate is learnt in another way."""
        if kept := self._kept.get(command_id):
            kept.when_s = math.inf

    def forget(self, command_id: str | None) -> bool:
        """It is answered, or nobody waits for it; whether it was there."""
        return self._kept.pop(command_id or "", None) is not None
