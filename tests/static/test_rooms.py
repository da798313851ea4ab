"""What the pages say of a room by its kind."""

from __future__ import annotations

from .conftest import Page


def test_a_room_by_its_kind(modules: Page) -> None:
    """A video has a page of its own and is never on the air; what is comes first in a list."""
    told = modules.run("""
        const { inOrder, pathOf, wordOf } = await load('core/rooms');
        const rooms = [['v', 'video', 'live', 9], ['o', 'live', 'ended', 8], ['a', 'live', 'live', 1],
          ['b', 'live', 'live', 2]]
          .map(([id, kind, status, viewers]) => ({ id, kind, status, viewers }));
        return [inOrder(rooms).map(({ id }) => id).join(''), rooms.map(wordOf), rooms.slice(0, 2).map(pathOf),
          wordOf({ kind: 'video', status: 'ended' })];
    """)

    assert ["bavo", ["video", "offline", "live", "live"], ["/video/v", "/room/o"], "video_over"] == told


def test_a_room_that_somebody_looks_for(modules: Page) -> None:
    """It is found by words of its title and streamer, by its id and by the address of a page of it; by no others."""
    told = modules.run(
        """
        const { isMeant } = await load('core/rooms');
        const room = { id: 'r1', title: 'Late Piano', streamer: { id: 'sue', name: 'Sue Li' } };
        return argument.map((words) => isMeant(room, words));
        """,
        ["", "piano", "li LATE", "sue", "r1", "https://a.b/room/r1?x", "/studio/r1", "/room/r", "piano bob"],
    )

    assert [True] * 7 + [False] * 2 == told


def test_one_page_more_moves_nothing(modules: Page) -> None:
    """Rooms are in order page by page, whatever comes behind them."""
    told = modules.run("""
        const { inOrderByPages } = await load('core/rooms');
        const rooms = [1, 3, 2, 9, 5]
          .map((viewers) => ({ id: String(viewers), kind: 'live', status: 'live', viewers }));
        return [2, 4, 5].map((many) => inOrderByPages(rooms.slice(0, many), 2).map(({ id }) => id).join(''));
    """)

    assert ["31", "3192", "31925"] == told
