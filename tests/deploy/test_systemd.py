"""The units of systemd: they are understood by it, and end Fanfare as it has to be ended."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy import files

UNITS = ["service", "bookkeeper-service"]


def unit(name: str) -> configparser.SectionProxy:
    """What its section [Service] says."""
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(files.text(name))
    assert ["Unit", "Service", "Install"] == parser.sections()
    return parser["Service"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze on this machine")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_them(name: str, tmp_path: Path) -> None:
    """systemd-analyze finds nothing to say of them, and little that a break-in could reach."""
    # It looks for the program, too; and the tests' own stands elsewhere.
    path = tmp_path / files.FILES[name][0]
    path.write_text(files.text(name).replace("/opt/fanfare/bin/fanfare", "/bin/true"))
    verified = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, timeout=50)

    assert (0, "") == (verified.returncode, verified.stdout + verified.stderr)


@pytest.mark.parametrize("name", UNITS)
def test_they_end_in_order(name: str) -> None:
    """There is time to drain, wrong settings are not tried again, and another folder is none that it may write."""
    service = unit(name)

    assert files.seconds(service["TimeoutStopSec"]) > files.STOP_S
    assert "2" == service["RestartPreventExitStatus"]
    assert "fanfare" == service["User"]
    assert service["Environment"] == f"FANFARE_DATA=/var/lib/{service['StateDirectory']}"
    assert int(service["LimitNOFILE"]) >= 65_536
    assert ("strict", "yes") == (service["ProtectSystem"], service["NoNewPrivileges"])
    # Embedded stores and both processes' links are unix sockets.
    assert "AF_UNIX" in service["RestrictAddressFamilies"].split()


def test_the_supervisor_alone_is_told() -> None:
    """A signal to all at once would end the store before its workers, and one worker's death the whole service."""
    service = unit("service")

    assert ("mixed", "continue") == (service["KillMode"], service["OOMPolicy"])
    assert "/bin/kill -HUP $MAINPID" == service["ExecReload"]
