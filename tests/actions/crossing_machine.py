"""The same with a ledger of four partitions: gifts go from ann's to sam's, their senders die, and others walk on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from app.actions.books.auditor import Auditor
from app.actions.books.late_gifts import LateGifts
from app.actions.manage_room import RoomChange, change_room
from app.archive.archive import Archive
from app.archive.entries import find_entries
from app.rules.entries import Entry
from app.rules.gifts import GiftOrder
from app.rules.rooms import Status
from app.rules.standing import SKEW_MS
from app.store.audit import Audit
from app.store.client import Store
from app.store.crossings import DEADLINE_MS, Crossings
from app.store.gift_ways import LEFT_MS, GiftWays
from app.store.journal import Journal
from loadtest.crossing_world import send
from tests.actions.money_machine import DIES_AT, Bench, MoneyMachine
from tests.archiving import archive_all
from tests.world import EPOCH

PARTITIONS = 4
GIFTS = st.lists(st.tuples(st.sampled_from(["sam", "gil"]), st.sampled_from([1, 5])), min_size=1, max_size=4)
# Behind the payment: two for each call until all is closed, and the guest credited.
GIFT_DIES_AT = st.integers(3, 16)
ENDED = ("A", "X", "I")


class CrossingMachine(MoneyMachine):
    """Money of ann, of sam, and of gil, who is a guest in sam's room: each in another partition."""

    partitions = PARTITIONS

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.sent: list[GiftOrder] = []
        self.ends: dict[str, str] = {}

    @initialize(gifts=GIFTS, dies_at=GIFT_DIES_AT, ends_late=st.booleans())
    def birth(self, gifts: list[tuple[str, int]], dies_at: int, ends_late: bool) -> None:
        """The same, and some gifts are under way, perhaps for so long that nobody may deliver them any more."""
        super().birth()
        self.ends_late = ends_late
        homes = [self.world.partitions.number_of(user) for user in ("ann", "sam", "gil")]
        assert len(set(homes)) == len(homes)
        self.leave_gifts(gifts, dies_at)

    # What people do.

    @rule(gifts=GIFTS, dies_at=GIFT_DIES_AT)
    def leave_gifts(self, gifts: list[tuple[str, int]], dies_at: int) -> None:
        """A worker dies while it sends some gifts."""
        orders = [self.world.order(gift="crown", quantity=many, receiver=receiver) for receiver, many in gifts]
        self.sent += orders

        async def send_all(store: Store, mine: Archive) -> None:
            for order, answer in zip(orders, await send(self.ways_on(store, mine), orders), strict=True):
                self.hear_of(order, answer.decode())

        self.process(dies_at, send_all)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """Whoever did not hear of a gift sends it again, and hears what others have heard."""
        order = self.sent[data.draw(st.integers(0, len(self.sent) - 1))]
        (answer,) = self.run(self.world.send(order))
        self.hear_of(order, answer)

    @rule(status=st.sampled_from(["ended", "live", "live"]))
    def end_room(self, status: Status) -> None:
        """The room has ended, or goes on."""
        self.run(change_room(self.world.partitions, "main", RoomChange(status=status)))

    # What processes do, and die of.

    @rule(dies_at=DIES_AT)
    def relay(self, dies_at: int | None) -> None:
        """A worker walks on with what others have left."""
        self.run(self.world.pass_time(LEFT_MS))

        async def take_over(store: Store, mine: Archive) -> None:
            await self.everywhere(self.ways_on(store, mine).take_over)

        self.process(dies_at, take_over)

    @rule(dies_at=DIES_AT, is_archived=st.booleans())
    def late(self, dies_at: int | None, is_archived: bool) -> None:
        """What is late ends as the archive says, where that knows."""
        self.run(self.world.pass_time(DEADLINE_MS + 2 * SKEW_MS))
        if is_archived:
            self.run(archive_all(self.world, self.archive))
        self.process(dies_at, self.end_late)

    @rule(k=st.integers(0, PARTITIONS - 1))
    def auditor(self, k: int) -> None:
        """A partition is proved by itself."""
        self.run(self.audit(k))

    # What must be.

    async def end(self) -> None:
        """Whatever is under way comes to its end before."""
        await change_room(self.world.partitions, "main", RoomChange(status="live"))
        if not self.ends_late:
            await self.world.pass_time(LEFT_MS)
            await self.everywhere(self.ways_on(self.store, self.archive).take_over)
        await self.world.pass_time(DEADLINE_MS + 2 * SKEW_MS)
        await archive_all(self.world, self.archive)
        await self.end_late(self.store, self.archive)
        await self.everywhere(self.ways_on(self.store, self.archive).take_over)
        for ledger in self.world.partitions.ledgers:
            assert not await self.store.call("EXISTS", ledger.keys.outbox)
            assert not int(await self.store.call("HGET", ledger.keys.totals, "escrow") or 0)
        await super().end()
        await self.everywhere(self.audit)

    # How it is done.

    def hear_of(self, order: GiftOrder, answer: str) -> None:
        """An end that was heard once stays."""
        if answer[:1] == "R":
            return
        # Behind them may be the level that the gift led to.
        end = "|".join(answer[1:].split("|")[:7])
        assert end[0] in ENDED
        assert self.ends.setdefault(order.wire.id, end) == end

    def ways_on(self, store: Store, mine: Archive) -> GiftWays:
        """The ways between partitions as a worker walks them that has just begun."""
        steps = [Crossings(ledger) for ledger in self.world_on(store).partitions.ledgers]
        return GiftWays(steps, self.moves_on(store, mine))

    async def end_late(self, store: Store, mine: Archive) -> None:
        """The bookkeeper's round through all outboxes."""
        ledgers = self.world_on(store).partitions.ledgers

        async def ask(k: int, keys: Sequence[str]) -> tuple[int, Mapping[str, tuple[int, Entry]]]:
            return await mine.read(find_entries, keys, k)

        standings = [ledger.standing for ledger in ledgers]
        await self.everywhere(LateGifts([Crossings(ledger) for ledger in ledgers], standings, ask).step)

    async def audit(self, k: int) -> None:
        """The auditor of a partition finds nothing that is not in order."""
        auditor = Auditor(Audit(self.store, k), self.archive, Journal(self.store, EPOCH, k), self.world.now_ms)
        while True:
            audited = await auditor.step()
            assert [] == audited.drifts
            if audited.at_end:
                break
