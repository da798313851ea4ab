from __future__ import annotations

import os
import pty
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis

from app.base import config
from app.base.errors import ConfigError
from app.run import supervisor
from app.store.settings_check import connect
from tests.edge.site import API_KEY, SECRET
from tests.supervised import ROOT, Supervised, supervised
from tests.waiting import command_of, is_alive, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")

BOOKKEEPER = """
import json, os, socket, sys, time

link = socket.socket(fileno=json.load(sys.stdin)["link_fd"])
if os.path.exists(sys.argv[1]):
    sys.exit(1)
link.send(b"ready\\n")
print("the books are open", flush=True)
while True:
    link.send(b".")
    time.sleep(0.2)
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Supervised]:
    """A supervisor with two good workers."""
    with supervised(tmp_path) as running:
        yield running


def test_banner_comes_when_all_serve(running: Supervised) -> None:
    """When the banner is printed, each worker's socket is served, and the addresses are the real ones."""
    assert {0, 1} <= {running.ask()["slot"] for _ in range(40)}
    assert f"http://127.0.0.1:{running.port}/overlay/main#token=" in running.said()


def test_workers_get_all_they_need(running: Supervised) -> None:
    """A worker gets its settings on stdin, nothing secret in its environment, and stays in the same folder."""
    answer = running.ask()

    assert (str(running.data), running.port) == (answer["settings"]["data"], answer["settings"]["port"])
    assert (running.data / "secret.txt").read_text() == answer["settings"]["secret"]
    assert f"unix://{running.data}/store.sock" == answer["store_url"]
    assert (False, str(ROOT)) == (answer["leaks"], answer["cwd"])


def test_killed_worker_is_back_at_once(tmp_path: Path) -> None:
    """After kill -9 of a worker another one serves its socket, and no beat is waited for; the rest is left alone."""
    with supervised(tmp_path, beat_s=600.0) as running:
        before = running.worker_pids()
        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        until(lambda: len(running.children()) == 3 and victim not in running.children())
        after = running.worker_pids()

    assert before - {victim} == after & before


def test_killed_store_is_back_at_the_same_address(running: Supervised) -> None:
    """After kill -9 of the store another one answers at the same address, and the workers are left alone."""
    before, old = running.worker_pids(), running.store_pid()
    os.kill(old, signal.SIGKILL)
    client = connect(running.ask()["store_url"])

    def is_back() -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False

    until(lambda: not is_alive(old) and is_back())
    client.close()
    assert old != running.store_pid()
    assert before == running.worker_pids()


def test_store_comes_back_when_it_can(running: Supervised) -> None:
    """A store that dies while its folder is away is started when the folder is there again; the rest goes on."""
    before, old = running.worker_pids(), running.store_pid()
    away = running.data.with_name("away")
    running.data.rename(away)
    os.kill(old, signal.SIGKILL)
    until(lambda: "the store cannot be started now, trying again" in running.said())
    away.rename(running.data)
    # Of a child that was only just made the command is still the supervisor's.
    until(lambda: any(b"valkey-server" in command_of(child) for child in running.children()))

    assert old != running.store_pid()
    assert before == running.worker_pids()


def test_worker_that_hangs_is_replaced(tmp_path: Path) -> None:
    """A worker that gives no sign of life for ten beats is killed and started again; the others are left alone."""
    with supervised(tmp_path, beat_s=0.25) as running:
        before = running.worker_pids()
        victim = min(before)
        os.kill(victim, signal.SIGSTOP)
        until(lambda: not is_alive(victim) and len(running.children()) == 3)

        assert f"(process {victim}) hangs; killing it" in running.said()
        assert before - {victim} == running.worker_pids() & before


def test_store_that_hangs_is_replaced(tmp_path: Path) -> None:
    """A store that answers nothing for ten beats is killed and started again; the workers are left alone."""
    with supervised(tmp_path, beat_s=0.25) as running:
        before, old = running.worker_pids(), running.store_pid()
        os.kill(old, signal.SIGSTOP)
        until(lambda: not is_alive(old) and len(running.children()) == 3)

        assert f"the store (process {old}) has not answered" in running.said()
        assert before == running.worker_pids()


