"""One immutable generation on disk: the list of its documents, vectors, terms, manifest.

The documents themselves are kept once for all generations (index/document_store.py).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from index.compounds import CompoundSplitter
from index.dense import DenseIndex
from index.document_store import DOCUMENTS_FOLDER, DocumentStore, StoredDocument
from index.errors import REBUILD, SnapshotError
from index.generations import index_folder
from index.lexical import LexicalIndex
from index.manifest import Manifest, check_files, read_manifest

_LIST: Final = "documents.json"
_PASSAGE_VECTORS: Final = "passages.faiss"
_LEXICAL: Final = "bm25"
_DOCUMENT_LEXICAL: Final = "bm25-documents"
_COMPOUND_PARTS: Final = "compounds.json"
_LIST_TYPE: Final = TypeAdapter(tuple[StoredDocument, ...])


@dataclass(frozen=True, slots=True)
class SnapshotContent:
    """What a snapshot holds.

    Rows of ``dense`` and ``lexical`` are the passages of all documents in order; rows of ``document_lexical`` are the
    documents.
    """

    documents: tuple[StoredDocument, ...]
    dense: DenseIndex
    lexical: LexicalIndex
    document_lexical: LexicalIndex
    splitter: CompoundSplitter


def write_content(content: SnapshotContent, folder: Path) -> None:
    """Write everything but the manifest into an empty folder."""
    (folder / _LIST).write_bytes(_LIST_TYPE.dump_json(content.documents))
    content.dense.save(folder / _PASSAGE_VECTORS)
    content.lexical.save(folder / _LEXICAL)
    content.document_lexical.save(folder / _DOCUMENT_LEXICAL)
    parts = json.dumps(content.splitter.frequencies, ensure_ascii=False)
    (folder / _COMPOUND_PARTS).write_text(parts, encoding="utf-8")


def document_store(data_folder: Path) -> DocumentStore:
    """Return where the documents of all generations are kept."""
    return DocumentStore(index_folder(data_folder) / DOCUMENTS_FOLDER)


def read_documents(folder: Path) -> tuple[StoredDocument, ...]:
    """Return the documents of a generation without opening the rest.

    :raises SnapshotError: If the list is missing or damaged.
    """
    try:
        return _LIST_TYPE.validate_json((folder / _LIST).read_bytes())
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{folder / _LIST} ist nicht lesbar ({type(error).__name__}). {REBUILD}") from error


def check_snapshot(folder: Path, store: DocumentStore) -> tuple[Manifest, tuple[StoredDocument, ...]]:
    """Compare a generation with its checksums; of the documents only that they are there and of their size.

    :raises SnapshotError: If it is damaged, incomplete or of another format.
    """
    manifest = read_manifest(folder)
    check_files(manifest, folder)
    documents = read_documents(folder)
    for document in documents:
        store.check_sizes(document, manifest.encoder_digest, manifest.dimension)
    return manifest, documents


def open_snapshot(folder: Path, store: DocumentStore) -> tuple[Manifest, SnapshotContent]:
    """Open a snapshot after checking it; each document is checked again when it is read.

    :raises SnapshotError: If it is damaged, incomplete or of another format.
    """
    manifest, documents = check_snapshot(folder, store)
    try:
        content = SnapshotContent(
            documents=documents,
            dense=DenseIndex.open(folder / _PASSAGE_VECTORS, manifest.search),
            lexical=LexicalIndex.open(folder / _LEXICAL),
            document_lexical=LexicalIndex.open(folder / _DOCUMENT_LEXICAL),
            splitter=CompoundSplitter(json.loads((folder / _COMPOUND_PARTS).read_bytes())),
        )
    except Exception as error:  # checksums passed, so the files are what another version or machine wrote
        raise SnapshotError(f"{folder} lässt sich nicht öffnen ({type(error).__name__}: {error}). {REBUILD}") from error
    _check_counts(manifest, content, folder)
    return manifest, content


def _check_counts(manifest: Manifest, content: SnapshotContent, folder: Path) -> None:
    counts = [count for document in content.documents for count in document.sentence_counts]
    checks: Sequence[tuple[str, int, int]] = (
        ("Dokumente", manifest.documents, len(content.documents)),
        ("Abschnitte", manifest.passages, len(counts)),
        ("Abschnittsvektoren", manifest.passages, len(content.dense)),
        ("Dokumente mit Begriffen", manifest.documents, len(content.document_lexical)),
        ("Abschnitte mit Begriffen", manifest.passages, len(content.lexical)),
        ("Sätze", manifest.sentences, sum(counts)),
        ("Vektorlänge", manifest.dimension, content.dense.dimension),
    )
    for what, expected, found in checks:
        if expected != found:
            raise SnapshotError(f"{folder} ist in sich nicht stimmig: {what} {found} statt {expected}. {REBUILD}")
