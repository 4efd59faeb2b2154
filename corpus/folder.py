"""The folder of reports: which files it holds, and which of them changed since it was last looked at."""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus import sidecar
from corpus.errors import CorpusFolderError
from corpus.options import MAX_FILE_BYTES
from corpus.readers.formats import READERS

HIDDEN: Final = (".", "~$")  # Unix and the lock files of Office
_CLOCK_MARGIN_NS: Final = 2_000_000_000  # file systems keep times in steps of up to two seconds


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was when its digest was computed, at ``seen_ns``; times in nanoseconds since 1970.

    ``digest`` is its SHA-256 in hex, empty for a file that is never read (another format, too large, a link outwards).
    """

    digest: str
    size: int
    mtime_ns: int
    ctime_ns: int
    seen_ns: int


def report_files(folder: Path) -> list[Path]:
    """Return every visible file below a folder, and linked folders, which are refused like unreadable files, by path.

    :raises CorpusFolderError: If the folder does not exist.
    """
    if not folder.is_dir():
        msg = f"Der Ordner mit den Berichten fehlt: {folder}. Bitte anlegen oder FUNDSTELLE_CORPUS anpassen."
        raise CorpusFolderError(msg)
    root = folder.resolve()
    return sorted(_files(root), key=lambda path: path.relative_to(root).as_posix())


def printable_name(path: Path, root: Path) -> str:
    """Return the path below the folder, with replacement characters where its name is no UTF-8."""
    return os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "replace")


def scan(folder: Path, known: Mapping[str, SourceFile]) -> dict[str, SourceFile]:
    """Return every file below a folder by its path; only what may have changed since ``known`` is read.

    A file keeps its digest while size and times stay, unless it was changed so shortly before it was seen that the
    clock of the file system may not tell ("racy git", git's Documentation/technical/racy-git).

    :raises CorpusFolderError: If the folder does not exist.
    """
    root = folder.resolve()
    return {
        name: _seen(path, root, known.get(name))
        for path in report_files(folder)
        for name in (printable_name(path, root),)
    }


def _seen(path: Path, root: Path, before: SourceFile | None) -> SourceFile:
    now = time.time_ns()
    try:
        found = path.stat()
        state = (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        if (
            before is not None
            and (before.size, before.mtime_ns, before.ctime_ns) == state
            and before.ctime_ns < before.seen_ns - _CLOCK_MARGIN_NS
        ):
            return before
        return SourceFile(_digest(path, root, found.st_size), *state, now)
    except OSError:  # gone meanwhile, or not to be read: ingestion says so
        return SourceFile("", 0, 0, 0, now)


def _digest(path: Path, root: Path, size: int) -> str:
    is_read = path.suffix.lower() in READERS or path.name.endswith(sidecar.SUFFIX)
    if not is_read or size > MAX_FILE_BYTES or not path.is_file() or not path.resolve().is_relative_to(root):
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for folder, subfolders, names in os.walk(root):
        here = Path(folder)
        visible = [name for name in subfolders if not name.startswith(HIDDEN)]
        subfolders[:] = [name for name in visible if not (here / name).is_symlink()]
        yield from (here / name for name in visible if (here / name).is_symlink())
        yield from (here / name for name in names if not name.startswith(HIDDEN))
