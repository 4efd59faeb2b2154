"""What is to be done to the index, what is being done, and what came of it. Knows nothing of HTTP, and builds nothing.

The jobs of all processes lie in one SQLite file. They outlive the server: what it had begun is begun again.
"""

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from corpus.types import Refusal
from rag.errors import JobStoreError
from rag.private_database import connection_to, create_private

JOBS_NAME: Final = "jobs.sqlite"
MAX_ATTEMPTS: Final = 3
KEPT_JOBS: Final = 1_000

_PATIENCE_S: Final = 5.0  # nobody asks for jobs on the event loop: a busy disk may take its time
# The number is the order in which jobs were asked for.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL,
    who TEXT NOT NULL, document TEXT NOT NULL, only_if_stale INTEGER NOT NULL, created TEXT NOT NULL, started TEXT,
    finished TEXT, attempts INTEGER NOT NULL DEFAULT 0, phase TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0, result TEXT, error TEXT
)
"""
_WAITS = "Wartet, bis er an der Reihe ist"
_GIVEN_UP = (
    f"Der Auftrag wurde {MAX_ATTEMPTS}-mal begonnen und jedes Mal abgebrochen, ohne dass ein Fehler gemeldet wurde. "
    "Vermutlich reicht der Arbeitsspeicher nicht, oder der Server wurde beendet. Der Index ist unverändert; bauen Sie "
    "ihn mit `fundstelle index build`, um die Ursache zu sehen."
)


class Kind(StrEnum):
    """What is to be done: build the index, or build it and remove a document from everything that was kept."""

    BUILD = "build"
    PURGE = "purge"


class JobState(StrEnum):
    """Where a job is on its way."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobResult:
    """What a job did: the numbers of `index.builder.BuildResult`, and how many old generations a purge removed."""

    generation: str
    documents: int
    passages: int
    read: int
    taken_over: int
    removed: int
    embedded: int
    refusals: tuple[Refusal, ...]
    purged_generations: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One job. Times are ISO 8601 in UTC; ``phase`` and ``error`` are German, for the keeper.

    ``document`` is the id of the one to purge, else empty. ``only_if_stale`` marks a build that nobody asked for: it
    leaves an index alone that is up to date or was chosen by a rollback, and has no result then.
    """

    id: str
    kind: Kind
    state: JobState
    who: str
    document: str
    only_if_stale: bool
    created: str
    started: str | None
    finished: str | None
    phase: str
    done: int
    total: int
    result: JobResult | None
    error: str | None


_RESULT: Final = TypeAdapter(JobResult)
_COLUMNS: Final = ", ".join(field.name for field in fields(Job))


class JobStore:
    """The jobs of one data folder, which need not exist. Threads and processes may share it.

    :raises JobStoreError: From every method, if the file cannot be read or written.
    """

    def __init__(self, data_folder: Path) -> None:
        self._path = data_folder / JOBS_NAME

    def queue(self, kind: Kind, who: str, document: str = "", only_if_stale: bool = False) -> Job:
        """Add a job, or return the build that waits already and will do the same."""
        with self._transaction() as connection:
            waiting = _select(
                connection,
                "WHERE state = 'queued' AND kind = 'build' AND only_if_stale <= ? ORDER BY number LIMIT 1",
                only_if_stale,
            )
            if waiting and kind is Kind.BUILD:
                return waiting[0]
            job_id = uuid.uuid4().hex
            connection.execute(
                "INSERT INTO jobs (id, kind, state, who, document, only_if_stale, created, phase) "
                "VALUES (?, ?, 'queued', ?, ?, ?, ?, ?)",
                (job_id, kind, who, document, only_if_stale, _now(), _WAITS),
            )
            _remove_old(connection)
            return _select(connection, "WHERE id = ?", job_id)[0]

    def find(self, job_id: str) -> Job | None:
        """Return the job of an id, or None."""
        found = self._read("WHERE id = ?", job_id)
        return found[0] if found else None

    def newest(self, limit: int) -> Sequence[Job]:
        """Return the last jobs, the newest first."""
        return self._read("ORDER BY number DESC LIMIT ?", limit)

    def busy(self) -> bool:
        """Say whether a job waits or runs."""
        return bool(self._read("WHERE state IN ('queued', 'running') LIMIT ?", 1))

    def start_next(self) -> Job | None:
        """Begin the job that waits longest and return it; None if none waits."""
        if not self._path.exists():
            return None
        with self._transaction() as connection:
            waiting = _select(connection, "WHERE state = 'queued' ORDER BY number LIMIT 1")
            if not waiting:
                return None
            connection.execute(
                "UPDATE jobs SET state = 'running', started = ?, attempts = attempts + 1, phase = 'Wird begonnen' "
                "WHERE id = ?",
                (_now(), waiting[0].id),
            )
            return _select(connection, "WHERE id = ?", waiting[0].id)[0]

    def progress(self, job_id: str, phase: str, done: int, total: int) -> None:
        """Note how far a job is."""
        self._change(job_id, "phase = ?, done = ?, total = ?", phase, done, total)

    def finish(self, job_id: str, phase: str, result: JobResult | None) -> None:
        """End a job that did what it was to do."""
        text = _RESULT.dump_json(result).decode() if result else None
        self._change(job_id, "state = 'done', finished = ?, phase = ?, result = ?", _now(), phase, text)

    def fail(self, job_id: str, error: str) -> None:
        """End a job that could not do what it was to do, with the reason in German."""
        self._change(job_id, "state = 'failed', finished = ?, phase = 'Nicht gelungen', error = ?", _now(), error)

    def put_back(self, job_id: str) -> None:
        """Let a job wait again that was stopped on purpose: its attempt does not count."""
        self._change(
            job_id, "state = 'queued', started = NULL, phase = ?, done = 0, total = 0, attempts = attempts - 1", _WAITS
        )

    def recover(self) -> None:
        """Let the running jobs wait again, or fail at last; call it when no process works on any."""
        if not self._path.exists():
            return
        with self._transaction() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'failed', finished = ?, phase = 'Nicht gelungen', error = ? "
                "WHERE state = 'running' AND attempts >= ?",
                (_now(), _GIVEN_UP, MAX_ATTEMPTS),
            )
            connection.execute(
                "UPDATE jobs SET state = 'queued', started = NULL, phase = ?, done = 0, total = 0 "
                "WHERE state = 'running'",
                (_WAITS,),
            )

    def _change(self, job_id: str, assignments: str, *values: object) -> None:
        """Change a running job; one that has ended stays as it is."""
        with self._connection() as connection:
            connection.execute(
                f"UPDATE jobs SET {assignments} WHERE id = ? AND state = 'running'",  # noqa: S608 (own constants)
                (*values, job_id),
            )

    def _read(self, clause: str, value: object) -> Sequence[Job]:
        if not self._path.exists():
            return ()
        with self._connection() as connection:
            connection.execute(_SCHEMA)
            return _select(connection, clause, value)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Make the file if need be, and keep other processes from writing until the context ends."""
        try:
            create_private(self._path)
        except OSError as error:
            raise self._unusable(error.strerror) from error
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_SCHEMA)
            yield connection
            connection.execute("COMMIT")  # without it, closing the connection undoes everything

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with connection_to(self._path, _PATIENCE_S) as connection:
                yield connection
        except sqlite3.Error as error:
            raise self._unusable(str(error)) from error

    def _unusable(self, reason: str | None) -> JobStoreError:
        return JobStoreError(
            f"Die Aufträge in {self._path} sind nicht zu lesen oder zu schreiben ({reason}). Prüfen Sie Rechte und "
            "freien Platz: Die Datei muss dem Benutzer gehören, unter dem der Server läuft."
        )


def _select(connection: sqlite3.Connection, clause: str, *values: object) -> list[Job]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM jobs {clause}", values)  # noqa: S608 (own constants)
    return [_job(dict(zip(_COLUMNS.split(", "), row, strict=True))) for row in rows]


def _job(row: dict[str, Any]) -> Job:
    row["kind"], row["state"] = Kind(row["kind"]), JobState(row["state"])
    row["only_if_stale"] = bool(row["only_if_stale"])
    row["result"] = _RESULT.validate_json(row["result"]) if row["result"] else None
    return Job(**row)


def _remove_old(connection: sqlite3.Connection) -> None:
    connection.execute(
        "DELETE FROM jobs WHERE state IN ('done', 'failed') AND number <= "
        "(SELECT number FROM jobs WHERE state IN ('done', 'failed') ORDER BY number DESC LIMIT 1 OFFSET ?)",
        (KEPT_JOBS,),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
