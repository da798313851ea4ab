"""Each gift's performance driven once by hand and measured, for all tests of the art."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Page

# Twenty frames a second: enough to see every flash, quick enough for a test.
PERFORM = """
    const { Stage } = await load('art/engine');
    const { recipeOf } = await load('art/recipes');
    const { PACES } = await load('core/scene_lane');
    const canvas = document.createElement('canvas');
    canvas.style.cssText = 'width:240px;height:135px;position:absolute';
    document.body.append(canvas);
    const stage = new Stage(canvas, { manual: true, share: 1 });
    let ended = false;
    const gift = { giftId: argument, quantity: 3, count: 3, sender: { name: 'Marisol' }, seed: 's' };
    stage.play({ ...gift, onlookers: ['Ana', 'Ben'] }).then(() => { ended = true; });
    await stage.ready();
    const context = stage.ctx;
    const read = () => context.getImageData(0, 0, canvas.width, canvas.height).data;
    const { width, height } = canvas;
    const seconds = (await recipeOf(gift)).durationS;
    const result = { lights: [], centre: [], particles: 0, seconds, step_s: 0.05,
        pace_max: Math.max(...PACES.map(([, pace]) => pace)) };
    let now = 0;
    for (; stage.busy && now < 20000; now += 50) {
        stage.frame(now);
        result.particles = Math.max(result.particles, stage.pool.taken);
        const pixels = read();
        let light = 0;
        let covered = 0;
        let asked = 0;
        for (let y = 0; y < height; y += 3) {
            for (let x = 0; x < width; x += 3) {
                const i = (y * width + x) * 4;
                const seen = pixels[i + 3] / 255;
                light += seen * (0.2126 * pixels[i] + 0.7152 * pixels[i + 1] + 0.0722 * pixels[i + 2]) / 255;
                if (y > height / 2 || x < width / 3 || x > width * 2 / 3) continue;
                asked += 1;
                covered += seen > 0.4 ? 1 : 0;
            }
        }
        result.lights.push(light / Math.ceil(width / 3) / Math.ceil(height / 3));
        result.centre.push(covered / asked);
    }
    await Promise.resolve();
    result.ended = ended;
    result.played_s = now / 1000;
    result.left = read().reduce((sum, value) => sum + value, 0);
    result.kept = stage.pool.taken;
    stage.destroy();
    canvas.remove();
    return result;
"""


class Performances:
    """What was seen when a gift was played from its first frame to its last."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._seen: dict[str, dict[str, Any]] = {}

    def of(self, gift: str) -> dict[str, Any]:
        """The performance of one gift; it is played once for all tests."""
        if gift not in self._seen:
            self._seen[gift] = self._page.run(PERFORM, gift)
        return self._seen[gift]


@pytest.fixture(scope="session")
def performances(modules: Page) -> Performances:
    """Every gift's performance."""
    return Performances(modules)
