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
