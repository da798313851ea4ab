"""The lines beside the stage, as they scroll."""

from __future__ import annotations

from tests.static.conftest import Page

START = """
    const { mountFeed } = await load('ui/feed');
    const feed = mountFeed({ giftName: (id) => id, isMe: (id) => id === 'me' });
    Object.assign(feed.node.style, { height: '200px', overflowY: 'auto' });
    document.body.append(feed.node);
    const items = [];
    const add = (count) => {
      for (let i = 0; i < count; i += 1) {
        const key = String(items.length);
        items.push({ key, kind: 'comment', sender: { id: 'a', name: 'Ann' }, text: 'a line' });
      }
      feed.update(items);
    };
    const atEnd = () => feed.node.scrollHeight - feed.node.scrollTop - feed.node.clientHeight < 2;
    const frames = (count) => new Promise((done) => {
      const next = () => { count ? requestAnimationFrame(next) : done(); count -= 1; };
      next();
    });
    add(40);
    await until(atEnd);
"""


def test_feed_follows_after_it_was_hidden_or_resized(page: Page) -> None:
    """The newest line is in view again after the list was hidden while lines came, and after a change of its size."""
    told = page.run(
        START
        + """
        feed.node.style.display = 'none';
        await frames(2);
        add(5);
        feed.node.style.display = '';
        await until(atEnd);
        add(1);
        await until(atEnd);
        feed.node.style.height = '90px';
        await until(atEnd);
        Object.assign(feed.node.style, { height: '260px', width: '60px' });
        await until(atEnd);
        add(1);
        await until(atEnd);
        return true;
    """
    )

    assert told is True


def test_feed_leaves_a_reader_in_peace(page: Page) -> None:
    """Whoever scrolled up stays there while lines come and the size changes, and follows again from the end on."""
    told = page.run(
        START
        + """
        feed.node.scrollTop = 100;
        await frames(2);
        add(5);
        await frames(2);
        const reading = feed.node.scrollTop;
        feed.node.style.height = '150px';
        await frames(3);
        add(1);
        await frames(2);
        const resized = feed.node.scrollTop;
        feed.node.scrollTop = feed.node.scrollHeight;
        await frames(2);
        add(9);
        await until(atEnd);
        return [reading, resized];
    """
    )

    assert [100, 100] == told


def test_own_lines_are_marked(part: Page) -> None:
    """A line of one's own says so; a gift's words stand beside it, in a direction of their own."""
    told = part.run(
        """
        const { mountFeed } = await load('ui/feed');
        const feed = mountFeed({ giftName: () => 'Rose', isMe: (id) => id === 'me' });
        const line = (id, more) =>
          ({ key: id, kind: 'gift', gift: 'rose', count: 2, sender: { id, name: id }, ...more });
        const nobody = { key: 'n', sender: { id: null, name: null } };
        feed.update([line('me', { text: 'for you' }), line('you'), line(null, nobody)]);
        const own = feed.node.querySelector('.feed-text > bdi').textContent;
        return [own, ...[...feed.node.querySelectorAll('li')].map((node) => node.textContent)];
    """
    )

    assert ["for you", "me You sent Rose × 2 · for you", "you sent Rose × 2", "Somebody sent Rose × 2"] == told


def test_composer(part: Page) -> None:
    """What was said stays in the field until the room has it, and the focus stays in the field."""
    told = part.run("""
        const { mountComposer } = await load('ui/feed');
        const sent = [];
        const composer = mountComposer({ onSend: (said) => sent.push(said) > 0 });
        document.body.append(composer.node);
        const [field, button] = [composer.node.querySelector('input'), composer.node.querySelector('button')];
        const type = (text) => { field.value = text; field.dispatchEvent(new Event('input')); };
        type(' hi ');
        const offline = button.disabled;
        composer.update({ open: true });
        button.focus();
        button.click();
        const sending = [field.value, field.readOnly, document.activeElement === field];
        button.click();
        composer.failed();
        const failed = [field.value, field.readOnly];
        composer.submit();
        composer.posted();
        return { offline, sending, failed, posted: field.value, sent };
    """)

    assert {
        "offline": True,
        "sending": [" hi ", True, True],
        "failed": [" hi ", False],
        "posted": "",
        "sent": ["hi", "hi"],
    } == told
