"""One immutable generation on disk: documents, originals, vectors, terms, manifest."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import TypeAdapter

from corpus.types import Document, Passage
from index.compounds import CompoundSplitter
from index.dense import DenseIndex
from index.errors import SnapshotError
from index.lexical import LexicalIndex
from index.manifest import Manifest, check_files, read_manifest
from index.types import EmbeddingMatrix

_DOCUMENTS: Final = "documents"
_ORIGINALS: Final = "originals"
_WORD_BOXES: Final = "word-boxes"
_PASSAGE_VECTORS: Final = "passages.faiss"
_SENTENCE_VECTORS: Final = "sentences.npy"
_LEXICAL: Final = "bm25"
_DOCUMENT_LEXICAL: Final = "bm25-documents"
_COMPOUND_PARTS: Final = "compounds.json"
_DOCUMENT_TYPE: Final = TypeAdapter(Document)


@dataclass(frozen=True, slots=True)
class SnapshotContent:
    """What a snapshot holds.

    Rows of ``dense`` and ``lexical`` are the passages of all documents in order; rows of ``sentence_vectors`` are the
    sentences of these passages in order; rows of ``document_lexical`` are the documents. Documents read back have no
    ``word_boxes``: these stay on disk until a page is drawn.
    """

    documents: tuple[Document, ...]
    dense: DenseIndex
    lexical: LexicalIndex
    document_lexical: LexicalIndex
    sentence_vectors: EmbeddingMatrix
    splitter: CompoundSplitter

    @property
    def passages(self) -> list[Passage]:
        """Return the passages of all documents in order."""
        return [passage for document in self.documents for passage in document.passages]


def write_content(content: SnapshotContent, corpus_folder: Path, folder: Path) -> None:
    """Write everything but the manifest into an empty folder.

    :param corpus_folder: Where the original files of the documents are copied from.
    """
    (folder / _DOCUMENTS).mkdir()
    (folder / _ORIGINALS).mkdir()
    (folder / _WORD_BOXES).mkdir()
    for number, document in enumerate(content.documents):
        (folder / _DOCUMENTS / f"{number:05}.json").write_bytes(
            _DOCUMENT_TYPE.dump_json(document, exclude={"word_boxes"})
        )
        if document.word_boxes:
            word_boxes_path(folder, number).write_bytes(document.word_boxes)
        shutil.copyfile(corpus_folder / document.path, original_path(folder, number))
    content.dense.save(folder / _PASSAGE_VECTORS)
    content.lexical.save(folder / _LEXICAL)
    content.document_lexical.save(folder / _DOCUMENT_LEXICAL)
    np.save(folder / _SENTENCE_VECTORS, content.sentence_vectors, allow_pickle=False)
    parts = json.dumps(content.splitter.frequencies, ensure_ascii=False)
    (folder / _COMPOUND_PARTS).write_text(parts, encoding="utf-8")


def original_path(folder: Path, number: int) -> Path:
    """Return where a snapshot keeps the original file of its document with this number."""
    return folder / _ORIGINALS / f"{number:05}"


def word_boxes_path(folder: Path, number: int) -> Path:
    """Return where a snapshot keeps the places of the words of this document; no file where there are none."""
    return folder / _WORD_BOXES / f"{number:05}"


def open_snapshot(folder: Path) -> tuple[Manifest, SnapshotContent]:
    """Open a snapshot after checking every file.

    :raises SnapshotError: If it is damaged, incomplete or of another format.
    """
    manifest = read_manifest(folder)
    check_files(manifest, folder)
    try:
        content = _read_content(folder)
    except Exception as error:  # checksums passed, so the files are what another version or machine wrote
        raise SnapshotError(
            f"{folder} lässt sich nicht öffnen ({type(error).__name__}: {error}). "
            "Bauen Sie den Index mit `fundstelle index build` neu."
        ) from error
    _check_counts(manifest, content, folder)
    return manifest, content


def _read_content(folder: Path) -> SnapshotContent:
    documents = [_DOCUMENT_TYPE.validate_json(path.read_bytes()) for path in sorted((folder / _DOCUMENTS).iterdir())]
    return SnapshotContent(
        documents=tuple(documents),
        dense=DenseIndex.open(folder / _PASSAGE_VECTORS),
        lexical=LexicalIndex.open(folder / _LEXICAL),
        document_lexical=LexicalIndex.open(folder / _DOCUMENT_LEXICAL),
        sentence_vectors=np.load(folder / _SENTENCE_VECTORS, mmap_mode="r", allow_pickle=False),
        splitter=CompoundSplitter(json.loads((folder / _COMPOUND_PARTS).read_bytes())),
    )


def _check_counts(manifest: Manifest, content: SnapshotContent, folder: Path) -> None:
    passages = content.passages
    checks: Sequence[tuple[str, int, int]] = (
        ("Dokumente", manifest.documents, len(content.documents)),
        ("Abschnitte", manifest.passages, len(passages)),
        ("Abschnittsvektoren", manifest.passages, len(content.dense)),
        ("Dokumente mit Begriffen", manifest.documents, len(content.document_lexical)),
        ("Abschnitte mit Begriffen", manifest.passages, len(content.lexical)),
        ("Sätze", manifest.sentences, sum(passage.last - passage.first for passage in passages)),
        ("Satzvektoren", manifest.sentences, len(content.sentence_vectors)),
        ("Vektorlänge", manifest.dimension, content.dense.dimension),
        ("Länge der Satzvektoren", manifest.dimension, content.sentence_vectors.shape[1]),
    )
    for what, expected, found in checks:
        if expected != found:
            raise SnapshotError(
                f"{folder} ist in sich nicht stimmig: {what} {found} statt {expected}. "
                "Bauen Sie den Index mit `fundstelle index build` neu."
            )
