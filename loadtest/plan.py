"""What a client process is told and what it answers: the messages between the load test and its processes, as types."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from loadtest.histogram import Histogram

QUIET_S = 0.3
# What was let go in a failover is shown once its room is compared with the store, which is done every two seconds.
QUIET_AFTER_FAULTS_S = 3.0

SLOW_RECEIVE_BYTES = 4096


class Step(Struct, frozen=True):
    """Gifts a second for whole seconds."""

    rate: float
    duration_s: int


class Seat(Struct, frozen=True):
    """A viewer: token and room; whether it sends gifts; whether it never reads."""

    token: str
    room: str
    sends: bool = False
    slow: bool = False


class Plan(Struct, frozen=True, kw_only=True):
    """One process's part of a run.

    `clock_offset_s` turns the system's monotonic clock, which all processes share, into the time that ids carry.
    `share` is this process's part of the rates; `drop_at_s` is when all its viewers lose their connections. It is over
    once nothing was seen for `quiet_s`, or `drain_s` after the last gift was sent.
    """

    url: str
    tag: str
    seed: int
    clock_offset_s: float
    seats: list[Seat]
    steps: list[Step]
    share: float
    gifts: list[tuple[str, float]]
    connects_a_second: float
    drop_at_s: float | None = None
    drop_within_s: float = 0.0
    drain_s: float = 15.0
    quiet_s: float = QUIET_S

    @property
    def duration_s(self) -> int:
        """How long gifts are sent."""
        return sum(step.duration_s for step in self.steps)


class Second(Struct):
    """One second of a run.

    `offered`, `done`, `reply` and `seen` belong to the gifts that were to be sent in it; `accepted`, `events` and
    `frames` are what arrived in it. `seen` counts every viewer's every gift.
    """

    offered: int = 0
    done: int = 0
    accepted: int = 0
    events: int = 0
    frames: int = 0
    received_bytes: int = 0
    reply: Histogram = msgspec.field(default_factory=Histogram)
    seen: Histogram = msgspec.field(default_factory=Histogram)
    lag: Histogram = msgspec.field(default_factory=Histogram)
    late: Histogram = msgspec.field(default_factory=Histogram)

    def add(self, other: Second) -> None:
        """Takes another process's same second in."""
        for name in ("offered", "done", "accepted", "events", "frames", "received_bytes"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("reply", "seen", "lag", "late"):
            getattr(self, name).add(getattr(other, name))


class Receipt(Struct, frozen=True, array_like=True):
    """An accepted gift; `at_s` is when it was heard of, from the start on."""

    room: str
    user: str
    id: str
    quantity: int
    coins: int
    at_s: float = 0.0


class RoomSeen(Struct):
    """A room's gifts as the viewers of a process saw them: by offset; without offsets, in one witness's order."""

    by_offset: dict[int, str] = msgspec.field(default_factory=dict)
    in_order: list[str] = msgspec.field(default_factory=list)
    quantity: int = 0


class Faults(Struct):
    """What must not be: holes and repeats in a viewer's stream, an offset with two gifts, viewers left behind."""

    gaps: int = 0
    repeats: int = 0
    conflicts: int = 0
    short: int = 0

    def add(self, other: Faults) -> None:
        """Takes another process's in."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Tally(Struct, kw_only=True):
    """All that a process measured."""

    seconds: dict[int, Second] = msgspec.field(default_factory=dict)
    connects: Histogram = msgspec.field(default_factory=Histogram)
    rejoins: Histogram = msgspec.field(default_factory=Histogram)
    receipts: list[Receipt] = msgspec.field(default_factory=list)
    duplicates: int = 0
    unanswered: list[tuple[str, str, str]] = msgspec.field(default_factory=list)
    errors: dict[str, int] = msgspec.field(default_factory=dict)
    closes: dict[int, int] = msgspec.field(default_factory=dict)
    rooms: dict[str, RoomSeen] = msgspec.field(default_factory=dict)
    faults: Faults = msgspec.field(default_factory=Faults)
    recovered: int = 0
    snapshots: int = 0
    resyncs: int = 0
    failed_connects: int = 0
    longest_silence_s: float = 0.0
    cpu_s: float = 0.0

    def second(self, number: int) -> Second:
        """That second, counted from the start."""
        found = self.seconds.get(number)
        if found is None:
            found = self.seconds[number] = Second()
        return found


class Ready(Struct, tag="ready"):
    """A process has its viewers connected."""

    connected: int
    failed: int


class Progress(Struct, tag="progress"):
    """A second of a process, as soon as it is over."""

    number: int
    offered: int
    accepted: int
    events: int
    errors: int
    connected: int
    seen_p99_us: int
    cpu_s: float


class Done(Struct, tag="done"):
    """The end."""

    tally: Tally


Said = Ready | Progress | Done


class Go(Struct, tag="go"):
    """Begin at that moment of the monotonic clock."""

    at_s: float


class Stop(Struct, tag="stop"):
    """Send no more gifts."""


Told = Go | Stop
