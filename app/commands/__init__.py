"""The commands, one a file; app/cli.py loads only the one that was asked for.

The file of the command `overlay-url` is overlay_url.py, with `add_parser(sub)` and `run(args) -> int`; a verb with a
file of its own has `add_verb(verbs)` there. Other packages add commands by the entry point `fanfare.commands`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, TypeAlias

from app.rules.moments import Moment, read_moment

COMMANDS = {
    "demo": "Run the demo: embedded store, a live room, a login for anyone. The default.",
    "cluster": "Run a cluster of six stores on this machine, for development and tests.",
    "serve": "Run in production, with the settings from FANFARE_*.",
    "check": "Show the settings, and what is wrong with folder, payout rails, tables of money and store.",
    "tokens": "Print tokens of viewers for a load test, with coins in their wallets.",
    "overlay-url": "Print the address of a room's overlay, for OBS.",
    "ledger": "Prove the books, compare the store with them, export them.",
    "bookkeeper": "Keep the books: archive, settle, prove. `fanfare` starts one by itself.",
    "ops": "Freeze and ban people, correct wallets, grant, refund, end rooms, decide on cases, search the audit log.",
    "payouts": "List payouts, approve or reject them, write files for the bank and read its reports.",
    "prices": "Check a file of prices, rates, taxes, refund policies, promotions or rules of fraud.",
    "deploy": "Print files for Docker, Kubernetes, systemd, nginx, HAProxy, Prometheus and Grafana.",
}

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Verbs: TypeAlias = Subparsers


def add_command(sub: Subparsers, name: str, example: str, sentence: str = "") -> argparse.ArgumentParser:
    """The parser of a command; `example` are arguments worth trying, shown below its help.

    `sentence` says what a command of another package does; ours stand in COMMANDS.
    """
    sentence = sentence or COMMANDS[name]
    return sub.add_parser(name, help=sentence, description=sentence, epilog=f"example: %(prog)s {example}".rstrip())


def add_verb_parser(verbs: Verbs, name: str, sentence: str, example: str) -> argparse.ArgumentParser:
    """The parser of a command's verb; `sentence` begins small, as it stands in the command's help."""
    description = f"{sentence[:1].upper()}{sentence[1:]}."
    return verbs.add_parser(
        name, help=sentence, description=description, epilog=f"example: %(prog)s {example}".rstrip()
    )


def add_moment(parser: argparse.ArgumentParser, option: str, name: str, sentence: str) -> None:
    """An option that is a moment of the books: an entry's number, or a time."""

    def moment(text: str) -> Moment:
        try:
            return read_moment(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    parser.add_argument(option, dest=name, type=moment, metavar="N|TIME", help=sentence)


def add_server_options(parser: argparse.ArgumentParser) -> None:
    """The settings that are often given by hand; without them FANFARE_* counts, then the defaults."""
    add_data_option(parser)
    parser.add_argument("--host", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on; 0 takes a free one")
    parser.add_argument("--workers", type=int, metavar="N", help="worker processes")


def add_data_option(parser: argparse.ArgumentParser) -> None:
    """The folder that a command works on."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the store, the logs, the secrets")


def server_settings(args: argparse.Namespace) -> dict[str, Any]:
    """What was given by hand of the server's settings, for config.load; None where nothing was."""
    return {name: getattr(args, name) for name in ("data", "host", "port", "workers")}
