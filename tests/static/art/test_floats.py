"""How the gifts of 10 to 99 coins move up the edge of the picture."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import pytest

from ..conftest import Page

Track = list[tuple[float, float, float, float]]

# What one gift covers, without its trail, ten times a second: middle, width and height in parts of the picture.
TRACK = """
    const { Stage } = await load('art/engine');
    const canvas = document.createElement('canvas');
    canvas.style.cssText = 'width:200px;height:300px;position:absolute';
    document.body.append(canvas);
    const stage = new Stage(canvas, { manual: true, share: -1 });
    stage.play({ giftId: argument, sender: { name: 'Ana' }, quantity: 1, count: 1, seed: 5 });
    await stage.ready();
    const track = [];
    for (let now = 0; now < 3000; now += 100) {
      stage.frame(now);
      const { data } = stage.ctx.getImageData(0, 0, 200, 300);
      let [left, right, top, bottom] = [200, 0, 300, 0];
      for (let i = 3; i < data.length; i += 4) {
        if (data[i] < 100) continue;
        const x = ((i - 3) / 4) % 200;
        const y = Math.floor((i - 3) / 800);
        [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
      }
      if (right >= left) track.push([(left + right) / 400, (top + bottom) / 600, (right - left) / 200,
        (bottom - top) / 300]);
    }
    stage.destroy();
    canvas.remove();
    return track;
"""


@pytest.fixture(scope="module")
def tracks(modules: Page, catalogue: list[dict[str, Any]]) -> dict[str, Track]:
    """Where each float was while it played."""
    floats = [gift["id"] for gift in catalogue if gift["tier"] == "float"]
    return {gift: modules.run(TRACK, gift) for gift in floats}


def test_each_moves_in_its_own_way(tracks: dict[str, Track]) -> None:
    """No two of the seven take the same way."""
    assert 7 == len(tracks)
    for one, other in combinations(tracks.values(), 2):
        assert max(abs(a[1] - b[1]) for a, b in zip(one[3:], other[3:], strict=False)) > 0.05


def test_crown_lands(tracks: dict[str, Track]) -> None:
    """The crown comes down from above, and lies still where it has landed."""
    heights = [y for _, y, _, _ in tracks["crown"]]
    assert heights[0] < 0.15
    assert heights[4] < heights[6] < heights[8]
    assert max(heights[16:24]) - min(heights[16:24]) < 0.02


def test_crane_beats_its_wings(tracks: dict[str, Track]) -> None:
    """The paper crane's wings go up and down as it flies."""
    tall = [height for _, _, _, height in tracks["paper_crane"][3:26]]
    turns = sum((b - a) * (c - b) < 0 for (a, b), (_, c) in pairwise(pairwise(tall)))
    assert max(tall) > 1.25 * min(tall)
    assert turns >= 4


def test_sunflower_grows(tracks: dict[str, Track]) -> None:
    """The sunflower grows out of the lower edge, which its stem never leaves."""
    track = tracks["sunflower"][2:26]
    assert all(y + height / 2 > 0.97 for _, y, _, height in track)
    assert track[15][3] > track[0][3] + 0.3


@pytest.mark.parametrize("gift", ["doughnut", "lollipop", "teddy_bear", "birthday_cake", "paper_crane"])
def test_the_others_rise(tracks: dict[str, Track], gift: str) -> None:
    """All that neither land nor grow end higher than they began."""
    heights = [y for _, y, _, _ in tracks[gift]]
    assert heights[20] < heights[2] - 0.3
