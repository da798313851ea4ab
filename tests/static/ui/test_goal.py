"""The room's goal, as a bar."""

from __future__ import annotations

from tests.static.conftest import Page

GOAL = """
    const { mountGoal } = await load('ui/goal');
    let nowMs = 1_000_000;
    const bar = mountGoal({ gifts: new Map([['rose', { name: 'Rose' }]]), serverMs: () => nowMs });
    document.body.append(bar.node);
    const goal = (progress, more) => ({ id: 'g', title: 'Encore', target: 200, gift: null, ends_ms: null, progress,
      reached: progress >= 200, ...more });
    const part = () => bar.node.querySelector('.goal-fill').style.getPropertyValue('--part');
    const word = () => bar.node.querySelector('.goal-word').textContent;
    const numbers = () => bar.node.querySelector('.goal-numbers').textContent;
"""


def test_how_far_it_has_come(part: Page) -> None:
    """A room without a goal shows none; a goal shows its title, its numbers and its share, also to a screen reader."""
    told = part.run(
        GOAL
        + """
        bar.update(null);
        const none = bar.node.hidden;
        bar.update(goal(50));
        const bare = bar.node.querySelector('[role=progressbar]');
        const first = [part(), numbers(), bare.getAttribute('aria-valuenow'), bare.getAttribute('aria-valuemax')];
        bar.update(goal(900));
        return { none, first, then: [part(), numbers(), bare.getAttribute('aria-valuenow')],
          title: bar.node.querySelector('.goal-title').textContent, reached: bar.node.dataset.reached };
    """
    )

    assert {
        "none": True,
        "first": ["0.25", "50 / 200", "50", "200"],
        "then": ["1", "900 / 200", "200"],
        "title": "Encore",
        "reached": "true",
    } == told


def test_the_moment_it_is_reached(part: Page) -> None:
    """Whoever reached it is named for a while, unless that was done anonymously; a new goal ends the moment."""
    told = part.run(
        GOAL
        + """
        bar.update(goal(200));
        bar.reached({ sender: { id: 'a', name: 'Ann' } });
        const named = word();
        bar.reached({ sender: { id: null, name: null } });
        const unnamed = word();
        bar.update(goal(0, { id: 'h' }));
        return [named, unnamed, word(), bar.node.dataset.moment ?? null];
    """
    )

    assert ["Reached by Ann!", "Reached!", "", None] == told


def test_after_its_end_it_is_gone(part: Page) -> None:
    """A goal whose end has come is not shown, without a word of the room."""
    told = part.run(
        GOAL
        + """
        bar.update(goal(1, { ends_ms: nowMs + 30 }));
        const before = bar.node.hidden;
        nowMs += 30;
        await until(() => bar.node.hidden);
        return before;
    """
    )

    assert told is False
