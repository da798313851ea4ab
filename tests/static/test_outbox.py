"""Gifts on their way."""

from __future__ import annotations

from .conftest import Page

START = """
    const { Outbox } = await load('core/outbox');
    const outbox = new Outbox(sessionStorage, 'box');
    const gift = (id, quantity = 1) => ({ type: 'send_gift', id, gift: 'rose', quantity });
    const ids = (commands) => commands.map((command) => command.id);
    const states = () => outbox.entries.map((entry) => entry.state);
"""


def test_survives_a_reload(page: Page) -> None:
    """What had no answer before a reload is sent again after it, with the same ids and contents, oldest first."""
    before = page.run(
        START
        + """
        outbox.add(gift('a', 3), 3, 0);
        outbox.add(gift('b'), 1, 5);
        const sent = outbox.takeDue(5);
        outbox.add(gift('c'), 1, 9);
        return [...sent, gift('c')];
    """
    )
    page.reload()
    after, states = page.run(START + "const known = states(); return [outbox.takeDue(0), known];")

    assert before == after
    assert ["unknown", "unknown", "sending"] == states


def test_kept_before_it_is_sent(page: Page) -> None:
    """A command that cannot be kept may not be sent."""
    kept, due = page.run("""
        const { Outbox } = await load('core/outbox');
        const full = { getItem: () => null, setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } };
        const outbox = new Outbox(full, 'box');
        return [outbox.add({ id: 'a' }, 1, 0), outbox.takeDue(0)];
    """)

    assert False is kept
    assert [] == due


def test_resends_after_a_broken_line(page: Page) -> None:
    """A broken line makes what was sent unknown and due; an answer, even a repeated one, settles it once."""
    told = page.run(
        START
        + """
        outbox.add(gift('a'), 1, 0);
        const first = ids(outbox.takeDue(0));
        const quiet = ids(outbox.takeDue(10));
        outbox.lineBroke();
        const unknown = states();
        const again = ids(outbox.takeDue(20));
        const settled = outbox.answer({ type: 'gift_accepted', id: 'a', duplicate: true }, 30).state;
        const repeated = outbox.answer({ type: 'gift_accepted', id: 'a' }, 31);
        return { first, quiet, unknown, again, settled, repeated, kept: sessionStorage.getItem('box') };
    """
    )

    assert {
        "first": ["a"],
        "quiet": [],
        "unknown": ["unknown"],
        "again": ["a"],
        "settled": "accepted",
        "repeated": None,
        "kept": "[]",
    } == told


def test_answers(page: Page) -> None:
    """A final error refuses, a retryable one waits as long as the server says, and silence is asked again."""
    told = page.run(
        START
        + """
        for (const id of ['poor', 'fast', 'silent']) outbox.add(gift(id), 1, 0);
        outbox.takeDue(0);
        const refuse = (id, more) => outbox.answer({ type: 'error', id, ...more }, 1).state;
        const poor = refuse('poor', { error: 'insufficient_coins', retryable: false });
        const fast = refuse('fast', { error: 'rate_limited', retryable: true, details: { retry_ms: 4000 } });
        return { poor, fast, at4000: ids(outbox.takeDue(4000)), at4001: ids(outbox.takeDue(4001)),
                 at10000: ids(outbox.takeDue(10000)) };
    """
    )

    assert {"poor": "refused", "fast": "sending", "at4000": [], "at4001": ["fast"], "at10000": ["silent"]} == told


def test_expired_ids(page: Page) -> None:
    """An id too old at its first sending is refused; at a later sending its fate is unknown until the books tell."""
    told = page.run(
        START
        + """
        const expired = (id) => ({ type: 'error', id, error: 'id_expired', retryable: false });
        outbox.add(gift('fresh'), 1, 0);
        outbox.takeDue(0);
        const fresh = outbox.answer(expired('fresh'), 1).state;
        outbox.add(gift('old'), 1, 0);
        outbox.takeDue(0);
        outbox.lineBroke();
        outbox.takeDue(5);
        const old = outbox.answer(expired('old'), 6).state;
        const due = outbox.takeDue(1e9);
        outbox.forget('old');
        return { fresh, old, due, left: outbox.entries };
    """
    )

    assert {"fresh": "refused", "old": "unknown", "due": [], "left": []} == told


def test_bound(page: Page) -> None:
    """It takes a bounded number of gifts, and keeps what each costs."""
    told = page.run(
        START
        + """
        const taken = Array.from({ length: 120 }, (_, i) => outbox.add(gift(`g${i}`), 5, 0)).filter(Boolean).length;
        return [taken, outbox.entries[0].coins];
    """
    )

    assert [100, 5] == told


def test_waits_for_a_guardian(page: Page) -> None:
    """It is kept, said once, asked for anew after a minute or with the line; once decided the same gift goes out."""
    told = page.run(
        START
        + """
        const asked = { type: 'error', id: 'a', error: 'approval_needed', details: { approval: 'wim:a' } };
        outbox.add(gift('a'), 1, 0);
        const due = [outbox.takeDue(0)];
        const said = [outbox.answer(asked, 0)?.state, states()];
        due.push(outbox.takeDue(59_999), outbox.takeDue(60_000));
        said.push(outbox.answer(asked, 60_000));
        outbox.lineBroke();
        said.push(states());
        due.push(outbox.takeDue(60_001));
        outbox.answer(asked, 60_002);
        outbox.decided('a');
        outbox.decided('nobody');
        due.push(outbox.takeDue(60_003));
        said.push(outbox.answer({ type: 'gift_accepted', id: 'a' }, 60_004).state);
        return [due.map(ids), said, outbox.entries];
    """
    )

    assert [["a"], [], ["a"], ["a"], ["a"]] == told[0]
    assert ["waiting", ["waiting"], None, ["waiting"], "accepted"] == told[1]
    assert [] == told[2]
