"""Scenes that are loaded when they are first wanted, over lines that are slow, or broken."""

from __future__ import annotations

from typing import Any

from ..conftest import Page

# `picture(id, ms)`: what a gift looks like at that moment. `asked()`: the scenes that were asked for.
STAGE = """
    const { Stage } = await load('art/engine');
    const canvas = document.createElement('canvas');
    canvas.style.cssText = 'width:240px;height:135px;position:absolute';
    document.body.append(canvas);
    const stage = new Stage(canvas, { manual: true, share: 1 });
    const picture = async (giftId, ms) => {
        stage.clear();
        stage.play({ giftId, animation: giftId, seed: 1, sender: { name: 'Ana' } });
        await stage.ready();
        stage.frame(0);
        stage.frame(ms);
        return stage.ctx.getImageData(0, 0, canvas.width, canvas.height).data.join();
    };
    const asked = () => performance.getEntriesByType('resource').map(({ name }) => name.split('/scenes/')[1])
        .filter((name) => name && name !== 'generic.js' && name !== 'common.js');
"""
DRAGON = "**/scenes/dragon.js"


def test_scene_is_loaded_when_it_is_announced(page: Page) -> None:
    """No scene is fetched before a gift wants it; one that is announced is here before it plays, with no other."""
    before, after = page.run(
        STAGE
        + """
        await picture('rose', 500);
        const before = asked();
        stage.announce({ giftId: 'dragon' });
        await until(() => asked().length > 0);
        return [before, asked()];
        """
    )

    assert [] == before
    assert ["dragon.js"] == after


def test_scene_without_motion_is_not_loaded(page: Page) -> None:
    """Where no motion is wanted, a gift is a card, and no scene is fetched for it."""
    asked = page.run(
        STAGE
        + """
        const still = new Stage(canvas, { manual: true, motion: 'reduce' });
        still.announce({ giftId: 'dragon' });
        still.play({ giftId: 'dragon', seed: 1, sender: { name: 'Ana' } });
        await still.ready();
        return asked();
        """
    )

    assert [] == asked


def test_scene_that_cannot_be_loaded_is_the_generic_one(page: Page) -> None:
    """A gift whose scene cannot be fetched plays the generic scene; when it can be, the next one has its own."""
    page.call(lambda tab: tab.route(DRAGON, lambda route: route.abort()))
    generic, failed = page.run(STAGE + "return [await picture('no_such_scene', 100), await picture('dragon', 100)];")
    page.call(lambda tab: tab.unroute(DRAGON))
    own = page.run(STAGE + "return picture('dragon', 100);")

    assert generic == failed
    assert failed != own


def test_scene_that_never_arrives_is_not_waited_for(page: Page) -> None:
    """A scene that is still on its way after some seconds is not waited for: the gift plays the generic one."""
    page.call(lambda tab: tab.route(DRAGON, lambda route: None))
    generic, late = page.run(
        # Seconds pass a hundred times as fast.
        "const wait = window.setTimeout; window.setTimeout = (f, ms, ...more) => wait(f, ms / 100, ...more);"
        + STAGE
        + "return [await picture('no_such_scene', 100), await picture('dragon', 100)];"
    )

    assert generic == late


ALERTS = """
    const { mountAlerts } = await load('ui/alerts');
    const gifts = new Map(argument.filter(({ tier }) => tier === 'scene').map((gift) => [gift.id, gift]));
    const heard = [];
    const sounds = { play: (name) => heard.push(name) };
    const alerts = mountAlerts({ gifts, sounds, serverMs: () => 0, topNames: () => [] });
    alerts.nodes[0].style.cssText = 'width:240px;height:135px;position:absolute';
    document.body.append(...alerts.nodes);
    const give = (gift) => alerts.push({
        gift, at_ms: 0, quantity: 1, coins: gifts.get(gift).price_coins, sender: { id: 'ana', name: 'Ana' },
    });
    const asked = () => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/dragon.js'));
"""


def test_scene_that_waits_for_its_turn_is_loaded_meanwhile(page: Page, catalogue: list[dict[str, Any]]) -> None:
    """What plays is not held up by a gift that comes, whose scene is here long before its turn."""
    playing, waiting = page.run(
        ALERTS
        + """
        give('castle');
        await until(() => heard.length === 1);
        give('dragon');
        await until(asked);
        return [alerts.queue.scene.gift.id, alerts.queue.waiting];
        """,
        catalogue,
    )

    assert "castle" == playing
    assert 1 == waiting


def test_sound_begins_with_its_picture(page: Page, catalogue: list[dict[str, Any]]) -> None:
    """A gift whose scene is still on its way is not heard before it is seen."""
    held: list[Any] = []
    page.call(lambda tab: tab.route(DRAGON, lambda route: held.append(route)))
    page.run(ALERTS + "give('dragon'); await until(() => alerts.queue.scene); window.heard = heard;", catalogue)
    too_soon = page.run("await sleep(100); return [...window.heard];")
    page.call(lambda tab: held[0].continue_())
    heard = page.run("await until(() => window.heard.length); return window.heard[0];")

    assert ([], "dragon") == (too_soon, heard)
