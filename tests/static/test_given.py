"""Who gave what on a video."""

from __future__ import annotations

from .conftest import Page

GIFT = "const gift = (id, more) => ({ type: 'gift_sent', id, sender: {}, gift: 'rose', quantity: 1, ...more });"


def test_the_newest_gift_comes_first(modules: Page) -> None:
    """Each gift is one card, the newest first; told twice it is still one, and no more are kept than fifty."""
    told = modules.run(f"""
        const {{ applyToGiven }} = await load('core/given');
        {GIFT}
        const events = [gift('a'), gift('b', {{ message: 'hi' }}), gift('a'), {{ type: 'comment_posted', id: 'c' }}];
        const many = Array.from({{ length: 60 }}, (_, i) => gift(String(i)));
        return [events.reduce(applyToGiven, []).map(({{ id, message }}) => [id, message ?? null]),
          many.reduce(applyToGiven, []).length];
    """)

    assert [[["b", "hi"], ["a", None]], 50] == told


def test_thanks_mark_their_gift(modules: Page) -> None:
    """What was thanked for is marked, whether the thanks or what was read of earlier gifts says so."""
    told = modules.run(f"""
        const {{ applyToGiven, withEarlier }} = await load('core/given');
        {GIFT}
        const thanks = {{ type: 'shout_out', gift: {{ id: 'b' }}, user: {{}} }};
        const live = [gift('b'), thanks, gift('c'), {{ type: 'shout_out', user: {{}} }}].reduce(applyToGiven, []);
        const earlier = [gift('c', {{ thanked: true }}), gift('b'), gift('a', {{ thanked: true }})];
        return withEarlier(live, earlier).map(({{ id, thanked }}) => [id, thanked]);
    """)

    assert [["c", True], ["b", True], ["a", True]] == told
