"""SQLite files that only their owner may read, shared by threads and processes: every call opens the file anew."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


def create_private(path: Path) -> None:
    """Make the file for the eyes of its owner alone, before SQLite would with the rights of any other file.

    :raises OSError: If that fails; a file that is there stays as it is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


@contextmanager
def connection_to(path: Path, patience_s: float) -> Iterator[sqlite3.Connection]:
    """Open the file, which must exist; every statement is a transaction of its own.

    :param patience_s: Seconds to wait for the commit of another process.
    :raises sqlite3.Error: If the file cannot be used.
    """
    uri = path.absolute().as_uri() + "?mode=rw"  # readers too: after a crash SQLite repairs the file
    with closing(sqlite3.connect(uri, patience_s, uri=True, isolation_level=None)) as connection:
        yield connection
