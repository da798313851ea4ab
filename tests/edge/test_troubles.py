from __future__ import annotations

import pytest

from app.base.metrics import Metrics
from app.edge.troubles import Trouble, Troubles

AWAY = Trouble("away", "The store is away.")
CLOCK = Trouble("clock", "The clock jumped.", stops=False, said=True)
SETTINGS = Trouble("settings", "The store may forget.", stops=False)


@pytest.fixture
def metrics() -> Metrics:
    """A worker's counters."""
    return Metrics("0")


def shown(metrics: Metrics, reason: str) -> str:
    """What /metrics says of a reason."""
    lines = metrics.render().decode().splitlines()
    return "".join(line.rpartition(" ")[2] for line in lines if f'trouble{{reason="{reason}"' in line)


def test_a_trouble_is_said_when_it_begins_and_when_it_is_over(
    metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    """However often it is found, it is two lines of the log; the metric says whether it is there."""
    troubles = Troubles(metrics)
    for _ in range(5):
        troubles.now("ledger", [AWAY])
    before = shown(metrics, "away")
    for _ in range(5):
        troubles.now("ledger", [])

    assert ["The store is away.", "no more: The store is away."] == caplog.messages
    assert ["1.0", "0.0"] == [before, shown(metrics, "away")]
    assert [] == troubles.all()


def test_what_was_said_already_is_only_ended(metrics: Metrics, caplog: pytest.LogCaptureFixture) -> None:
    """One that its finder has logged with more words is not said again."""
    troubles = Troubles(metrics)
    troubles.now("ledger", [CLOCK])
    troubles.now("ledger", [])

    assert ["no more: The clock jumped."] == caplog.messages


def test_finders_know_nothing_of_each_other(metrics: Metrics) -> None:
    """Each says what it finds; those that stop gifts come first, and a trouble's newer words replace the older."""
    troubles = Troubles(metrics)
    troubles.now("settings", [SETTINGS])
    troubles.now("ledger", [CLOCK, AWAY])

    assert [AWAY, SETTINGS, CLOCK] == troubles.all()
    newer = AWAY._replace(text="Still away.")
    troubles.now("ledger", [newer])
    assert [newer, SETTINGS] == troubles.all()
