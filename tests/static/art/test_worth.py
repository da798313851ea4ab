"""What is seen for the price: how much of the picture lives, and what comes out of the hat."""

from __future__ import annotations

import pytest

from ..conftest import Page

# A gift without its particles and without a name; `moments(times)` is what the canvas shows at each, in seconds.
STAGE = """
    const { Stage } = await load('art/engine');
    const width = 240;
    const height = 135;
    const canvas = document.createElement('canvas');
    canvas.style.cssText = `width:${width}px;height:${height}px;position:absolute`;
    document.body.append(canvas);
    const stage = new Stage(canvas, { manual: true, share: -1 });
    stage.play({ giftId: argument, sender: { name: null }, quantity: 1, count: 1, seed: 3 });
    await stage.ready();
    stage.frame(0);
    const moments = (times) => times.map((time) => {
      stage.frame(time * 1000);
      return stage.ctx.getImageData(0, 0, width, height).data;
    });
"""


@pytest.mark.parametrize(("gift", "least"), [("sunglasses", 0.08), ("magic_hat", 0.04), ("sports_car", 0.05)])
def test_the_picture_lives(modules: Page, gift: str, least: float) -> None:
    """At most moments so much of the picture is another a fifth of a second later, particles left out."""
    shares = modules.run(
        STAGE
        + """
        const seen = [];
        for (let time = 0; stage.busy; time += 0.2) seen.push(...moments([time]));
        stage.destroy();
        canvas.remove();
        const light = (data, i) => [0, 1, 2].reduce((sum, j) => sum + data[i + j], 0) * data[i + 3] / 255;
        const share = (now, then) => {
          let changed = 0;
          for (let i = 0; i < now.length; i += 4) {
            changed += Math.abs(light(now, i) - light(then, i)) + Math.abs(now[i + 3] - then[i + 3]) > 60 ? 1 : 0;
          }
          return changed / (width * height);
        };
        return seen.slice(1).map((data, i) => share(data, seen[i])).sort((a, b) => a - b);
        """,
        gift,
    )

    assert shares[len(shares) // 2] > least


def test_something_comes_out_of_the_hat(modules: Page) -> None:
    """First nothing stands above the hat; then, in the middle of its act, the rabbit does; in the end it is gone."""
    before, during, after = modules.run(
        STAGE
        + """
        const above = (data) => {
          let covered = 0;
          for (let y = Math.floor(height * 0.45); y < height * 0.62; y += 1) {
            for (let x = Math.floor(width * 0.45); x < width * 0.55; x += 1) {
              covered += data[(y * width + x) * 4 + 3] > 200 ? 1 : 0;
            }
          }
          return covered;
        };
        const found = moments([0.7, 2.4, 4.2]).map(above);
        stage.destroy();
        canvas.remove();
        return found;
        """,
        "magic_hat",
    )

    assert 0 == before
    assert during > 150
    assert 0 == after
