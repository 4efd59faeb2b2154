"""A document gone for good: from every generation, the stored documents and the cache of pages read by OCR."""

import contextlib
import shutil
from pathlib import Path

from corpus.readers.ocr import clear_cache
from index.builder import remove_unneeded
from index.errors import BuildError, SnapshotError
from index.generations import builder_lock, generations, index_folder, not_writable, read_pointer
from index.snapshot import read_documents


def purge(data_folder: Path, document_id: str) -> int:
    """Remove every generation that holds a document, and what only they needed; return how many were removed.

    Generations that a service still reads go, too: it takes up the live one within a second or two.

    :raises BuildError: If the live generation holds the document: its file must be removed and the index built first.
    :raises SnapshotError: If no generation is live.
    """
    with builder_lock(data_folder):
        folder, live = index_folder(data_folder), read_pointer(data_folder).generation
        if _holds(folder / live, document_id):
            raise BuildError(
                f"Die Generation in Betrieb enthält das Dokument „{document_id}“ noch. "
                "Entfernen Sie seine Datei und bauen Sie den Index neu."
            )
        holding = [name for name in generations(data_folder) if name != live and _holds(folder / name, document_id)]
        try:
            for name in holding:
                shutil.rmtree(folder / name)
            remove_unneeded(data_folder, kept=len(generations(data_folder)))
            clear_cache()
        except OSError as error:
            raise not_writable(folder, error) from error
    return len(holding)


def kept_path(data_folder: Path, document_id: str) -> str | None:
    """Return the path that a document has, or last had, in a generation that can be read; None if none holds it."""
    for name in reversed(generations(data_folder)):
        with contextlib.suppress(SnapshotError):
            for stored in read_documents(index_folder(data_folder) / name):
                if stored.id == document_id:
                    return stored.path
    return None


def _holds(generation: Path, document_id: str) -> bool:
    """Say whether a generation holds a document; of one that cannot be read nobody can say that it does not."""
    try:
        return any(stored.id == document_id for stored in read_documents(generation))
    except SnapshotError:
        return True
