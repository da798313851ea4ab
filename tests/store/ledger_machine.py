"""Does anything to a ledger, in any order, and knows from a small model what each answer must be."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.actions.end_streaks import end_due_streaks
from app.actions.manage_room import RoomChange, change_room
from app.base.errors import Refusal, StoreError
from app.base.ids import time_of, uuid7
from app.rules import levels
from app.rules.entries import Promotion
from app.rules.goals import Goal
from app.rules.moves import Move
from app.rules.standing import AHEAD_MS
from app.store.client import Store
from app.store.ledger_time import DRIFT_MS
from app.store.moves import Posted
from tests.books import check_books, read_hash
from tests.fault_proxy import Fault, FaultProxy, eventually
from tests.shifted_store import ShiftedStore, kill
from tests.store import moving
from tests.world import GIFTS, SIDE, WINDOW_MS, World

T = TypeVar("T")
LEVELS = levels.load()
STREAK_MS = 5000
SKEW_MS = 5000
FAULTS = [None, None, None, Fault.DROP_REQUEST, Fault.DROP_REPLY]
USERS = ("ann", "bob", "eve")
DEAR = {"gift": "universe", "quantity": 999, "room": "main", "anonymous": False, "award_ppm": 0}


class Bench:
    """One store under a clock of ours behind a proxy that breaks, for many examples."""

    def __init__(self, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.server = ShiftedStore(folder / "d")
        self.server.start()
        self.proxy = FaultProxy(self.server.url, folder / "proxy.sock")
        self._listening = self.run(asyncio.start_unix_server(self.proxy.take, folder / "proxy.sock"))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Does one step to its end."""
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        """Leaves nothing behind."""
        self._listening.close()
        self.run(self.proxy.close())
        self.run(self._listening.wait_closed())
        self.loop.close()
        self.server.stop()


class Sent(NamedTuple):
    """A gift that was sent, as often as one likes, and what is stored under its id."""

    fields: dict[str, Any]
    record: str

    @property
    def minted_ms(self) -> int:
        """When its id was made."""
        return time_of(self.fields["id"])


class Running(NamedTuple):
    """A running streak."""

    id: str
    total: int
    last_ms: int


