"""A viewer's gifts from the tap to the answer, without a server."""

from __future__ import annotations

from .conftest import Page

START = """
    const { Gifting } = await load('net/gifting');
    const { Fanfare } = await load('fanfare');
    let socket = null;
    window.WebSocket = class {
      constructor() { socket = this; this.readyState = 0; }
      send(text) {
        const command = JSON.parse(text);
        if (command.type === 'send_gift') sent.push(command);
      }
      close() { this.lose(); }
      open() {
        this.readyState = 1;
        this.onopen();
        const who = { user: { id: 'u' }, room: { id: 'r' }, balance: { coins: 10, version: 1 } };
        tell({ type: 'welcome', ...who, server_ms: 1.7e12, snapshot: {}, epoch: 'e', offset: 0 });
      }
      lose() { this.readyState = 3; this.onclose({ code: 1006 }); }
    };
    const tell = (...messages) => socket.onmessage({ data: JSON.stringify(messages) });
    Math.random = () => 0;
    const rose = { id: 'rose', price_coins: 1, streakable: true };
    const lion = { id: 'lion', price_coins: 29999, streakable: false };
    const sent = [];
    const fanfare = new Fanfare({ room: 'r', token: '', gifts: [rose, lion] });
    const refused = [];
    const gifting = new Gifting({ fanfare, gifts: new Map([['rose', rose], ['lion', lion]]),
      onChange: () => {}, onRefused: (gift, reply) => refused.push([gift.id, reply.error]), onFull: () => {} });
    fanfare.connect();
    socket.open();
    const shown = () => [gifting.sending.get('rose') ?? 0, gifting.spendable, gifting.combo?.count ?? null];
"""


def test_sending_until_the_server_says(page: Page) -> None:
    """Taps go out as one send; until the answer they are on their way, never done, and cannot be spent again."""
    told = page.run(
        START
        + """
        for (let i = 0; i < 4; i += 1) gifting.tap(rose);
        const tapped = shown();
        await until(() => sent.length === 1);
        const before = shown();
        const balance = { coins: 6, version: 2 };
        tell({ type: 'gift_accepted', id: sent[0].id, balance, streak: { id: 's', count: 4 } });
        const left = sessionStorage.getItem('fanfare.outbox.r.u');
        return { tapped, quantity: sent[0].quantity, before, after: shown(), left };
    """
    )

    assert {"tapped": [0, 6, 0], "quantity": 4, "before": [4, 6, 0], "after": [0, 6, 4], "left": "[]"} == told


def test_broken_line(page: Page) -> None:
    """After a broken line the same gift goes out with the same id, and a refusal says why."""
    told = page.run(
        START
        + """
        gifting.tap(rose);
        await until(() => sent.length === 1);
        const first = socket;
        socket.lose();
        const unknown = gifting.unknown;
        await until(() => socket !== first);
        socket.open();
        await until(() => sent.length === 2);
        tell({ type: 'error', id: sent[1].id, error: 'receiver_frozen', retryable: false });
        return { unknown, same: sent[0].id === sent[1].id, refused, combo: gifting.combo };
    """
    )

    assert {"unknown": True, "same": True, "refused": [["rose", "receiver_frozen"]], "combo": None} == told


def test_too_dear(page: Page) -> None:
    """A gift that the wallet cannot pay is not sent at all."""
    told = page.run(START + "return [gifting.tap(lion), sessionStorage.getItem('fanfare.outbox.r.u')];")

    assert [False, None] == told


def test_many_at_once_and_words(page: Page) -> None:
    """Ten at once cost ten times the price, words go along as the gift's message, and the wallet is not overdrawn."""
    told = page.run(
        START
        + """
        const first = gifting.tap(rose, { quantity: 10, words: 'hi' });
        const second = gifting.tap(rose, { quantity: 1 });
        await until(() => sent.length === 1);
        const { id, ...command } = sent[0];
        return { first, second, command, spendable: gifting.spendable, combo: gifting.combo.quantity };
    """
    )

    command = {"type": "send_gift", "gift": "rose", "quantity": 10, "message": "hi"}
    assert {"first": True, "second": False, "command": command, "spendable": 0, "combo": 10} == told


def test_kept_gift_that_is_no_longer_sold(page: Page) -> None:
    """A gift kept from an earlier visit is refused by its id where the catalogue has it no longer; nothing breaks."""
    told = page.run(
        """
        const entry = { command: { type: 'send_gift', id: 'x', gift: 'relic', quantity: 1 }, coins: 1, attempts: 0 };
        sessionStorage.setItem('fanfare.outbox.r.u', JSON.stringify([entry]));
        """
        + START
        + """
        tell({ type: 'error', id: 'x', error: 'unknown_gift', retryable: false });
        return [sent.map(({ id }) => id), refused];
    """
    )

    assert [["x"], [["relic", "unknown_gift"]]] == told
