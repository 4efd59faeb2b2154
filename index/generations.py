"""The folder of generations: which one is live, who may build, which old ones stay.

Layout of ``<data folder>/index``: one folder per generation and the file ``current`` that names the live one. A
generation is written under a hidden name, synced and renamed, then ``current`` is replaced, so a reader never meets
half a snapshot.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from index.errors import BuildError, BuildRunningError, SnapshotError

KEPT_GENERATIONS: Final = 3
POINTER_NAME: Final = "current"

_LOCK_NAME: Final = ".lock"
_BUILDING_PREFIX: Final = ".building-"
_MAX_POINTER_BYTES: Final = 200


def index_folder(data_folder: Path) -> Path:
    """Return the folder that holds the generations."""
    return data_folder / "index"


def live_generation(data_folder: Path) -> Path:
    """Return the folder of the live generation.

    :raises SnapshotError: If there is none, or the pointer names none.
    """
    pointer = index_folder(data_folder) / POINTER_NAME
    try:
        with pointer.open("rb") as file:
            name = file.read(_MAX_POINTER_BYTES).decode("utf-8", "replace").strip()
    except FileNotFoundError:
        raise SnapshotError(
            f"In {data_folder} liegt noch kein Index. Bauen Sie ihn mit `fundstelle index build`."
        ) from None
    if name not in generations(data_folder):
        raise SnapshotError(
            f"{pointer} nennt die Generation „{name}“, die es nicht gibt. "
            "Bauen Sie den Index mit `fundstelle index build` neu."
        )
    return index_folder(data_folder) / name


def generations(data_folder: Path) -> list[str]:
    """Return the names of all complete generations, oldest first."""
    folder = index_folder(data_folder)
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


@contextmanager
def builder_lock(data_folder: Path) -> Iterator[None]:
    """Hold the right to build; never waits.

    :raises BuildRunningError: If another process holds it.
    :raises BuildError: If the folder cannot be written.
    """
    folder = index_folder(data_folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK_NAME).open("wb")
    except OSError as error:
        raise BuildError(
            f"In {folder} lässt sich nicht schreiben ({error.strerror}). Prüfen Sie die Rechte."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuildRunningError(
                f"Der Index in {folder} wird gerade gebaut. Warten Sie, bis das fertig ist."
            ) from error
        yield  # closing the file releases the lock


def publish(data_folder: Path, name: str, write: Callable[[Path], None]) -> None:
    """Write a generation beside the live one and make it live; call it under `builder_lock`.

    :param write: Writes and checks the generation in the empty folder it is given; if it raises, nothing changes.
    """
    folder = index_folder(data_folder)
    for left_over in folder.glob(f"{_BUILDING_PREFIX}*"):
        shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(prefix=_BUILDING_PREFIX, dir=folder) as temporary:
        building = Path(temporary) / name
        building.mkdir()
        write(building)
        _sync_tree(building)
        building.rename(folder / name)
    _sync(folder)
    _replace_pointer(folder, name)
    for old in generations(data_folder)[:-KEPT_GENERATIONS]:
        shutil.rmtree(folder / old)


def _replace_pointer(folder: Path, name: str) -> None:
    beside = folder / f".{POINTER_NAME}"
    with beside.open("w", encoding="utf-8") as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / POINTER_NAME)
    _sync(folder)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
