"""A child process begins here: loads the module that the command line names, and runs its `main`.

example: python3 -P -m app.run.program app.run.worker
"""

from __future__ import annotations

import gc
import importlib
import sys


def main() -> int:
    """Loads the module; the exit code of its `main`."""
    # What is loaded stays, so the collector need not walk through it, neither meanwhile nor later.
    gc.disable()
    module = importlib.import_module(sys.argv[1])
    gc.freeze()
    gc.enable()
    code: int = module.main()
    return code


if __name__ == "__main__":
    sys.exit(main())
