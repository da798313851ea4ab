"""`fanfare deploy`: prints the files that bring this version onto machines, or writes them into a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.base.errors import ConfigError
from app.base.files import unusable
from app.commands import Subparsers, add_command

FOLDER = Path(__file__).resolve().parent.parent / "deploy"
FILES = {
    "docker": ("Dockerfile", "an image, built from the source's folder"),
    "compose": ("compose.yaml", "server, bookkeeper, store and PostgreSQL on one machine"),
    "kubernetes": ("kubernetes.yaml", "servers, bookkeeper, store and ingress in a cluster"),
    "service": ("fanfare.service", "systemd's unit of a server"),
    "bookkeeper-service": ("fanfare-bookkeeper.service", "systemd's unit of a bookkeeper by itself"),
    "environment": ("fanfare.env", "the settings of both units"),
    "nginx": ("nginx.conf", "nginx before it: TLS, WebSockets, limits"),
    "haproxy": ("haproxy.cfg", "HAProxy before it: TLS, WebSockets, checks, limits"),
    "prometheus": ("prometheus.yaml", "what Prometheus reads"),
    "alerts": ("alerts.yaml", "its alerts"),
    "grafana": ("grafana.json", "a board for Grafana"),
}


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "deploy", "all --out deploy")
    parser.add_argument(
        "name",
        nargs="?",
        default="list",
        choices=["list", "all", *FILES],
        metavar="NAME",
        help=f"the file to print, 'all', or 'list' for what there is (default): {', '.join(FILES)}",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write it into this folder, under its own name")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Lists, prints or writes them; 0.

    Raises:
        ConfigError: what is to be written is not said, or the folder cannot have it, or has another file of that name.
    """
    if args.name == "list":
        if args.out is not None:
            raise ConfigError("deploy --out DIR needs the NAME of a file before it, or 'all'")
        print("\n".join(f"{name:<20}{file:<28}{sentence}" for name, (file, sentence) in FILES.items()))
        return 0
    chosen = [file for name, (file, _) in FILES.items() if args.name in (name, "all")]
    if args.out is not None:
        _write(chosen, args.out)
    elif len(chosen) == 1:
        print((FOLDER / chosen[0]).read_text(), end="")
    else:
        raise ConfigError("deploy all: --out names the folder that they are written into")
    return 0


def _write(chosen: list[str], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # All of them are looked at before the first is written: who has changed one loses nothing.
        others = [file for file in chosen if (folder / file).exists() and not _is_ours(folder / file)]
        if others:
            raise ConfigError(f"{folder} has other files of these names, which stay as they are: {', '.join(others)}")
        for file in chosen:
            (folder / file).write_bytes((FOLDER / file).read_bytes())
            print(folder / file)
    except OSError as error:
        raise unusable(folder, error) from None


def _is_ours(path: Path) -> bool:
    return path.read_bytes() == (FOLDER / path.name).read_bytes()
