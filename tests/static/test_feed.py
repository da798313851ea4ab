"""The lines beside the stage."""

from __future__ import annotations

from .conftest import Page


def test_streak_counts_in_place(modules: Page) -> None:
    """A streak is one line that counts up, and a comment that was removed is gone."""
    lines = modules.run("""
        const { applyToFeed } = await load('core/feed');
        const sender = { id: 'a', name: 'A' };
        const gift = (id, count) => ({ type: 'gift_sent', id, sender, gift: 'rose', quantity: 1,
          streak: { id: 's', count } });
        const comment = { type: 'comment_posted', id: 'c', sender, text: 'hi' };
        const events = [gift('1', 1), comment, gift('2', 2), { type: 'comment_removed', id: 'c' }, { type: 'viewers' }];
        return events.reduce(applyToFeed, []).map((line) => [line.key, line.count]);
    """)

    assert [["s:s", 2]] == lines


def test_bound(modules: Page) -> None:
    """It keeps a bounded number of lines, the newest."""
    count, last = modules.run("""
        const { applyToFeed } = await load('core/feed');
        let lines = [];
        for (let i = 0; i < 500; i += 1) {
          lines = applyToFeed(lines, { type: 'comment_posted', id: String(i), sender: { id: 'a' }, text: 'hi' });
        }
        return [lines.length, lines.at(-1).key];
    """)

    assert (80, "c:499") == (count, last)


def test_words_stay_with_their_streak(modules: Page) -> None:
    """What was said with one gift of a streak stays on its line until something else is said."""
    said = modules.run("""
        const { applyToFeed } = await load('core/feed');
        const gift = (id, message) => ({ type: 'gift_sent', id, sender: { id: 'a' }, gift: 'rose', quantity: 1, message,
          streak: { id: 's', count: 1 } });
        let lines = [];
        return [gift('1', 'hi'), gift('2'), gift('3', 'bye')].map((event) => {
          lines = applyToFeed(lines, event);
          return lines[0].text;
        });
    """)

    assert ["hi", "hi", "bye"] == said


def test_words_that_were_removed_are_gone(modules: Page) -> None:
    """The line of the gift stays, without what was said with it; words of another gift of the streak stay."""
    said = modules.run("""
        const { applyToFeed } = await load('core/feed');
        const gift = (id, message) => ({ type: 'gift_sent', id, sender: { id: 'a' }, gift: 'rose', quantity: 1, message,
          streak: { id: 's', count: 1 } });
        const lines = [gift('1', 'hi'), gift('2')].reduce(applyToFeed, []);
        return ['2', '1'].map((id) => applyToFeed(lines, { type: 'message_removed', id })[0].text ?? null);
    """)

    assert ["hi", None] == said
