"""The lasting connection, over a socket that the test plays."""

from __future__ import annotations

from .conftest import Page

START = """
    const { Connection } = await load('net/connection');
    const sockets = [];
    class Socket {
      constructor(url) {
        Object.assign(this, { url, readyState: 0, sent: [] });
        sockets.push(this);
      }
      send(text) { this.sent.push(JSON.parse(text)); }
      close() { this.readyState = 3; }
      open() { this.readyState = 1; this.onopen(); }
      tell(...messages) { this.onmessage({ data: JSON.stringify(messages) }); }
      lose(code) { this.readyState = 3; this.onclose({ code }); }
    }
    const statuses = [];
    const start = (more = {}) => {
      const connection = new Connection({ url: 'ws://test', token: 'old', Socket, resume: () => undefined,
        onFrame: () => {}, onStatus: (status) => statuses.push(status.code ?? status.state), ...more });
      connection.start();
      sockets[0].open();
      return connection;
    };
    const welcome = { type: 'welcome', server_ms: Date.now() + 90_000, heartbeat_s: 25 };
    Math.random = () => 0;
    let aheadMs = 0;
    const realNow = performance.now.bind(performance);
    performance.now = () => realNow() + aheadMs;
"""


def test_says_hello_and_keeps_the_server_clock(page: Page) -> None:
    """The token goes in the first message, nothing is sent before the welcome, and the server's clock is kept."""
    told = page.run(
        START
        + """
        const connection = start();
        const early = connection.send({ type: 'ping' });
        sockets[0].tell(welcome);
        const late = connection.send({ type: 'ping' });
        const ahead = Math.round((connection.serverMs - Date.now()) / 1000);
        return { early, late, ahead, sent: sockets[0].sent.map((one) => [one.type, one.token ?? null]), statuses };
    """
    )

    assert {
        "early": False,
        "late": True,
        "ahead": 90,
        "sent": [["hello", "old"], ["ping", None]],
        "statuses": ["connecting", "open"],
    } == told


def test_resumes_after_a_loss(page: Page) -> None:
    """A lost line, or a close code that allows it, comes back after at least half a second and resumes."""
    told = page.run(
        START
        + """
        start({ resume: () => ({ epoch: 'e', offset: 7 }) });
        sockets[0].tell(welcome);
        const lostMs = performance.now();
        sockets[0].lose(4001);
        await until(() => sockets.length === 2);
        const waitedMs = performance.now() - lostMs;
        sockets[1].open();
        return { late: waitedMs >= 495, resume: sockets[1].sent[0].resume, statuses };
    """
    )

    assert {
        "late": True,
        "resume": {"epoch": "e", "offset": 7},
        "statuses": ["connecting", "open", "waiting", "connecting"],
    } == told


def test_final_codes(page: Page) -> None:
    """After a code of 4500 to 4999 it does not come back, and says which one it was."""
    told = page.run(
        START
        + """
        start();
        sockets[0].tell(welcome);
        sockets[0].lose(4503);
        await sleep(700);
        return [sockets.length, statuses.at(-1)];
    """
    )

    assert [1, 4503] == told


def test_renews_the_token_once(page: Page) -> None:
    """A token that ran out is renewed once; a server that refuses the new one too is not asked again."""
    told = page.run(
        START
        + """
        let renewals = 0;
        start({ renew: async () => `new${renewals += 1}` });
        sockets[0].lose(4502);
        await until(() => sockets.length === 2);
        sockets[1].open();
        sockets[1].lose(4502);
        await until(() => statuses.includes(4502));
        return [sockets[1].sent[0].token, renewals, sockets.length];
    """
    )

    assert ["new1", 1, 2] == told


def test_leaves_when_told(page: Page) -> None:
    """A `reconnect` message says when to come back, and that is when it does."""
    told = page.run(
        START
        + """
        // By itself it would wait for a second.
        Math.random = () => 1;
        start();
        sockets[0].tell(welcome, { type: 'reconnect', after_ms: 120, reason: 'drain' });
        const toldMs = performance.now();
        sockets[0].lose(4000);
        await until(() => sockets.length === 2);
        const waitedMs = performance.now() - toldMs;
        return waitedMs >= 110 && waitedMs < 900;
    """
    )

    assert told is True


