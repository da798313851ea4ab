"""What the page says by itself: toasts, announcements, the state of the line."""

from __future__ import annotations

from tests.static.conftest import Page


def test_toasts(part: Page) -> None:
    """The same complaint twice is one, and of many the last three are seen."""
    told = part.run("""
        const { mountToasts } = await load('ui/toasts');
        const toasts = mountToasts();
        document.body.append(toasts.node);
        const shown = () => [...toasts.node.children].map((toast) => toast.textContent);
        for (const message of ['a', 'b', 'a']) toasts.show(message);
        const twice = shown();
        for (const message of ['c', 'd']) toasts.show(message);
        return [twice, shown(), toasts.node.getAttribute('role')];
    """)

    assert [["b", "a"], ["a", "c", "d"], "alert"] == told


def test_announcer(part: Page) -> None:
    """A busy room is told politely, in one sentence for all that came together."""
    told = part.run("""
        const { mountAnnouncer } = await load('ui/announcer');
        const { node, add } = mountAnnouncer();
        document.body.append(node);
        const event = { type: 'gift_sent', gift: 'rose', sender: { name: 'Ann' }, quantity: 2 };
        for (let i = 0; i < 3; i += 1) add(event, 'Rose');
        await until(() => node.textContent);
        return [node.textContent, node.getAttribute('aria-live')];
    """)

    assert ["Ann sent 6 Rose.", "polite"] == told


def test_dot(part: Page) -> None:
    """A lost line is not spoken of for two seconds, then it is, until the line is back; an end is said at once."""
    told = part.run("""
        const { mountConnectionDot } = await load('ui/connection_dot');
        const { node, update } = mountConnectionDot();
        const shown = () => [node.dataset.state, node.textContent];
        update({ state: 'open' });
        update({ state: 'waiting' });
        await sleep(50);
        const early = shown();
        await until(() => node.dataset.state === 'lost');
        const lost = shown();
        update({ state: 'connecting' });
        update({ state: 'open' });
        const back = shown();
        update({ state: 'stopped' });
        return { early, lost, back, stopped: shown() };
    """)

    assert {
        "early": ["open", ""],
        "lost": ["lost", "Reconnecting"],
        "back": ["open", ""],
        "stopped": ["stopped", "Disconnected"],
    } == told


def test_copy_without_a_clipboard(part: Page) -> None:
    """Where the browser gives no clipboard, as on plain http, the text is selected for the person to copy."""
    told = part.run("""
        const { copyText } = await load('ui/copy');
        const node = document.createElement('code');
        node.textContent = 'fanfare overlay-url main';
        document.body.append(node);
        Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
        const copied = await copyText(node);
        delete navigator.clipboard;
        return [typeof copied, getSelection().toString()];
    """)

    assert ["boolean", "fanfare overlay-url main"] == told
