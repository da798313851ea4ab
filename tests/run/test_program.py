from __future__ import annotations

import os
import subprocess
from pathlib import Path

from app.rules.messages import GiftSent, RoomView
from app.run.slots import PROGRAM_ARGV, ROOT
from tests.archiving import finally_true
from tests.edge.client import eventually
from tests.edge.product import Product
from tests.edge.reading import read

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
        [*PROGRAM_ARGV, "some_child"], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )

    assert (7, "False True True\n") == (child.returncode, child.stdout), child.stderr


async def test_a_demo_with_a_crowd(short_path: Path) -> None:
    """With `--crowd` there are so many viewers more in the demo's room, and they send gifts."""
    product = Product(short_path, command="demo")
    product.start("--crowd", "5")
    async with product.join("ann", "main") as ann:
        await eventually(lambda: any(isinstance(event, GiftSent) for event in ann.events()))

        async def are_there() -> bool:
            room: RoomView = await read(product, "/v1/rooms/main", RoomView)
            return room.viewers >= 6

        await finally_true(are_there)
    product.end()

    assert "the crowd ended" not in product.complaints()
