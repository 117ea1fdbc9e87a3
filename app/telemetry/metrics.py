"""What Prometheus reads: counts and times of requests, and gauges asked for at the moment of the scrape.

Each process answers for itself; what lives in the database (jobs) is the same whichever process answers. Labels are
route templates, never paths: a visitor cannot make new series. Knows no framework.
"""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The series of one process, in a registry of their own (several apps may live in one test process)."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "holdfast_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "holdfast_request_seconds",
            "Seconds from the request's arrival to the end of its answer.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._open = Gauge("holdfast_requests_open", "Requests being answered now.", registry=self.registry)
        self._database_up = Gauge(
            "holdfast_database_up", "1 when the database answered at this scrape.", registry=self.registry
        )
        self._jobs = Gauge("holdfast_jobs", "Jobs in the queue, by status.", ("status",), registry=self.registry)

    def begin(self) -> None:
        """Note that a request has arrived."""
        self._open.inc()

    def end(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note that a request was answered; `route` is its template, "" when no route matched."""
        verb = method if method in METHODS else "other"
        self._open.dec()
        self._requests.labels(verb, route, str(status)).inc()
        self._seconds.labels(verb, route).observe(seconds)

    def database(self, *, up: bool) -> None:
        """Set whether the database answers now."""
        self._database_up.set(1 if up else 0)

    def jobs(self, counts: Mapping[str, int]) -> None:
        """Set how many jobs are in each status now; a status that is not named any more goes away."""
        self._jobs.clear()
        for status, count in counts.items():
            self._jobs.labels(status).set(count)

    def text(self) -> bytes:
        """Give all series in Prometheus' text format."""
        return generate_latest(self.registry)
