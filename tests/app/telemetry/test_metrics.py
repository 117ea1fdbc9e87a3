"""Series of one process, in Prometheus' text format."""

from prometheus_client.parser import text_string_to_metric_families

from app.telemetry.metrics import Metrics


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(metrics.text().decode())
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def test_requests_are_counted_by_route_and_unknown_methods_together() -> None:
    metrics = Metrics()
    for method in ("GET", "BREW", "BREW2"):
        metrics.begin()
        metrics.end(method, "/p", 200, 0.01)
    metrics.begin()
    found = samples(metrics)
    assert found["holdfast_requests_total", "/p", "200", "GET"] == 1
    assert found["holdfast_requests_total", "/p", "200", "other"] == 2
    assert found["holdfast_requests_open",] == 1
    assert found["holdfast_request_seconds_count", "/p", "GET"] == 1


def test_gauges_tell_the_moment() -> None:
    metrics = Metrics()
    metrics.database(up=True)
    metrics.jobs({"todo": 3, "failed": 1})
    metrics.jobs({"todo": 2})
    found = samples(metrics)
    assert found["holdfast_database_up",] == 1
    assert found["holdfast_jobs", "todo"] == 2
    assert ("holdfast_jobs", "failed") not in found
    metrics.database(up=False)
    assert samples(metrics)["holdfast_database_up",] == 0
