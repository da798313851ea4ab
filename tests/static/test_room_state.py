"""The reducer of a room."""

from __future__ import annotations

from .conftest import Page

START = """
    const { applyFrame, emptyState, resumeOf } = await load('core/room_state');
    const welcome = (offset, more = {}) => ({ type: 'welcome', epoch: 'e', offset, user: { id: 'u', name: 'U' },
      room: { id: 'r', viewers: 3 }, recovered: false, balance: { coins: 50, version: 2 },
      snapshot: { leaderboard: [], coins_total: 0, recent: [], streaks: [] }, ...more });
    const gift = (offset, coins = 1) => ({ type: 'gift_sent', offset, id: `g${offset}`, sender: { id: 'a', name: 'A' },
      gift: 'rose', quantity: coins, coins, streak: { id: `s${offset % 3}`, count: offset, coins } });
    const comment = (offset) => ({ type: 'comment_posted', offset, id: `c${offset}`, sender: { id: 'b' }, text: 'hi' });
    const fold = (...frames) => frames.reduce((state, frame) => applyFrame(state, frame).state, emptyState());
"""


def test_repeats(modules: Page) -> None:
    """An offset that was seen changes nothing and is not fresh."""
    total, fresh = modules.run(
        START
        + """
        const state = fold([welcome(0)], [gift(1, 7)]);
        const again = applyFrame(state, [gift(1, 7), gift(2, 5)]);
        return [again.state.coinsTotal, again.fresh.map((event) => event.offset)];
    """
    )

    assert 12 == total
    assert [2] == fresh


def test_gap(modules: Page) -> None:
    """A missing offset stops the fold where it is certain, and asks to resume from there."""
    told = modules.run(
        START
        + """
        const hole = applyFrame(fold([welcome(0)], [gift(1)]), [gift(3), gift(4)]);
        const healed = applyFrame(hole.state, [welcome(4, { recovered: true }), gift(2), gift(3), gift(4)]);
        return { gap: hole.state.gap, fresh: hole.fresh, resume: resumeOf(hole.state), healed: healed.state.gap,
                 offset: healed.state.offset, total: healed.state.coinsTotal };
    """
    )

    assert {
        "gap": True,
        "fresh": [],
        "resume": {"epoch": "e", "offset": 1},
        "healed": False,
        "offset": 4,
        "total": 4,
    } == told


def test_balances(modules: Page) -> None:
    """A balance moves only by a newer version, whoever tells it; another person's wallet starts anew."""
    told = modules.run(
        START
        + """
        let state = fold([welcome(0)]);
        const seen = [];
        const see = (message) => {
          state = applyFrame(state, [message]).state;
          seen.push(state.balance.coins);
        };
        see({ type: 'gift_accepted', id: 'x', balance: { coins: 40, version: 4 } });
        see({ type: 'wallet_changed', balance: { coins: 45, version: 3 } });
        see({ type: 'wallet_changed', balance: { coins: 140, version: 5 } });
        see(welcome(0, { balance: { coins: 50, version: 2 } }));
        see(welcome(0, { user: { id: 'other' }, balance: { coins: 9, version: 1 } }));
        return seen;
    """
    )

    assert [40, 40, 140, 140, 9] == told


def test_two_deliveries(modules: Page) -> None:
    """The same events give the same state: one by one, in one frame, with repeats, or with a break and a resume."""
    states = modules.run(
        START
        + """
        const events = Array.from({ length: 40 }, (_, i) => (i % 4 === 3 ? comment(i + 1) : gift(i + 1, i)));
        events[20] = { type: 'streak_ended', offset: 21, streak: { id: 's1', count: 3, coins: 3 } };
        events[30] = { type: 'comment_removed', offset: 31, id: 'c8' };
        events[35] = { type: 'from_the_future', offset: 36 };
        const oneByOne = fold([welcome(0)], ...events.map((event) => [event]));
        const oneFrame = fold([welcome(0), ...events]);
        const repeated = fold([welcome(0)], ...events.map((_, i) => events.slice(Math.max(0, i - 5), i + 1)));
        const resumed = fold([welcome(0)], events.slice(0, 10), events.slice(12, 20),
          [welcome(40, { recovered: true }), ...events.slice(10, 25)], events.slice(25));
        return [oneByOne, oneFrame, repeated, resumed];
    """
    )

    assert [states[0]] * 3 == states[1:]
    assert 40 == states[0]["offset"]


def test_snapshot(modules: Page) -> None:
    """A snapshot replaces what was known of the past, and nothing in it is fresh."""
    told = modules.run(
        START
        + """
        const snapshot = { leaderboard: [{ user: { id: 'z' }, coins: 9 }], coins_total: 900, recent: [gift(88)],
          streaks: [{ streak: { id: 's', count: 4, coins: 4 }, sender: { id: 'z' }, gift: 'rose', receiver: 'n' }] };
        const { state, fresh } = applyFrame(fold([welcome(0)], [gift(1)]), [welcome(90, { epoch: 'f', snapshot })]);
        return [state.epoch, state.offset, state.coinsTotal, state.recent.length, state.streaks, fresh];
    """
    )

    streak = {"id": "s", "count": 4, "coins": 4, "sender": {"id": "z"}, "gift": "rose", "receiver": "n"}
    assert ["f", 90, 900, 1, {"s": streak}, []] == told


def test_unknown_types(modules: Page) -> None:
    """An unknown message without an offset changes nothing."""
    same = modules.run(
        START
        + """
        const state = fold([welcome(0)]);
        return applyFrame(state, [{ type: 'news', of: 'tomorrow' }]).state === state;
    """
    )

    assert same is True


def test_the_goal(modules: Page) -> None:
    """The goal is the one that the room was told of last, and the snapshot's where it begins anew."""
    told = modules.run(
        START
        + """
        const goal = (progress) => ({ id: 'g', title: 'G', target: 5, gift: null, ends_ms: null, progress });
        const event = (offset, type, more) => ({ type, offset, at_ms: 1, ...more });
        const first = fold([welcome(0, { snapshot: { goal: goal(1) } })]);
        const changed = event(1, 'goal_changed', { goal: goal(4) });
        const on = applyFrame(first, [changed, event(2, 'goal_reached', { goal: goal(6) })]);
        const off = applyFrame(on.state, [event(3, 'goal_changed', { goal: null })]);
        return [fold([welcome(0)]).goal, first.goal.progress, on.state.goal.progress, on.fresh.length, off.state.goal];
    """
    )

    assert [None, 1, 6, 2, None] == told
