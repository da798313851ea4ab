"""The gifts that were sent last."""

from __future__ import annotations

from .conftest import Page


def test_newest_first(page: Page) -> None:
    """Eight gifts at most, each once, the newest first, and they outlive the page."""
    told = page.run("""
        const { RecentGifts } = await load('core/recent_gifts');
        const recent = new RecentGifts(localStorage, 'recent');
        for (const id of 'abcdefghij') recent.add(id);
        recent.add('d');
        return [recent.ids.join(''), new RecentGifts(localStorage, 'recent').ids.join('')];
    """)

    assert ["djihgfec", "djihgfec"] == told


def test_broken_storage(modules: Page) -> None:
    """What is no list in the storage, or a storage that takes nothing, costs the list alone."""
    told = modules.run("""
        const { RecentGifts } = await load('core/recent_gifts');
        const full = { getItem: () => '{"a": 1}', setItem: () => { throw new DOMException('full'); } };
        const recent = new RecentGifts(full, 'recent');
        recent.add('rose');
        return recent.ids;
    """)

    assert ["rose"] == told
