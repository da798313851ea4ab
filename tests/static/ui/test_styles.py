"""What the style sheets make of names: their colours against what lies behind, and where they stand."""

from __future__ import annotations

import pytest

from tests.static.conftest import Page

# The feed beside the stage on a wide screen, and a function for the contrast of WCAG between two computed colours.
START = """
    document.body.className = 'room';
    document.body.innerHTML = `<main class="room-grid"><aside class="side"><section class="feed">
      <span class="feed-name">Ann</span></section></aside></main><span class="avatar">AL</span>`;
    await Promise.all(['tokens', 'base', 'avatar', 'room', 'talk', 'wide'].map((name) => new Promise((resolve) => {
      const href = `/static/css/${name}.css`;
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href, onload: resolve });
      document.body.append(link);
    })));
    const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 })
      .getContext('2d', { willReadFrequently: true });
    const luminance = (...colors) => {
      for (const color of colors) {
        pen.fillStyle = color;
        pen.fillRect(0, 0, 1, 1);
      }
      const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, two) => (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    const style = (selector) => getComputedStyle(document.querySelector(selector));
    const hues = Array.from({ length: 90 }, (_, i) => 4 * i);
    const least = (test) => Math.min(...hues.map((hue) => {
      document.body.style.setProperty('--hue', hue);
      return test();
    }));
"""


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_names_can_be_read(page: Page, theme: str) -> None:
    """In both themes a name of any hue has at least 4.5:1 to the panel, and initials have it to their circle."""
    page.call(lambda tab: tab.emulate_media(color_scheme=theme))
    told = page.run(
        START
        + """
        const panel = luminance(style('body').backgroundColor, style('.side').backgroundColor);
        const name = least(() => contrast(luminance(style('.feed-name').color), panel));
        const colors = () => style('.avatar').backgroundImage.match(/oklch\\([^)]*\\)/g);
        const white = luminance('white');
        const initials = least(() => Math.min(...colors().map((color) => contrast(luminance(color), white))));
        return { name, initials, stops: colors().length };
    """
    )

    assert told["name"] >= 4.5
    assert told["initials"] >= 4.5
    assert 2 == told["stops"]


def test_names_over_the_stage_can_be_read(page: Page) -> None:
    """On a phone, where names stand over the picture, they have at least 4.5:1 to the night that it fades into."""
    page.call(lambda tab: tab.set_viewport_size({"width": 390, "height": 844}))
    told = page.run(
        START
        + """
        const night = luminance(style('body').backgroundColor);
        return least(() => contrast(luminance(style('.feed-name').color), night));
    """
    )

    assert told >= 4.5


def test_names_stand_where_the_page_begins(page: Page) -> None:
    """On a page from right to left a name that is written from left to right stands on the right, like all else."""
    told = page.run(
        START
        + """
        document.documentElement.dir = 'rtl';
        document.querySelector('.feed').innerHTML = '<bdi style="display: block">Ann</bdi>';
        return style('bdi').textAlign;
    """
    )

    assert told.endswith("right")
