from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import msgspec
import pytest

from loadtest import hosts, machines
from loadtest.books import Books
from loadtest.hosts import Figures
from loadtest.machine import environment, python
from loadtest.plan import RoomSeen, Tally
from loadtest.postgres import programs
from tests.waiting import command_of, until

WHY_NOT = machines.why_not() or ("" if programs() else "PostgreSQL is not installed")
together = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


def figures(**differs: object) -> Figures:
    """What a machine did that did well."""
    told = dict.fromkeys(Figures.__struct_fields__, 1.0) | {"machine": "A", "gifts": 9, "errors": {}}
    return Figures(**(told | differs))  # type: ignore[arg-type]  # one dict for fields of several types


def tally(**rooms: dict[int, str]) -> Tally:
    """What a machine's viewers saw."""
    return Tally(rooms={room: RoomSeen(by_offset) for room, by_offset in rooms.items()})


def running(folder: str) -> list[int]:
    """The processes that have to do with a folder."""
    pids = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [pid for pid in pids if folder.encode() in command_of(pid)]


@pytest.fixture
def folder(short_path: Path) -> Path:
    """Where its own folder is made: PostgreSQL's user must get there."""
    short_path.chmod(0o711)
    return short_path


@together
def test_two_machines_see_the_same(folder: Path) -> None:
    """Gifts sent at two machines are seen at both in one order; one that is cut off from the cluster waits, and what
    it was sent meanwhile is neither lost nor doubled; the other one goes on.
    """
    words = ("--duration", "6", "--cut", "2", "--rate", "30", "--people", "6", "--rooms", "1", "--silence", "5")
    done = subprocess.run(
        python("loadtest.hosts", *words), env=environment(TMPDIR=str(folder)), capture_output=True, text=True
    )

    assert 0 == done.returncode, done.stdout + done.stderr
    assert done.stdout.endswith("Both machines saw the same; nothing was lost or doubled.\n")
    assert ["B was cut off from the cluster and the books", "B's cable was put back"] == re.findall(
        r"^\S+ s: (.*)$", done.stdout, re.MULTILINE
    )
    assert all(int(count) > 10 for count in re.findall(r"^[AB]: (\d+) gifts", done.stdout, re.MULTILINE))
    assert "The books balance" in done.stdout
    assert [] == [*folder.iterdir(), *running(str(folder))]


@together
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left(by: signal.Signals, folder: Path) -> None:
    """After Ctrl-C or kill -9 no process goes on, and with them no namespace; after Ctrl-C no file is left either."""
    environ = environment(TMPDIR=str(folder))
    with subprocess.Popen(python("loadtest.hosts"), env=environ, stderr=subprocess.DEVNULL) as process:
        until(lambda: [*folder.glob("fanfare-hosts-*/c/node-1/store.path")])
        assert running(str(folder))
        process.send_signal(by)
        code = process.wait()
    until(lambda: not running(str(folder)))

    assert (-by if by == signal.SIGKILL else 130) == code
    assert by == signal.SIGKILL or [] == list(folder.iterdir())


def test_what_must_not_be_is_said() -> None:
    """A machine without gifts, one that stood still, one that was not cut off, and viewers who saw something else."""
    one, other = tally(r={1: "a", 2: "b"}), tally(r={1: "b", 2: "a"})
    well, b = Books(), figures(machine="B", silence_s=6.0)
    ill = [figures(silence_s=4.0), figures(machine="B", gifts=0)]

    assert [] == hosts.problems(well, [figures(), b], [one, one], cut_s=8, silence_s=3)
    told = hosts.problems(Books(problems=["a coin"]), ill, [one, other], cut_s=8, silence_s=3)
    assert [
        "a coin",
        "B accepted no gift",
        "A, which was never cut off, accepted no gift for 4.0 s",
        "B accepted gifts while it was cut off",
        "viewers of the machines did not see the same gifts in the same order",
    ] == told
    assert hosts.problems(well, [figures(), b], [one, one], cut_s=0, silence_s=3)[0].startswith("B, which")
    assert "refused: unavailable 2" in msgspec.structs.replace(b, errors={"unavailable": 2}).line()


@pytest.mark.parametrize(
    ("words", "told"), [(["--rooms", "4"], "--rooms: an odd number"), (["--cut", "20"], "--cut: at most a third")]
)
def test_what_cannot_be_measured_is_refused(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Rooms that only one machine would have, and a cut without a before and an after."""
    with pytest.raises(SystemExit):
        hosts.main(words)
    assert told in capsys.readouterr().err
