"""Back to an earlier generation."""

from pathlib import Path

from index.errors import SnapshotError
from index.generations import Pointer, builder_lock, generations, index_folder, not_writable, point_to, read_pointer
from index.snapshot import check_snapshot, document_store


def rollback(data_folder: Path, generation: str | None = None) -> str:
    """Make an earlier generation live and pin it, so that no build that nobody asked for replaces it; return its name.

    :param generation: The generation; None takes the one before the live one.
    :raises SnapshotError: If there is none such, or it is damaged; the live generation stays.
    :raises BuildError: If another process is building, or the folder cannot be written.
    """
    with builder_lock(data_folder):
        live, known = read_pointer(data_folder).generation, generations(data_folder)
        chosen = generation or max((name for name in known if name < live), default=None)
        if chosen is None:
            raise SnapshotError(f"Vor der Generation {live} liegt keine, zu der zurückgekehrt werden könnte.")
        if chosen not in known:
            raise SnapshotError(f"Die Generation „{chosen}“ gibt es nicht; vorhanden: {', '.join(known)}.")
        check_snapshot(index_folder(data_folder) / chosen, document_store(data_folder))
        try:
            point_to(data_folder, Pointer(chosen, pinned=True))
        except OSError as error:
            raise not_writable(index_folder(data_folder), error) from error
    return chosen
