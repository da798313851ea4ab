"""The icons of the gifts."""

from __future__ import annotations

from typing import Any

from ..conftest import Page

Gifts = list[dict[str, Any]]


def test_each_gift_has_its_own(modules: Page, catalogue: Gifts) -> None:
    """Every gift of the catalogue, the coin and the diamond have drawings that no other has."""
    names = [gift["id"] for gift in catalogue] + ["coin", "diamond", "present"]

    drawn = modules.run(
        """
        const { giftIcon, hasIcon } = await load('art/icons');
        const drawn = async (id) => [hasIcon(id), await (await fetch(giftIcon(id).src)).text()];
        return Promise.all(argument.map(drawn));
        """,
        names,
    )

    assert all(own for own, _ in drawn)
    assert len(names) == len({shapes for _, shapes in drawn})


def test_unknown_gift(modules: Page) -> None:
    """A gift without a drawing is shown as a wrapped present."""
    kinds = modules.run(
        """
        const { giftIcon } = await load('art/icons');
        return ['no_such_gift', '__proto__', 'rose'].map((id) => giftIcon(id).dataset.icon);
        """
    )

    assert ["present", "present", "rose"] == kinds


def test_one_drawing_each(modules: Page) -> None:
    """However often an icon is shown and in what sizes, it is one element each time, and all share one drawing."""
    elements, addresses, shown = modules.run(
        """
        const { giftIcon } = await load('art/icons');
        const icons = [16, 48, 96].map((size) => giftIcon('lion', { size }));
        const place = document.createElement('div');
        place.append(...icons);
        document.body.append(place);
        await Promise.all(icons.map((icon) => icon.decode()));
        const shown = icons.map((icon) => icon.naturalWidth > 0 && icon.offsetWidth);
        const elements = place.querySelectorAll('*').length;
        place.remove();
        return [elements, new Set(icons.map((icon) => icon.src)).size, shown];
        """
    )

    assert 3 == elements
    assert 1 == addresses
    assert [16, 48, 96] == shown


def test_gradients_are_the_drawings_own(modules: Page, catalogue: Gifts) -> None:
    """In each drawing an id stands once, and each reference is to one of the drawing's own."""
    ids, strangers = modules.run(
        """
        const { giftIcon } = await load('art/icons');
        let count = 0;
        const strangers = [];
        for (const id of argument) {
            const text = await (await fetch(giftIcon(id).src)).text();
            const own = [...text.matchAll(/ id="([^"]+)"/g)].map(([, name]) => name);
            const meant = [...text.matchAll(/url\\(#([^)]+)\\)/g)].map(([, name]) => name);
            strangers.push(...meant.filter((name) => own.filter((other) => other === name).length !== 1));
            count += own.length;
        }
        return [count, strangers];
        """,
        [gift["id"] for gift in catalogue],
    )

    assert [] == strangers
    assert ids > 100


def test_title(modules: Page) -> None:
    """An icon with a title is a picture for screen readers, word for word; without one they pass it by."""
    titled, plain = modules.run(
        """
        const { giftIcon } = await load('art/icons');
        const icons = [giftIcon('lion', { size: 96, title: '<b>Lion</b>' }), giftIcon('lion')];
        return icons.map(({ alt, width }) => [alt, width]);
        """
    )

    assert ["<b>Lion</b>", 96] == titled
    assert ["", 48] == plain


def test_image(modules: Page) -> None:
    """An icon's pixels are made once for a size, never too large, and are not empty."""
    same, edges, ink = modules.run(
        """
        const { giftImage } = await load('art/icons');
        const sizes = [100, 120, 9000, 3];
        const [one, two, huge, tiny] = await Promise.all(sizes.map((px) => giftImage('crown', px)));
        const pixels = one.getContext('2d').getImageData(0, 0, one.width, one.height).data;
        const ink = pixels.filter((value, i) => i % 4 === 3 && value > 200).length;
        return [one === two, [one.width, huge.width, tiny.width], ink];
        """
    )

    assert same
    assert [128, 1024, 32] == edges
    assert ink > 2000
