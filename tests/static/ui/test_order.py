"""The studio's desk for moderation."""

from __future__ import annotations

from tests.static.conftest import Page


def test_a_desk_that_is_seen_is_filled_at_once(part: Page) -> None:
    """It is asked for as it is seen, and not before; until the answer, no rule can be changed that is not known."""
    told = part.run("""
        const { mountOrder } = await load('ui/studio/order');
        const { fetch } = window;
        const asked = [];
        window.fetch = (path) => {
          asked.push(path);
          return new Promise(() => {});
        };
        const hidden = mountOrder({ room: 'r', token: 't', onProblem: () => {} });
        const seen = mountOrder({ room: 's', token: 't', onProblem: () => {} });
        document.body.append(seen.node);
        const before = asked.length;
        hidden.start();
        seen.start();
        window.fetch = fetch;
        const word = seen.node.querySelector('[data-testid=word]');
        const isShut = word.matches(':disabled');
        seen.node.remove();
        return [before, asked, isShut];
    """)

    assert [0, ["/v1/rooms/s/moderation"], True] == told
