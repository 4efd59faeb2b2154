"""The folder of generations: which one is live, who may build, which old ones stay.

Layout of ``<data folder>/index``: one folder per generation, ``documents`` that all of them share, and the file
``current`` that names the live generation. A generation is written under a hidden name, synced and renamed, then
``current`` is replaced, so a reader never meets half a snapshot.
"""

import contextlib
import fcntl
import os
import shutil
import socket
import tempfile
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from index.document_store import DOCUMENTS_FOLDER
from index.durable import WRITING_PREFIX, make_folder, sync_folder, sync_tree, write_durably
from index.errors import REBUILD, BuildError, BuildRunningError, SnapshotError

POINTER_NAME: Final = "current"

_LOCK_NAME: Final = ".lock"
_BUILDING_PREFIX: Final = ".building-"
_NAME_FORMAT: Final = "%Y%m%dT%H%M%S-%f"  # of generations, whose order is that of their names
_PINNED: Final = "pinned"
_MAX_POINTER_BYTES: Final = 200
_MAX_HOLDER_BYTES: Final = 1000


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which generation is live; a pinned one was chosen by hand and stays so until somebody builds by hand."""

    generation: str
    pinned: bool = False


def index_folder(data_folder: Path) -> Path:
    """Return the folder that holds the generations."""
    return data_folder / "index"


def read_pointer(data_folder: Path) -> Pointer:
    """Return which generation is live.

    :raises SnapshotError: If there is none, or the pointer names none.
    """
    path = index_folder(data_folder) / POINTER_NAME
    try:
        with path.open("rb") as file:
            name, _, rest = file.read(_MAX_POINTER_BYTES).decode("utf-8", "replace").strip().partition(" ")
    except FileNotFoundError:
        raise SnapshotError(
            f"In {data_folder} liegt noch kein Index. Bauen Sie ihn mit `fundstelle index build`."
        ) from None
    except OSError as error:
        raise SnapshotError(f"{path} ist nicht lesbar ({error.strerror}). Prüfen Sie die Rechte.") from error
    if name not in generations(data_folder):
        raise SnapshotError(f"{path} nennt die Generation „{name}“, die es nicht gibt. {REBUILD}")
    if rest not in ("", _PINNED):  # else a damaged pin would count as none, and a build end it
        raise SnapshotError(f"{path} ist beschädigt („{rest}“ hinter der Generation). {REBUILD}")
    return Pointer(name, rest == _PINNED)


def live_name(data_folder: Path) -> str:
    """Return the name of the live generation, empty where the pointer leads nowhere."""
    try:
        return read_pointer(data_folder).generation
    except SnapshotError:
        return ""


def live_generation(data_folder: Path) -> Path:
    """Return the folder of the live generation; errors as in `read_pointer`."""
    return index_folder(data_folder) / read_pointer(data_folder).generation


def generations(data_folder: Path) -> list[str]:
    """Return the names of all complete generations, oldest first."""
    folder = index_folder(data_folder)
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.is_dir() and not path.name.startswith(".") and path.name != DOCUMENTS_FOLDER
    )


def new_name(data_folder: Path, now: datetime) -> str:
    """Return the name for a generation that comes after all others, also when the clock was set back meanwhile."""
    name, newest = now.strftime(_NAME_FORMAT), max(generations(data_folder), default="")
    if name > newest:
        return name
    return (datetime.strptime(newest, _NAME_FORMAT) + timedelta(microseconds=1)).strftime(_NAME_FORMAT)


class Hold:
    """Keeps a generation from being removed, until the object is gone or the process ends.

    :raises SnapshotError: If the generation is gone already.
    """

    def __init__(self, folder: Path) -> None:
        try:
            descriptor = os.open(folder, os.O_RDONLY)
        except OSError as error:
            raise SnapshotError(f"{folder} ist nicht lesbar ({error.strerror}). {REBUILD}") from error
        weakref.finalize(self, os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_SH)


@contextlib.contextmanager
def builder_lock(data_folder: Path) -> Iterator[Path]:
    """Hold the right to build, and return the folder of generations; never waits.

    The kernel takes the lock from a process that ends, however it ends, so a dead one never stands in the way.

    :raises BuildRunningError: If another process holds it, naming that and since when.
    :raises BuildError: If the folder cannot be written.
    """
    folder = index_folder(data_folder)
    try:
        make_folder(folder)
        (folder / _LOCK_NAME).touch()
        lock = (folder / _LOCK_NAME).open("r+b", buffering=0)
    except OSError as error:
        raise not_writable(folder, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = lock.read(_MAX_HOLDER_BYTES).decode("utf-8", "replace").strip()
            raise BuildRunningError(
                f"Der Index in {folder} wird gerade gebaut ({holder or 'von wem, ist unbekannt'}). "
                "Warten Sie, bis das fertig ist."
            ) from error
        now = datetime.now().astimezone()
        with contextlib.suppress(OSError):  # a full disk: who builds is then not told, but a rollback still works
            lock.truncate()
            lock.write(f"Prozess {os.getpid()} auf {socket.gethostname()}, seit {now:%d.%m.%Y %H:%M:%S}".encode())
        yield folder  # closing the file releases the lock


def publish(data_folder: Path, name: str, write: Callable[[Path], None]) -> None:
    """Write a generation beside the live one and make it live; call it under `builder_lock`.

    :param write: Writes and checks the generation in the empty folder it is given; if it raises, nothing changes.
    """
    folder = index_folder(data_folder)
    with tempfile.TemporaryDirectory(prefix=_BUILDING_PREFIX, dir=folder) as temporary:
        building = Path(temporary) / name
        building.mkdir()
        write(building)
        sync_tree(building)
        building.rename(folder / name)
    sync_folder(folder)
    point_to(data_folder, Pointer(name))


def point_to(data_folder: Path, pointer: Pointer) -> None:
    """Make a generation live; call it under `builder_lock`."""
    text = f"{pointer.generation} {_PINNED}\n" if pointer.pinned else f"{pointer.generation}\n"
    write_durably(index_folder(data_folder) / POINTER_NAME, text.encode())


def remove_left_overs(data_folder: Path) -> None:
    """Remove what builders left that were killed; call it under `builder_lock`."""
    for path in index_folder(data_folder).iterdir():
        if path.name.startswith(_BUILDING_PREFIX):
            shutil.rmtree(path)
        elif path.name.startswith(WRITING_PREFIX):
            path.unlink()
    with contextlib.suppress(SnapshotError):  # without a pointer nobody knows what was live
        pointer = read_pointer(data_folder)
        for name in generations(data_folder):
            if name > pointer.generation and not pointer.pinned:  # only behind a pinned one may others have been live
                _remove_unless_held(index_folder(data_folder), name)


def remove_old(data_folder: Path, kept: int) -> None:
    """Remove the oldest generations but ``kept``, never the live one nor one that is held; under `builder_lock`."""
    live = read_pointer(data_folder).generation
    for name in [name for name in generations(data_folder) if name != live][: -(kept - 1) or None]:
        _remove_unless_held(index_folder(data_folder), name)


def _remove_unless_held(folder: Path, name: str) -> None:
    descriptor = os.open(folder / name, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # its last reader is not gone yet; a later build removes it
    else:
        aside = folder / f"{_BUILDING_PREFIX}{name}"
        (folder / name).rename(aside)  # gone at once: nobody opens half of it; takes no space, which may be short
        shutil.rmtree(aside)
    finally:
        os.close(descriptor)


def not_writable(folder: Path, error: OSError) -> BuildError:
    """Return the error for a folder that takes no more files."""
    return BuildError(
        f"In {folder} lässt sich nicht schreiben ({error.strerror or error}). "
        "Prüfen Sie die Rechte und den freien Platz."
    )
