"""The button that sends a gift again."""

from __future__ import annotations

from tests.static.conftest import Page

START = """
    const { mountCombo } = await load('ui/combo');
    const rose = { id: 'rose', name: 'Rose' };
    const felt = [];
    navigator.vibrate = (pattern) => felt.push(pattern);
    const gone = [];
    let isPaid = true;
    const combo = mountCombo({ onTap: () => isPaid, onGone: (gift) => gone.push(gift.id) });
    document.body.append(combo.node);
    const show = (more) => combo.update({ gift: rose, quantity: 1, count: 0, sending: 0, beat: 1, ...more });
"""


def test_name_holds_what_is_written(part: Page) -> None:
    """It is called by what stands on it: the gift, how many more, the streak, what is on its way."""
    told = part.run(
        START
        + """
        show({ count: 12, quantity: 10, sending: 3, beat: 2 });
        const { node } = combo;
        const data = [node.dataset.count, node.dataset.sending, node.dataset.heat];
        return [node.getAttribute('aria-label'), node.textContent, data];
    """
    )

    assert "Send Rose ×10 again, ×12, Sending 3" == told[0]
    assert "+10×12Sending 3" == told[1]
    assert ["12", "3", "1"] == told[2]


def test_a_hand_feels_it(part: Page) -> None:
    """A tap that is on its way is felt, one that is not is not, and a streak that grows hotter is felt longer."""
    told = part.run(
        START
        + """
        show({ count: 9 });
        combo.node.click();
        isPaid = false;
        combo.node.click();
        show({ count: 10, beat: 2 });
        show({ count: 11, beat: 3 });
        return felt;
    """
    )

    assert [12, [30, 40, 30]] == told


def test_focus_is_handed_on(part: Page) -> None:
    """When it goes while it has the focus, it says so first; otherwise it goes without a word."""
    told = part.run(
        START
        + """
        show();
        combo.update(null);
        const without = gone.length;
        show();
        combo.node.focus();
        combo.update(null);
        combo.update(null);
        return [without, gone, combo.node.hidden];
    """
    )

    assert [0, ["rose"], True] == told
