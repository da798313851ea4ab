"""`fanfare cluster`: a cluster of the bundled store on this machine, for development and tests."""

from __future__ import annotations

import argparse

from app.base import config
from app.commands import Subparsers, add_command, add_data_option
from app.run import cluster
from app.store.cluster_server import cluster_folder


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "cluster", "--data /tmp/fanfare")
    add_data_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs until Ctrl-C."""
    return cluster.run(cluster_folder(config.load(data=args.data).data))
