"""The first start on a disk that is full or read-only, and with files that are empty: a sentence each."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge.product import ARGV, ROOT
from tests.edge.site import API_KEY, SECRET

NO_SECRETS = {"FANFARE_ADMIN": "off"}
SECRETS = {**NO_SECRETS, "FANFARE_SECRET": SECRET, "FANFARE_API_KEY": API_KEY}


def mount(*arguments: str) -> bool:
    """Whether this machine lets us mount that."""
    return subprocess.run(["mount", *arguments], capture_output=True).returncode == 0


@pytest.fixture
def disk(short_path: Path) -> Iterator[Path]:
    """A disk of 128 KB of the test's own."""
    disk = short_path / "disk"
    disk.mkdir()
    if os.geteuid() or not mount("-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)):
        pytest.skip("only root may mount a disk, and not everywhere")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def fanfare(*words: str, environment: dict[str, str]) -> tuple[int, str, str]:
    """Runs a command until it ends by itself: its exit code and what it said on stdout and stderr."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
    done = subprocess.run([*ARGV, *words], cwd=ROOT, env=kept | environment, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout, done.stderr


def assert_refused(data: Path, reason: str, *, code: int = 2) -> None:
    """Demo and production end with that reason in a sentence, and the check sees it before."""
    for command, environment in (("demo", NO_SECRETS), ("serve", SECRETS)):
        ended, _, said = fanfare(command, "--data", str(data), "--port", "0", environment=environment)
        assert (code, True, False) == (ended, reason in said, "Traceback" in said), said
    ended, said, _ = fanfare("check", "--data", str(data), environment=SECRETS)
    assert (1, True) == (ended, f"WRONG  {reason}" in said), said


def test_full_disk(disk: Path) -> None:
    """On a full disk the folder is named with the reason, and nothing is left on it."""
    filler = disk / "filler"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(bytes(1_000_000))
    assert_refused(disk / "d", f"the data folder {disk / 'd'} cannot be used: No space left on device")

    assert [] == [path for path in disk.rglob("*") if path.is_file() and path != filler and path.stat().st_size]


def test_read_only_disk(disk: Path) -> None:
    """On a read-only disk the folder is named with the reason."""
    assert mount("-o", "remount,ro", str(disk))
    assert_refused(disk / "d", f"the data folder {disk / 'd'} cannot be used: Read-only file system")


def test_file_in_place_of_the_folder(short_path: Path) -> None:
    """A file where the folder should be is said to be none."""
    (short_path / "d").touch()
    assert_refused(short_path / "d", f"the data folder {short_path / 'd'} cannot be used: it is not a folder")


def test_empty_secret(short_path: Path) -> None:
    """An empty secret file of a demo is named, with what to do."""
    (short_path / "secret.txt").touch()
    code, _, said = fanfare("demo", "--data", str(short_path), "--port", "0", environment=NO_SECRETS)
    checked, table, _ = fanfare("check", "--data", str(short_path), environment=NO_SECRETS)
    expected = f"{short_path}/secret.txt is empty; delete it for a new one"

    assert (2, 1, True) == (code, said.count("\n"), expected in said)
    assert (1, True) == (checked, f"WRONG  {expected}" in table)


def test_empty_epoch(short_path: Path) -> None:
    """An empty epoch file stops the start with a sentence of the worker's, and stays as it is."""
    (short_path / "ledger.epoch").touch()
    assert_refused(short_path, f"{short_path}/ledger.epoch is empty; it holds the epoch", code=1)

    assert "" == (short_path / "ledger.epoch").read_text()


def test_check_of_a_good_folder(short_path: Path) -> None:
    """A folder that does not exist yet is fine, and the check does not make it."""
    code, said, _ = fanfare("check", "--data", str(short_path / "d"), "--json", environment=SECRETS)

    assert (0, []) == (code, json.loads(said)["data"])
    assert not (short_path / "d").exists()
