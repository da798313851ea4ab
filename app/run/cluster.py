"""A cluster on this machine by itself: started, looked after, and ended when it is told to stop."""

from __future__ import annotations

import logging
import selectors
import signal
import sys
import time
from pathlib import Path

from app.run.signals import signals
from app.run.slots import BEAT_S
from app.run.store_keeper import StoreKeeper
from app.store.cluster_server import NODES, PRIMARIES, ClusterServer


def run(folder: Path) -> int:
    """Runs a cluster in that folder until SIGTERM or Ctrl-C; the exit code.

    Raises:
        FanfareError: it cannot be started; nothing is left running.
    """
    logging.basicConfig(level=logging.WARNING, format="fanfare: %(message)s", stream=sys.stderr)
    started_s = time.monotonic()
    cluster = ClusterServer(folder)
    try:
        cluster.start()
        print(told(cluster, time.monotonic() - started_s), flush=True)
        _look_after(cluster)
        return 0
    except KeyboardInterrupt:
        return 130
    finally:
        cluster.stop()


def told(cluster: ClusterServer, took_s: float) -> str:
    """What is said of a cluster that runs."""
    return "\n".join(
        (
            f"The cluster runs: {PRIMARIES} primaries, {NODES - PRIMARIES} replicas, ready in {took_s:.1f} s",
            "",
            f"  FANFARE_REDIS_URL={cluster.url}",
            f"  folder   {cluster.folder}",
            "  for      development and tests: without a password, on this machine alone",
            "",
            "Ctrl-C stops it.",
        )
    )


def _look_after(cluster: ClusterServer) -> None:
    """Starts nodes again that have died or hang, until a signal ends it."""
    stops: list[int] = []
    with selectors.DefaultSelector() as selector:
        keepers = [StoreKeeper(server, selector, time.monotonic()) for server in cluster.servers]
        with signals(selector, lambda number: stops.append(number) if number != signal.SIGCHLD else None):
            beat_at_s = time.monotonic()
            while not stops:
                now_s = time.monotonic()
                for keeper in keepers:
                    keeper.tick(now_s)
                    if now_s >= beat_at_s:
                        keeper.beat()
                beat_at_s = now_s + BEAT_S if now_s >= beat_at_s else beat_at_s
                due_s = min([beat_at_s, *(keeper.start_at_s for keeper in keepers if keeper.start_at_s is not None)])
                for key, _ in selector.select(max(0.0, due_s - now_s)):
                    key.data()
            for keeper in keepers:
                keeper.close()
