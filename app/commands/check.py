"""`fanfare check`: the settings as they are understood, and the store with what is wrong about it."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
from typing import Any

from app.base import config
from app.base.config import Settings
from app.base.errors import ConfigError, StoreError
from app.commands import Subparsers, add_command, add_data_option
from app.store import settings_check
from app.store.server import find_binary, socket_path, socket_url
from app.store.settings_check import Finding


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "check", "--json")
    add_data_option(parser)
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints all of it; 1 when the store must not be used as it is."""
    settings = config.load(data=args.data)
    store, findings = _store(settings)
    if args.json:
        shown = {name: str(v) if name == "data" else v for name, v in settings.redacted().items()}
        report = {"settings": shown, "store": store, "findings": [f._asdict() for f in findings]}
        print(json.dumps(report, indent=2))
    else:
        print(_table(settings))
        print(f"\nThe store: {store}")
        for finding in findings:
            print(f"  {'WRONG' if finding.fatal else 'note '}  {finding}")
        if not findings:
            print("  Nothing is wrong with it.")
    return 1 if any(finding.fatal for finding in findings) else 0


def _store(settings: Settings) -> tuple[str, list[Finding]]:
    if settings.redis_url:
        return _ask(settings.redis_url)
    with contextlib.suppress(StoreError):
        described, findings = _ask(socket_url(socket_path(settings.data)))
        return f"{described}, embedded, running", findings
    try:
        return f"{find_binary()}, embedded, not running", []
    except ConfigError as error:
        return "none", [Finding("server", str(error), "Valkey or Redis 7.0 or newer", True)]


def _ask(url: str) -> tuple[str, list[Finding]]:
    with contextlib.closing(settings_check.connect(url)) as client:
        return settings_check.version(client)[0], settings_check.check(client)


def _table(settings: Settings) -> str:
    rows: list[tuple[str, Any, str]] = []
    values = settings.redacted()
    for field in dataclasses.fields(settings):
        name = config.PREFIX + field.name.upper()
        rows.append((name, values[field.name], field.metadata["help"]))
    name_width = max(len(name) for name, _, _ in rows)
    value_width = max(len(str(value)) for _, value, _ in rows)
    return "\n".join(f"{n:<{name_width}}  {v!s:<{value_width}}  {h}" for n, v, h in rows)
