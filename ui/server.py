"""One process of the service: the HTTP interface, the page view, and the chat page or the way to it."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from rag.answerer import Answerer
from rag.api.app import create_app
from rag.api.following import follow
from rag.api.worker import BusyError, JobTimeoutError, Worker
from rag.keys import KeyStore
from rag.library import Library
from rag.links import ASSETS_PATH
from rag.opening import open_answerer
from rag.settings import Settings
from ui import login, page_view
from ui.builds import keeping_index
from ui.examples import example_questions
from ui.server_state import EXAMPLES, ServerState

_STATIC = Path(__file__).parent / "assets" / "static"
_SHUTDOWN_S = 5  # an open page holds a connection; it is cut off after this


def serve(
    settings: Settings,
    listening: Sequence[socket.socket],
    page: str | None,
    alive: int,
    ready: Callable[[], None],
    watch: bool,
) -> None:
    """Serve until SIGTERM.

    The sockets are served at once, so that ``/livez`` and ``/readyz`` tell while index and models load in a thread.

    :param page: The Unix socket of the process that has the chat page; None if this one has it.
    :param alive: A pipe whose end means that the supervisor is gone: then this process ends, too.
    :param watch: Build by itself when files of the corpus folder change.
    :param ready: Called once questions are answered.
    :raises AnswerError, SearchIndexError: If index or models cannot be used; the server has ended then.
    """
    state = ServerState(
        Worker(settings.queue), keys=KeyStore(settings.data), library=Library(settings.corpus, settings.data)
    )
    app = build_server_app(state, settings.allowed_hosts, page)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=_SHUTDOWN_S
    )
    # uvicorn raises the signal that stopped it once more; by then everything is in order.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        asyncio.run(_run(uvicorn.Server(config), listening, state, settings, alive, ready, page is None, watch))
    finally:
        state.worker.close()


def build_server_app(state: ServerState, hosts: Sequence[str] = (), page: str | None = None) -> FastAPI:
    """Build the application with all its doors around ``state``.

    :param page: As for `serve`.
    """
    app = create_app(state, hosts)
    app.include_router(page_view.router)
    app.include_router(login.router)
    app.mount(ASSETS_PATH, StaticFiles(directory=_STATIC))
    if page is None:
        from ui.chat_page import mount_chat  # noqa: PLC0415  (imports Gradio, which takes seconds)

        mount_chat(app, state)
    else:
        from ui.page_proxy import mount_proxy  # noqa: PLC0415

        mount_proxy(app, page)
    return app


async def _run(
    server: uvicorn.Server,
    listening: Sequence[socket.socket],
    state: ServerState,
    settings: Settings,
    alive: int,
    ready: Callable[[], None],
    first: bool,
    watch: bool,
) -> None:
    """Serve and load at the same time; where loading fails, stop and raise its error.

    :param first: Whether this is the process that tells what goes on and has jobs done.
    """

    def stop() -> None:
        server.should_exit = True

    asyncio.get_running_loop().add_reader(alive, stop)
    serving = asyncio.create_task(server.serve(list(listening)))
    loading = asyncio.create_task(asyncio.to_thread(_load, state, settings, _say if first else None))
    await asyncio.wait({serving, loading}, return_when=asyncio.FIRST_COMPLETED)
    if loading.done() and not loading.exception():
        ready()
        following = asyncio.create_task(follow(state, settings, partial(_renew_examples, state)))
        async with keeping_index(settings, watch) if first else contextlib.nullcontext():
            await serving
        following.cancel()
        return
    stop()
    await serving
    if loading.done():
        loading.result()


async def _renew_examples(state: ServerState, answerer: Answerer) -> None:
    with contextlib.suppress(BusyError, JobTimeoutError):  # the old examples are better than a wait
        state.examples = await state.worker.run(partial(example_questions, answerer, EXAMPLES))


def _load(state: ServerState, settings: Settings, notice: Callable[[str], None] | None) -> None:
    answerer = open_answerer(settings, notice)
    state.examples = example_questions(answerer, EXAMPLES)
    state.answerer = answerer


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
