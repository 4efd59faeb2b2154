"""The audit log: who changed keys, documents or index, and when. Never a question.

One JSON object a line, only ever appended to. Whoever keeps the server may rotate the file.
"""

import errno
import fcntl
import json
import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from rag.errors import AuditError

AUDIT_NAME: Final = "audit.jsonl"


class Action(StrEnum):
    """What can be done that the log keeps."""

    KEY_ADDED = "key_added"
    KEY_REVOKED = "key_revoked"
    DOCUMENT_UPLOADED = "document_uploaded"
    DOCUMENT_DELETED = "document_deleted"
    DOCUMENT_PURGED = "document_purged"
    INDEX_BUILT = "index_built"
    INDEX_ROLLED_BACK = "index_rolled_back"


class AuditLog:
    """The log of one data folder, which need not exist. Threads and processes may share it."""

    def __init__(self, data_folder: Path) -> None:
        self._path = data_folder / AUDIT_NAME

    def record(self, who: str, action: Action, what: str) -> None:
        """Append one line; it is on the disk when this returns.

        :param who: Name of the key, or ``LOCAL_NAME`` or ``COMMAND_LINE_NAME`` of rag/keys.py.
        :param what: The key's name, the document's path, the generation.
        :raises AuditError: If the line cannot be written whole.
        """
        when = datetime.now(UTC).isoformat(timespec="seconds")
        entry = {"when": when, "who": who, "action": action, "what": what}
        # In ASCII, line breaks and control characters of a name stay inside their string, whatever reads the file.
        line = json.dumps(entry).encode("ascii") + b"\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._append(line)
        except OSError as error:
            raise AuditError(
                f"Das Protokoll {self._path} lässt sich nicht schreiben ({error.strerror}). Prüfen Sie Rechte und "
                "freien Platz."
            ) from error

    def _append(self, line: bytes) -> None:
        """Write the line in one piece and after whole lines only."""
        file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed: half of another process's line looks like a cut one
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":  # a full disk cut the last line off
                line = b"\n" + line
            if os.write(file, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file)
        finally:
            os.close(file)
