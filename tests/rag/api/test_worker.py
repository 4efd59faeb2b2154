"""The queue in front of the model, with real threads."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from rag.api.worker import BusyError, JobTimeoutError, Worker


def _run(scene: Callable[[Worker, threading.Event], Awaitable[None]], worker: Worker) -> None:
    """Play a scene with an event that ends the blocking job."""
    release = threading.Event()
    try:
        asyncio.run(asyncio.wait_for(scene(worker, release), 10))  # type: ignore[arg-type]
    finally:
        release.set()
        worker.close()


async def _begun(worker: Worker, release: threading.Event) -> asyncio.Task[bool]:
    """Occupy the thread until ``release`` is set."""
    started = threading.Event()

    def job() -> bool:
        started.set()
        return release.wait(10)

    task = asyncio.create_task(worker.run(job))
    while not started.is_set():
        await asyncio.sleep(0.001)
    return task


def test_jobs_run_one_after_the_other_on_a_thread_of_their_own() -> None:
    async def scene(worker: Worker, release: threading.Event) -> None:
        names = await asyncio.gather(*(worker.run(lambda: threading.current_thread().name) for _ in range(3)))
        assert len(set(names)) == 1
        assert names[0] != threading.current_thread().name

    _run(scene, Worker(3))


def test_one_job_more_than_the_queue_holds_is_refused_and_the_others_are_done() -> None:
    async def scene(worker: Worker, release: threading.Event) -> None:
        running = await _begun(worker, release)
        waiting = [asyncio.create_task(worker.run(lambda: "fertig")) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(BusyError) as refused:
            await worker.run(lambda: "zu viel")
        assert refused.value.waiting == 2
        release.set()
        assert await running
        assert await asyncio.gather(*waiting) == ["fertig", "fertig"]
        assert await worker.run(lambda: "wieder frei") == "wieder frei"

    _run(scene, Worker(2))


def test_a_cancelled_call_gives_up_its_place_and_is_never_run() -> None:
    async def scene(worker: Worker, release: threading.Event) -> None:
        running = await _begun(worker, release)
        done: list[str] = []
        given_up = asyncio.create_task(worker.run(lambda: done.append("verworfen")))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0.01)
        next_one = asyncio.create_task(worker.run(lambda: done.append("gelaufen")))
        release.set()
        await running
        await next_one
        assert done == ["gelaufen"]

    _run(scene, Worker(1))


def test_a_job_that_runs_keeps_its_place_when_its_call_is_cancelled() -> None:
    async def scene(worker: Worker, release: threading.Event) -> None:
        running = await _begun(worker, release)
        running.cancel()
        await asyncio.sleep(0.01)
        with pytest.raises(BusyError):
            await worker.run(lambda: None)

    _run(scene, Worker(0))


def test_a_job_that_waits_too_long_is_given_up() -> None:
    async def scene(worker: Worker, release: threading.Event) -> None:
        running = await _begun(worker, release)
        with pytest.raises(JobTimeoutError, match=r"0\.05 s"):
            await worker.run(lambda: None)
        with pytest.raises(JobTimeoutError):
            await running

    _run(scene, Worker(1, timeout_s=0.05))


def test_what_a_job_raises_reaches_its_caller() -> None:
    async def scene(worker: Worker, release: threading.Event) -> None:
        with pytest.raises(ZeroDivisionError):
            await worker.run(lambda: 1 / 0)
        assert await worker.run(lambda: 2) == 2

    _run(scene, Worker(1))


def test_closing_drops_what_waits_and_ends_what_runs() -> None:
    ended: list[str] = []

    async def scene(worker: Worker, release: threading.Event) -> None:
        running = await _begun(worker, release)
        waiting = asyncio.create_task(worker.run(lambda: ended.append("darf nicht laufen")))
        await asyncio.sleep(0)
        threading.Timer(0.05, release.set).start()
        await asyncio.to_thread(worker.close)
        assert await running
        with pytest.raises(asyncio.CancelledError):
            await waiting

    _run(scene, Worker(1))
    assert ended == []
