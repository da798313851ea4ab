"""Where promoted rooms stand in the lobby, and what their buyers are told."""

from __future__ import annotations

import pytest

from .conftest import Page


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([], ["a", "b", "c", "d", "e"]),
        (["x"], ["x!", "a", "b", "c", "d", "e"]),
        (["d", "b"], ["d!", "a", "c", "b!", "e"]),
        (["x", "y"], ["x!", "a", "b", "y!", "c", "d", "e"]),
    ],
)
def test_promoted_rooms_have_places(modules: Page, places: list[str], expected: list[str]) -> None:
    """The first and the fourth card are the promoted ones, and no room stands there twice."""
    told = modules.run(
        """
        const { withPromoted } = await load('core/promoted');
        const rooms = [...'abcde'].map((id) => ({ id, viewers: 1 }));
        const places = argument.map((id) => ({ room: { id, viewers: 0 }, ticket: `t${id}` }));
        const cards = withPromoted(rooms, places);
        // Of a room that is listed, the list's word counts.
        if (cards.some(({ room }) => 'abcde'.includes(room.id) && room.viewers === 0)) throw Error('old');
        return cards.map(({ room, ticket }) => room.id + (ticket ? '!' : ''));
        """,
        places,
    )

    assert expected == told


def test_where_there_are_few_rooms(modules: Page) -> None:
    """In an empty lobby the promoted rooms come one after the other."""
    told = modules.run("""
        const { withPromoted } = await load('core/promoted');
        const places = ['x', 'y'].map((id) => ({ room: { id }, ticket: id }));
        return withPromoted([], places).map(({ room }) => room.id);
    """)

    assert ["x", "y"] == told


def test_how_a_promotion_stands(modules: Page) -> None:
    """What is said goes by its status and why it ended; what has not come back yet is not told as if it had."""
    told = modules.run("""
        const { standOf, shareOf } = await load('core/promoted');
        const { standWords } = await load('ui/promotions/card');
        const stand = (promotion) => standWords(standOf(promotion), 'soon');
        return [
          stand({ status: 'asked' }),
          stand({ status: 'running', ends_ms: 5 }),
          stand({ status: 'returning', why: 'time_over', returned: 0 }),
          stand({ status: 'ended', why: 'time_over', returned: 1 }),
          stand({ status: 'ended', why: 'room_ended', returned: 20 }),
          stand({ status: 'ended', why: 'not_promotable', returned: 20 }),
          stand({ status: 'ended', why: 'delivered', returned: 0 }),
          shareOf({ delivered: 30, impressions: 20 }),
        ];
    """)

    assert [
        "Is about to begin",
        "Runs, ends soon",
        "Its time is over. The rest is on its way back to your wallet.",
        "Its time is over. 1 coin came back.",
        "The room has ended. 20 coins came back.",
        "The owner wants no promotion. 20 coins came back.",
        "Complete: all of it was seen.",
        1,
    ] == told


def test_points_are_joined(modules: Page) -> None:
    """Bars that would be too thin are joined; nothing is lost."""
    told = modules.run("""
        const { joinedPoints } = await load('core/promoted');
        const points = Array.from({ length: 7 }, (_, i) => ({ at_ms: i, impressions: i, visits: 1, gifts: 2 }));
        return [joinedPoints(points, 3), joinedPoints(points, 7).length, joinedPoints([], 3)];
    """)

    assert [
        [
            {"atMs": 0, "impressions": 3, "visits": 3, "gifts": 6},
            {"atMs": 3, "impressions": 12, "visits": 3, "gifts": 6},
            {"atMs": 6, "impressions": 6, "visits": 1, "gifts": 2},
        ],
        7,
        [],
    ] == told


def test_half_a_second_is_no_view(modules: Page) -> None:
    """A card that is in view for half a second is not told; one that is there for a second is told, once."""
    told = modules.run("""
        const { mountSeen } = await load('ui/seen');
        const wait = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
        const told = [];
        const seen = mountSeen(async (batch) => { told.push(...batch); });
        const card = document.createElement('p');
        card.style.blockSize = '80px';
        document.body.prepend(card);
        seen.watch(new Map([[card, 'ticket']]));
        let early = 0;
        // A machine that is busy may wait for longer than was asked: then it was not half a second, and is tried again.
        for (let long = Infinity; long > 800;) {
          const since = performance.now();
          card.style.display = 'block';
          await wait(500);
          card.style.display = 'none';
          // The observer tells with the next frame.
          await new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
          long = performance.now() - since;
          await wait(1700);
          early = told.length;
          if (long > 800) told.length = 0;
        }
        seen.watch(new Map());
        seen.watch(new Map([[card, 'other']]));
        card.style.display = 'block';
        while (!told.length) await wait(50);
        await wait(1800);
        card.remove();
        return [early, told.map(({ ticket }) => ticket), told[0].ms >= 1000];
    """)

    assert [0, ["other"], True] == told
