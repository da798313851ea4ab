"""Who a page is."""

from __future__ import annotations

from .conftest import Page


def test_token_leaves_the_address_bar(page: Page) -> None:
    """A token in the fragment is kept for this tab and room, and removed from the address bar."""
    told = page.run("""
        const { takeToken } = await load('net/identity');
        history.replaceState(null, '', `${location.pathname}?a=1#token=secret`);
        const first = takeToken('main');
        const address = location.search + location.hash;
        return [first, address, takeToken('main'), takeToken('other')];
    """)

    assert ["secret", "?a=1", "secret", None] == told