def test_supervisor_that_was_stopped_kills_nobody(tmp_path: Path) -> None:
    """Signs of life that waited while the supervisor itself was stopped count: a machine may sleep."""
    with supervised(tmp_path, beat_s=0.25) as running:
        before = running.children()
        running.process.send_signal(signal.SIGSTOP)
        for pid in before:
            os.kill(pid, signal.SIGSTOP)
        # Longer than ten beats.
        time.sleep(3)
        for pid in before:
            os.kill(pid, signal.SIGCONT)
        running.process.send_signal(signal.SIGCONT)
        until(lambda: running.worker_pids())

        assert before == running.children()
        assert "hangs" not in running.said()


def test_real_worker_gives_signs_of_life(tmp_path: Path) -> None:
    """A worker of the product lives on while its loop turns, and is replaced when it is stopped."""
    with supervised(tmp_path, worker="", workers=1, beat_s=0.4) as running:
        (old,) = (pid for pid in running.children() if b"app.run.worker" in command_of(pid))
        time.sleep(0.4 * 12)
        assert is_alive(old)
        os.kill(old, signal.SIGSTOP)
        until(lambda: not is_alive(old) and len(running.children()) == 2)

        assert 1 == running.said().count("hangs; killing it")


def test_rolling_restart_loses_no_connection(running: Supervised) -> None:
    """SIGHUP replaces every worker while each of the connections made meanwhile is answered."""
    before = running.worker_pids()
    answered: list[int] = []
    failed: list[Exception] = []
    stop = threading.Event()

    def keep_asking() -> None:
        while not stop.is_set():
            try:
                answered.append(running.ask()["pid"])
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=keep_asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    running.process.send_signal(signal.SIGHUP)
    until(lambda: not before & running.children())
    until(lambda: len(running.children()) == 3)
    stop.set()
    for thread in threads:
        thread.join()

    assert [] == failed
    assert len(answered) > 20
    assert not before & running.worker_pids()


def test_rolling_restart_is_given_up(tmp_path: Path) -> None:
    """When the new worker does not start, the old ones go on."""
    trouble = tmp_path / "trouble"
    with supervised(tmp_path, behaviour=str(trouble)) as running:
        before = running.worker_pids()
        trouble.touch()
        running.process.send_signal(signal.SIGHUP)
        until(lambda: "the rolling restart is given up" in running.said())

        assert before == running.worker_pids()


def test_a_rolling_restart_begins_with_the_bookkeeper(tmp_path: Path) -> None:
    """It brings the archive to what new workers need: where it does not start, not one of them is replaced."""
    trouble = tmp_path / "trouble"
    with supervised(tmp_path, bookkeeper=["-c", BOOKKEEPER, str(trouble)]) as running:
        before = running.worker_pids()
        until(lambda: "the books are open" in running.said())
        trouble.touch()
        running.process.send_signal(signal.SIGHUP)
        until(lambda: "the new process of the bookkeeper" in running.said())

        assert before == running.worker_pids()
        trouble.unlink()
        running.process.send_signal(signal.SIGHUP)
        until(lambda: not before & running.children())


def test_sigterm_stops_all(running: Supervised) -> None:
    """SIGTERM ends the workers, then the store, and the exit code is 0."""
    children = running.children()
    code = running.end(signal.SIGTERM)

    assert (0, set()) == (code, {pid for pid in children if is_alive(pid)})


def test_worker_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    """A worker that ignores SIGTERM is killed when its time is over, and the stop is still a good one."""
    with supervised(tmp_path, behaviour="deaf") as running:
        code = running.end(signal.SIGINT)

        assert 0 == code
        assert "hangs; killing it" in running.said()


def test_second_ctrl_c_hastens(tmp_path: Path) -> None:
    """A second Ctrl-C does not wait for the workers any longer."""
    with supervised(tmp_path, behaviour="deaf", stop_margin_s=1000) as running:
        running.process.send_signal(signal.SIGINT)
        while "stopping now" not in running.said():
            # Two that come together are one; in a flood of them it comes to nothing else, and one too many kills it.
            time.sleep(0.1)
            running.process.send_signal(signal.SIGINT)
            with suppress(AssertionError):
                until(lambda: "stopping now" in running.said(), 3)
        code = running.process.wait(45)

        assert 0 == code


