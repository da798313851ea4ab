"""What plays on an overlay that goes by rules and commands."""

from __future__ import annotations

from typing import Any

from tests.static.conftest import Page

START = """
    const { mountAlerts } = await load('ui/alerts');
    const { RuledGifts } = await load('core/overlay_rules');
    const gifts = new RuledGifts(new Map(argument.map((gift) => [gift.id, gift])));
    const heard = [];
    const sounds = { play: (name, { gain }) => heard.push([name, gain ?? null]) };
    const alerts = mountAlerts({ gifts, sounds, serverMs: () => 0, topNames: () => [] });
    document.body.append(...alerts.nodes);
    const push = (gift, name) => alerts.push({ id: `${gift} ${name}`, at_ms: 0, sender: { id: name, name }, gift,
      quantity: 1, coins: 1, streak: null });
    const up = () => [...document.querySelectorAll('[data-testid=ribbon]')].map(({ dataset }) => dataset.gift);
"""


def test_sounds_and_templates_go_by_rules(page: Page, catalogue: list[dict[str, Any]]) -> None:
    """A gift sounds as its rule says, as loud, or not at all, and a grand one may come as a ribbon."""
    told = page.run(
        START
        + """
        gifts.update([
          { gift: 'rose', sound: 'pop', volume: 50 },
          { gift: 'lion', sound: 'off', template: 'ribbon' },
        ]);
        push('lion', 'Ann');
        push('rose', 'Bob');
        await until(() => up().length === 2);
        return [up(), heard];
    """,
        catalogue,
    )

    assert [["lion", "rose"], [["pop", 0.5]]] == told


def test_commands_are_done_at_once(page: Page, catalogue: list[dict[str, Any]]) -> None:
    """Skip takes down what is up, replay shows the last gifts again, clear leaves nothing, also while all is paused."""
    told = page.run(
        START
        + """
        const seen = [];
        const look = () => seen.push(up());
        push('rose', 'Ann');
        await until(() => up().length === 1);
        alerts.skip();
        look();
        alerts.replay();
        await until(() => up().length === 1);
        alerts.pause();
        push('heart', 'Bob');
        alerts.clear();
        look();
        alerts.resume();
        push('coffee', 'Eve');
        await until(() => up().length === 1);
        look();
        return [seen, alerts.queue.accounts.waiting];
    """,
        catalogue,
    )

    assert [[[], [], ["coffee"]], 1] == told
