"""What there is to know about the generations: which is live, whether it fits the present files, whether it is whole.

Needs no encoder, only its digest.
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import CorpusFolderError
from corpus.folder import scan
from corpus.version import reading_version
from index import fusion, lexical
from index.document_store import DOCUMENTS_FOLDER, StoredDocument
from index.errors import SnapshotError
from index.generations import generations, index_folder, live_generation, read_pointer
from index.manifest import Manifest, read_manifest
from index.snapshot import check_snapshot, document_store


@dataclass(frozen=True, slots=True)
class GenerationStatus:
    """One generation: ``created`` is ISO 8601 in UTC, ``bytes`` its size without the documents all of them share.

    The counts are 0 and ``problem`` says why where its description cannot be read.
    """

    name: str
    live: bool
    created: str = ""
    documents: int = 0
    passages: int = 0
    bytes: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """All generations, oldest first, and how many bytes their documents take; ``pinned``: chosen by a rollback."""

    live: Manifest
    pinned: bool
    generations: tuple[GenerationStatus, ...]
    document_bytes: int


def search_parameters() -> dict[str, str | float]:
    """Return the rules of search that are built into a generation or go with it."""
    return {
        "bm25_method": lexical.METHOD,
        "bm25_k1": lexical.K1,
        "bm25_b": lexical.B,
        "heading_weight": float(lexical.HEADING_WEIGHT),
        "fusion_depth": float(fusion.DEPTH),
        "fusion_dense_weight": fusion.DENSE_WEIGHT,
        "fusion_document_share": fusion.DOCUMENT_SHARE,
        "fusion_sentence_share": fusion.SENTENCE_SHARE,
    }


def live_snapshot(data_folder: Path) -> tuple[Manifest, tuple[StoredDocument, ...]] | None:
    """Return description and documents of the live generation; None if there is none that is whole."""
    try:
        return check_snapshot(live_generation(data_folder), document_store(data_folder))
    except SnapshotError:
        return None


def is_pinned(data_folder: Path, encoder_digest: str) -> bool:
    """Say whether the live generation was chosen by a rollback and can serve with this encoder."""
    live = live_snapshot(data_folder)
    return live is not None and read_pointer(data_folder).pinned and live[0].encoder_digest == encoder_digest


def why_stale(data_folder: Path, corpus_folder: Path, encoder_digest: str) -> list[str]:
    """Say in German why the live generation does not fit; nothing if it is whole and fits files, rules and encoder."""
    try:
        manifest, _ = check_snapshot(live_generation(data_folder), document_store(data_folder))
    except SnapshotError as error:
        return [str(error)]
    reasons = reasons_to_rebuild(manifest, encoder_digest)
    try:
        present = {name: file.digest for name, file in scan(corpus_folder, manifest.sources).items()}
    except CorpusFolderError as error:
        return [*reasons, str(error)]
    before = {name: file.digest for name, file in manifest.sources.items()}
    for count, what in (
        (len(present.keys() - before.keys()), "neu"),
        (len(before.keys() - present.keys()), "entfernt"),
        (sum(present[name] != before[name] for name in present.keys() & before.keys()), "geändert"),
    ):
        if count:
            reasons.append(f"{count} {'Datei' if count == 1 else 'Dateien'} {what}.")
    return reasons


def reasons_to_rebuild(manifest: Manifest, encoder_digest: str) -> list[str]:
    """Say in German which rules changed since a generation was built, and what depends on them."""
    reasons = []
    if manifest.encoder_digest != encoder_digest:
        reasons.append("Anderes Sprachmodell: Alle Texte werden neu eingebettet.")
    if manifest.corpus_version != reading_version():
        reasons.append(
            f"Andere Leseregeln („{reading_version()}“ statt „{manifest.corpus_version}“): "
            "Alle Berichte werden neu gelesen, geänderte Texte neu eingebettet."
        )
    if manifest.parameters != search_parameters():
        reasons.append("Andere Suchregeln: Die Verzeichnisse der Wörter werden neu gebaut.")
    return reasons


def status(data_folder: Path) -> IndexStatus:
    """Describe the generations without checking their files.

    :raises SnapshotError: If none is live or the live one's manifest is damaged.
    """
    pointer = read_pointer(data_folder)
    live = read_manifest(live_generation(data_folder))
    found = tuple(_describe(data_folder, name, name == pointer.generation) for name in generations(data_folder))
    return IndexStatus(live, pointer.pinned, found, _size(index_folder(data_folder) / DOCUMENTS_FOLDER))


def _describe(data_folder: Path, name: str, live: bool) -> GenerationStatus:
    folder = index_folder(data_folder) / name
    try:
        manifest = read_manifest(folder)
    except SnapshotError as error:
        return GenerationStatus(name, live, bytes=_size(folder), problem=str(error))
    return GenerationStatus(name, live, manifest.created, manifest.documents, manifest.passages, _size(folder))


def _size(folder: Path) -> int:
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):  # a build that runs meanwhile removes what nobody needs
                size += (Path(parent) / name).stat().st_size
    return size
