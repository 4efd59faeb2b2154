"""The process of one job, as the server starts it: builds with low priority and writes down how far it is.

It may be ended at any moment: the next one takes over what it had read and embedded.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from typing import Final, TypeVar

from corpus.errors import CorpusError
from index.builder import BuildResult, ProgressOf, build_index
from index.encoder import LazyEncoder
from index.errors import BuildRunningError, SearchIndexError
from index.purge import kept_path, purge
from index.status import is_pinned, why_stale
from index.types import Progress
from rag.audit import Action
from rag.errors import AnswerError, JobStoreError
from rag.jobs import Job, JobResult, JobState, JobStore, Kind
from rag.library import Library
from rag.settings import Settings
from ui.watching import settled

_NICENESS: Final = 10  # questions come first
_WRITE_EVERY_S: Final = 0.5
_TRY_AGAIN_S: Final = 2.0

Result = TypeVar("Result")


def run_job(settings: Settings, job_id: str) -> None:
    """Do what a running job asks for, and write down what came of it.

    :raises Exception: What nobody expected, after writing down that there was something.
    """
    os.nice(_NICENESS)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the server ignores it at times, and that is inherited
    library = Library(settings.corpus, settings.data)
    job = library.jobs.find(job_id)
    if job is None or job.state is not JobState.RUNNING:
        return
    try:
        phase, result = _JobRun(settings, library, job).run()
    except (CorpusError, SearchIndexError, AnswerError) as error:
        library.jobs.fail(job.id, str(error))
    except Exception as error:
        library.jobs.fail(
            job.id, f"Unerwarteter Fehler ({type(error).__name__}). Näheres steht in der Ausgabe des Servers."
        )
        raise
    else:
        library.jobs.finish(job.id, phase, result)


class _JobRun:
    """One job on its way."""

    def __init__(self, settings: Settings, library: Library, job: Job) -> None:
        self._settings = settings
        self._library = library
        self._job = job
        self._progress = _progress_of(library.jobs, job.id)

    def run(self) -> tuple[str, JobResult | None]:
        """Return in German how it ended, and what was done."""
        encoder = LazyEncoder(self._settings.encoder, self._progress("Sprachmodell wird vorbereitet"))
        if self._job.only_if_stale:
            if is_pinned(self._library.data, encoder.digest):
                return "Die Generation in Betrieb ist von Hand gewählt und bleibt", None
            if not why_stale(self._library.data, self._library.corpus, encoder.digest):
                return "Der Index war schon auf dem Stand der Berichte", None
            self._progress("Wartet, bis alle Dateien vollständig sind")(0, 0)
            asyncio.run(settled(self._library.corpus))  # others may have come since the job was queued
        built = self._when_free(lambda: self._build(encoder))
        if self._job.kind is not Kind.PURGE:
            return "Fertig", _result(built, 0)
        path = kept_path(self._library.data, self._job.document) or self._job.document
        removed = self._when_free(lambda: purge(self._library.data, self._job.document))
        self._library.audit.record(self._job.who, Action.DOCUMENT_PURGED, path)
        return "Fertig", _result(built, removed)

    def _build(self, encoder: LazyEncoder) -> BuildResult:
        library = self._library
        built = build_index(library.corpus, library.data, encoder, self._progress, self._settings.generations)
        library.audit.record(self._job.who, Action.INDEX_BUILT, built.generation)
        return built

    def _when_free(self, work: Callable[[], Result]) -> Result:
        """Do what needs the builder's lock, as soon as whoever builds by hand is done."""
        while True:
            try:
                return work()
            except BuildRunningError:
                self._progress("Wartet, bis ein anderer Bau fertig ist")(0, 0)
                time.sleep(_TRY_AGAIN_S)


def _progress_of(jobs: JobStore, job_id: str) -> ProgressOf:
    """Return what writes progress into a job: the first and last step of a phase, and others twice a second."""

    def of(phase: str) -> Progress:
        written = 0.0

        def show(done: int, total: int) -> None:
            nonlocal written
            if time.monotonic() - written >= _WRITE_EVERY_S or done == total:
                written = time.monotonic()
                with contextlib.suppress(JobStoreError):  # a build is worth more than the news of it
                    jobs.progress(job_id, phase, done, total)

        return show

    return of


def _result(built: BuildResult, purged_generations: int) -> JobResult:
    return JobResult(
        generation=built.generation,
        documents=built.documents,
        passages=built.passages,
        read=built.read,
        taken_over=built.taken_over,
        removed=built.removed,
        embedded=built.embedded,
        refusals=built.refusals,
        purged_generations=purged_generations,
    )
