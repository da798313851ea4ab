"""Buys, gives, settles, pays out and takes back in any order, with processes that die at any step."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.actions.books.deliver import Delivery
from app.actions.books.look_up import look_up_in
from app.actions.books.pay_out import Payer
from app.actions.books.payouts import hear_outcome
from app.actions.books.promotions import Promoter
from app.actions.books.reconcile import reconcile
from app.actions.books.settle_earnings import Settler
from app.actions.books.told import TOLD
from app.actions.operator.decide_payout import Verdict, decide_payout
from app.actions.operator.refund_purchase import refund_purchase
from app.actions.verify_ledger import verify_ledger
from app.actions.viewer.withdraw_purchase import Wish as Withdrawal
from app.actions.viewer.withdraw_purchase import withdraw_purchase
from app.archive import outbox, payouts, promotions
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors
from app.archive.migrate import migrate
from app.base.errors import Refusal
from app.rails.payouts.rail import Outcome
from app.rules.actors import PLATFORM
from app.rules.goals import Goal
from app.rules.payouts import Payout
from app.rules.promotions import HOUR_MS
from app.rules.purchases import Purchase
from app.store.audit import Audit
from app.store.client import Store
from app.store.journal import Journal
from app.store.moves import Moves
from app.store.promotions import Promotions
from tests.actions.paying import Paying
from tests.actions.promoting import Desk
from tests.actions.shop import Shop
from tests.archiving import HOLD_MS, archive_all, archiver_on
from tests.books import check_books
from tests.crashes import Crash, CrashingStore, Died, crashing_archive
from tests.store.moving import freeze, unfreeze
from tests.world import EPOCH, World

T = TypeVar("T")
DAY_MS = 86_400_000
UNDOINGS = ["withdraw", "refund", "charge.dispute.created", "charge.dispute.closed"]
UNDER_WAY = ("approved", "submitted")
# The step at which a process dies: an even one before a call or a commit, an odd one after it.
DIES_AT = st.none() | st.integers(0, 24)
Work = Callable[[Store, Archive], Awaitable[object]]


class Bench:
    """One store, and an archive for each example."""

    def __init__(self, store_url: str, new_address: Callable[[], str]) -> None:
        self.loop = asyncio.new_event_loop()
        self.store_url = store_url
        self.new_address = new_address

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Does one step to its end."""
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        """Leaves nothing open."""
        # Connections that were closed are told so by the loop.
        self.run(asyncio.sleep(0.01))
        self.loop.close()


