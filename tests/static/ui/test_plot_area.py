"""A plot of bars of which one is chosen."""

from __future__ import annotations

from tests.static.conftest import Page

START = """
    const { mountPlotArea } = await load('ui/plot_area');
    const { svg } = await load('ui/dom');
    const told = [];
    const plot = mountPlotArea({ label: 'views', height: 40,
      draw: (width) => [0, 1, 2, 3].map((i) => svg('rect', { class: 'plot-bar', x: i * width / 4, width: width / 4 })),
      onChoose: (index) => { told.push(index); return `bar ${index}`; } });
    plot.node.style.width = '400px';
    document.body.append(plot.node);
    plot.update(4, 3);
    const press = (key) => plot.node.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
    const shown = () => [plot.node.getAttribute('aria-valuenow'), plot.node.getAttribute('aria-valuetext'),
      [...plot.node.querySelectorAll('.plot-bar')].findIndex((bar) => bar.classList.contains('is-chosen'))];
"""


def test_keys_choose_a_bar(page: Page) -> None:
    """Arrows go on by one, the keys for pages by many, Home and End to an end; what is chosen is shown and said."""
    told = page.run(
        START
        + """
        await until(() => told.length);
        const seen = [shown()];
        for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowRight', 'PageDown', 'End', 'Home', 'x']) {
          press(key);
          seen.push(plot.node.getAttribute('aria-valuenow'));
        }
        return [...seen, shown(), plot.node.getAttribute('aria-valuemax')];
    """
    )

    assert [["3", "bar 3", 3], "2", "3", "3", "0", "3", "0", "0", ["0", "bar 0", 0], "3"] == told


def test_a_touch_chooses_a_bar(page: Page) -> None:
    """A touch chooses the bar below it, and bars that are drawn anew leave the choice where it was."""
    told = page.run(
        START
        + """
        await until(() => told.length);
        const box = plot.node.getBoundingClientRect();
        plot.node.dispatchEvent(new PointerEvent('pointerdown', { clientX: box.left + 150 }));
        const touched = shown();
        plot.update(4);
        return [touched, shown()];
    """
    )

    assert [["1", "bar 1", 1]] * 2 == told


def test_it_has_a_range_from_the_beginning(page: Page) -> None:
    """Before there are any bars it says where it stands too, as a slider has to."""
    told = page.run(
        START.replace("plot.update(4, 3);", "")
        + "return ['min', 'max', 'now'].map((what) => plot.node.getAttribute(`aria-value${what}`));"
    )

    assert ["0", "0", "0"] == told
