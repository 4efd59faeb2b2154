"""A real server on a real port around the real answerer."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from rag.api.app import create_app
from rag.api.state import ApiState


@dataclass(frozen=True)
class Service:
    """A running server: its state, its event loop, and where it listens."""

    state: ApiState
    loop: asyncio.AbstractEventLoop
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def occupied(self, jobs: int) -> Iterator[None]:
        """Keep the model's thread busy with one job, and let further ``jobs`` - 1 wait in the queue."""
        started, release = threading.Event(), threading.Event()

        def job() -> None:
            started.set()
            release.wait(30)

        running = [asyncio.run_coroutine_threadsafe(self.state.worker.run(job), self.loop) for _ in range(jobs)]
        assert started.wait(10)
        try:
            yield
        finally:
            release.set()
            for future in running:
                future.result(10)


@contextmanager
def serving(state: ApiState, app: FastAPI | None = None) -> Iterator[Service]:
    """Serve ``state``, with ``app`` around it where one is given, from a thread for as long as the context lasts."""
    app = app or create_app(state, ["Fundstelle.Example"])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=2))
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
        yield Service(state, loops[0], server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        state.worker.close()
