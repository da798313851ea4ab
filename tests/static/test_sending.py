"""Gifts on their way to the server, without one."""

from __future__ import annotations

import msgspec

from app.rules.messages import Balance, GiftAccepted

from .conftest import Page

START = """
    const { Sending } = await load('net/sending');
    const sent = [], answers = [], replies = [];
    const connection = { isOpen: true, send: (command) => sent.push(command) };
    let fate = async () => ({ status: 'pending' });
    const kept = {};
    const storage = { getItem: (key) => kept[key] ?? null, setItem: (key, value) => { kept[key] = value; } };
    const sending = new Sending({ connection, fate: (id) => fate(id), storage,
      onAnswer: ({ state, entry: { command }, reply }) => {
        answers.push([state, command.id, reply.error ?? '']);
        replies.push(reply);
      } });
    const welcome = (user) => sending.receive([{ type: 'welcome', user: { id: user }, room: { id: 'r' } }]);
"""


def test_nothing_is_kept_before_it_is_known_who_sends(page: Page) -> None:
    """Before the welcome a command is refused; then it is kept in the storage of its person, sent and answered."""
    told = page.run(
        START
        + """
        const before = [sending.isReady, sending.add({ id: 'a' }, 1)];
        welcome('u');
        const after = [sending.isReady, sending.add({ id: 'a' }, 5), sending.has('a'), sending.entries[0].coins];
        sending.receive([{ type: 'gift_accepted', id: 'a' }, { type: 'gift_accepted', id: 'foreign' }]);
        return { before, after, sent: sent.length, answers, left: kept['fanfare.outbox.r.u'] };
    """
    )

    assert {
        "before": [False, False],
        "after": [True, True, True, 5],
        "sent": 1,
        "answers": [["accepted", "a", ""]],
        "left": "[]",
    } == told


def test_a_closed_line_waits(page: Page) -> None:
    """What is added while the line is closed is sent when it opens, and again with the same id when it broke."""
    told = page.run(
        START
        + """
        welcome('u');
        connection.isOpen = false;
        sending.add({ id: 'a' }, 1);
        const waiting = sent.length;
        connection.isOpen = true;
        sending.lineChanged({ state: 'open' });
        sending.lineChanged({ state: 'waiting' });
        const unknown = sending.entries[0].state;
        sending.lineChanged({ state: 'open' });
        return { waiting, unknown, sent: sent.map(({ id }) => id) };
    """
    )

    assert {"waiting": 0, "unknown": "unknown", "sent": ["a", "a"]} == told


def test_the_books_tell_of_ids_that_are_too_old(page: Page) -> None:
    """An id that was sent twice and is too old is asked for in the books, whose word is the answer."""
    told = page.run(
        START
        + """
        welcome('u');
        for (const id of ['paid', 'never']) sending.add({ id, gift: 'rose', quantity: 2 }, 2);
        sending.lineChanged({ state: 'waiting' });
        sending.lineChanged({ state: 'open' });
        const books = { coins: 2, diamonds: '2', balance: { coins: 5, version: 9 }, n: 8 };
        fate = async (id) => id === 'paid' ? { id, status: 'applied', ...books } : { id, status: 'never' };
        for (const id of ['paid', 'never']) sending.receive([{ type: 'error', id, error: 'id_expired' }]);
        await until(() => { sending.flush(); return answers.length === 4; });
        return { answers: answers.slice(2), paid: replies[2] };
    """
    )

    assert [["accepted", "paid", ""], ["refused", "never", "id_expired"]] == told["answers"]
    paid = msgspec.convert(told["paid"], GiftAccepted)
    assert ("paid", "rose", 2, 2, Balance(5, 9), 8, True) == (
        paid.id,
        paid.gift,
        paid.quantity,
        paid.coins,
        paid.balance,
        paid.n,
        paid.duplicate,
    )
