"""The marks beside names, in the lines and in ribbons, and the word for a new level."""

from __future__ import annotations

from tests.static.conftest import Page


def test_marks_beside_a_name(part: Page) -> None:
    """The top three have a medal, who has a level has it beside the name, and an anonymous person has neither."""
    told = part.run(
        """
        const { mountFeed } = await load('ui/feed');
        const placeOf = (id) => ({ ann: 1, bob: 4 })[id] ?? 0;
        const feed = mountFeed({ giftName: (id) => id, isMe: () => false, placeOf });
        const line = (key, sender) => ({ key, kind: 'comment', sender, text: 'hi' });
        feed.update([line('1', { id: 'ann', name: 'Ann', level: 12 }), line('2', { id: 'bob', name: 'Bob', level: 1 }),
          line('3', { id: null, name: null }),
          { key: '4', kind: 'level', sender: { id: 'bob', name: 'Bob' }, level: 2 }]);
        return [...feed.node.querySelectorAll('li')].map((node) => [node.querySelector('.medal')?.dataset.place ?? null,
          node.querySelector('.level')?.textContent ?? null, node.querySelector('.feed-text').textContent]);
    """
    )

    assert [
        ["1", "12", "hi"],
        [None, "1", "hi"],
        [None, None, "hi"],
        [None, None, "reached level 2"],
    ] == told


def test_the_word_for_a_level(part: Page) -> None:
    """New levels are told one at a time, and in a storm of them the newest alone."""
    told = part.run(
        """
        const { mountLevelMoment } = await load('ui/level_moment');
        const moment = mountLevelMoment();
        document.body.append(moment.node);
        for (let level = 1; level < 9; level += 1) moment.show({ user: { id: 'a', name: 'Ann', level }, level });
        return [moment.node.children.length, moment.node.querySelector('.level-words').textContent,
          moment.node.querySelector('.level').dataset.heat];
    """
    )

    assert [1, "reached level 1", "1"] == told
