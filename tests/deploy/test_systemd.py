"""The units of systemd: they are understood by it, and end Fanfare as it has to be ended."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy import files

UNITS = ["service", "bookkeeper-service"]
# It knows ProtectProc=.
SYSTEMD_MIN = 247


def unit(name: str) -> configparser.SectionProxy:
    """What its section [Service] says."""
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(files.text(name))
    assert ["Unit", "Service", "Install"] == parser.sections()
    return parser["Service"]


def told_of(path: Path, text: str) -> list[str]:
    """What systemd-analyze says of a unit. It reads the machine's other units as well, which are not ours."""
    path.write_text(text)
    done = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, timeout=50)
    return [line for line in (done.stdout + done.stderr).splitlines() if path.name in line]


@pytest.fixture(scope="module")
def unit_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for units, on a machine on which systemd-analyze finds what is wrong with one."""
    folder = tmp_path_factory.mktemp("units")
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze on this machine")
    if not told_of(folder / "wrong.service", "[Service]\nExecStart=/bin/sh\nNoSuchKey=1\n"):
        pytest.skip("systemd-analyze finds nothing on this machine, not even what is wrong")
    version = subprocess.run(["systemd-analyze", "--version"], capture_output=True, text=True).stdout.split()[1]
    if int(version) < SYSTEMD_MIN:
        pytest.skip(f"systemd {version} is too old to know all that the units say")
    return folder


@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_them(name: str, unit_folder: Path) -> None:
    """systemd-analyze finds nothing to say of them."""
    text = files.text(name)
    # It looks for the programs, too; the tests' own stands elsewhere, and not every machine has all of the others.
    for program in ("/opt/fanfare/bin/fanfare", "/bin/kill"):
        text = text.replace(program, "/bin/sh")

    assert [] == told_of(unit_folder / files.FILES[name][0], text)


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
