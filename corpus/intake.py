"""New files for the folder of reports, and the removal of old ones: names that are safe, no content twice.

Opens no connection and asks nobody; who may do this is for the rooms above.
"""

import fcntl
import hashlib
import os
import re
import time
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from corpus import sidecar
from corpus.folder import HIDDEN, printable_name, report_files
from corpus.ingestion import document_id
from corpus.readers.formats import READERS

MAX_NAME_BYTES: Final = 200  # in UTF-8; most file systems take 255, and a sidecar's name is longer than its report's

_PREFIX: Final = ".upload-"  # hidden: neither a build nor the watch looks at it
_ABANDONED_S: Final = 3600  # nobody waits so long for the next piece of a file
# Names of devices on Windows, from where many folders of reports are looked at; their suffix does not matter there.
_DEVICE: Final = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)


class NameFault(StrEnum):
    """What is wrong with the name of a file."""

    EMPTY = "empty"
    PATH = "path"
    UNPRINTABLE = "unprintable"
    HIDDEN = "hidden"
    EDGE = "edge"
    DEVICE = "device"
    TOO_LONG = "too_long"


def safe_name(name: str) -> str | NameFault:
    """Return a name in its composed form (NFC), or what is wrong with it; letters of all languages stay."""
    name = unicodedata.normalize("NFC", name)
    checks = (
        (NameFault.EMPTY, not name.strip()),
        (NameFault.PATH, "/" in name or "\\" in name),
        # Neither control characters nor those that turn the direction of writing, nor halves of characters.
        (NameFault.UNPRINTABLE, not name.isprintable() or "\ufffd" in name),
        (NameFault.HIDDEN, name.startswith(HIDDEN)),
        (NameFault.EDGE, name != name.strip() or name.endswith(".")),
        (NameFault.DEVICE, _DEVICE.fullmatch(name) is not None),
        (NameFault.TOO_LONG, len(name.encode("utf-8", "replace")) > MAX_NAME_BYTES),
    )
    return next((fault for fault, found in checks if found), name)


def temporary_path(folder: Path) -> Path:
    """Return a path for a file that is not whole yet: inside the folder, hidden, used by nobody."""
    return folder / f"{_PREFIX}{uuid.uuid4().hex}"


def remove_abandoned(folder: Path) -> None:
    """Remove files that never became whole, because the server died while they came."""
    for path in folder.glob(f"{_PREFIX}*"):
        if time.time() - path.stat().st_mtime > _ABANDONED_S:
            path.unlink(missing_ok=True)


@contextmanager
def sole_change(folder: Path) -> Iterator[None]:
    """Keep other threads and processes from changing the folder through this module until the context ends.

    :raises OSError: If the folder does not exist.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def find_content(folder: Path, sha256: str, size: int) -> str | None:
    """Return the path below the folder of a report with this content; only files of that size are read."""
    root = folder.resolve()
    for path in report_files(folder):
        if _is_report(path) and path.is_file() and path.stat().st_size == size:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == sha256:
                    return printable_name(path, root)
    return None


def find_name(folder: Path, name: str) -> Path | None:
    """Return the file of that name, also where its umlauts are stored decomposed."""
    return next((path for path in folder.iterdir() if unicodedata.normalize("NFC", path.name) == name), None)


def find_report(folder: Path, document: str) -> Path | None:
    """Return the file that is, or will be, the document of that id."""
    root = folder.resolve()
    return next((path for path in report_files(folder) if document_id(printable_name(path, root)) == document), None)


def is_last_report(folder: Path, path: Path) -> bool:
    """Say whether the folder would hold no report without this one."""
    return all(other == path or not _is_report(other) for other in report_files(folder))


def remove_report(path: Path) -> None:
    """Remove a report, and the statements beside it unless another report of that name needs them.

    :raises OSError: If that fails.
    """
    path.unlink(missing_ok=True)
    if not any(other.stem == path.stem and _is_report(other) for other in path.parent.iterdir()):
        path.with_suffix(sidecar.SUFFIX).unlink(missing_ok=True)


def _is_report(path: Path) -> bool:
    return path.suffix.lower() in READERS
