"""The gift tray: what is shown, what a tap says, what a keyboard reaches."""

from __future__ import annotations

from tests.static.conftest import Page

START = """
    const { mountTray } = await load('ui/tray');
    const gift = (id, price_coins, tier, streakable = true) => ({ id, name: id, price_coins, tier, streakable });
    const gifts = [gift('rose', 1, 'ribbon'), gift('heart', 5, 'ribbon'), gift('cake', 49, 'float'),
      gift('lion', 29999, 'scene', false)];
    const taps = [];
    let isSent = true;
    const tray = mountTray({ gifts, balance: document.createElement('div'), onClose: () => {}, onBuy: () => {},
      onTap: async (one, more) => { taps.push([one.id, more.quantity, more.words ?? null]); return isSent; } });
    document.body.append(tray.node);
    const state = { coins: 5000, sending: new Map(), live: true, recent: [] };
    const update = (more) => tray.update(Object.assign(state, more));
    const $ = (selector) => tray.node.querySelector(selector);
    const tile = (id) => $(`[role=tabpanel]:not([hidden]) [data-gift=${id}]`);
    const tab = (tier) => $(`.tab[data-tier=${tier}]`);
    const many = (quantity) => $(`input[value="${quantity}"]`).click();
    const missing = () => {
      const node = $('[data-testid=missing]');
      return node.hidden ? null : $('[data-testid=missing-words]').textContent;
    };
    const key = (name) =>
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
    update();
"""


def test_many_at_once(part: Page) -> None:
    """Who chooses ten sees what ten cost, and a tap sends ten; a gift that comes one by one stays one."""
    told = part.run(
        START
        + """
        const label = () => tile('rose').getAttribute('aria-label');
        const price = (id) => tile(id).querySelector('.tile-price').textContent;
        const one = [label(), price('rose')];
        many(10);
        const ten = [label(), price('rose')];
        tile('rose').click();
        tab('scene').click();
        tile('lion').click();
        return { one, ten, lion: [price('lion'), tile('lion').querySelector('.tile-times').hidden], taps };
    """
    )

    assert {
        "one": ["rose, 1 coin", "1"],
        "ten": ["rose ×10, 10 coins", "10"],
        "lion": ["29,999", True],
        "taps": [["rose", 10, None], ["lion", 1, None]],
    } == told


def test_words_leave_the_field_with_the_gift(part: Page) -> None:
    """Words go with the gift that is sent, once; where it is not sent, they stay in the field."""
    told = part.run(
        START
        + """
        const field = $('[data-testid=words]');
        field.value = '  for you ';
        isSent = false;
        tile('rose').click();
        await sleep(0);
        const kept = field.value;
        isSent = true;
        tile('rose').click();
        await sleep(0);
        tile('rose').click();
        return { kept, left: field.value, max: field.maxLength, words: taps.map(([, , words]) => words) };
    """
    )

    assert {"kept": "  for you ", "left": "", "max": 120, "words": ["for you", "for you", None]} == told


def test_recent_gifts_never_move_under_a_finger(part: Page) -> None:
    """The tab of recent gifts is there once there are any, and its gifts are put in order when it is opened."""
    told = part.run(
        START
        + """
        const shown = () => [...$('#tray-recent').children].map((node) => node.dataset.gift);
        const before = tab('recent').hidden;
        update({ recent: ['heart', 'rose', 'relic'] });
        const after = tab('recent').hidden;
        tab('recent').click();
        const opened = shown();
        tile('rose').click();
        update({ recent: ['rose', 'heart'] });
        const open = shown();
        tab('float').click();
        tab('recent').click();
        return { before, after, opened, open, again: shown(), taps };
    """
    )

    assert {
        "before": True,
        "after": False,
        "opened": ["heart", "rose"],
        "open": ["heart", "rose"],
        "again": ["rose", "heart"],
        "taps": [["rose", 1, None]],
    } == told


def test_what_is_missing(part: Page) -> None:
    """A gift that the wallet cannot pay says what is missing for as many as are chosen, until the coins are there."""
    told = part.run(
        START
        + """
        update({ coins: 8 });
        tile('rose').click();
        const enough = missing();
        many(10);
        tile('rose').click();
        const ten = missing();
        const marked = [tile('rose').dataset.missing, tile('heart').dataset.missing];
        update({ coins: 10 });
        return { enough, ten, marked, paid: missing() };
    """
    )

    assert {"enough": None, "ten": "You need 2 coins more for rose ×10.", "marked": ["2", "42"], "paid": None} == told


def test_keyboard(part: Page) -> None:
    """Tabs and gifts are one stop each; arrows go on from there, past a tab that is not there, and stay inside."""
    told = part.run(
        START
        + """
        const stops = () => [...tray.node.querySelectorAll('button, input')]
          .filter((node) => node.checkVisibility() && node.tabIndex === 0 && node.type !== 'radio')
          .map((node) => node.dataset.gift ?? node.dataset.tier ?? node.dataset.testid ?? node.textContent);
        const at = () => document.activeElement.dataset.gift ?? document.activeElement.dataset.tier;
        const before = stops();
        tray.focus();
        key('ArrowLeft');
        const first = at();
        key('ArrowRight');
        const second = [at(), tab('float').getAttribute('aria-selected'), $('#tray-float').hidden];
        tray.focus({ id: 'rose' });
        const elsewhere = at();
        key('Home');
        tray.focus({ id: 'rose' });
        key('ArrowRight');
        key('ArrowRight');
        return { before, first, second, elsewhere, last: at(), after: stops() };
    """
    )

    assert {
        "before": ["×", "ribbon", "rose", "words"],
        "first": "ribbon",
        "second": ["float", "true", False],
        "elsewhere": "float",
        "last": "heart",
        "after": ["×", "ribbon", "heart", "words"],
    } == told


def test_what_is_on_its_way(part: Page) -> None:
    """Gifts on their way stand on their tile, in its name too, and a room that is not live takes none."""
    told = part.run(
        START
        + """
        update({ sending: new Map([['rose', 3]]) });
        const badge = tile('rose').querySelector('.tile-sending').textContent;
        const label = tile('rose').getAttribute('aria-label');
        update({ sending: new Map(), live: false });
        const off = tile('rose').getAttribute('aria-disabled');
        return { badge, label, after: tile('rose').dataset.sending ?? null, off };
    """
    )

    assert {"badge": "Sending 3", "label": "rose, 1 coin, Sending 3", "after": None, "off": "true"} == told
