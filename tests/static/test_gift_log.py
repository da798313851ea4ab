"""The studio's list of gifts, and changes of one rule."""

from __future__ import annotations

from tests.static.conftest import Page


def test_gifts_are_listed_newest_first(modules: Page) -> None:
    """A streak is one line that counts up and keeps its words; filters say what they show and what it comes to."""
    told = modules.run(
        """
        const { applyToLog, filtered } = await load('core/gift_log');
        const gift = (id, who, coins, more) => ({ type: 'gift_sent', id, at_ms: 1, gift: 'rose', quantity: 1, coins,
          sender: { id: who, name: who }, streak: null, ...more });
        const lines = [
          gift('1', 'ann', 1, { streak: { id: 's', count: 1, coins: 1 }, message: 'hi' }),
          gift('2', 'bob', 399),
          gift('3', 'ann', 1, { streak: { id: 's', count: 2, coins: 2 } }),
          { type: 'comment_posted', id: 'c' },
          { type: 'shout_out', user: { id: 'ann' }, gift: { id: '3' } },
        ].reduce(applyToLog, []);
        const look = (filter) => {
          const { shown, sum } = filtered(lines, filter);
          return [shown.map(({ id, count, message, thanked }) => [id, count, message ?? null, thanked ?? false]), sum];
        };
        return ['all', 'words', 'big'].map(look);
    """
    )

    streak, lone = ["3", 2, "hi", True], ["2", 1, None, False]
    assert [
        [[streak, lone], {"count": 3, "coins": 401, "people": 2}],
        [[streak], {"count": 2, "coins": 2, "people": 1}],
        [[lone], {"count": 1, "coins": 399, "people": 1}],
    ] == told


def test_a_rule_is_changed_alone(modules: Page) -> None:
    """A change is of one rule and leaves the others; a rule that says nothing any more is gone."""
    told = modules.run(
        """
        const { aboutOf, ruleKey, withRule } = await load('core/overlay_rules');
        const one = withRule([], 'gift:rose', { volume: 0 });
        const two = withRule(one, 'from:100', { seconds: 3 });
        const three = withRule(two, 'gift:rose', { sound: 'pop' });
        const four = withRule(three, 'from:100', { seconds: null });
        return [three, four.map(ruleKey), aboutOf('from:100')];
    """
    )

    rose = {"gift": "rose", "volume": 0, "sound": "pop"}
    assert [[{"from_coins": 100, "seconds": 3}, rose], ["gift:rose"], {"from_coins": 100}] == told
