"""The keys that open the service: who holds one, what it allows, and whether any is needed at all.

Knows nothing of HTTP. The keys of all processes lie in one SQLite file, which every call opens anew: what another
process adds or revokes counts from the next request on.
"""

import hashlib
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from rag.errors import KeyStoreError
from rag.private_database import connection_to, create_private

KEYS_NAME: Final = "keys.sqlite"
LOCAL_NAME: Final = "lokal"  # who everybody is where no keys exist
COMMAND_LINE_NAME: Final = "kommandozeile"
WATCH_NAME: Final = "ordnerwache"  # who asks for a build because files changed
MAX_NAME: Final = 60  # characters

_PREFIX: Final = "fs_"  # lets people and secret scanners recognise a key
_TOKEN_BYTES: Final = 32
# A commit of another process is over long before; a request that waits for it holds up the others.
_PATIENCE_S: Final = 1.0
_NAME = re.compile(r"\w([\w .@-]*\w)?")
_RESERVED = frozenset({LOCAL_NAME, COMMAND_LINE_NAME, WATCH_NAME})  # the audit log would not tell them apart
# Rows are never deleted: the list of keys shows who once had access.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    digest BLOB PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, created TEXT NOT NULL, revoked TEXT
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS valid_names ON keys (name) WHERE revoked IS NULL;
"""


class Role(StrEnum):
    """What a key allows: readers ask and read, editors also change documents and index."""

    READER = "reader"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sends a request: the name of the key, and what it allows."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Key:
    """One key as it is listed. Times are ISO 8601 in UTC; ``revoked`` is None while it is valid."""

    name: str
    role: Role
    created: str
    revoked: str | None


LOCAL: Final = Identity(LOCAL_NAME, Role.EDITOR)


class KeyStore:
    """The keys of one data folder, which need not exist. Threads and processes may share it."""

    def __init__(self, data_folder: Path) -> None:
        self._path = data_folder / KEYS_NAME
        self._seen = False

    def required(self) -> bool:
        """Tell whether requests need a key: since the first was ever added, also when all are revoked by now.

        The file itself tells, so that a damaged one opens nothing; only ``add`` makes it, only the keeper deletes it.
        A process that has seen it keeps to that, for a data folder that went away must open nothing either.

        :raises KeyStoreError: If that cannot be found out.
        """
        if not self._seen:
            try:
                self._path.lstat()
                self._seen = True
            except FileNotFoundError:
                pass
            except OSError as error:
                raise self._unusable(error.strerror) from error
        return self._seen

    def find(self, token: str) -> Identity | None:
        """Return whose valid key ``token`` is, or None.

        :raises KeyStoreError: If the file cannot be read.
        """
        with self._connection() as connection:
            found = connection.execute(
                "SELECT name, role FROM keys WHERE digest = ? AND revoked IS NULL", (_digest(token),)
            ).fetchone()
        return Identity(found[0], Role(found[1])) if found else None

    def add(self, name: str, role: Role) -> str:
        """Make a key and return it; it can never be shown again, for only its digest is kept.

        :raises KeyStoreError: If the name is malformed, reserved or that of a valid key, or the file cannot be written.
        """
        _check_name(name)
        self._create_file()
        token = _PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
        with self._connection() as connection:
            connection.executescript(_SCHEMA)
            try:
                connection.execute("INSERT INTO keys VALUES (?, ?, ?, ?, NULL)", (_digest(token), name, role, _now()))
            except sqlite3.IntegrityError as error:
                raise KeyStoreError(
                    f"Einen gültigen Schlüssel „{name}“ gibt es schon. Wählen Sie einen anderen Namen, oder sperren "
                    f"Sie jenen mit `fundstelle keys revoke`."
                ) from error
        return token

    def revoke(self, name: str) -> None:
        """End the valid key of that name.

        :raises KeyStoreError: If there is none, or the file cannot be written.
        """
        revoked = 0
        if self.required():
            with self._connection() as connection:
                revoked = connection.execute(
                    "UPDATE keys SET revoked = ? WHERE name = ? AND revoked IS NULL", (_now(), name)
                ).rowcount
        if not revoked:
            raise KeyStoreError(
                f"Einen gültigen Schlüssel „{name[:MAX_NAME]}“ gibt es nicht. `fundstelle keys list` zeigt alle."
            )

    def entries(self) -> list[Key]:
        """Return all keys, revoked ones too, oldest first.

        :raises KeyStoreError: If the file cannot be read.
        """
        if not self.required():
            return []
        with self._connection() as connection:
            rows = connection.execute("SELECT name, role, created, revoked FROM keys ORDER BY created, name").fetchall()
        return [Key(name, Role(role), created, revoked) for name, role, created, revoked in rows]

    def _create_file(self) -> None:
        try:
            create_private(self._path)
        except OSError as error:
            raise self._unusable(error.strerror) from error

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with connection_to(self._path, _PATIENCE_S) as connection:
                yield connection
        except sqlite3.Error as error:
            raise self._unusable(str(error)) from error

    def _unusable(self, reason: str | None) -> KeyStoreError:
        return KeyStoreError(
            f"Die Schlüssel in {self._path} sind nicht zu lesen oder zu schreiben ({reason}). Prüfen Sie die Rechte: "
            "Die Datei muss dem Benutzer gehören, unter dem der Server läuft."
        )


def _digest(token: str) -> bytes:
    # A slow hash protects secrets that can be guessed. These are 256 random bits: nobody can try them out, however
    # fast the hash, and a fast one costs every request next to nothing.
    return hashlib.sha256(token.encode()).digest()


def _check_name(name: str) -> None:
    if len(name) > MAX_NAME or not _NAME.fullmatch(name):
        raise KeyStoreError(
            f"„{name[:MAX_NAME]}“ ist kein Name für einen Schlüssel. Möglich sind bis zu {MAX_NAME} Zeichen: "
            "Buchstaben, Ziffern, innen auch Leerzeichen und . @ - _"
        )
    if name.casefold() in _RESERVED:
        raise KeyStoreError(f"Der Name „{name}“ ist vergeben: So nennt das Protokoll Zugriffe ohne Schlüssel.")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
