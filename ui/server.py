"""The whole service in one process: the HTTP interface, the page view and the chat page."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from rag.answerer import Answerer
from rag.api.app import create_app
from rag.api.following import follow
from rag.api.problems import busy, not_ready, timed_out
from rag.api.state import ApiState
from rag.api.worker import BusyError, JobTimeoutError, Worker
from rag.errors import SettingsError
from rag.keys import KeyStore
from rag.library import Library
from rag.links import ASSETS_PATH
from rag.opening import open_answerer
from rag.settings import Settings
from rag.types import Answer, Turn
from ui import login, page_view
from ui.builds import keeping_index
from ui.chat import EXAMPLES, build_chat, theme
from ui.chat_mount import close_gradio
from ui.examples import example_questions
from ui.exposure import check_exposure

_STATIC = Path(__file__).parent / "assets" / "static"
_SHUTDOWN_S = 5  # an open page holds a connection; it is cut off after this


@dataclass(slots=True)
class ServerState(ApiState):
    """The parts of a running server; ``examples`` are questions that the documents answer."""

    examples: tuple[str, ...] = ()


def serve(settings: Settings, watch: bool = False) -> None:
    """Serve until SIGTERM or SIGINT; say where to click once questions are answered.

    The port is taken at once, so that ``/livez`` and ``/readyz`` tell while index and models load in a thread.

    :param watch: Build by itself when files of the corpus folder change.

    :raises SettingsError: If the port is taken, the host is not one of this machine, or it needs keys.
    :raises KeyStoreError: If it cannot be told whether there are keys.
    :raises AnswerError, SearchIndexError: If index or models cannot be used; the server has ended then.
    """
    keys = KeyStore(settings.data)
    check_exposure(settings, keys)
    listening = _listen(settings.host, settings.port)
    state = ServerState(Worker(settings.queue), keys=keys, library=Library(settings.corpus, settings.data))
    app = build_server_app(state, settings.allowed_hosts)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=_SHUTDOWN_S
    )
    # uvicorn raises the signal that stopped it once more; by then everything is in order.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_run(uvicorn.Server(config), listening, state, settings, watch))
    finally:
        state.worker.close()
        listening.close()


def build_server_app(state: ServerState, hosts: Sequence[str] = ()) -> FastAPI:
    """Build the application with all its doors around ``state``."""

    async def ask(question: str, history: Sequence[Turn]) -> Answer:
        if state.answerer is None:
            raise not_ready()
        try:
            return await state.worker.run(partial(state.answerer.ask, question, history))
        except BusyError as error:
            raise busy(error.waiting) from error
        except JobTimeoutError as error:
            raise timed_out(error.limit_s) from error

    def documents() -> int | None:
        return None if state.answerer is None else len(state.answerer.searcher.documents)

    app = create_app(state, hosts)
    app.include_router(page_view.router)
    app.include_router(login.router)
    app.mount(ASSETS_PATH, StaticFiles(directory=_STATIC))
    gr.mount_gradio_app(
        app,
        build_chat(ask, lambda: state.examples, documents),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=0,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
    )
    close_gradio(app)
    return app


async def _run(
    server: uvicorn.Server, listening: socket.socket, state: ServerState, settings: Settings, watch: bool
) -> None:
    """Serve and load at the same time; where loading fails, stop and raise its error."""
    serving = asyncio.create_task(server.serve([listening]))
    loading = asyncio.create_task(asyncio.to_thread(_load, state, settings))
    await asyncio.wait({serving, loading}, return_when=asyncio.FIRST_COMPLETED)
    if loading.done() and not loading.exception():
        host, port = listening.getsockname()[:2]
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
        _say(f"Fundstelle ist bereit: http://{shown}:{port}/")
        following = asyncio.create_task(follow(state, settings, partial(_renew_examples, state)))
        async with keeping_index(settings, watch):
            await serving
        following.cancel()
        return
    server.should_exit = True
    await serving
    if loading.done():
        loading.result()


async def _renew_examples(state: ServerState, answerer: Answerer) -> None:
    with contextlib.suppress(BusyError, JobTimeoutError):  # the old examples are better than a wait
        state.examples = await state.worker.run(partial(example_questions, answerer, EXAMPLES))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _load(state: ServerState, settings: Settings) -> None:
    answerer = open_answerer(settings, _say)
    state.examples = example_questions(answerer, EXAMPLES)
    state.answerer = answerer


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything slow begins."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise SettingsError(
            f"Adresse {host}, Port {port} ist nicht zu belegen ({error.strerror}). Läuft Fundstelle schon? "
            "Ein anderer Port: make run PORT=8123 oder FUNDSTELLE_PORT=8123."
        ) from error