class LedgerMachine(RuleBasedStateMachine):
    """The model: wallets, n, what is stored under each id, the streaks that run."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.run = bench.run
        self.coins = dict.fromkeys(USERS, 0)
        self.given = dict.fromkeys(USERS, 0)
        self.n = 0
        self.sent: list[Sent] = []
        self.streaks: dict[tuple[str, str], Running] = {}
        self.grants: list[tuple[str, str, int, int]] = []
        self.comments: list[tuple[str, int]] = []
        self.promotions: list[Promotion] = []
        self.returned: dict[str, Move] = {}
        self.ended = False
        self.frozen: set[str] = set()

    @initialize()
    def birth(self) -> None:
        """A newborn ledger at the right time."""
        self.bench.server.shift(0)
        self.bench.proxy.forget()
        self.store = Store(self.bench.proxy.url)
        self.world = World(self.store)
        self.offset_ms = 0
        self.run(self.world.be_born())
        self.run(self.world.standing.see())
        for user in USERS:
            self.grant(user, 3000, None)

    def teardown(self) -> None:
        """hypothesis' callback."""
        if hasattr(self, "store"):
            self.store.close()
        super().teardown()

    # What is done.

    @rule(user=st.sampled_from(USERS), coins=st.sampled_from([1, 7, 100, 2000]), fault=st.sampled_from(FAULTS))
    def grant(self, user: str, coins: int, fault: Fault | None) -> None:
        """Coins are given, once, however often the answer is lost."""
        key = uuid7(self.world.now_ms())
        self.plan(fault)
        left = self.run(self.until_answered(lambda: self.world.grant(user, coins, key)))
        self.coins[user] += coins
        self.n += 1
        self.grants.append((key, user, coins, left))

        assert self.coins[user] == left

    @precondition(lambda self: self.grants)
    @rule(data=st.data())
    def grant_again(self, data: st.DataObject) -> None:
        """A grant that was given is answered as the first time, for ever; another one under its key is refused."""
        key, user, coins, left = data.draw(st.sampled_from(self.grants))

        assert left == self.run(self.world.grant(user, coins, key))
        assert "id_reused" == self.refusal(self.world.grant(user, coins + 1, key))

    @rule(user=st.sampled_from(USERS), coins=st.sampled_from([1, 150, 2500]), fault=st.sampled_from(FAULTS))
    def promote(self, user: str, coins: int, fault: Fault | None) -> None:
        """Coins are spent on a promotion once, however often the answer is lost, or not at all."""
        promotion = moving.promotion(user, coins)
        self.plan(fault)
        if self.post(promotion):
            self.promotions.append(promotion)
            self.coins[user] -= coins
            self.n += 1
        else:
            assert self.coins[user] < coins

    @precondition(lambda self: self.promotions)
    @rule(data=st.data(), fault=st.sampled_from(FAULTS))
    def give_back(self, data: st.DataObject, fault: Fault | None) -> None:
        """What a promotion has not delivered comes back, once, however often it is tried."""
        promotion = data.draw(st.sampled_from(self.promotions))
        back = self.returned.get(promotion.id)
        if back is None:
            coins = data.draw(st.integers(1, promotion.coins))
            back = self.returned[promotion.id] = moving.promotion_returned(promotion.user, coins, id=promotion.id)
            self.coins[promotion.user] += coins
            self.n += 1
        self.plan(fault)

        assert self.post(back)

    GIFT = st.fixed_dictionaries(
        {
            "sender": st.sampled_from(["ann", "ann", "bob", "eve"]),
            "gift": st.sampled_from(["rose", "rose", "rose", "heart", "crown", "swan"]),
            "quantity": st.sampled_from([1, 1, 2, 9]),
            "room": st.sampled_from(["main", "main", "side"]),
            "anonymous": st.sampled_from([False, False, False, True]),
            "award_ppm": st.sampled_from([1_000_000, 333_333]),
        }
    )

    GIFTS_SENT = st.lists(GIFT, min_size=1, max_size=4)

    @rule(gifts=GIFTS_SENT, fault=st.sampled_from(FAULTS), twice=st.booleans())
    def gift(self, gifts: list[dict[str, Any]], fault: Fault | None, twice: bool) -> None:
        """New gifts are sent in one batch, perhaps each of them twice in it."""
        batch = [{**fields, "id": uuid7(self.world.now_ms())} for fields in gifts]
        self.plan(fault)
        self.check(batch * 2 if twice else batch, self.run(self.answers(batch * 2 if twice else batch)), fault)

    @rule(fields=GIFT, pause_ms=st.sampled_from([1000, 4500, 5200]))
    def tap_again(self, fields: dict[str, Any], pause_ms: int) -> None:
        """The same gift again after a while goes on with the streak, or begins another."""
        self.gift([fields], None, False)
        self.time_passes(pause_ms)
        self.gift([fields], None, False)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), fault=st.sampled_from(FAULTS))
    def resend(self, data: st.DataObject, fault: Fault | None) -> None:
        """An old gift is sent again: nothing is spent for it, at any time."""
        old = data.draw(st.sampled_from(self.sent))
        self.plan(fault)
        (answer,) = self.run(self.answers([old.fields]))

        assert self.still_known(old, answer, "D" + old.record)
        # The id of an old gift cannot be used for another one.
        (answer,) = self.run(self.answers([{**old.fields, "quantity": old.fields["quantity"] + 1}]))

        assert self.still_known(old, answer, "Rid_reused")

    @rule(room=st.sampled_from(["main", "side"]), fault=st.sampled_from(FAULTS))
    def comment(self, room: str, fault: Fault | None) -> None:
        """A comment is said once, however often the answer is lost."""
        comment_id = uuid7(self.world.now_ms())
        self.plan(fault)
        answer = self.run(self.until_answered(lambda: self.world.say(comment_id, room=room)))

        if room == "side" and self.ended:
            assert "Rroom_not_live" == answer
        else:
            assert answer in ("N", "D") if fault else answer == "N"

    @rule(
        room=st.sampled_from(["main", "main", "side"]),
        many=st.sampled_from([0, 3, 40, 900]),
        gift=st.sampled_from([None, None, "rose"]),
        ends_in_ms=st.sampled_from([None, 3000]),
        fault=st.sampled_from(FAULTS),
    )
    def goal(self, room: str, many: int, gift: str | None, ends_in_ms: int | None, fault: Fault | None) -> None:
        """A goal is set, once, however often the answer is lost, or cleared; what it counts is an invariant."""
        ends_ms = ends_in_ms and self.world.now_ms() + ends_in_ms
        new = Goal(id=uuid7(self.world.now_ms())[:32], title="G", target=many, gift=gift, ends_ms=ends_ms)
        self.plan(fault)
        if many and room == "side" and self.ended:
            assert "room_not_live" == self.refusal(
                self.until_answered(lambda: self.world.rooms.put_goal(room, new)),
            )
            return
        put = self.run(self.until_answered(lambda: self.world.rooms.put_goal(room, new if many else None)))

        assert (put and (put.target, put.gift, put.ends_ms)) == ((many, gift, ends_ms) if many else None)
        assert put == self.run(self.world.rooms.goal(room))

    @rule()
    def end_streaks(self) -> None:
        """Streaks end when their time is over, and not before."""
        before_ms = self.world.now_ms() - DRIFT_MS
        self.run(end_due_streaks(self.world.rooms, self.world.now_ms))
        after_ms = max(self.world.now_ms(), self.high_ms()) + DRIFT_MS
        running = {
            (room, field) for room in self.world.room for field in self.run(self.world.rooms.running_streaks(room))
        }
        for key, streak in tuple(self.streaks.items()):
            if key not in running:
                assert streak.last_ms + STREAK_MS < after_ms
                del self.streaks[key]
            else:
                assert before_ms <= streak.last_ms + STREAK_MS

    @rule()
    def end_or_reopen(self) -> None:
        """A room ends, with all its streaks, and may be live again."""
        self.ended = not self.ended
        self.run(change_room(self.world.partitions, SIDE.id, RoomChange(status="ended" if self.ended else "live")))
        self.streaks = {key: streak for key, streak in self.streaks.items() if key[0] != SIDE.id or not self.ended}

    @rule(user=st.sampled_from([*USERS, "sam"]), gifts=GIFTS_SENT)
    def freeze(self, user: str, gifts: list[dict[str, Any]]) -> None:
        """Nothing goes from or to the frozen, until they thaw."""
        self.frozen = {user}
        self.run(self.store.call("SADD", self.world.keys.frozen, user))
        self.gift(gifts, None, False)
        self.frozen = set()
        self.run(self.store.call("SREM", self.world.keys.frozen, user))

    # What goes wrong.

    @rule()
    def flush_scripts(self) -> None:
        """The store forgets the scripts."""
        self.run(self.store.call("SCRIPT", "FLUSH"))

    @rule()
    def kill(self) -> None:
        """kill -9 of the store, and it is started again."""
        kill(self.bench.server)
        self.restart()

    @rule(gifts=GIFTS_SENT, turns=st.integers(0, 6))
    def kill_meanwhile(self, gifts: list[dict[str, Any]], turns: int) -> None:
        """kill -9 while gifts are under way; the same ids are sent again, until an answer."""
        batch = [{**fields, "id": uuid7(self.world.now_ms())} for fields in gifts]
        orders = [self.world.order(**fields) for fields in batch]

        async def send_and_kill() -> None:
            sending = asyncio.ensure_future(self.world.send(*orders))
            for _ in range(turns):
                await asyncio.sleep(0)
            kill(self.bench.server)
            await asyncio.gather(sending, return_exceptions=True)

        self.run(send_and_kill())
        self.restart()
        self.check(batch, self.run(self.answers(batch)), Fault.DROP_REPLY)

    def restart(self) -> None:
        """Starts the store again on what it has, when we have noticed that it was gone."""
        self.run(eventually(lambda: not self.bench.proxy.open))
        self.bench.server.spawn()
        self.bench.server.wait_ready()

    @rule(step_ms=st.sampled_from([1000, 4900, 5100, 60_000, WINDOW_MS, 7_200_000]))
    def time_passes(self, step_ms: int) -> None:
        """Time passes, for the store and for us."""
        self.world.slept_ms += step_ms
        self.shift(step_ms)
        # A clock that was set forward may be believed by now.
        self.run(self.world.standing.see())

    @rule(step_ms=st.sampled_from([500, 4000, 6000, 12_000, 60_000, 7_200_000]), back=st.booleans())
    def clock_jumps(self, step_ms: int, back: bool) -> None:
        """The store's clock is set: whatever it says then, the ledger's time goes on as before, and so do gifts."""
        before_ms = self.world.now_ms()
        self.shift(-step_ms if back else step_ms)
        self.run(self.world.standing.see())

        # What an answer may take is no jump.
        assert -SKEW_MS < self.world.now_ms() - before_ms < AHEAD_MS + 1000

    @rule()
    def begin_anew(self) -> None:
        """Another process takes over, which knows nothing of the time: the ledger's does not go back."""
        before_ms = max(self.high_ms(), self.world.now_ms() - SKEW_MS)
        self.world.rooms.standing = self.world.ledger.standing = self.world.stand()
        self.run(self.world.standing.see())

        assert self.world.now_ms() > before_ms - SKEW_MS - 1000

    @rule(step_ms=st.sampled_from([60_000, 7_200_000]), data=st.data())
    def clock_glitch(self, step_ms: int, data: st.DataObject) -> None:
        """The store's clock is ahead for a moment, in which it runs and answers."""
        self.shift(step_ms)
        if data.draw(st.booleans()):
            # One that cannot be paid is stored all the same, and would make the store forget what seems to be old.
            self.gift([{**DEAR, "sender": "ann"}], None, False)
        for sent in self.sent[-3:]:
            # Whoever asks for a key makes the store look whether its time is over.
            self.run(self.world.ledger.stored_result(sent.fields["sender"], sent.fields["id"], sent.minted_ms))
        self.shift(-step_ms)
        for sent in self.sent[-3:]:
            (answer,) = self.run(self.answers([sent.fields]))
            assert self.still_known(sent, answer, "D" + sent.record)
        self.gift([{**DEAR, "sender": "ann", "gift": "rose"}], None, False)

    # What must be.

    @invariant()
    def the_books_are_in_order(self) -> None:
        """Every invariant of the ledger holds, and the wallets are the model's."""
        if hasattr(self, "world"):
            books = self.run(check_books(self.world))

            assert self.n == books.n
            assert self.coins == {user: books.coins[user] for user in USERS}

    def check(self, batch: list[dict[str, Any]], answers: list[str], fault: Fault | None) -> None:
        """Holds the answers to new gifts against the model, which learns from them when they were applied."""
        at_ms = self.high_ms()
        for fields, answer in zip(batch, answers, strict=True):
            known = [sent.record for sent in self.sent if sent.fields["id"] == fields["id"]]
            expected = ("D" + known[0]) if known else self.apply(fields, at_ms)
            # Whoever has to ask again is told the same, without the level that the gift led to.
            assert expected == answer or (fault and expected[0] == "N" and answer == "D" + self.sent[-1].record)

    def apply(self, fields: dict[str, Any], at_ms: int) -> str:
        """What the model answers to a new gift."""
        sender, room, gift = fields["sender"], fields["room"], GIFTS[fields["gift"]]
        receiver = self.world.room[room].streamer.id
        if room == "side" and self.ended:
            return "Rroom_not_live"
        if sender in self.frozen:
            return "Rwallet_frozen"
        if receiver in self.frozen:
            return "Rreceiver_frozen"
        price = gift.price_coins * fields["quantity"]
        before = LEVELS.of(self.given[sender])
        if self.coins[sender] < price:
            record = f"I|{self.coins[sender]}|{price}"
        else:
            self.coins[sender] -= price
            self.given[sender] += price
            self.n += 1
            streak = "|0"
            if gift.streakable:
                key = (room, f"{sender}\t{gift.id}\t{receiver}\t{int(fields['anonymous'])}")
                running = self.streaks.get(key)
                if running is None or at_ms > running.last_ms + STREAK_MS:
                    running = Running(str(self.n), 0, at_ms)
                self.streaks[key] = Running(running.id, running.total + fields["quantity"], at_ms)
                streak = f"{running.id}|{self.streaks[key].total}"
            milli = price * 1000 * fields["award_ppm"] // 1_000_000
            record = f"A|{self.n}|{self.coins[sender]}|{price}|{milli}|{streak}"
        self.sent.append(Sent(fields, record))
        level = LEVELS.of(self.given[sender])
        return f"N{record}" + (f"|{level}" if level != before else "")

    def still_known(self, old: Sent, answer: str, expected: str) -> bool:
        """Whether an old id is answered as expected: as long as it is good it is known, then it may be too old."""
        age_ms = max(self.world.now_ms(), self.high_ms()) - old.minted_ms
        is_too_old = age_ms >= WINDOW_MS or old.minted_ms < self.forgotten_ms()
        # One from a moment in which the clock was ahead may be too early and forgotten.
        return answer == expected or (answer in ("Rid_expired", "Rid_in_future") and is_too_old)

    # How it is done.

    def post(self, move: Move) -> bool:
        """Whether a move is applied, asked until it is known."""
        (result,) = self.run(self.until_answered(lambda: self.world.moves.post([move])))
        return isinstance(result, Posted)

    def plan(self, fault: Fault | None) -> None:
        """The next script's call meets this fault."""
        if fault is not None:
            self.bench.proxy.plan(fault)

    def shift(self, step_ms: int) -> None:
        """Steps the store's clock; the ledger's time is what ids are made by."""
        assume(abs(self.offset_ms + step_ms) < 10 * 7_200_000)
        self.offset_ms += step_ms
        self.bench.server.shift(self.offset_ms)

    def high_ms(self) -> int:
        """The latest time that the ledger has seen."""
        return int(self.run(read_hash(self.world, self.world.keys.totals))["hw"])

    def forgotten_ms(self) -> int:
        """Up to which time ids are refused for ever, as what was answered to them may be forgotten."""
        return int(self.run(read_hash(self.world, self.world.keys.totals)).get("forgotten", 0))

    async def answers(self, batch: list[dict[str, Any]]) -> list[str]:
        """What a batch is answered, sent until it is."""
        orders = [self.world.order(**fields) for fields in batch]
        found: list[str] = await self.until_answered(lambda: self.world.send(*orders))
        return found

    async def until_answered(self, make: Any) -> Any:
        """The answer of a call that is made again while its outcome is unknown."""
        for _ in range(3):
            try:
                return await make()
            except StoreError:
                pass
        return await make()

    def refusal(self, work: Coroutine[Any, Any, Any]) -> str:
        """The slug with which something is refused."""
        try:
            self.run(work)
        except Refusal as error:
            return error.slug
        return ""
