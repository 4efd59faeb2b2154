"""One thread for the model, with a bounded queue in front: the event loop never computes.

Knows nothing of HTTP.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


class BusyError(Exception):
    """The queue is full."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} jobs wait already")
        self.waiting = waiting


class JobTimeoutError(Exception):
    """A job was not done in time; it gave up its place, or ends unheard if it had begun."""

    def __init__(self, limit_s: float) -> None:
        super().__init__(f"not done within {limit_s:g} s")
        self.limit_s = limit_s


class Worker:
    """Runs blocking jobs one after the other on its own thread.

    :param queue_size: Jobs that may wait besides the one that runs.
    :param timeout_s: Seconds a job may take, waiting included.
    """

    def __init__(self, queue_size: int, timeout_s: float = 30.0) -> None:
        self._places = queue_size + 1
        self._timeout_s = timeout_s
        self._taken = 0  # jobs waiting or running; only touched on the event loop's thread
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="model")

    async def run(self, job: Callable[[], Result]) -> Result:
        """Return what ``job`` returns, or raise what it raises.

        A cancelled call gives up its place in the queue; a job that has begun runs to its end and keeps it.

        :raises BusyError: If the queue is full.
        :raises JobTimeoutError: If the job is not done in time.
        """
        if self._taken >= self._places:
            raise BusyError(self._places - 1)
        loop = asyncio.get_running_loop()
        self._taken += 1
        future = self._executor.submit(job)
        future.add_done_callback(lambda done: self._release_on(loop, done))
        try:
            async with asyncio.timeout(self._timeout_s):
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise JobTimeoutError(self._timeout_s) from error

    def close(self) -> None:
        """Drop the waiting jobs and wait for the running one."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _release_on(self, loop: asyncio.AbstractEventLoop, _: "Future[Any]") -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._release)

    def _release(self) -> None:
        self._taken -= 1
