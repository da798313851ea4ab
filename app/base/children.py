"""Starts child processes that Ctrl-C in the terminal does not hit, and that die with their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
# Loaded here, as between fork and exec nothing may be loaded that could take a lock.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str],
    *,
    pass_fds: Sequence[int] = (),
    env: Mapping[str, str] | None = None,
    **pipes: Any,
) -> subprocess.Popen[bytes]:
    """Starts a child in a session of its own; `pipes` are stdin, stdout and stderr as for Popen.

    On Linux the child gets SIGTERM when its parent dies, by kill -9 too. The kernel means the parent's
    *thread*: call this from the main thread only.
    """
    parent = os.getpid()

    def die_with_parent() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            # The parent may have died before the line above; then no signal comes any more.
            if os.getppid() != parent:
                os._exit(1)

    return subprocess.Popen(
        command,
        pass_fds=tuple(pass_fds),
        env=env,
        start_new_session=True,
        preexec_fn=die_with_parent,
        **pipes,
    )


def how_it_ended(code: int) -> str:
    """A child's exit code (negative: the signal that ended it), as the end of a sentence."""
    return f"ended with exit code {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"


def is_in_disk_wait(pid: int) -> bool:
    """Whether the process waits for a disk, where Linux says so; not even SIGKILL ends it before that is over."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    # The state follows the command's name, which stands in parentheses and may hold some itself.
    return stat.rpartition(b")")[2].split()[:1] == [b"D"]
