from __future__ import annotations

import socket
from pathlib import Path

import pytest

from app import cli
from app.base.config import Settings
from tests.edge.product import Product
from tests.ports import free_ports


def test_serve_is_never_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Production is production, even where the environment asks for the demo."""
    ran: list[Settings] = []
    monkeypatch.setenv("FANFARE_DEMO", "1")

    def run(settings: Settings) -> int:
        ran.append(settings)
        return 0

    monkeypatch.setattr("app.run.supervisor.run", run)
    code = cli.main(["serve", "--host", "0.0.0.0", "--workers", "4"])

    assert (0, [Settings(host="0.0.0.0", workers=4, demo=False)]) == (code, ran)


def test_the_books_may_be_kept_elsewhere(tmp_path: Path) -> None:
    """With --no-bookkeeper there is none, nor a port for its metrics; the workers serve as ever."""
    product = Product(tmp_path, command="serve", admin=f"127.0.0.1:{free_ports(2)}")
    product.start("--no-bookkeeper")
    port = int(product.settings["ADMIN"].rpartition(":")[2])

    assert [] == product.pids_of(b"app.run.bookkeeper")
    assert 1 == len(product.worker_pids())
    assert product.metrics()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port + 1), timeout=5)
    assert 0 == product.stop()


def test_serve_refuses_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    """Without secrets nothing is started, and the line names what is missing."""
    assert 2 == cli.main(["serve", "--port", "0"])
    assert "fanfare: FANFARE_SECRET is not set" in capsys.readouterr().err
