"""Watches the folder of reports: when files come, change or go, and all of them are whole, it asks for a build."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Final

from watchfiles import awatch

from corpus.folder import report_files
from index.encoder import LazyEncoder
from index.generations import live_name
from index.status import is_pinned, why_stale
from rag.jobs import JobStore, Kind
from rag.keys import WATCH_NAME
from rag.settings import Settings

_log = logging.getLogger(__name__)
_SETTLED_S: Final = 2.0  # without any change to size or time, files count as whole
_LOOK_EVERY_MS: Final = 10_000  # without any event: network file systems send none of other machines
_LOOK_AGAIN_S: Final = 600.0  # a build may have failed for something that is mended by now, say a full disk
_AFTER_ERROR_S: Final = 10.0

State = dict[Path, tuple[int, int]]  # file -> size in bytes, time of its last change in nanoseconds


async def watch_folder(settings: Settings) -> None:
    """Ask for a build at once if the index is stale, then whenever files change, until cancelled.

    Never while the live generation is one that was chosen by a rollback.
    """
    while True:
        try:
            await _watch(settings)
        except Exception:  # the folder is gone, say, because a network drive is: it may come back
            _log.exception("the folder of reports cannot be watched")
        await asyncio.sleep(_AFTER_ERROR_S)


async def _watch(settings: Settings) -> None:
    looked_at: tuple[State, str] | None = None
    looked = 0.0
    changes = awatch(settings.corpus, watch_filter=None, rust_timeout=_LOOK_EVERY_MS, yield_on_timeout=True)
    while True:
        # A build of somebody else counts as a change, too: a file that it took in may be gone again by now.
        found = await _at_rest(settings), await asyncio.to_thread(live_name, settings.data)
        if found != looked_at or time.monotonic() - looked > _LOOK_AGAIN_S:
            looked_at, looked = found, time.monotonic()
            if await asyncio.to_thread(_needs_build, settings):
                await asyncio.to_thread(JobStore(settings.data).queue, Kind.BUILD, WATCH_NAME, only_if_stale=True)
        await anext(changes)


async def _at_rest(settings: Settings) -> State:
    """Wait until no job is left and no file changes any more, and return the files.

    An upload is a change, too, whose own build takes it in; and files that come while something is built are to be
    whole when it is their turn.
    """
    jobs = JobStore(settings.data)
    while True:
        found = await settled(settings.corpus)
        if not await asyncio.to_thread(jobs.busy):
            return found


def _needs_build(settings: Settings) -> bool:
    """Say whether the index is stale and nobody pinned it; the build looks again when its turn comes."""
    digest = LazyEncoder(settings.encoder).digest
    return bool(why_stale(settings.data, settings.corpus, digest)) and not is_pinned(settings.data, digest)


async def settled(folder: Path) -> State:
    """Wait until no visible file changes any more, and return the files.

    :raises CorpusFolderError: If the folder does not exist.
    """
    before = await asyncio.to_thread(_state, folder)
    while True:
        await asyncio.sleep(_SETTLED_S)
        now = await asyncio.to_thread(_state, folder)
        if now == before:
            return now
        before = now


def _state(folder: Path) -> State:
    state: State = {}
    for path in report_files(folder):
        try:
            found = path.stat()
        except OSError:  # gone meanwhile, or a link to nowhere
            continue
        state[path] = found.st_size, found.st_mtime_ns
    return state
