"""Who a page is."""

from __future__ import annotations

from typing import Any

import pytest

from app.rules.tokens import sign

from .conftest import Page

ANN = sign("s" * 64, sub="ann", name="Ann", role="viewer", exp=2**40)
ANN_LATER = sign("s" * 64, sub="ann", name="Ann", role="viewer", exp=2**40 + 1)
BOB = sign("s" * 64, sub="bob", name="Bób\u202e", role="viewer", exp=2**40)
OTHER_ANN = sign("s" * 64, sub="ann2", name="Ann", role="viewer", exp=2**40)


def test_token_leaves_the_address_bar(page: Page) -> None:
    """A token in the fragment is kept for this tab and room, and removed from the address bar."""
    told = page.run("""
        const { takeToken } = await load('net/identity');
        history.replaceState(null, '', `${location.pathname}?a=1#token=secret`);
        const first = await takeToken('main');
        const address = location.search + location.hash;
        return [first, address, await takeToken('main'), await takeToken('other')];
    """)

    assert ["secret", "?a=1", "secret", None] == told


@pytest.mark.parametrize(
    ("link", "answer", "asked", "taken"),
    [
        (BOB, False, {"from": "Ann", "to": "Bób"}, ANN),
        (BOB, True, {"from": "Ann", "to": "Bób"}, BOB),
        (OTHER_ANN, False, {"from": "Ann (ann)", "to": "Ann (ann2)"}, ANN),
        (ANN_LATER, False, None, ANN_LATER),
        ("no.token.atall", True, None, ANN),
    ],
    ids=["stay", "replace", "same name", "same person", "no token"],
)
@pytest.mark.parametrize("known_by", ["link", "demo"])
def test_link_asks_before_it_makes_somebody_another(
    page: Page, link: str, answer: bool, asked: Any, taken: str, known_by: str
) -> None:
    """Another person's token takes a tab that is somebody already only when the person agrees; one's own is taken."""
    told = page.run(
        """
        const { takeToken } = await load('net/identity');
        const [ann, link, answer, knownBy] = argument;
        if (knownBy === 'link') sessionStorage.setItem('fanfare.token.main', ann);
        else sessionStorage.setItem('fanfare.demo', JSON.stringify({ name: 'Ann', token: ann }));
        history.replaceState(null, '', `${location.pathname}#token=${link}`);
        let asked = null;
        const taken = await takeToken('main', async (people) => { asked = people; return answer; });
        return [asked, taken, location.hash, await takeToken('main')];
        """,
        [ANN, link, answer, known_by],
    )

    assert [asked, taken, "", taken] == told


def test_who_only_watches_is_asked_nothing(page: Page) -> None:
    """A tab whose person has given no name is nobody's yet: a link makes it its own."""
    taken = page.run(
        """
        const { takeToken } = await load('net/identity');
        const [guest, link] = argument;
        sessionStorage.setItem('fanfare.demo', JSON.stringify({ name: null, token: guest }));
        history.replaceState(null, '', `${location.pathname}#token=${link}`);
        return takeToken('main', async () => { throw new Error('asked'); });
        """,
        [ANN, BOB],
    )

    assert BOB == taken
