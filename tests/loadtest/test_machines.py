from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from loadtest import machines
from loadtest.machine import environment

WHY_NOT = machines.why_not()
PROGRAM = """
import subprocess
from app.base.errors import FanfareError
from loadtest.machines import Machine, _ip, address, lay_networks

SERVE = "import socket, sys; s = socket.create_server((sys.argv[1], 80)); print(1, flush=True); s.accept()"
CALL = "import socket, sys; socket.create_connection((sys.argv[1], 80), float(sys.argv[2]))"

def hears(network, patience_s=10):
    words = [sys.executable, "-c"]
    server = subprocess.Popen(one.command([*words, SERVE, one.address(network)]), stdout=subprocess.PIPE)
    server.stdout.readline()
    call = other.command([*words, CALL, one.address(network), str(patience_s)])
    called = subprocess.run(call, stderr=subprocess.DEVNULL)
    server.kill()
    server.communicate()
    return called.returncode == 0

import sys
lay_networks()
one, other = Machine(11), Machine(12)
print(hears("inside"), hears("outside"), one.address("inside"), address("inside"))
other.cut("inside")
print(hears("inside", 0.2), hears("outside"))
other.mend("inside")
print(hears("inside"))
other.stop()
try:
    _ip("link", "set", "nobody", "up")
except FanfareError as error:
    print(error)
"""


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without its programs it says what to install, and nothing is run; as somebody else than root it says that."""
    with monkeypatch.context() as patch:
        patch.setattr("shutil.which", lambda name: name)
        patch.setattr("os.geteuid", lambda: 1000)
        assert "network namespaces of several users take root" == machines.why_not()
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(machines.NoMachines, match="unshare and nsenter and setpriv and ip cannot be found: install"):
        machines.run_apart("loadtest.hosts")


@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
def test_a_cable_that_is_pulled_takes_one_network_away() -> None:
    """Two machines hear each other on both networks; with a cable pulled on the other one alone, until it is back."""
    command = [*machines.APART, sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)

    told = done.stdout.splitlines()
    assert ["True True 198.18.1.11 198.18.1.1", "False True", "True"] == told[:3], done.stderr
    assert told[3].startswith("`ip link set nobody up`: Cannot find device")