def test_kill_of_the_supervisor_takes_all_with_it(running: Supervised) -> None:
    """kill -9 of the supervisor leaves no worker and no store behind."""
    children = running.children()
    running.end(signal.SIGKILL)
    until(lambda: not any(map(is_alive, children)))

    assert 3 == len(children)


def test_starts_again_right_after_kill(tmp_path: Path) -> None:
    """After kill -9 the next start on the same folder and port works at once, without a hand's help."""
    with supervised(tmp_path) as first:
        port = first.port
        first.end(signal.SIGKILL)
    with supervised(tmp_path, port=port) as second:
        assert port == second.ask()["settings"]["port"]


def test_closed_window_stops_it(tmp_path: Path) -> None:
    """When the terminal it was started in is closed, it stops, though SIGHUP else means a rolling restart."""
    keeper, terminal = pty.openpty()
    running = Supervised(tmp_path, terminal=terminal)
    os.close(terminal)
    running.wait_open()
    children = running.children()
    os.close(keeper)

    assert 0 == running.process.wait(45)
    assert "restarting" not in running.said()
    assert not any(map(is_alive, children))


def test_worker_that_cannot_start_stops_it(tmp_path: Path) -> None:
    """A worker that says at the first start that it cannot serve stops the whole, and nothing is left."""
    running = Supervised(tmp_path, behaviour="refuses")

    assert 1 == running.process.wait(45)
    assert "cannot start: it ended with exit code 3" in running.said()


def test_crash_loop_waits_longer_and_gives_up(tmp_path: Path) -> None:
    """Workers that never become ready are tried a few times, with pauses; then the whole stops."""
    running = Supervised(tmp_path, behaviour="crashes", workers=1)

    assert 1 == running.process.wait(45)
    assert 4 == running.said().count("starting it again")


def test_crowd_is_started_and_stopped(tmp_path: Path) -> None:
    """The crowd starts when it is open, knows where to go, and ends with the rest."""
    code = (
        "import os, sys, time; names = [name for name in os.environ if name.startswith('FANFARE_')]; "
        "print('crowd:', *sys.argv[1:], *names, len(os.environ['FANFARE_API_KEY']), flush=True); time.sleep(60)"
    )
    with supervised(tmp_path, crowd=7, crowd_argv=[sys.executable, "-c", code]) as running:
        until(lambda: "crowd:" in running.said())
        url = f"http://127.0.0.1:{running.port}"
        children = running.children()

        assert f"crowd: app crowd --url {url} --room main --viewers 7 FANFARE_API_KEY 43" in running.said()
        assert (0, 4) == (running.end(), len(children))
        assert not any(map(is_alive, children))


def test_crowd_that_dies_is_reported_only(tmp_path: Path) -> None:
    """A crowd that ends in failure is reported, not restarted, and the rest goes on."""
    with supervised(tmp_path, crowd=7, crowd_argv=[sys.executable, "-c", "raise SystemExit(9)"]) as running:
        until(lambda: "the crowd ended with exit code 9" in running.said())

        assert 2 == len(running.worker_pids())


def test_port_in_use_is_said_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that another program has is refused in one sentence, and no store is started."""
    monkeypatch.setattr("app.run.listen.IN_USE_WAIT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = config.load({}, demo=True, data=tmp_path / "d", port=port, admin="off")

        with pytest.raises(ConfigError, match=f"port {port} on 127.0.0.1 is in use by another program"):
            supervisor.run(settings)
    assert not (tmp_path / "d" / "store").exists()


def test_unsafe_external_store_is_refused(tmp_path: Path, store_url: str) -> None:
    """Production refuses an external store that may forget what it acknowledged."""
    keys = {"secret": SECRET, "api_key": API_KEY}
    settings = config.load({}, data=tmp_path, port=0, admin="off", redis_url=store_url, **keys)
    client = connect(store_url)
    client.config_set("appendfsync", "everysec")

    with pytest.raises(ConfigError, match=re.escape("appendfsync is everysec")):
        supervisor.run(settings)
    client.config_set("appendfsync", "always")
    client.close()


def test_production_needs_secrets(tmp_path: Path) -> None:
    """Outside the demo nothing starts without secrets."""
    with pytest.raises(ConfigError, match="FANFARE_SECRET is not set"):
        supervisor.run(config.load({}, data=tmp_path, port=0))
