from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from app.base.children import how_it_ended, is_in_disk_wait, spawn
from tests.waiting import is_alive, until

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_child_leads_its_own_session() -> None:
    """Ctrl-C in the terminal, which goes to the parent's group, does not reach the child."""
    child = spawn(SLEEP)
    group = os.getpgid(child.pid)
    child.terminate()
    child.wait()

    assert child.pid == group


def test_child_gets_the_fds_it_is_given() -> None:
    """A passed file descriptor is open in the child under the same number."""
    reader, writer = os.pipe()
    code = f"import os; os.write({writer}, b'hello')"
    child = spawn([sys.executable, "-c", code], pass_fds=[writer])
    os.close(writer)
    said = os.read(reader, 16)
    os.close(reader)

    assert (b"hello", 0) == (said, child.wait())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_child_dies_with_its_parent() -> None:
    """kill -9 of the parent ends the child."""
    code = f"from app.base.children import spawn; import time; print(spawn({SLEEP}).pid, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.send_signal(signal.SIGKILL)

    until(lambda: not is_alive(pid))


@pytest.mark.parametrize(("code", "said"), [(3, "ended with exit code 3"), (-9, "was ended by SIGKILL")])
def test_end_of_a_child_is_said_in_words(code: int, said: str) -> None:
    """An exit code or a signal is named."""
    assert said == how_it_ended(code)


def test_process_that_computes_waits_for_no_disk() -> None:
    """This process runs; one that is gone does not wait for a disk either."""
    assert (False, False) == (is_in_disk_wait(os.getpid()), is_in_disk_wait(2**22 + 1))