def test_a_line_without_a_welcome_is_left(page: Page) -> None:
    """Eight seconds without a connection, or after it without a welcome, and another line is tried."""
    told = page.run(
        START
        + """
        new Connection({ url: 'ws://test', token: '', Socket, resume: () => undefined, onFrame: () => {},
          onStatus: ({ state }) => statuses.push(state) }).start();
        aheadMs = 7000;
        await sleep(600);
        sockets[0].open();
        aheadMs = 14_000;
        await sleep(600);
        const patient = sockets.length;
        aheadMs = 16_000;
        await until(() => sockets.length === 2);
        aheadMs = 25_000;
        await until(() => sockets.length === 3);
        return { patient, closed: sockets.slice(0, 2).map((one) => one.readyState), statuses };
    """
    )

    statuses = ["connecting", "waiting", "connecting", "waiting", "connecting"]
    assert {"patient": 1, "closed": [3, 3], "statuses": statuses} == told


def test_silence_after_a_command_is_asked_for_once_and_not_borne_long(page: Page) -> None:
    """2.5 s after a command without a word comes one ping; after a word all is well, else the line is left in 5 s."""
    told = page.run(
        START
        + """
        const connection = start();
        const pings = () => sockets[0].sent.filter(({ type }) => type === 'ping').length;
        sockets[0].tell(welcome);
        connection.send({ type: 'send_gift', id: 'a' });
        aheadMs = 1800;
        await sleep(600);
        const early = pings();
        aheadMs = 2600;
        await until(pings);
        sockets[0].tell({ type: 'pong' });
        aheadMs = 9000;
        await sleep(600);
        const lives = [pings(), sockets.length];
        connection.send({ type: 'send_comment', id: 'b' });
        aheadMs = 11_600;
        await until(() => pings() === 2);
        aheadMs = 16_700;
        await until(() => sockets.length === 2);
        return { early, lives, pings: pings(), statuses };
    """
    )

    statuses = ["connecting", "open", "waiting", "connecting"]
    assert {"early": 0, "lives": [1, 1], "pings": 2, "statuses": statuses} == told


def test_hears_of_the_network(page: Page) -> None:
    """A device that goes offline has no line at once, and one that comes online, or is looked at, waits no longer."""
    told = page.run(
        START
        + """
        Math.random = () => 1;
        start();
        sockets[0].tell(welcome);
        dispatchEvent(new Event('offline'));
        const lost = [statuses.at(-1), sockets[0].readyState];
        dispatchEvent(new Event('online'));
        const found = sockets.length;
        sockets[1].open();
        sockets[1].tell(welcome);
        sockets[1].lose(1006);
        document.dispatchEvent(new Event('visibilitychange'));
        const looked = sockets.length;
        sockets[2].open();
        sockets[2].tell(welcome);
        document.dispatchEvent(new Event('visibilitychange'));
        return { lost, found, looked, sent: sockets[2].sent.map(({ type }) => type) };
    """
    )

    assert {"lost": ["waiting", 3], "found": 2, "looked": 3, "sent": ["hello", "ping"]} == told


def test_becomes_somebody_else(page: Page) -> None:
    """Another token goes over another line at once; the old line is closed, and its end means nothing any more."""
    told = page.run(
        START
        + """
        const connection = start({ resume: () => ({ epoch: 'e', offset: 7 }) });
        sockets[0].tell(welcome);
        connection.become('new');
        const closed = sockets[0].readyState;
        sockets[0].lose(4502);
        sockets[1].open();
        sockets[1].tell(welcome);
        return { closed, lines: sockets.length, hello: sockets[1].sent[0], statuses };
    """
    )

    assert {
        "closed": 3,
        "lines": 2,
        "hello": {"type": "hello", "token": "new", "resume": {"epoch": "e", "offset": 7}},
        "statuses": ["connecting", "open", "connecting", "open"],
    } == told


def test_who_is_done_with_it_can_forget_it(page: Page) -> None:
    """A connection that was stopped, from this side or for good by the server, listens to the page no more."""
    told = page.run(
        """
        const signals = [];
        for (const target of [window, document]) {
          const add = target.addEventListener.bind(target);
          target.addEventListener = (type, listener, options) => {
            signals.push(options.signal);
            add(type, listener, options);
          };
        }
        """
        + START
        + """
        const connection = start();
        const open = signals.map((signal) => signal.aborted);
        connection.stop();
        const stopped = signals.splice(0).map((signal) => signal.aborted);
        connection.start();
        sockets[1].open();
        sockets[1].lose(4503);
        await until(() => statuses.at(-1) === 4503);
        return [open, stopped, signals.map((signal) => signal.aborted)];
    """
    )

    assert [[False] * 3, [True] * 3, [True] * 3] == told
