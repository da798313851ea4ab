from __future__ import annotations

import socket
import threading

import pytest

from app.base.config import Settings
from app.base.errors import ConfigError
from app.run.listen import base_url, is_reached_by_others, open_admin, open_public
from tests.ports import free_ports


def close(*sockets: socket.socket | None) -> None:
    """Closes those that were opened."""
    for bound in filter(None, sockets):
        bound.close()


def test_every_worker_has_a_socket_on_one_port() -> None:
    """All slots listen on the same port, also where a free one is asked for."""
    opened = open_public(Settings(port=0, workers=3))
    ports = {bound.getsockname()[1] for bound in opened}
    close(*opened)

    assert (3, 1) == (len(opened), len(ports))


def test_a_second_fanfare_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port on which another Fanfare listens is not shared with it."""
    monkeypatch.setattr("app.run.listen.IN_USE_WAIT_S", 0.1)
    opened = open_public(Settings(port=0))
    port = opened[0].getsockname()[1]

    with pytest.raises(ConfigError, match=f"port {port} .* in use by another program; .* --port"):
        open_public(Settings(port=port))
    close(*opened)


def test_port_that_is_let_go_is_waited_for() -> None:
    """A port that becomes free within a moment, as after a kill, is taken."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        threading.Timer(0.1, other.close).start()
        opened = open_public(Settings(port=port))
    close(*opened)

    assert 1 == len(opened)


def test_unknown_host_is_named() -> None:
    """An address that is not of this machine names the setting or the address."""
    with pytest.raises(ConfigError, match="FANFARE_HOST: 'no such host'"):
        open_public(Settings(host="no such host", port=0))
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1 cannot be listened on"):
        open_public(Settings(host="192.0.2.1", port=0))


def test_metrics_of_each_worker_have_their_own_port() -> None:
    """Worker k's metrics are k ports further, and the bookkeeper's behind all of theirs."""
    port = free_ports(3)
    opened = open_admin(Settings(admin=f"127.0.0.1:{port}", workers=2), pytest.fail)
    ports = [bound.getsockname()[1] for bound in opened if bound]
    close(*opened)

    assert [port, port + 1, port + 2] == ports


def test_metrics_can_be_off() -> None:
    """With 'off' there is no such socket."""
    assert [None, None, None] == open_admin(Settings(admin="off", workers=2), pytest.fail)


@pytest.mark.parametrize("text", ["9464", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65535"])
def test_malformed_admin_address_is_refused(text: str) -> None:
    """An address that cannot be read is refused, with an example of a good one."""
    with pytest.raises(ConfigError, match=r"FANFARE_ADMIN: .* like 127\.0\.0\.1:9464"):
        open_admin(Settings(admin=text), pytest.fail)


def test_demo_always_has_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the metrics' port stays taken, the demo takes a free one and says which; production stops."""
    monkeypatch.setattr("app.run.listen.IN_USE_WAIT_S", 0.1)
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as other:
        admin = f"127.0.0.1:{other.getsockname()[1]}"
        opened = open_admin(Settings(admin=admin, demo=True), said.append)
        assert opened[0] is not None
        port = opened[0].getsockname()[1]
        close(*opened)

        with pytest.raises(ConfigError, match="choose another with FANFARE_ADMIN"):
            open_admin(Settings(admin=admin), pytest.fail)
    assert f"the metrics of worker 0 are at http://127.0.0.1:{port}/metrics" in said[0]


def test_metrics_port_that_becomes_free_is_waited_for() -> None:
    """A metrics port that a worker of the last start still has for a moment is taken as it was asked for."""
    with socket.create_server(("127.0.0.1", free_ports(2))) as other:
        admin = f"127.0.0.1:{other.getsockname()[1]}"
        threading.Timer(0.1, other.close).start()
        opened = open_admin(Settings(admin=admin), pytest.fail)
    close(*opened)

    assert 2 == len(opened)


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("::", "[::1]")]
)
def test_address_to_type(host: str, shown: str) -> None:
    """The address that is shown can be typed into a browser on this machine."""
    try:
        (bound,) = open_public(Settings(host=host, port=0))
    except ConfigError:
        pytest.skip("this machine has no IPv6")
    port, url = bound.getsockname()[1], base_url(bound)
    close(bound)

    assert f"http://{shown}:{port}" == url


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1", False), ("::1", False), ("0.0.0.0", True), ("::", True)])
def test_who_can_reach_an_address(host: str, expected: bool) -> None:
    """Loopback is this machine's own; every other address may be reached by others."""
    assert expected == is_reached_by_others(host)
