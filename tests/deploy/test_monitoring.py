"""The alerts, the board and what is read: every metric and label in them is one that is served."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.base.config import Settings
from app.base.errors import SLUGS
from app.edge.connections import Verdict
from tests.deploy import files

# What Prometheus itself adds to each sample.
ADDED = {"instance", "job"}
FUNCTIONS = {"sum", "max", "min", "rate", "increase", "delta", "deriv", "absent", "histogram_quantile", "vector"}
WORDS = {"by", "or", "and", "up", "le"}
BOARD: dict[str, Any] = json.loads(files.text("grafana"))
RULES = [rule for group in files.document("alerts")["groups"] for rule in group["rules"]]


def expressions() -> Iterator[tuple[str, str]]:
    """Where each expression stands, and the expression."""
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for panel in BOARD["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def wrong_in(expression: str) -> list[str]:
    """What an expression of Prometheus names that there is not, and where its brackets do not fit."""
    wrong = [] if all(expression.count(a) == expression.count(b) for a, b in ("()", "{}", "[]")) else ["brackets"]
    served = files.metrics()
    named = set(re.findall(r"\bfanfare_\w+", expression))
    wrong += [f"metric {name}" for name in named - set(served)]
    labels = set().union(*(served.get(name, set()) for name in named), ADDED)
    for name, selected in re.findall(r"\b(fanfare_\w+)\{([^}]*)\}", expression):
        chosen = re.findall(r"(\w+)(?:=~?|!=|!~)\"([^\"]+)\"", selected)
        wrong += [f"label {label} of {name}" for label, _ in chosen if label not in served.get(name, set()) | ADDED]
    for by in re.findall(r"\bby \(([^)]*)\)", expression):
        wrong += [f"label {label}" for label in re.split(r",\s*", by) if label not in labels]
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)|fanfare_\w+", "", expression)
    wrong += [f"function {word}" for word in re.findall(r"\b[a-z_]+\b", bare) if word not in FUNCTIONS | WORDS]
    counted = re.findall(r"\b(?:rate|increase)\((fanfare_\w+)", expression)
    wrong += [f"rate of {name}, which is no counter" for name in counted if not name.endswith(("_total", "_bucket"))]
    return wrong


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_what_is_asked_is_served(where: str, expression: str) -> None:
    """Each expression names metrics and labels that /metrics has, and rates of what only grows."""
    assert [] == wrong_in(expression)
    assert re.search(r"fanfare_|^up\{", expression)


@pytest.mark.parametrize(
    "expression",
    [
        "max(fanfare_book_drift)",
        "sum by (reasons) (fanfare_trouble)",
        'fanfare_gifts_total{result="accepted"}',
        "rate(fanfare_rooms[1m])",
        "sum((fanfare_rooms)",
        "summ(fanfare_rooms)",
    ],
)
def test_what_is_not_served_is_found(expression: str) -> None:
    """The check itself finds a wrong metric, label, function, bracket, and the rate of a gauge."""
    assert wrong_in(expression)


def test_values_of_labels_exist() -> None:
    """Outcomes and reasons that an alert waits for are ones that there can be."""
    whole = " ".join(expression for _, expression in list(expressions()))
    outcomes = {
        word for words in re.findall(r'fanfare_gifts_total\{outcome=~?"([^"]+)"', whole) for word in words.split("|")
    }
    reasons = set(re.findall(r'reason="([^"]+)"', whole))

    assert outcomes
    assert set() == outcomes - set(SLUGS) - {"accepted", "duplicate"}
    assert reasons
    assert reasons <= {verdict.value for verdict in Verdict}


def test_alerts_say_what_to_do() -> None:
    """Each alert has a name of its own, a severity and a summary, and metrics that matter have one."""
    assert len(RULES) == len({rule["alert"] for rule in RULES})
    for rule in RULES:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"]
        assert files.seconds(rule.get("for", "0s")) <= 600
    whole = " ".join(rule["expr"] for rule in RULES)
    for name in ("books_drift", "books_broken", "trouble", "archive_waiting_entries", "queued_gifts"):
        assert f"fanfare_{name}" in whole


def test_the_archive_is_missed_in_time() -> None:
    """The alert comes while nine tenths of what may wait for the archive are still free."""
    (rule,) = (rule for rule in RULES if rule["alert"] == "FanfareArchiveBehind")

    assert int(rule["expr"].rpartition("> ")[2]) <= Settings().journal_max / 10


def test_the_board_is_whole() -> None:
    """Panels have ids of their own, do not lie on each other, and show every metric that is served."""
    ids = [panel["id"] for panel in BOARD["panels"]]
    assert len(ids) == len(set(ids))
    taken: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    shown = set(re.findall(r"fanfare_\w+", json.dumps(BOARD)))
    families = {re.sub(r"_(created|sum|count|bucket)$", "", name) for name in files.metrics()}
    assert set() == families - {re.sub("_bucket$", "", name) for name in shown} - {
        name.removesuffix("_total") for name in shown
    }


def test_what_is_read_is_where_it_is() -> None:
    """The alerts' file has its name, and ports are the workers' and the bookkeeper's."""
    read = files.document("prometheus")
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in read["scrape_configs"]}

    assert [files.FILES["alerts"][0]] == read["rule_files"]
    assert [f"127.0.0.1:{files.ADMIN_PORT + k}" for k in (0, 1)] == targets["fanfare"]
    assert [f"127.0.0.1:{files.BOOKKEEPER_PORT}"] == targets["fanfare-bookkeeper"]
