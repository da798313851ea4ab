from __future__ import annotations

from app.base.book_metrics import BookMetrics


def test_the_books_have_metrics() -> None:
    """What the bookkeeper counts is shown beside what every process counts."""
    metrics = BookMetrics()
    metrics.archived.inc(5)
    metrics.waiting.set(3)
    metrics.trimmed.inc(2)
    metrics.drift.set(7)
    metrics.proved_n.set(4)
    metrics.delay.observe(0.2)
    metrics.broken.set(1)
    lines = metrics.render().decode().splitlines()

    assert {
        "fanfare_archived_entries_total 5.0",
        "fanfare_archive_waiting_entries 3.0",
        "fanfare_trimmed_entries_total 2.0",
        "fanfare_books_drift 7.0",
        "fanfare_books_proved_entries 4.0",
        'fanfare_archive_delay_seconds_bucket{le="0.25"} 1.0',
        "fanfare_books_broken 1.0",
        'fanfare_connections{worker="bookkeeper"} 0.0',
    } <= set(lines)
