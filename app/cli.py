"""The command line: finds the command, loads only its module, and turns errors of ours into one line."""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from app import __version__
from app.base.errors import ConfigError, FanfareError
from app.commands import COMMANDS

ENTRY_POINTS = "fanfare.commands"
EPILOG = "example: %(prog)s demo --port 9000 --crowd 200"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command that the arguments name; the exit code, 2 when the settings are wrong."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, "demo")
    args = _parser(words[0]).parse_args(words)
    try:
        code: int = args.run(args)
    except FanfareError as error:
        print(f"fanfare: {error}", file=sys.stderr)
        return 2 if isinstance(error, ConfigError) else 1
    except BrokenPipeError:
        # The reader, `head` say, has seen enough. Closing stderr too keeps the interpreter from complaining.
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130
    return code


def _parser(chosen: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=_prog(), description="A live-gifting server.", epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"fanfare {__version__}")
    sub = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, sentence in COMMANDS.items():
        if name == chosen:
            importlib.import_module(f"app.commands.{name.replace('-', '_')}").add_parser(sub)
        else:
            sub.add_parser(name, help=sentence)
    # Looking for them costs as much as a tenth of the usual start, which does without.
    for name, module in ({} if chosen in COMMANDS else other_commands()).items():
        if name == chosen:
            module.add_parser(sub)
        else:
            sub.add_parser(name, help=module.SENTENCE)
    return parser


def other_commands() -> dict[str, ModuleType]:
    """The commands that other packages add: a module each, with `SENTENCE` and `add_parser`, by entry point."""
    return {entry.name: entry.load() for entry in importlib.metadata.entry_points(group=ENTRY_POINTS)}


def _prog() -> str:
    # Said as it was typed, so that the examples can be typed as well.
    return "fanfare" if Path(sys.argv[0]).name == "fanfare" else "python3 -m app"
