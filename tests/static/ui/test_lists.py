"""The leaderboard, the ticker, the longest streak and the faces beside the names."""

from __future__ import annotations

from tests.static.conftest import Page

PEOPLE = """
    const ann = { id: 'a', name: 'Ann Lee' };
    const bob = { id: 'b', name: 'Bob' };
    const gifts = new Map([['rose', { id: 'rose', name: 'Rose' }]]);
"""


def test_leaderboard(part: Page) -> None:
    """Rows follow the server's order, a person keeps the row, and one's own row is marked."""
    told = part.run(
        PEOPLE
        + """
        const { mountLeaderboard } = await load('ui/leaderboard');
        const board = mountLeaderboard({ rows: 2 });
        document.body.append(board.node);
        const rows = () => [...board.node.querySelectorAll('li')].map((row) => [row.dataset.user, row.dataset.rank,
          row.dataset.coins, !row.querySelector('.you').hidden]);
        board.update([], 'b');
        const empty = board.node.querySelector('.board-empty').hidden;
        board.update([{ user: ann, coins: 9 }, { user: bob, coins: 5 }], 'b');
        const first = [rows(), board.node.querySelector('[data-user=b]')];
        board.update([{ user: bob, coins: 20000 }, { user: ann, coins: 9 }, { user: { id: 'c' }, coins: 1 }], 'b');
        return { empty, first: first[0], then: rows(), same: first[1] === board.node.querySelector('[data-user=b]'),
          coins: board.node.querySelector('.board-coins').textContent };
    """
    )

    assert {
        "empty": False,
        "first": [["a", "1", "9", False], ["b", "2", "5", True]],
        "then": [["b", "1", "20000", True], ["a", "2", "9", False]],
        "same": True,
        "coins": "20K",
    } == told


def test_ticker(part: Page) -> None:
    """The last gifts stand newest first, a streak is one of them with its latest count, and there are eight."""
    told = part.run(
        PEOPLE
        + """
        const { mountTicker } = await load('ui/ticker');
        const ticker = mountTicker({ gifts });
        const gift = (id, more) => ({ id, sender: ann, gift: 'rose', quantity: 1, ...more });
        const lines = () => [...ticker.node.children].map((line) => line.innerText || line.textContent);
        ticker.update([gift('1'), gift('2', { streak: { id: 's', count: 2 }, sender: bob }),
          gift('3', { streak: { id: 's', count: 3 }, sender: bob })]);
        const few = lines();
        ticker.update(Array.from({ length: 20 }, (_, i) => gift(String(i))));
        return [few, ticker.node.children.length];
    """
    )

    assert [["Bob×3", "Ann Lee"], 8] == told


def test_longest_streak(part: Page) -> None:
    """The longest streak that runs is shown from five on, with its heat, and goes when it ends."""
    told = part.run(
        PEOPLE
        + """
        const { mountStreaks } = await load('ui/streaks');
        const streaks = mountStreaks({ gifts });
        const shown = () => streaks.node.hidden ? null : [streaks.node.textContent,
          streaks.node.querySelector('.count').dataset.heat];
        streaks.update([{ id: 's', count: 4, gift: 'rose', sender: ann }]);
        const short = shown();
        streaks.update([{ id: 's', count: 12, gift: 'rose', sender: ann },
          { id: 't', count: 50, gift: 'rose', sender: bob }]);
        const long = shown();
        streaks.update([]);
        return [short, long, shown()];
    """
    )

    assert [None, ["×50Bob", "2"], None] == told


def test_avatar(part: Page) -> None:
    """A person has initials on a colour of their own; a picture that does not come leaves them standing."""
    told = part.run(
        PEOPLE
        + """
        const { avatar } = await load('ui/avatar');
        const broken = avatar({ ...ann, avatar: 'https://127.0.0.1:1/none.png' });
        document.body.append(broken);
        broken.querySelector('img').loading = 'eager';
        await until(() => !broken.querySelector('img'));
        const hue = (person) => avatar(person).style.getPropertyValue('--hue');
        const plain = avatar({ ...ann, avatar: 'http://plain' });
        return [broken.textContent, avatar({ id: null, name: null }).textContent, hue(ann) === hue(ann),
          hue(ann) === hue(bob), plain.children.length];
    """
    )

    assert ["AL", "★", True, False, 0] == told
