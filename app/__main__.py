"""`python3 -m app`: makes its own virtual environment where dependencies are missing, then runs.

This file must parse on Pythons far too old for the rest, so that they can be told so.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.stderr.write("fanfare: Python 3.11 or newer is needed; this one is %s.\n" % sys.version.split()[0])  # noqa: UP031
    sys.exit(2)
if sys.platform == "win32":
    sys.stderr.write("fanfare: Fanfare runs on Linux and macOS; on Windows, use WSL.\n")
    sys.exit(2)

from app import bootstrap

if __name__ == "__main__":
    bootstrap.enter("app", bootstrap.MODULES)

    # Only now is it certain that what the commands import is there.
    from app.cli import main

    sys.exit(main())
