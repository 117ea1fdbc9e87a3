"""Workers killed and stopped at any moment: every task ends once, and no stale token ever wrote anything."""

from tests.sync.leasing import run


def test_tasks_of_workers_that_die_or_come_back_late_end_once(url: str) -> None:
    found = run(url, workers=3, tasks=6, kills=4, stops=1, lease=3, seed=3)
    assert found.faults == []
    assert found.done == 6
    assert found.claims >= 6
