"""What a worker counts, in Prometheus' terms. Each worker has a registry of its own and says so by a label."""

from __future__ import annotations

from collections import Counter as TallyCounter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector


class Metrics(Collector):
    """The counters of one worker; `render` is the text of /metrics."""

    def __init__(self, worker: str) -> None:
        self.registry = CollectorRegistry()
        names = ["worker"]

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"fanfare_{name}", text, [*names, *labels], registry=self.registry)

        def gauge(name: str, text: str) -> Gauge:
            return Gauge(f"fanfare_{name}", text, names, registry=self.registry).labels(worker)

        self._worker = worker
        # A plain count, read when it is asked for: the library's own counters take a lock for each gift.
        self._outcomes: TallyCounter[str] = TallyCounter()
        self.registry.register(self)
        self._closed = counter("closed", "Connections that we closed, by code.", "code")
        self._refused = counter("refused_connections", "Connections that were refused or cut off, by reason.", "reason")
        self._refused_requests = counter(
            "refused_requests", "Requests that were refused at the door, by reason.", "reason"
        )
        self._webhooks = counter("webhooks", "Webhooks of providers, by what came of them.", "provider", "outcome")
        labels = [*names, "reason"]
        self._troubles = Gauge("fanfare_trouble", "What is wrong now: see /readyz.", labels, registry=self.registry)
        self.aborted = counter("aborted_responses", "Requests whose client went away before the end.").labels(worker)
        self.frames = counter("frames_written", "Room frames written to connections.").labels(worker)
        self.events = counter("events_published", "Room events that arrived from the store.").labels(worker)
        self.skipped = counter("frames_skipped", "Room frames not written to slow readers.").labels(worker)
        self.resyncs = counter("resyncs", "Slow readers that caught up by a resync.").labels(worker)
        self.heals = counter("heals", "Times that missed events were read from a room's log.").labels(worker)
        self.connections = gauge("connections", "Open connections.")
        self.rooms = gauge("rooms", "Rooms with viewers on this worker.")
        self.queued_gifts = gauge("queued_gifts", "Gifts that wait for the store.")
        self.loop_lag = Histogram(
            "fanfare_loop_lag_seconds",
            "How late the event loop is, sampled once a second.",
            names,
            buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0),
            registry=self.registry,
        ).labels(worker)

    def gifts(self, outcome: str) -> None:
        """Counts a gift: `accepted`, `duplicate` or the slug that refused it."""
        self._outcomes[outcome] += 1

    def trouble(self, reason: str, begins: bool) -> None:
        """Notes that something is wrong, or is so no more."""
        self._troubles.labels(self._worker, reason).set(int(begins))

    def closed(self, code: int) -> None:
        """Counts a connection that we closed."""
        self._closed.labels(self._worker, str(int(code))).inc()

    def refused_connection(self, reason: str) -> None:
        """Counts a connection that was not served, or cut off because of what it did."""
        self._refused.labels(self._worker, reason).inc()

    def refused_request(self, reason: str) -> None:
        """Counts a request or a handshake that was refused before it was looked into."""
        self._refused_requests.labels(self._worker, reason).inc()

    def webhook(self, provider: str, outcome: str) -> None:
        """Counts a webhook: `refused`, `unreadable`, `unknown`, or the status of its purchase afterwards."""
        self._webhooks.labels(self._worker, provider, outcome).inc()

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The gifts, for the library."""
        family = CounterMetricFamily("fanfare_gifts", "Gifts by outcome.", labels=["worker", "outcome"])
        for outcome, count in self._outcomes.items():
            family.add_metric([self._worker, outcome], count)
        yield family

    def render(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)
