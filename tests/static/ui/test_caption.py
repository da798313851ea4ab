"""Who gave what, while a scene or banner plays."""

from __future__ import annotations

from tests.static.conftest import Page

START = """
    const { mountCaption } = await load('ui/caption');
    const caption = mountCaption();
    document.body.append(caption.node);
    const alertOf = (fields) => ({ gift: { id: 'guitar', name: 'Guitar' }, sender: { id: 'a', name: 'Ann' }, count: 1,
      beat: 0, ...fields });
    const card = () => caption.node.querySelector('[data-testid=caption]');
    const part = (name) => card().querySelector(name)?.textContent;
    const parts = () => ['.avatar', '.caption-name', '.caption-line', '.count', '.caption-message'].map(part);
"""


def test_who_what_how_many_and_the_words(page: Page) -> None:
    """The caption says the sender, the gift, how many and the words, each as plain text."""
    told = page.run(
        START
        + """
        caption.update(alertOf({ count: 8, message: '<b>for you</b>' }));
        const full = parts();
        caption.update(alertOf({ sender: { id: null, name: null } }));
        return [full, parts()];
    """
    )

    assert [
        ["A", "Ann", "sent Guitar", "×8", "<b>for you</b>"],
        ["★", "Somebody", "sent Guitar", "×1", None],
    ] == told


def test_counts_in_place(page: Page) -> None:
    """While its streak grows the same card counts up; the next gift has a card of its own, and the end leaves none."""
    told = page.run(
        START
        + """
        const playing = alertOf({});
        caption.update(playing);
        const first = card();
        playing.count = 50;
        caption.update(playing);
        const same = [card() === first, part('.count'), first.querySelector('.count').dataset.heat];
        caption.update(alertOf({ sender: { id: 'b', name: 'Ben' } }));
        const other = [card() === first, part('.caption-name')];
        caption.update(null);
        await until(() => !caption.node.children.length);
        return [same, other];
    """
    )

    assert [[True, "×50", "2"], [False, "Ben"]] == told
