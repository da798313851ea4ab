"""What plays on a page: stage, ribbons and caption together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.static.conftest import Page

START = """
    const { mountAlerts } = await load('ui/alerts');
    const gifts = new Map(argument.catalogue.map((gift) => [gift.id, gift]));
    const alerts = mountAlerts({ gifts, sounds: { play() {} }, serverMs: () => 0, topNames: () => [],
      viewerId: () => 'Me' });
    document.body.append(...alerts.nodes);
    const push = (gift, name) => alerts.push({ id: name, at_ms: 0, sender: { id: name, name }, gift, quantity: 1,
      coins: gifts.get(gift).price_coins, streak: null });
    const caption = () => document.querySelector('[data-testid=caption]');
"""


@pytest.mark.parametrize("gift", ["firework", "golden_rain", "lion"])
def test_whatever_plays_is_somebodys(page: Page, catalogue: list[dict[str, Any]], gift: str) -> None:
    """Every banner and scene names its sender for as long as it plays, whether its picture writes the name or not."""
    told = page.run(
        START
        + """
        push(argument.gift, 'Ann');
        await until(caption);
        const words = caption().querySelector('.caption-name').textContent;
        return [words, caption().dataset.gift, document.body.dataset.scene, document.body.dataset.sceneTier];
    """,
        {"catalogue": catalogue, "gift": gift},
    )

    (tier,) = (entry["tier"] for entry in catalogue if entry["id"] == gift)
    assert ["Ann", gift, gift, tier] == told


def test_no_float_crosses_a_scene(page: Page, catalogue: list[dict[str, Any]]) -> None:
    """A float plays beside a banner; beside a scene its ribbon, where it may come, is all."""
    told = page.run(
        START
        + """
        const { Stage } = await load('art/engine');
        const played = [];
        Stage.prototype.play = ({ giftId }) => {
          played.push(giftId);
          return new Promise(() => {});
        };
        push('guitar', 'Ann');
        push('crown', 'Me');
        await until(() => played.length === 2);
        alerts.queue.sceneEnded();
        push('lion', 'Ann');
        await until(() => document.body.dataset.scene === 'lion');
        push('doughnut', 'Me');
        await until(() => document.querySelector('.ribbon[data-gift=doughnut]'));
        return played;
    """,
        {"catalogue": catalogue},
    )

    assert ["guitar", "crown", "lion"] == told


def test_scenes_follow_without_a_gap(page: Page, catalogue: list[dict[str, Any]]) -> None:
    """As a scene ends, its caption goes and the next one's is there, in one step with what the page goes by."""
    told = page.run(
        START
        + """
        const { Stage } = await load('art/engine');
        const ends = [];
        Stage.prototype.play = () => new Promise((end) => { ends.push(end); });
        push('lion', 'Ann');
        await until(() => ends.length === 1);
        push('guitar', 'Bob');
        const seen = new Set(['lion,lion']);
        new MutationObserver(() => seen.add([document.body.dataset.scene, caption()?.dataset.gift ?? ''].join()))
          .observe(document.body, { attributeFilter: ['data-scene'] });
        for (const next of ['guitar', '']) {
          ends.at(-1)();
          await until(() => document.body.dataset.scene === next);
        }
        return [...seen];
    """,
        {"catalogue": catalogue},
    )

    assert ["lion,lion", "guitar,guitar", ","] == told
