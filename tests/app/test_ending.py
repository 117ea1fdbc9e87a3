"""Tasks end for certain, also those that lose a cancellation or fail at it."""

import asyncio

import pytest

from app import ending


async def deaf(times: int) -> None:
    """Lose so many cancellations, as `asyncio.wait_for` does before Python 3.12."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if not times:
                raise
            times -= 1


async def failing() -> None:
    try:
        await asyncio.Event().wait()
    finally:
        raise OSError


async def test_tasks_that_lose_cancellations_end_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "AGAIN", 0.01)
    tasks = [asyncio.create_task(deaf(times)) for times in range(4)]
    await asyncio.sleep(0)
    await ending.ended(*tasks)
    assert all(task.cancelled() for task in tasks)


async def test_how_a_task_ends_is_nobodys_concern() -> None:
    done = asyncio.create_task(asyncio.sleep(0))
    broken = asyncio.create_task(failing())
    await asyncio.sleep(0)
    await ending.ended(done, broken)
    assert isinstance(broken.exception(), OSError)
