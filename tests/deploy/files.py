"""The files for deployment as the tests read them, and what is true of Fanfare that they have to agree with."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import yaml

from app.base.book_metrics import BookMetrics
from app.base.config import Settings
from app.base.metrics import Metrics
from app.commands.deploy import FILES as FILES
from app.commands.deploy import FOLDER
from app.run.supervisor import STOP_MARGIN_S

PORT, ADMIN_PORT, BOOKKEEPER_PORT = 8000, 9464, 9480
# A server that stops needs so long at most.
STOP_S = Settings().drain_s + STOP_MARGIN_S
# A connection is closed by us after two heartbeats without an answer; a proxy has to wait longer than that.
IDLE_S = 3 * Settings().heartbeat_s
SECRETS = {"STORE_PASSWORD", "ARCHIVE_PASSWORD", "FANFARE_SECRET", "FANFARE_API_KEY"}


def text(name: str) -> str:
    """A file as it is printed."""
    return (FOLDER / FILES[name][0]).read_text()


def lines(name: str) -> list[str]:
    """Its lines without comments and without what they begin with."""
    return [line.strip() for line in text(name).splitlines() if line.strip() and line.strip()[0] not in "#;"]


def documents(name: str) -> list[dict[str, Any]]:
    """What is in a file of several documents of YAML."""
    return list(yaml.safe_load_all(text(name)))


def document(name: str) -> Any:
    """What is in a file of YAML."""
    return yaml.safe_load(text(name))


def seconds(word: str) -> float:
    """A span of time as nginx, HAProxy, systemd and compose write it."""
    number, unit = re.fullmatch(r"(\d+)([smhd]?)", word).groups()  # type: ignore[union-attr]
    return float(int(number) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}[unit])


@cache
def metrics() -> dict[str, set[str]]:
    """What a worker and a bookkeeper serve under /metrics: each sample's name with its labels."""
    worker, books = Metrics("0"), BookMetrics()
    for one in (worker, books):
        one.gifts("accepted")
        one.trouble("away", True)
        one.closed(4000)
        one.refused_connection("address")
        one.refused_request("rate")
        one.webhook("demo", "refused")
    books.payouts.labels("requested").set(1)
    found: dict[str, set[str]] = {}
    for line in (worker.render() + books.render()).decode().splitlines():
        if sample := re.match(r"(\w+)(?:\{(.*)\})? ", line):
            found.setdefault(sample[1], set()).update(re.findall(r"(\w+)=\"", sample[2] or ""))
    return found
