"""Proves gifts that go from partition to partition: what their steps say fits, and what has no end is under way.

The entries of all partitions are seen side by side, as they were written: of what has ended in the archive nothing is
kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from app.archive.archive import Archive
from app.archive.entries import find_entries
from app.rules.crossings import GUEST
from app.rules.entries import Entry
from app.rules.gift_steps import GiftClosed, GiftCredited, GiftDelivered, GiftPaid, GiftReturned, GiftStep
from app.rules.partitions import partition
from app.rules.replay import Read
from app.rules.standing import Loss
from app.store.audit import Outbox

# As the names of the steps begin, which go on with the gift's own: see the keys of the entries.
PAID, DELIVERED, ENDED, CREDITED = "gift", "delivered", "closed", "credited"
STEPS = (GiftPaid, GiftDelivered, GiftClosed, GiftReturned, GiftCredited)


class Taken(NamedTuple):
    """A step that was taken, and where it stands."""

    k: int
    n: int
    entry: Entry

    def __str__(self) -> str:
        return f"n {self.n} of partition {self.k}"


class Missing(NamedTuple):
    """A step that is missing in a partition, where it was the entry n, as far as that is known."""

    k: int
    n: int | None = None

    def is_among(self, losses: Sequence[Loss]) -> bool:
        """Whether it is one of the entries that were lost."""
        return any(self.n is None or loss.first <= self.n <= loss.last for loss in losses)


Steps = dict[str, Taken]


class CrossingsProof:
    """The proof for all partitions, of which there are so many; `problem` is told what is wrong.

    Attributes:
        since_ms: what was written before that is not looked at: not all partitions are seen from before that.
        keep_ended: from the archive's end on, where nobody else can be asked.
        lost: what is wrong because of entries that were lost, as is known and was accepted.
    """

    def __init__(self, partitions: int, problem: Callable[[str], None]) -> None:
        self._partitions = partitions
        self._problem = problem
        self._open: dict[str, Steps] = {}
        self._lying: dict[int, Outbox] = {}
        self._ended: dict[str, Steps] = {}
        self._doubtful = set[str]()
        self.since_ms = 0
        self.keep_ended = False
        self.lost: list[str] = []

    def see(self, k: int, read: Read, at_ms: int) -> None:
        """Takes an entry of a partition, in their order, and when it was written."""
        if isinstance(read.entry, STEPS) and at_ms >= self.since_ms:
            step, _, name = read.entry.key.partition(":")
            steps, taken = self._open.get(name), Taken(k, read.n, read.entry)
            if steps is None:
                # What had ended has a step more than it may have.
                steps = self._open[name] = self._ended.pop(name, {})
            if step in steps:
                self._twice(name, steps[step], taken)
            steps[step] = taken
            if _has_ended(steps):
                self._check(name, steps)
                del self._open[name]
                if self.keep_ended:
                    self._ended[name] = steps

    def lies(self, k: int, outbox: Outbox) -> None:
        """Takes what lies in the outbox of a partition that was seen up to the same entry."""
        self._lying[k] = outbox
        coins = sum(outbox.gifts.values())
        if coins != outbox.escrow:
            self._problem(f"partition {k}: {outbox.escrow} coins are in escrow, and {coins} lie in the outbox")
        for name, steps in self._open.items():
            paid = steps.get(PAID)
            if paid is not None and paid.k == k and ENDED not in steps and name not in outbox.gifts:
                self._problem(f"gift {name} was paid ({paid}), has not ended, and is not under way")

    def doubt(self) -> bool:
        """Notes which gifts have not ended, as far as all was seen; whether there are any."""
        lying = (name for outbox in self._lying.values() for name in (*outbox.gifts, *outbox.guests))
        self._doubtful = {*self._open, *(name.removeprefix(GUEST) for name in lying)}
        return bool(self._doubtful)

    async def judge(self, archive: Archive, losses: Sequence[Sequence[Loss]]) -> None:
        """Says what is wrong with those, once the partitions were seen as they are after that.

        Args:
            archive: where steps are looked for that were not seen.
            losses: of each partition the entries that it has lost for good: what they explain is no problem any more.

        Raises:
            ArchiveError: the archive cannot be read.
        """
        found = {name: dict(self._open.get(name) or self._ended.get(name, {})) for name in sorted(self._doubtful)}
        keys = [f"{step}:{name}" for name in found for step in (PAID, DELIVERED, ENDED, CREDITED)]
        for k in range(self._partitions if keys else 0):
            _, entries = await archive.read(find_entries, keys, k)
            for key, (n, entry) in entries.items():
                step, _, name = key.partition(":")
                taken = Taken(k, n, entry)
                if found[name].setdefault(step, taken)[:2] != taken[:2]:
                    self._twice(name, found[name][step], taken)
        for name, steps in found.items():
            for text, missing in self._wrong_in(name, steps):
                is_known = missing is not None and missing.is_among(losses[missing.k])
                (self.lost.append if is_known else self._problem)(f"gift {name} {text}")
            self._check(name, steps)

    def _twice(self, name: str, one: Taken, other: Taken) -> None:
        self._problem(f"gift {name} was {other.entry.kind.removeprefix('gift_')} twice: {one}, {other}")

    def _home(self, entry: Entry) -> int:
        """Where an entry has to be, as far as it says that itself; -1 for a delivery."""
        if isinstance(entry, GiftDelivered):
            return -1
        assert isinstance(entry, GiftStep | GiftCredited)
        return partition(entry.user if isinstance(entry, GiftCredited) else entry.sender, self._partitions)

    def _wrong_in(self, name: str, steps: Mapping[str, Taken]) -> Iterator[tuple[str, Missing | None]]:
        """What is wrong, and which step is missing."""
        home = partition(name.rpartition(":")[0], self._partitions)
        lying = self._lying[home]
        paid, delivered, ended = steps.get(PAID), steps.get(DELIVERED), steps.get(ENDED)
        if paid is None:
            yield "was never paid", Missing(home)
        if delivered is not None and isinstance(gift := delivered.entry, GiftDelivered) and gift.elsewhere:
            lies = any(GUEST + name in one.guests for one in self._lying.values())
            if CREDITED not in steps and not lies:
                guests = partition(gift.receiver, self._partitions)
                yield "was delivered, and its guest never got it", Missing(guests)
        if ended is None:
            return
        if name in lying.gifts and ended.n <= lying.n:
            yield f"has ended ({ended}), and is under way", None
        if isinstance(ended.entry, GiftReturned) and delivered is not None:
            yield f"was given back ({ended}), and delivered", None
        if isinstance(ended.entry, GiftClosed) and delivered is None:
            at = paid.entry.at if paid is not None and isinstance(paid.entry, GiftPaid) else None
            missing = None if at is None else Missing(at, ended.entry.delivered_n)
            yield f"is spent ({ended}), and was never delivered", missing

    def _check(self, name: str, steps: Mapping[str, Taken]) -> None:
        """What the steps say of each other."""
        paid, delivered, ended = steps.get(PAID), steps.get(DELIVERED), steps.get(ENDED)
        if len({_content(taken.entry) for taken in steps.values() if isinstance(taken.entry, GiftStep)}) > 1:
            self._problem(f"gift {name} is another one in each step: {', '.join(map(str, steps.values()))}")
        strays = [taken for taken in steps.values() if self._home(taken.entry) not in (-1, taken.k)]
        if paid is not None and isinstance(paid.entry, GiftPaid) and delivered is not None:
            strays += [delivered] if delivered.k not in (-1, paid.entry.at) else []
        if strays:
            self._problem(f"gift {name} is where it does not belong: {', '.join(map(str, strays))}")
        closed = ended.entry if ended is not None else None
        if delivered is not None and isinstance(closed, GiftClosed) and closed.delivered_n != delivered.n:
            self._problem(f"gift {name} was delivered ({delivered}), and closed as n {closed.delivered_n}")
        credited = steps.get(CREDITED)
        if credited is not None and delivered is not None and not _is_of(credited.entry, delivered.entry):
            self._problem(f"gift {name}: its guest was credited with something else ({credited})")


def _has_ended(steps: Mapping[str, Taken]) -> bool:
    if PAID not in steps or ENDED not in steps:
        return False
    if isinstance(steps[ENDED].entry, GiftReturned):
        return DELIVERED not in steps
    delivered = steps[DELIVERED].entry if DELIVERED in steps else None
    return isinstance(delivered, GiftDelivered) and (not delivered.elsewhere or CREDITED in steps)


def _content(gift: GiftStep) -> tuple[object, ...]:
    money = (gift.coins, gift.streamer_milli, gift.platform_milli, gift.catalogue, gift.card)
    return gift.receiver, gift.room, gift.gift, gift.quantity, *money


def _is_of(credited: Entry, delivered: Entry) -> bool:
    if not isinstance(credited, GiftCredited) or not isinstance(delivered, GiftDelivered):
        return False
    return delivered.elsewhere and (credited.user, credited.milli) == (delivered.receiver, delivered.streamer_milli)
