"""Which words are read out, and when."""

from __future__ import annotations

from .conftest import Page

START = """
    const { SpokenQueue } = await load('core/spoken_queue');
    const queue = new SpokenQueue();
    const gift = (id, coins = 99, message = id) => ({ id, coins, message, sender: { id: 'a', name: 'A' } });
    const settings = { enabled: true, approve: false };
    const all = () => {
      const said = [];
      for (let item = queue.next(); item; item = queue.next()) { said.push(item.id); queue.end(); }
      return said.join('');
    };
"""


def test_words_of_dear_gifts_come_one_by_one(modules: Page) -> None:
    """Nothing before the price is known; then dear gifts with words, each once at a time, no more than twenty."""
    told = modules.run(f"""{START}
        queue.push(gift('x'));
        queue.fromCoins = 99;
        for (const one of [gift('a'), gift('b', 98), gift('c', 99, ''), gift('d'), gift('d')]) queue.push(one);
        const first = queue.next().id;
        const meanwhile = queue.next();
        queue.end();
        const rest = all();
        for (let i = 0; i < 30; i += 1) queue.push(gift(`${{i}} `));
        return [first, meanwhile, rest, all().split(' ').length - 1, queue.idle];
    """)

    assert ["a", None, "d", 20, True] == told


def test_the_streamer_decides(modules: Page) -> None:
    """Words that wait for approval come when they are approved; skipped ones do not; turned off, none do."""
    told = modules.run(f"""{START}
        queue.fromCoins = 99;
        queue.follow({{ ...settings, approve: true }});
        queue.push(gift('a'));
        const waiting = all();
        const decide = (id, decision) => queue.decide({{ gift: id, decision, sender: null, text: id }});
        decide('a', 'approve');
        decide('b', 'replay');
        decide('b', 'skip');
        const current = queue.next().id;
        const stops = [decide('b', 'skip'), decide('a', 'skip')];
        queue.end();
        decide('c', 'approve');
        queue.follow({{ ...settings, enabled: false }});
        decide('d', 'replay');
        return [waiting, current, stops, all()];
    """)

    assert ["", "a", [False, True], ""] == told
