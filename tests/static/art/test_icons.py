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
        return argument.map((id) => [hasIcon(id), giftIcon(id).innerHTML.replaceAll(/art\\d+-/g, '')]);
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


def test_gradients_do_not_clash(modules: Page, catalogue: Gifts) -> None:
    """On a page with every icon twice each id stands once, and each reference is to the icon's own."""
    ids, strangers = modules.run(
        """
        const { giftIcon } = await load('art/icons');
        const ids = [];
        const strangers = [];
        for (const id of [...argument, ...argument]) {
            const icon = giftIcon(id);
            const own = [...icon.querySelectorAll('[id]')].map((node) => node.id);
            ids.push(...own);
            const meant = [...icon.outerHTML.matchAll(/url\\(#([^)]+)\\)/g)].map(([, name]) => name);
            strangers.push(...meant.filter((name) => !own.includes(name)));
        }
        return [ids, strangers];
        """,
        [gift["id"] for gift in catalogue],
    )

    assert [] == strangers
    assert len(ids) == len(set(ids)) > 100


def test_policy(modules: Page, catalogue: Gifts) -> None:
    """No icon carries a style, a script or an address, so the strictest page shows it."""
    found = modules.run(
        """
        const { giftIcon } = await load('art/icons');
        return argument.filter((id) => giftIcon(id).querySelector('[style], style, script, image, use, [href]'));
        """,
        [gift["id"] for gift in catalogue],
    )

    assert [] == found


def test_title(modules: Page) -> None:
    """An icon with a title is a picture for screen readers, word for word; without one they pass it by."""
    titled, plain = modules.run(
        """
        const { giftIcon } = await load('art/icons');
        const titled = giftIcon('lion', { size: 96, title: '<b>Lion</b>' });
        const plain = giftIcon('lion');
        return [
            [titled.getAttribute('role'), titled.querySelector('title').textContent, titled.getAttribute('width')],
            [plain.getAttribute('aria-hidden'), plain.querySelector('title'), plain.getAttribute('width')],
        ];
        """
    )

    assert ["img", "<b>Lion</b>", "96"] == titled
    assert ["true", None, "48"] == plain


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
