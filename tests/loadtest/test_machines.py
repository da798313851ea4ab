from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from app.base.errors import FanfareError
from loadtest import machines
from loadtest.machine import environment, python
from tests.waiting import until

WHY_NOT = machines.why_not()
PROGRAM = """
import subprocess
from loadtest.machines import Machine, address, lay_networks

lay_networks()
one, other = Machine(11), Machine(12)

def hears(network: str) -> bool:
    listening = "import socket; s = socket.create_server((%r, 80)); print(1, flush=True); s.settimeout(0.3); s.accept()"
    calling = "import socket; socket.create_connection((%r, 80), 0.3)"
    server = subprocess.Popen(one.command(["python3", "-c", listening % one.address(network)]), stdout=-1, stderr=-3)
    server.stdout.readline()
    called = subprocess.run(other.command(["python3", "-c", calling % one.address(network)]), stderr=-3)
    server.wait()
    return called.returncode == 0

print(hears("inside"), hears("outside"))
other.cut("inside")
print(hears("inside"), hears("outside"))
other.mend("inside")
print(hears("inside"), hears("outside"), address("inside"))
other.stop()
"""


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without its programs, or without root, it says what to install or who to be, and runs nothing."""
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: 1000)
        assert "root" in machines.why_not() or "install" in machines.why_not()
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "unshare and nsenter and ip cannot be found: install util-linux and iproute2" == machines.why_not()
    with pytest.raises(machines.NoMachines, match="iproute2"):
        machines.run_apart("this")


@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
def test_a_cable_that_is_pulled_takes_one_network_away() -> None:
    """Two machines hear each other on both networks; with a cable pulled on one of them on the other alone."""
    command = [*machines.APART, *python("-"), ] if False else [*machines.APART, python("x")[0], "-c", PROGRAM]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)

    assert ["True True", "False True", "True True 198.18.1.1"] == done.stdout.splitlines(), done.stderr
    with pytest.raises(FanfareError, match="no-such"):
        machines._ip("link", "set", "no-such", "up")
    assert not until
