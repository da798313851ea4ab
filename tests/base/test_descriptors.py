"""The limit of descriptors: raised as far as the system lets us, and a part of it kept back."""

from __future__ import annotations

import subprocess
import sys

from app.base.descriptors import RESERVE, for_clients, limit_now

RAISED = """
import resource
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard))
from app.base.descriptors import for_clients, limit_now, raise_limit
before = limit_now(), for_clients()
print(*before, raise_limit() == min(hard, 1_048_576), limit_now() > 100)
"""


def test_soft_limit_is_raised_to_the_hard_one() -> None:
    """A process that was started with few descriptors takes all that it may have; of few, half are kept back."""
    done = subprocess.run([sys.executable, "-c", RAISED], capture_output=True, text=True, check=True)

    assert "100 50 True True" == done.stdout.strip()


def test_some_descriptors_are_not_for_clients() -> None:
    """The store's connections and files find one when clients have taken all of theirs."""
    assert RESERVE == limit_now() - for_clients()
