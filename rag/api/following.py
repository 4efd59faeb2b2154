"""A running service takes up each new generation of the index; requests under way end with the one they began with."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from index.errors import SnapshotError
from index.generations import live_name
from rag.answerer import Answerer
from rag.api.state import ApiState
from rag.opening import reopen
from rag.settings import Settings

_log = logging.getLogger(__name__)
LOOK_EVERY_S = 1.0


async def follow(state: ApiState, settings: Settings, prepare: Callable[[Answerer], Awaitable[None]]) -> None:
    """Look for another live generation until cancelled; open it in a thread and put its answerer in place whole.

    One that cannot be opened is left, with a line in the log, until the pointer names another; what serves goes on.

    :param state: Has an answerer already.
    :param prepare: What is to be done with a new answerer before it serves.
    """
    refused = ""  # also stands for a pointer that leads nowhere
    while state.answerer is not None:
        await asyncio.sleep(LOOK_EVERY_S)
        live = await asyncio.to_thread(live_name, settings.data)
        if live in (state.answerer.searcher.generation, refused):
            continue
        try:
            answerer = await asyncio.to_thread(reopen, state.answerer, settings)
            await prepare(answerer)
            state.answerer = answerer
        except SnapshotError as error:
            refused = live
            _log.error("%s", error)
        except Exception:  # whatever a new generation brings, the one that serves goes on
            refused = live
            _log.exception("the generation %s cannot be taken up", live)
