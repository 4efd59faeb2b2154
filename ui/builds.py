"""The server's task that has queued jobs done, one after the other, each in a process of its own (ui/job_process.py).

Of all processes that share a data folder one does this, the one that holds the lock.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from corpus.intake import remove_abandoned
from rag.jobs import Job, JobStore
from rag.settings import Settings
from ui.watching import watch_folder

LOCK_NAME: Final = "jobs.lock"

_log = logging.getLogger(__name__)
_LOOK_EVERY_S: Final = 0.5
_AFTER_ERROR_S: Final = 5.0
_PATIENCE_S: Final = 3.0  # for a process that is told to end; then the kernel ends it


@asynccontextmanager
async def keeping_index(settings: Settings, watch: bool) -> AsyncIterator[None]:
    """Have jobs done, and watch the folder of reports if wanted, until the context ends."""
    tasks = [asyncio.create_task(_run_jobs(settings))]
    if watch:
        tasks.append(asyncio.create_task(watch_folder(settings)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run_jobs(settings: Settings) -> None:
    """Run queued jobs until cancelled, whatever happens to one of them."""
    jobs = JobStore(settings.data)
    async with _lock(settings.data) as lock:
        with contextlib.suppress(OSError):
            remove_abandoned(settings.corpus)
        while True:
            pause_s = _LOOK_EVERY_S
            try:
                # Nobody works on any job now: the lock is passed on to the process of a job, so one that outlived
                # its server has ended before the next server comes this far.
                await asyncio.to_thread(jobs.recover)
                job = await asyncio.to_thread(jobs.start_next)
                if job is not None:
                    await _run(jobs, job, lock)
            except Exception:  # a full disk or a damaged file: questions are answered all the same
                _log.exception("jobs cannot be run")
                pause_s = _AFTER_ERROR_S
            await asyncio.sleep(pause_s)


@asynccontextmanager
async def _lock(data_folder: Path) -> AsyncIterator[int]:
    """Wait for the right to run jobs and yield it as an open file; the kernel takes it from processes that end."""
    lock = os.open(data_folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(_LOOK_EVERY_S)
        yield lock
    finally:
        os.close(lock)


async def _run(jobs: JobStore, job: Job, lock: int) -> None:
    """Run one job; when cancelled, end its process and let it wait for the next start of the server."""
    program = f"import sys; sys.path[:] = {sys.path!r}; from ui.cli import main; main()"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, "index", "build", "--job", job.id),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        pass_fds=(lock,),
        start_new_session=True,  # Ctrl+C reaches the server alone, and its children end together
    )
    try:
        await process.wait()
    except asyncio.CancelledError:
        await _end(process)
        jobs.put_back(job.id)
        raise


async def _end(process: asyncio.subprocess.Process) -> None:
    for sent in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sent)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await process.wait()
                return
