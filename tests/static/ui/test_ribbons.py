"""The ribbons of small gifts."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from tests.static.conftest import Page

START = """
    const { mountRibbons } = await load('ui/ribbons');
    const sheet = new CSSStyleSheet();
    await sheet.replace(await (await fetch('/static/css/ribbons.css')).text());
    document.adoptedStyleSheets = [sheet];
    const ribbonOf = (gift, fields) => ({ kind: 'person', gift, sender: { id: 'a', name: 'Ann' }, count: 1, quantity: 1,
      people: new Set(['a']), beat: 0, ...fields });
    // Where the gift's picture is on its way into the ribbon, in parts of its size, at so many moments.
    const way = (gift, moments = 9) => {
      const ribbons = mountRibbons();
      document.body.append(ribbons.node);
      ribbons.update([ribbonOf(gift), null]);
      const picture = ribbons.node.querySelector('.ribbon-art');
      const [animation] = picture.getAnimations();
      ribbons.node.querySelector('.ribbon').getAnimations()[0].finish();
      animation.pause();
      const rest = picture.parentNode.getBoundingClientRect();
      const seen = Array.from({ length: moments }, (_, i) => {
        const { delay, duration } = animation.effect.getTiming();
        animation.currentTime = delay + duration * i / moments;
        const box = picture.getBoundingClientRect();
        return [(box.left - rest.left) / rest.height, (box.top - rest.top) / rest.height, box.width / rest.height,
          box.height / rest.height];
      });
      ribbons.node.remove();
      return seen;
    };
"""


def test_each_small_gift_comes_in_its_own_way(part: Page, catalogue: list[dict[str, Any]]) -> None:
    """No two of the seven small gifts move alike as they come into their ribbon, and none as an unknown one does."""
    small = [gift for gift in catalogue if gift["tier"] == "ribbon"]

    ways = part.run(START + "return argument.map((gift) => way(gift));", [*small, {"id": "unknown", "name": "Unknown"}])

    assert 8 == len(ways)
    for one, other in combinations(ways, 2):
        apart = max(abs(a - b) for at, then in zip(one, other, strict=True) for a, b in zip(at, then, strict=True))
        assert apart > 0.2


def test_a_balloon_rises(part: Page) -> None:
    """A balloon comes from below its ribbon, rises without a stop to above it, and then comes down into it."""
    way = part.run(START + "return way({ id: 'balloon', name: 'Balloon' }, 20);")

    heights = [top for _, top, _, _ in way]
    highest = heights.index(min(heights))
    assert heights[0] > 1
    assert heights[highest] < -0.5
    assert heights[: highest + 1] == sorted(heights[: highest + 1], reverse=True)
    assert heights[-1] > heights[highest]


def test_counts_in_place(part: Page) -> None:
    """The same ribbon counts up where it stands; another ribbon takes its place, and an empty lane is empty."""
    told = part.run(
        START
        + """
        const ribbons = mountRibbons();
        document.body.append(ribbons.node);
        const up = () => [...ribbons.node.querySelectorAll('[data-testid=ribbon]')]
          .map((node) => [node.querySelector('.ribbon-name').textContent, node.querySelector('.count').textContent]);
        const roses = ribbonOf({ id: 'rose', name: 'Rose' });
        ribbons.update([roses, null]);
        const node = ribbons.node.querySelector('.ribbon');
        Object.assign(roses, { count: 12, beat: 1 });
        ribbons.update([roses, null]);
        const same = [node === ribbons.node.querySelector('.ribbon'), up()];
        const many = { kind: 'crowd', people: new Set(['a', 'b']), count: 30 };
        ribbons.update([ribbonOf({ id: 'rose', name: 'Rose' }, many), null]);
        const crowd = up();
        ribbons.update([null, null]);
        await until(() => !ribbons.node.querySelector('.ribbon'));
        return [same, crowd];
    """
    )

    assert [[True, [["Ann", "×12"]]], [["2 people", "×30"]]] == told
