"""What the routes share, and how they get at it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from index.searcher import Searcher
from rag.answerer import Answerer
from rag.api.problems import not_ready
from rag.api.worker import Worker
from rag.keys import KeyStore
from rag.library import Library

Result = TypeVar("Result")


@dataclass(slots=True)
class ApiState:
    """The parts of a running service; ``answerer`` is None until index and models are loaded.

    ``keys`` decide who may enter; where they are None, everybody may. Without a ``library`` nothing can be changed.
    """

    worker: Worker
    answerer: Answerer | None = None
    keys: KeyStore | None = None
    library: Library | None = None


def get_state(request: Request) -> ApiState:
    """Return the state that ``create_app`` was given."""
    state: ApiState = request.app.state.service
    return state


def get_answerer(state: Annotated[ApiState, Depends(get_state)]) -> Answerer:
    """Return the answerer.

    :raises Problem: 503 while it is loading.
    """
    if state.answerer is None:
        raise not_ready()
    return state.answerer


def get_searcher(answerer: Annotated[Answerer, Depends(get_answerer)]) -> Searcher:
    """Return the open index."""
    return answerer.searcher


def get_library(state: Annotated[ApiState, Depends(get_state)]) -> Library:
    """Return where reports and index lie.

    :raises Problem: 503 where this server does not know.
    """
    if state.library is None:
        raise not_ready()
    return state.library


async def run_for(request: Request, worker: Worker, job: Callable[[], Result]) -> Result | None:
    """Run ``job`` on the worker; where the client goes away first, give up its place and return None."""
    running = asyncio.ensure_future(worker.run(job))
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({running, gone}, return_when=asyncio.FIRST_COMPLETED)
        return running.result() if running.done() else None
    finally:
        running.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
