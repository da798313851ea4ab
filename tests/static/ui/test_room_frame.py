"""The frame of the viewer's page: what opens, what shuts, and where the focus goes."""

from __future__ import annotations

from tests.static.conftest import Page

START = """
    document.body.innerHTML = `<main id="room" data-tray="closed"><header id="bar">
      <span class="language"><select id="language"></select></span></header>
      <section id="stage"></section><aside id="side"></aside></main>`;
    const { layOutRoom, mountRoomBar } = await load('ui/room_frame');
    const { mountTray } = await load('ui/tray');
    const part = () => ({ node: document.createElement('div') });
    const rose = { id: 'rose', name: 'Rose', price_coins: 1, tier: 'ribbon', streakable: true };
    const tray = mountTray({ gifts: [rose], balance: part().node, onTap: () => {}, onBuy: () => {},
      onClose: () => frame.openTray(false) });
    const board = part();
    const bar = mountRoomBar({ onMute: () => {} });
    const frame = layOutRoom({ bar, alerts: { nodes: [part().node] }, combo: part(), goal: part(), board,
      shoutOuts: part(), levels: part(), feed: part(), composer: part(), tray,
      announcer: part(), toasts: part(), recharge: part() });
    // As the style sheet has it on a phone: one of the two is shown.
    const style = document.createElement('style');
    style.textContent = '#room[data-tray=closed] .tray, #room[data-tray=open] .open-gifts { display: none }';
    document.body.append(style);
    const $ = (selector) => document.querySelector(selector);
    const open = () => [document.getElementById('room').dataset.tray === 'open', board.node.dataset.open === 'true'];
    const key = (name, more) => document.activeElement.dispatchEvent(
      new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }));
"""


def test_focus_goes_along(part: Page) -> None:
    """Opening the tray takes the focus into it, shutting it gives it back; a focus elsewhere stays where it is."""
    told = part.run(
        START
        + """
        const at = () => document.activeElement.dataset.testid ?? document.activeElement.dataset.tier;
        frame.giftsButton.node.focus();
        frame.giftsButton.node.click();
        const opened = at();
        key('Escape');
        const shut = at();
        frame.giftsButton.node.click();
        $('.tray-close').focus();
        $('.tray-close').click();
        const closed = at();
        frame.giftsButton.node.click();
        $('[data-testid=mute]').focus();
        key('Escape');
        return { opened, shut, closed, elsewhere: at(), open: open() };
    """
    )

    assert {
        "opened": "ribbon",
        "shut": "open-gifts",
        "closed": "open-gifts",
        "elsewhere": "mute",
        "open": [False, False],
    } == told


def test_escape_takes_away_what_lies_on_top(part: Page) -> None:
    """Escape shuts the board, then the tray; while a question is open, or a word is being composed, neither."""
    told = part.run(
        START
        + """
        frame.openTray(true);
        $('.open-board').click();
        const both = open();
        const dialog = document.createElement('dialog');
        document.body.append(dialog);
        dialog.showModal();
        key('Escape');
        const asked = open();
        dialog.close();
        key('Escape', { isComposing: true });
        const composing = open();
        key('Escape');
        const first = open();
        key('Escape');
        return { both, asked, composing, first, second: open() };
    """
    )

    assert {
        "both": [True, True],
        "asked": [True, True],
        "composing": [True, True],
        "first": [True, False],
        "second": [False, False],
    } == told


def test_focus_after_the_combo(part: Page) -> None:
    """When the combo button goes, the focus goes to its gift where the tray is open, else to the way to the tray."""
    told = part.run(
        START
        + """
        tray.update({ coins: 1, sending: new Map(), live: true, recent: [] });
        frame.focusGift(rose);
        const shut = document.activeElement.dataset.testid;
        frame.openTray(true);
        frame.focusGift(rose);
        return [shut, document.activeElement.dataset.gift];
    """
    )

    assert ["open-gifts", "rose"] == told


def test_bar(part: Page) -> None:
    """The bar says whose room it is, whether it is live and how many watch, and leads out of it."""
    told = part.run(
        START
        + """
        const room = { title: 'Tonight', status: 'live', streamer: { id: 's', name: 'Nova' } };
        bar.update({ room, viewers: 12345 });
        const live = [$('[data-testid=live]').textContent, $('[data-testid=viewers]').innerText.trim()];
        bar.update({ room: { ...room, status: 'ended' }, viewers: 1 });
        const leave = $('[data-testid=leave]');
        $('[data-testid=mute]').click();
        return { live, ended: $('[data-testid=live]').textContent, title: document.title,
          name: $('.bar-name').textContent, leave: [leave.getAttribute('href'), leave.getAttribute('aria-label')],
          kept: localStorage.getItem('fanfare.muted') };
    """
    )
    part.run("localStorage.clear(); document.title = '';")

    assert ["Live", "12.3K12,345 viewers"] == told["live"]
    assert ("Not live", "Nova", "yes") == (told["ended"], told["name"], told["kept"])
    assert "Tonight" in told["title"]
    assert ["/", "All rooms"] == told["leave"]
