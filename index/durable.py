"""Writing that survives a power cut: contents first, then the name, then the folder that holds the name."""

import os
import tempfile
from pathlib import Path
from typing import Final

WRITING_PREFIX: Final = ".writing-"  # of a name that stands for unfinished work: whoever comes next may remove it


def write_durably(path: Path, data: bytes) -> None:
    """Put a file in its place whole: written beside it, synced, renamed, and the folder synced.

    :raises OSError: If that fails; the old file, if any, is untouched.
    """
    descriptor, name = tempfile.mkstemp(prefix=WRITING_PREFIX, dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each with its name on the disk; one that is there already is left."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_tree(folder: Path) -> None:
    """Sync every file and folder below a folder, and the folder itself."""
    for path in folder.rglob("*"):
        sync_folder(path)
    sync_folder(folder)


def sync_folder(path: Path) -> None:
    """Sync a folder (or a file) that is already written."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
