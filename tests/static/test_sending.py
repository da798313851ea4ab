"""Gifts on their way to the server, without one."""

from __future__ import annotations

from .conftest import Page

START = """
    const { Sending } = await load('net/sending');
    const sent = [], answers = [];
    const connection = { isOpen: true, send: (command) => sent.push(command) };
    let fate = async () => ({ status: 'pending' });
    const kept = {};
    const storage = { getItem: (key) => kept[key] ?? null, setItem: (key, value) => { kept[key] = value; } };
    const sending = new Sending({ connection, fate: (id) => fate(id), storage,
      onAnswer: ({ state, entry: { command }, reply }) =>
        answers.push([state, command.id, reply.error ?? reply.status ?? '']) });
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
        for (const id of ['paid', 'never']) sending.add({ id }, 1);
        sending.lineChanged({ state: 'waiting' });
        sending.lineChanged({ state: 'open' });
        fate = async (id) => ({ status: id === 'paid' ? 'applied' : 'never' });
        for (const id of ['paid', 'never']) sending.receive([{ type: 'error', id, error: 'id_expired' }]);
        await until(() => { sending.flush(); return answers.length === 4; });
        return answers.slice(2);
    """
    )

    assert [["accepted", "paid", "applied"], ["refused", "never", "never"]] == told
