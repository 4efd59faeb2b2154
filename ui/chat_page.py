"""The chat page as part of the service; the only module of the server that imports Gradio."""

from collections.abc import Sequence
from functools import partial

import gradio as gr
from fastapi import FastAPI

from rag.api.problems import busy, not_ready, timed_out
from rag.api.worker import BusyError, JobTimeoutError
from rag.types import Answer, Turn
from ui.chat import build_chat, theme
from ui.chat_mount import close_gradio
from ui.server_state import ServerState


def mount_chat(app: FastAPI, state: ServerState) -> None:
    """Put the chat page at the root of an application."""

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
