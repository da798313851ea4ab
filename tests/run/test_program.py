from __future__ import annotations

import os
import subprocess
from pathlib import Path

from app.run.slots import MODULE_ARGV, ROOT

MODULE = """
import gc

loaded_with = gc.isenabled()


def main() -> int:
    print(loaded_with, gc.isenabled(), gc.get_freeze_count() > 1000)
    return 7
"""


def test_what_is_loaded_is_not_collected(tmp_path: Path) -> None:
    """A child's module is loaded without the collector, which afterwards runs, and leaves alone what was loaded."""
    (tmp_path / "some_child.py").write_text(MODULE)
    path = os.pathsep.join(map(str, (tmp_path, ROOT)))
    child = subprocess.run(
        [*MODULE_ARGV, "some_child"], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )

    assert (7, "False True True\n") == (child.returncode, child.stdout), child.stderr