class MoneyMachine(RuleBasedStateMachine):
    """Money of one viewer, ann, and of one streamer, sam."""

    partitions = 1

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.run = bench.run
        self.bought: list[Purchase] = []
        self.asked: list[Payout] = []
        self.keys = 0

    @initialize()
    def birth(self) -> None:
        """A newborn ledger, an empty archive, and a streamer with a tax profile and diamonds that can be paid out."""
        self.address = self.bench.new_address()
        self.archive = Archive(self.address)
        self.store = Store(self.bench.store_url)
        self.world = self.world_on(self.store)
        self.run(self.archive.write(migrate))
        self.run(self.archive.write(begin_cursors, self.partitions))
        self.run(self.world.be_born())
        self.shop, self.paying = Shop(self.archive, self.world), Paying(self.archive, self.world)
        self.desk = Desk(self.shop)
        self.run(self.paying.profile())
        for _ in range(4):
            self.run(self.paying.earn())

    def teardown(self) -> None:
        """All that is under way comes to its end, and store, archive and payouts agree."""
        if hasattr(self, "paying"):
            try:
                self.run(self.end())
            finally:
                self.store.close()
                self.archive.close()
        super().teardown()

    # What people do.

    @rule(package=st.sampled_from(["coins_3500", "coins_7000"]))
    def buy(self, package: str) -> None:
        """A purchase is paid; its coins may be credited later."""
        self.keys += 1
        purchase = self.run(self.shop.buy(f"k{self.keys}", "DE", package=package)).purchase
        self.run(self.shop.say(purchase, "checkout.session.completed"))
        self.bought.append(purchase)

    @rule(quantity=st.sampled_from([1, 5, 30]))
    def gift(self, quantity: int) -> None:
        """Coins become pending diamonds, where there are enough."""
        self.run(self.world.send(self.world.order(gift="crown", quantity=quantity)))

    @rule(many=st.sampled_from([1, 40, 10**6]), gift=st.sampled_from([None, "crown", "rose"]))
    def goal(self, many: int, gift: str | None) -> None:
        """The room, where it is live, has another goal, which gifts may reach."""
        self.keys += 1
        goal = Goal(id=f"g{self.keys}", title="Encore", target=many, gift=gift, ends_ms=None)
        self.try_to(self.put_goal(goal))

    @rule(package=st.sampled_from(["first_look", "full_house"]))
    def promote(self, package: str) -> None:
        """Coins promote a room, where there are enough."""
        self.keys += 1
        self.try_to(self.desk.promote(f"m{self.keys}", package=package))

    @precondition(lambda self: self.bought)
    @rule(data=st.data(), kind=st.sampled_from(UNDOINGS))
    def undo(self, data: st.DataObject, kind: str) -> None:
        """A purchase is withdrawn, refunded by an operator, charged back, or the dispute is won."""
        purchase = data.draw(st.sampled_from(self.bought))
        if kind == "withdraw":
            self.run(archive_all(self.world, self.archive))
            self.keys += 1
            self.try_to(self.withdraw(Withdrawal("ann", purchase.id, f"w{self.keys}")))
        elif kind == "refund":
            refund = refund_purchase(self.archive, self.shop.delivery, purchase.id, "r", PLATFORM, self.shop.now_ms)
            self.try_to(refund)
        else:
            status = "won" if kind.endswith("closed") else "needs_response"
            self.run(self.shop.say(purchase, kind, object_id="dp", status=status))

    @rule(diamonds=st.sampled_from(["2000", "2970.5", "12000", "100000"]), goes_on=st.booleans())
    def ask(self, diamonds: str, goes_on: bool) -> None:
        """A payout is asked for, where it can be paid, and its rail perhaps asked at once."""
        if (asked := self.try_to(self.paying.ask(diamonds))) is not None:
            self.asked.append(asked.payout)
        if goes_on:
            self.archiver(None)
            self.payer(None, 0, False)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), verdict=st.sampled_from(["approve", "reject", "cancel"]))
    def decide(self, data: st.DataObject, verdict: Verdict) -> None:
        """A payout is decided on, by others or by its owner."""
        payout, now_ms = data.draw(st.sampled_from(self.asked)), self.paying.now_ms
        if verdict in ("approve", "reject"):
            self.try_to(decide_payout(self.archive, verdict, payout.id, PLATFORM, "why", now_ms))
        else:
            self.try_to(self.paying.cancel(payout))

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), status=st.sampled_from(["paid", "pending", "unclaimed", "returned", "failed"]))
    def hear(self, data: st.DataObject, status: Any) -> None:
        """A rail says something of a payout, at any time and in any order."""
        payout = data.draw(st.sampled_from(self.asked))
        self.run(self.archive.write(hear_outcome, payout.id, Outcome(status, "r", status), self.paying.now_ms))

    @rule(frozen=st.sampled_from([True, False, False, False]))
    def freeze(self, frozen: bool) -> None:
        """The streamer is frozen, or not any more."""
        self.run(self.world.moves.post([(freeze if frozen else unfreeze)("sam")]))

    # What processes do, and die of.

    @rule(dies_at=DIES_AT)
    def archiver(self, dies_at: int | None) -> None:
        """The journal is archived."""
        self.process(dies_at, lambda store, mine: self.everywhere(lambda k: archiver_on(store, mine, k).step()))

    @rule(dies_at=DIES_AT, later_ms=st.sampled_from([0, 2 * HOLD_MS]))
    def settler(self, dies_at: int | None, later_ms: int) -> None:
        """Pending diamonds become available."""

        async def ledger_ms() -> int:
            return self.world.now_ms() + later_ms

        async def settle(store: Store, mine: Archive) -> None:
            moves = self.moves_on(store, mine)
            await self.everywhere(lambda k: Settler(moves, mine, ledger_ms, k).step())

        self.process(dies_at, settle)

    @rule(dies_at=DIES_AT, step_ms=st.sampled_from([0, 4000, DAY_MS]), fails=st.booleans())
    def payer(self, dies_at: int | None, step_ms: int, fails: bool) -> None:
        """Payouts go on, by a rail that may lose an answer."""
        self.paying.now_ms += step_ms
        self.paying.rail.failures = int(fails)
        self.process(dies_at, lambda store, mine: self.payer_on(store, mine).step())

    @rule(dies_at=DIES_AT, step_ms=st.sampled_from([0, 0, HOUR_MS]), seen=st.integers(0, 250))
    def promoter(self, dies_at: int | None, step_ms: int, seen: int) -> None:
        """Promotions are seen and go on, and give back the rest when their time is over."""
        self.shop.now_ms += step_ms
        for promotion in self.run(self.desk.running.ids()):
            self.run(self.store.call("HSET", self.world.keys.promotion(promotion), "counted", seen))
        self.process(dies_at, lambda store, mine: self.promoter_on(store, mine).step())

    @rule(dies_at=DIES_AT)
    def delivery(self, dies_at: int | None) -> None:
        """Entries that were decided reach the ledger."""
        self.process(dies_at, lambda store, mine: self.delivery_on(store, mine).deliver())

    @rule(dies_at=DIES_AT)
    def two_payers(self, dies_at: int | None) -> None:
        """Two go on at once, and one of them may die."""

        async def both(store: Store, mine: Archive) -> None:
            async def dying() -> None:
                with suppress(Died):
                    await self.payer_on(store, mine).step()

            await asyncio.gather(dying(), self.paying.payer.step())

        self.process(dies_at, both)

    # What must be.

    @invariant()
    def the_books_are_in_order(self) -> None:
        """Every invariant of the ledger holds, and payouts have what they say."""
        if hasattr(self, "paying"):
            self.run(self.check())

    async def check(self) -> None:
        """Holds the ledger against itself, and payouts against it, once nothing is on its way to it."""
        books = await check_books(self.world)
        if await self.archive.read(outbox.waiting, 1):
            return
        promoted = await self.archive.read(promotions.page, "ann", None, 1000)
        assert books.promoted == sum(one.coins - one.returned for one in promoted)
        found = await self.archive.read(payouts.page, None, 1000)
        held = sum(one.milli for one in found if one.status in ("requested", "approved", "submitted"))
        paid = sum(one.milli for one in found if one.status == "paid")
        assert (books.columns["held"]["sam"], books.columns["paid"]["sam"]) == (held, paid)
        assert all(one.held_n or one.status == "failed" for one in found)

    async def end(self) -> None:
        """Whatever waits is done, by processes that live."""
        await self.world.moves.post([unfreeze("sam")])
        for _ in range(4):
            await self.paying.pass_time(DAY_MS)
        self.shop.now_ms += HOUR_MS
        await self.desk.promoter.step()
        assert {"ended"} >= {one.status for one in await self.archive.read(promotions.page, "ann", None, 1000)}
        await archive_all(self.world, self.archive)
        await self.check()
        audits = [Audit(self.store, k) for k in range(self.partitions)]
        journals = [Journal(self.store, EPOCH, k) for k in range(self.partitions)]
        report = await verify_ledger(audits, self.archive, journals, full=True)
        compared = await reconcile(audits, self.archive, journals, lambda what, done, of: None)
        assert ([], [], []) == (report.problems, compared.problems, compared.differences)
        left = [one.id for one in await self.archive.read(payouts.page, None, 1000) if one.status in UNDER_WAY]
        assert [] == left

    # How it is done.

    def process(self, dies_at: int | None, work: Work) -> None:
        """A process does some work, with connections of its own, and may die of it."""
        crash = Crash(dies_at)
        store, mine = CrashingStore(self.bench.store_url, crash), crashing_archive(self.address, crash)

        async def live() -> None:
            with suppress(Died):
                await work(store, mine)

        try:
            self.run(live())
        finally:
            store.close()
            mine.close()

    def world_on(self, store: Store) -> World:
        """The ledger as a process knows it that has just begun."""
        return World(store, self.partitions)

    async def everywhere(self, step: Callable[[int], Awaitable[object]]) -> None:
        """A process takes a step in one partition after the other."""
        for k in range(self.partitions):
            await step(k)

    def moves_on(self, store: Store, mine: Archive) -> Moves:
        """Who posts what is no gift, and knows nothing yet."""
        return Moves(self.world_on(store).partitions.ledgers, look_up_in(mine))

    async def put_goal(self, goal: Goal) -> None:
        """The room has that goal."""
        await (await self.world.partitions.at("main")).put_goal("main", goal)

    def delivery_on(self, store: Store, mine: Archive) -> Delivery:
        """A delivery that knows nothing yet."""
        return Delivery(mine, self.moves_on(store, mine), TOLD, self.paying.clock)

    def promoter_on(self, store: Store, mine: Archive) -> Promoter:
        """A promoter that knows nothing yet."""
        world = self.world_on(store)
        return Promoter(
            mine, Promotions(world.standing), world.partitions, self.delivery_on(store, mine), self.shop.clock
        )

    def payer_on(self, store: Store, mine: Archive) -> Payer:
        """A payer that knows nothing yet."""
        partitions, delivery = self.world_on(store).partitions, self.delivery_on(store, mine)
        return Payer(mine, partitions, self.paying.rails, delivery, self.paying.clock)

    async def withdraw(self, wish: Withdrawal) -> None:
        """The viewer gives unused coins back."""
        shop, (wallet,) = self.shop, await self.world.partitions.of(wish.user).wallets([wish.user])
        await withdraw_purchase(shop.archive, shop.delivery, shop.tariff, wish, wallet.version, shop.now_ms)

    def try_to(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What comes of something that may be refused."""
        try:
            return self.run(work)
        except Refusal:
            return None
