"""What the bookkeeper counts, in Prometheus' terms, beside what every process does."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from app.base.metrics import Metrics

NAME = "bookkeeper"


class BookMetrics(Metrics):
    """The counters of a bookkeeper."""

    def __init__(self) -> None:
        super().__init__(NAME)

        def gauge(name: str, text: str) -> Gauge:
            return Gauge(f"fanfare_{name}", text, registry=self.registry)

        def counter(name: str, text: str) -> Counter:
            return Counter(f"fanfare_{name}", text, registry=self.registry)

        self.archived = counter("archived_entries", "Journal entries that were written to the archive.")
        self.waiting = gauge("archive_waiting_entries", "Journal entries that are not archived yet.")
        self.trimmed = counter("trimmed_entries", "Archived journal entries that the store has dropped.")
        self.delay = Histogram(
            "fanfare_archive_delay_seconds",
            "How long the oldest entry of each step had waited for the archive.",
            buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0),
            registry=self.registry,
        )
        self.payouts = Gauge(
            "fanfare_open_payouts", "Payouts that have not come to an end.", ["status"], registry=self.registry
        )
        self.drift = gauge("books_drift", "By how much store and books differ, in all: 0, or an operator has to look.")
        self.proved_n = gauge("books_proved_entries", "Archived entries that are proved.")
        self.broken = gauge(
            "books_broken", "1 while the journal does not continue the archive: an operator has to look."
        )
