"""What gifts and viewers cost, from runs that were measured, and how many parts a crowd needs by that. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import linear_regression

from msgspec import Struct

from loadtest.scenarios import Options

SCHEMA = "fanfare-capacity/1"
# So much of a core is used on purpose: the rest is for the second in which everybody comes at once.
USED = 0.6
# Descriptors that a worker has for its viewers, with the limit that our own files for deployment set.
VIEWERS_A_WORKER_MAX = 65_000
# Most gifts touch two of several partitions, the payer's and the room's: so much more CPU that may take at most.
ACROSS = 2.2


class Measure(Struct, frozen=True):
    """One run: its name, what it was made with, what was measured, and whether it counts."""

    name: str
    options: Options
    metrics: dict[str, float]
    books: str
    balances: bool
    invalid: list[str]

    @property
    def worker_cores(self) -> float:
        """Cores of the workers, without the bookkeeper."""
        return self.metrics["server_cores"] - self.metrics["books_cores"]

    @property
    def worker_mb(self) -> float:
        """Memory of the workers and their supervisor."""
        return self.metrics["server_rss_mb"] - self.metrics["books_rss_mb"]

    @property
    def rate(self) -> float:
        """Gifts a second that were accepted."""
        return self.metrics["accepted_per_s"]


class Books(Struct, frozen=True):
    """What the bookkeeper does: entries a second, and CPU microseconds an entry."""

    entries_per_s: float
    entry_us: float


class Line(Struct, frozen=True):
    """A straight line through what was measured."""

    base: float
    slope: float

    def at(self, x: float) -> float:
        """Its height there."""
        return self.base + self.slope * x


class Costs(Struct, frozen=True, kw_only=True):
    """Microseconds of CPU, kilobytes, bytes; all of one machine.

    Attributes:
        store_gift_us: of the store for a gift, while it has much to do, in many rooms.
        worker_gift_us: of the worker whose viewer sends it, in many rooms.
        frame_us: of a worker for a frame to one viewer.
        frames_per_s: frames a second that a viewer of a busy room is sent; what happens meanwhile shares them.
        quiet_us: of a worker for a viewer of a room where nothing happens, a second.
        hear_us: of each further worker for a gift that its viewers see too.
        tell_us: of the store for that.
        viewer_kb: a worker's memory for a viewer.
        worker_mb: its memory without any.
        event_bytes: of the network for an event and viewer.
        knee_per_s: gifts a second that one worker and one store held.
    """

    store_gift_us: float
    worker_gift_us: float
    frame_us: float
    frames_per_s: float
    quiet_us: float
    hear_us: float
    tell_us: float
    viewer_kb: float
    worker_mb: float
    event_bytes: float
    knee_per_s: float
    books: Books

    def viewer_us(self, seen: float) -> float:
        """CPU a second of a worker for a viewer in whose room so many events happen in a second."""
        return self.quiet_us + self.frame_us * min(seen, self.frames_per_s)


class Crowd(Struct, frozen=True, kw_only=True):
    """Whom to size for: viewers at once, gifts a second in all rooms, events a second that a viewer sees."""

    viewers: int
    gifts: float
    seen: float


class Sizes(Struct, frozen=True, kw_only=True):
    """What that crowd needs. None: no number of them is enough, since each hears all gifts."""

    workers: int | None
    worker_mb: float
    partitions: int | None
    books_share: float
    network_mb_per_s: float


def line_through(measures: Sequence[Measure], *, memory: bool = False) -> Line:
    """Cores, or memory, of the workers by viewers."""
    found = [measure.worker_mb if memory else measure.worker_cores for measure in measures]
    slope, base = linear_regression([measure.options.viewers for measure in measures], found)
    return Line(base, slope)


def costs_of(measures: Mapping[str, Sequence[Measure]], books: Books) -> Costs:
    """What is in the runs, which are named by what they are for."""
    quiet_us, frame_us = _viewers_us(measures)
    (few,), (two,), (many,), (ramp,) = (measures[name] for name in ("few", "two", "many", "ramp"))
    viewers_us = few.options.viewers * quiet_us + few.metrics["frames_per_s"] * frame_us
    memory = line_through(measures["quiet"], memory=True)
    busy = measures["busy"][-1]
    return Costs(
        store_gift_us=many.metrics["store_cores"] * 1e6 / many.rate,
        worker_gift_us=max(0.0, few.worker_cores * 1e6 - viewers_us) / few.rate,
        frame_us=frame_us,
        frames_per_s=busy.metrics["frames_per_s"] / busy.options.viewers,
        quiet_us=quiet_us,
        hear_us=max(0.0, two.worker_cores / two.rate - few.worker_cores / few.rate) * 1e6,
        tell_us=max(0.0, two.metrics["store_cores"] / two.rate - few.metrics["store_cores"] / few.rate) * 1e6,
        viewer_kb=max(0.0, memory.slope * 1000),
        worker_mb=memory.base,
        event_bytes=busy.metrics["received_mb_per_s"] * 1e6 / max(1.0, busy.metrics["events_per_s"]),
        knee_per_s=ramp.metrics["knee_per_s"],
        books=books,
    )


def _viewers_us(measures: Mapping[str, Sequence[Measure]]) -> tuple[float, float]:
    """What a viewer costs by being there, and each frame to one: by how much more a worker does for more viewers."""

    def more(*names: str) -> tuple[float, float, float]:
        us = viewers = frames = 0.0
        for first, last in ((measures[name][0], measures[name][-1]) for name in names):
            us += (last.worker_cores - first.worker_cores) * 1e6
            viewers += last.options.viewers - first.options.viewers
            frames += last.metrics["frames_per_s"] - first.metrics["frames_per_s"]
        return us, viewers, frames

    # Two equations with two unknowns, us = viewers * quiet + frames * frame: of rooms with few frames, and with many.
    few_us, few_viewers, few_frames = more("quiet")
    many_us, many_viewers, many_frames = more("calm", "busy")
    both = few_viewers * many_frames - many_viewers * few_frames
    quiet_us = (few_us * many_frames - many_us * few_frames) / both
    frame_us = (few_viewers * many_us - many_viewers * few_us) / both
    return max(0.0, quiet_us), max(0.01, frame_us)


class Capacity(Struct, kw_only=True):
    """Everything that was measured, as it is written to capacity.json; `took_s` is how long that took."""

    schema: str = SCHEMA
    command: str
    began: str
    took_s: float
    machine: dict[str, str]
    measures: dict[str, list[Measure]]
    books: Books

    @property
    def costs(self) -> Costs:
        """What is in it."""
        return costs_of(self.measures, self.books)

    @property
    def runs(self) -> list[Measure]:
        """All of them."""
        return [measure for many in self.measures.values() for measure in many]

    @property
    def caution(self) -> str:
        """What to think of latencies and of the knee where the machine was busy with something else; empty else."""
        late = [measure for measure in self.runs if measure.invalid]
        if not late:
            return ""
        return (
            f"In {len(late)} of {len(self.runs)} runs the client was late itself: CPU and memory are the server's all "
            "the same, but the rate that was held, and latencies, may be the client's."
        )

    @property
    def problems(self) -> list[str]:
        """Runs whose books do not balance, or to which not everybody came."""
        found = []
        for measure in self.runs:
            if measure.metrics["failed_connects"]:
                found.append(f"{measure.name}: {measure.metrics['failed_connects']:.0f} viewers could not connect")
            if not measure.balances:
                found.append(f"{measure.name}: {measure.books}")
        return found


def cores_for(costs: Costs, crowd: Crowd, workers: int = 1) -> float:
    """Cores of all workers together that such a crowd takes, by the costs."""
    own_us = crowd.gifts * costs.worker_gift_us + crowd.viewers * costs.viewer_us(crowd.seen)
    return (own_us + (workers - 1) * crowd.gifts * costs.hear_us) / 1e6


def size(costs: Costs, crowd: Crowd) -> Sizes:
    """How many workers and partitions that crowd needs, each to be used at `USED`.

    A worker is taken to have viewers of all rooms, and so to hear every gift, which is the worst that can be.
    """
    hear = crowd.gifts * costs.hear_us / 1e6
    own = cores_for(costs, crowd)
    workers = None
    if hear < USED:
        by_cpu = (own - hear) / (USED - hear) if own > USED else 1.0
        workers = max(math.ceil(by_cpu - 1e-9), math.ceil(crowd.viewers / VIEWERS_A_WORKER_MAX), 1)
    told = 0 if workers is None else (workers - 1) * costs.tell_us
    store = crowd.gifts * (costs.store_gift_us + told) / 1e6
    partitions = None
    if workers is not None:
        partitions = 1 if store <= USED else math.ceil(store * ACROSS / USED)
    viewers_each = crowd.viewers / (workers or 1)
    return Sizes(
        workers=workers,
        worker_mb=costs.worker_mb + viewers_each * costs.viewer_kb / 1000,
        partitions=partitions,
        books_share=crowd.gifts / costs.books.entries_per_s,
        network_mb_per_s=crowd.viewers * crowd.seen * costs.event_bytes / 1e6,
    )
